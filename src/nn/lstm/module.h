// LSTM (Hochreiter and Schmidhuber 1997) with the names, gate order (i, f, g, o), two biases and
// initialisation of torch::nn::LSTM, so that weights move to and from PyTorch without conversion.
// Twice differentiable.
#pragma once

#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include <torch/nn/module.h>
#include <torch/types.h>

#include "tensor/batch.h"

namespace rnngan {

namespace lstm {
struct Weights;
}

struct LstmOptions {
  int64_t input = 0;
  int64_t hidden = 0;
  int64_t layers = 1;
  bool bidirectional = false;

  int64_t directions() const { return bidirectional ? 2 : 1; }
};

/// h and c [layers * directions, B, H], in PyTorch's order: layer 0 forward, layer 0 backward,
/// layer 1 forward, ...
struct LstmState {
  torch::Tensor h, c;

  bool defined() const { return h.defined(); }
};

/// Sequences: the `input` numbers of a step are those of x, then those of the context.
struct LstmInput {
  torch::Tensor x;             // [B,T,n]
  torch::Tensor context = {};  // [B,input - n], the same in all steps; undefined: none

  LstmInput(torch::Tensor of_steps, torch::Tensor of_all = {})  // NOLINT: x alone is one
      : x(std::move(of_steps)), context(std::move(of_all)) {}
};

struct LstmOutput {
  torch::Tensor y;  // [B,T,H * directions], zero on padding
  LstmState final;  // after the last valid step of each sequence (backward direction: the first)
};

/// Which derivatives the caller will take: `twice` where gradients of gradients are wanted (exact
/// on every device), `once` where they are not, which may be faster off the CPU. Values agree up to
/// rounding.
enum class Differentiation { once, twice };

/// What a network uses in place of a weight matrix; differentiable.
using WeightTransform = std::function<torch::Tensor(const torch::Tensor&)>;

class Lstm : public torch::nn::Module {
 public:
  explicit Lstm(const LstmOptions& options);

  /// An undefined initial state is zero. Padding, NaN included, reaches neither outputs nor
  /// gradients.
  LstmOutput forward(const LstmInput& input, const StepMask& steps, const LstmState& initial = {},
                     Differentiation differentiation = Differentiation::twice);

  /// y alone: can be faster, for ragged sequences above all. `dropout` [B, layers * H * directions]
  /// has factors on the outputs of every layer, the same in all steps (Gal and Ghahramani 2015,
  /// arXiv:1512.05287); undefined: none.
  torch::Tensor outputs(const LstmInput& input, const StepMask& steps,
                        const LstmState& initial = {},
                        Differentiation differentiation = Differentiation::twice,
                        const torch::Tensor& dropout = {});

  /// From now on weight_ih and weight_hh of every layer and direction are used as `transform` gives
  /// them, same shape; the parameters stay what they are. An empty one ends that.
  void transform_weights(WeightTransform transform) { transform_ = std::move(transform); }

  const LstmOptions& options() const { return options_; }

 private:
  struct Parameters {
    torch::Tensor w_ih, w_hh, b_ih, b_hh;  // [4H,in], [4H,H], [4H], [4H]
  };

  LstmOutput run(const LstmInput& input, const StepMask& steps, const LstmState& initial,
                 Differentiation differentiation, bool want_final, const torch::Tensor& dropout);
  void require_shapes(const LstmInput& input, const StepMask& steps,
                      const LstmState& initial) const;
  Parameters used_parameters(int64_t index) const;
  lstm::Weights layer_weights(int64_t layer) const;
  lstm::Weights first_weights(const torch::Tensor& context) const;
  LstmOutput forward_stock(const torch::Tensor& x, const LstmState& initial) const;
  LstmOutput forward_layers(const LstmInput& input, const StepMask& steps, const LstmState& initial,
                            bool want_final, const torch::Tensor& dropout) const;

  LstmOptions options_;
  std::vector<Parameters> weights_;  // layer * directions + direction
  WeightTransform transform_;
};

}  // namespace rnngan
