// The last thing that a generator does: raw numbers become channels of values that a file could
// hold, so that the discriminator and the terms see exactly what the user will get.
//
// Values are clamped to the training range, or folded back into it where the data end hard,
// and rounded to the grid of their column; a value that changes by less than its column's dead band
// stays what it was the step before. The gradient goes straight through (Bengio et al. 2013,
// arXiv:1308.3432), of what is folded with the other sign, but for what would push a clamped value
// further out. A block of gates or classes is in one state: p = softmax(raw), of gates with a
// further 0 for "none of them"; x = hard + p - detach(p), hard one-hot at the state that a uniform
// number draws from p, or else at the largest p. Drawn states need a generator that knows the state
// before (nn/state_feedback.h), or they flicker (docs/measurements/columns.md). Where a gate is on,
// the value is that of its atom, 0 where missing.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/layout.h"
#include "config/run_config.h"
#include "tensor/batch.h"

namespace rnngan {

/// What a generator makes: [B,T,W] each.
struct Activated {
  at::Tensor raw;  // values before clamping and rounding, and logits
  at::Tensor x;
};

/// How unlikely real channels x [B,T,W] are, given what was made for them: of each value that is
/// present |x - raw|^power, power 1 or 2; of each block the cross-entropy, which stands in the
/// channel that is 1 (in the first one where none is). [B,T,W], zero on padding.
at::Tensor misfit(const at::Tensor& raw, const at::Tensor& x, const StepMask& steps,
                  const Layout& layout, int64_t power);

/// Whether neighbours on a column's grid are so far apart that floats tell them from each other:
/// then channels are rounded to it, else values alone.
bool grid_is_resolved(const Column& column);

/// [W] double: a step on the grid of each value whose grid is coarse, a tenth of its standard
/// deviation or more, as a channel has it near the mean; 0 for all others. Undefined where there is
/// no coarse grid. A discriminator that is shown nothing but such numbers has no slope where one of
/// them is too frequent among its neighbours: a little noise gives it one.
at::Tensor coarse_grids(const Schema& schema);

class Activation {
 public:
  Activation(const Schema& schema, OutputActivation output);

  /// numbers [B,T,W] float or double. Under `linear` values stay as they are and under `range` they
  /// are squashed into the training range, neither rounded; blocks are decided all the same.
  /// `first`: the first of these steps is that of a sequence. `draws` [B,T,K], of 0 to 1: block k
  /// is in its first state up to which p adds to more than draws[k]; below 0 or undefined: in the
  /// likeliest. `before` [B,1,W]: what was made of the step before the first of these.
  Activated operator()(const at::Tensor& numbers, bool first = true, const at::Tensor& draws = {},
                       const at::Tensor& before = {}) const;

  const Layout& layout() const { return layout_; }
  /// Whether values stay within dead bands, as they do at first.
  void use_dead_bands(bool on) { dead_bands_ = on; }

 private:
  struct Gates {
    at::Tensor values;  // [count] int64: their value channels
    at::Tensor atoms;   // [count, width]: of a missing cell 0
    at::Tensor exact;   // [count, width] bool: an atom
  };

  struct Value {
    Column column;
    bool rounds;       // to its grid, which a float resolves
    double low, high;  // the range of its channel
  };

  void move_to(const at::Tensor& like) const;
  template <class Real>
  struct Hardened {  // what is made of each entry
    Real *value, *outside, *slope;
  };
  template <class Real>
  static Real folded(Real given, const Value& of, Real& slope);
  /// Of the steps of a sequence. shown [V]: the original units of the step before the first of
  /// them, not a number where there was none; then those of the last one.
  template <class Real>
  void clamp_and_round(const Real* from, int64_t steps, const Hardened<Real>& to,
                       double* shown) const;
  at::Tensor shown_before(const at::Tensor& raw, const at::Tensor& before) const;
  /// raw [B,T,V], before [B,1,W] or undefined
  at::Tensor clamped_and_rounded(const at::Tensor& raw, const at::Tensor& before) const;
  at::Tensor with_levels(const at::Tensor& values, const at::Tensor& soft) const;
  static at::Tensor activate_gates(const at::Tensor& p, const at::Tensor& hard, const Gates& of,
                                   at::Tensor& values);
  at::Tensor activate_blocks(const at::Tensor& raw, const at::Tensor& draws,
                             at::Tensor values) const;

  Layout layout_;
  OutputActivation output_;
  bool dead_bands_ = true;
  std::vector<Value> values_;            // of each value channel
  std::vector<Column> trends_;           // columns with a trend
  std::vector<int64_t> trend_channels_;  // their value channels
  // On the device of what was activated last.
  mutable at::Tensor low_, high_;  // [V] double
  mutable std::vector<Gates> gates_;
};

}  // namespace rnngan
