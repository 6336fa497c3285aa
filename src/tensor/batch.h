// A batch of sequences of unequal length. The letters below are used in every comment on shapes.
//
//   B  sequences in a batch
//   N  sequences in a set
//   T  steps, with padding
//   F  columns of a step
//   W  channels of a step, which networks see; V of them, the first, are values
//   C  width of the condition
//   Ct width of the covariates of a step
//   K  classes of the label
//   Z  width of the noise, per step (Zs) or per sequence (Zg)
//   H  hidden units of an LSTM
//   E  width of the critic input
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// Which steps of a padded batch are real. Padding is always at the end.
struct StepMask {
  at::Tensor lengths;   // [B] int64, 1..T, on the batch's device
  at::Tensor mask;      // [B,T] bool, true on valid steps
  bool ragged = false;  // false: every sequence has T steps, so masks and gathers may be skipped
  // [B,T,Ct] float: what is known of each step beforehand, which both networks are given; zero on
  // padding, undefined when Ct = 0.
  at::Tensor covariates = {};

  int64_t batch() const { return mask.size(0); }
  int64_t steps() const { return mask.size(1); }
};

/// lengths [B] int64 on the CPU, each 1..steps. Throws Error{bug} otherwise.
StepMask make_step_mask(const at::Tensor& lengths, int64_t steps, const at::Device& device);
/// All sequences have `steps` steps.
StepMask full_step_mask(int64_t batch, int64_t steps, const at::Device& device);

struct SequenceBatch {
  at::Tensor x;            // [B,T,W] float, channels (columns/layout.h), zero on padding
  StepMask steps;          //
  at::Tensor condition;    // [B,C] float: one-hot label, then static columns; undefined when C = 0
  at::Tensor labels = {};  // [B] int64, 0..K-1; undefined without labels
  at::Tensor raw = {};     // [B,T,W] of fakes: what their generator gave to its activation
};

/// Sets padding to zero, gradient included: where(), not a product, since 0 * NaN is NaN. values
/// [B,T,...]. The tensor itself when nothing is padded.
at::Tensor zero_padding(const at::Tensor& values, const StepMask& steps);

/// values [B,T,n] with context [B,C] behind them at every step: [B,T,n+C]; the values alone when
/// the context is undefined.
at::Tensor append_to_steps(const at::Tensor& values, const at::Tensor& context);

/// Mean over the valid steps of each sequence: values [B,T] -> [B], [B,T,H] -> [B,H]. Padding, NaN
/// included, reaches neither the result nor the gradient.
at::Tensor masked_mean(const at::Tensor& values, const StepMask& steps);

/// values at the last valid step of each sequence: [B,T,H] -> [B,H].
at::Tensor last_valid(const at::Tensor& values, const StepMask& steps);

}  // namespace rnngan
