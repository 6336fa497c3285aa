// An auxiliary network, which losses ask for beside the generator and the discriminator (encoder,
// code reader, causal test functions): an LSTM over the scaled values and the condition, with a
// linear output. Or that output alone, over features or over single steps; or a vector per class.
#pragma once

#include <memory>

#include <torch/nn/modules/embedding.h>
#include <torch/nn/modules/linear.h>

#include "columns/model_shape.h"
#include "config/run_config.h"
#include "nn/lstm/module.h"
#include "tensor/network_request.h"

namespace rnngan {

class AuxiliaryNetwork : public torch::nn::Module {
 public:
  /// `features`: P of the discriminator, for a request on features.
  AuxiliaryNetwork(const NetworkRequest& request, const ModelShape& shape, int64_t features);

  /// On features x [B,P] or classes x [B] int64 -> [B,n], on single steps x [B,T,step_inputs] ->
  /// [B,T,n]; condition and steps play no part. Else x
  /// [B,T,F] scaled, condition [B,C] or undefined -> [B,T,n], zero on padding and of the past
  /// alone, for a causal one; else [B,n] from masked mean, last forward and first backward state.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& condition,
                        const StepMask& steps);

 private:
  bool causal_;
  std::shared_ptr<Lstm> lstm_;  // empty on features and classes
  torch::nn::Linear output_{nullptr};
  torch::nn::Embedding classes_{nullptr};
};

}  // namespace rnngan
