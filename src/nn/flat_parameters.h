// A network's parameters and gradients as views of two contiguous tensors, so that Adam, clipping,
// averaging and norms are one operation each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <torch/nn/module.h>
#include <torch/types.h>

namespace rnngan {

class FlatParameters {
 public:
  /// Moves all parameters of `module` into one tensor, values kept, names and shapes unchanged.
  /// They must share one dtype and device, else Error{bug}. The module must not be moved to another
  /// device or dtype afterwards (make a new FlatParameters then).
  explicit FlatParameters(torch::nn::Module& module);

  /// [n] the parameters; a leaf that requires grad and whose grad() is gradient(), as an optimiser
  /// wants it.
  const torch::Tensor& values() const { return values_; }
  /// [n] the gradients; parameters' grad() are views of it. Undefined gradients of autograd read as
  /// zero.
  const torch::Tensor& gradient() const { return gradient_; }
  /// The module's own, in the order of slices(): views of values().
  const std::vector<torch::Tensor>& parameters() const { return parameters_; }

  /// Throws Error{bug} when a parameter's gradient is no longer a view, so that the step before was
  /// lost on it: backward() with create_graph does that, autograd::grad() does not.
  void zero_gradient();
  /// Switches gradients of every parameter on or off (the idle side of a step).
  void set_trainable(bool trainable);

  /// A view of another flat tensor of the same size, by parameter: for checkpoints of moments and
  /// averages.
  struct Slice {
    std::string name;
    std::vector<int64_t> shape;
    int64_t offset = 0;
    int64_t size = 0;
  };
  const std::vector<Slice>& slices() const { return slices_; }
  /// The part of `flat` [n] that belongs to a slice, in the parameter's shape (a view).
  static torch::Tensor view(const torch::Tensor& flat, const Slice& slice);

 private:
  torch::Tensor values_, gradient_;
  std::vector<torch::Tensor> parameters_;  // the module's, by slice
  std::vector<Slice> slices_;
};

/// Exponential moving average of flat parameters with warm-up (Yazici et al. 2018,
/// arXiv:1806.04498), in place: average <- d average + (1 - d) values with
/// d = min(decay, (1 + step) / (10 + step)).
void update_average(torch::Tensor& average, const torch::Tensor& values, double decay,
                    int64_t step);

}  // namespace rnngan
