// Random changes of everything that the discriminator is shown, real or fake, in both sides' steps
// (DiffAugment, Zhao et al. 2020, arXiv:2006.10738), and how many sequences are changed (ADA,
// Karras et al. 2020, arXiv:2006.06676). Where the two distributions agree, the changed ones do.
#pragma once

#include <cstdint>
#include <string>

#include <ATen/core/Tensor.h>

#include "columns/layout.h"
#include "config/run_config.h"
#include "tensor/batch.h"
#include "training/step_streams.h"

namespace rnngan {

/// x [B,T,W] -> [B,T,W], with its graph: the values of each sequence times exp(scale n), plus shift
/// n per column, and with `cutout` of its steps, in one block at a random place, set to 0; n
/// standard normal. Each of the three comes to a sequence with `probability` by a draw of its own.
/// Padding is undefined. The numbers are those of the streams "augment.NAME. ...".
at::Tensor augment(const at::Tensor& x, const StepMask& steps, const Layout& layout,
                   const AugmentConfig& config, double probability, const StepStreams& streams,
                   const std::string& name);

/// The share of sequences that each change comes to. It follows the discriminator: up while its
/// scores of real sequences are positive more often than a target says, down while less.
class AugmentControl {
 public:
  explicit AugmentControl(const AugmentConfig& config);

  /// 1 unless there is a target; then from 0 on.
  double probability() const;
  /// After each step of the discriminator, with the mean sign of its real scores. Every fourth of
  /// them moves the share by what `pace` says of four batches.
  void observe(double mean_sign, int64_t step, int64_t batch);

  bool adapts() const { return config_.target > 0; }
  /// [2] double on the CPU, the control's own: the share and the sum of signs since it last moved.
  const at::Tensor& state() const { return state_; }

 private:
  AugmentConfig config_;
  at::Tensor state_;
};

}  // namespace rnngan
