#include "nn/flat_parameters.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/error.h"

namespace rnngan {

FlatParameters::FlatParameters(torch::nn::Module& module) {
  int64_t size = 0;
  for (const auto& item : module.named_parameters()) {
    const torch::Tensor& parameter = item.value();
    slices_.push_back({item.key(), parameter.sizes().vec(), size, parameter.numel()});
    size += parameter.numel();
    parameters_.push_back(parameter);
    const torch::Tensor& first = parameters_.front();
    if (parameter.scalar_type() != first.scalar_type() || parameter.device() != first.device()) {
      throw Error(
          ErrorKind::bug, "FlatParameters",
          fmt::format("{} differs from {} in dtype or device", item.key(), slices_.front().name));
    }
  }
  torch::TensorOptions options;
  if (!parameters_.empty()) {
    options = options.dtype(parameters_[0].scalar_type()).device(parameters_[0].device());
  }
  values_ = torch::empty({size}, options);
  gradient_ = torch::zeros({size}, options);
  for (size_t i = 0; i < slices_.size(); ++i) {
    const torch::Tensor home = view(values_, slices_[i]);
    home.copy_(parameters_[i].detach());
    parameters_[i].set_data(home);
    parameters_[i].mutable_grad() = view(gradient_, slices_[i]);
  }
  values_.set_requires_grad(true);
  values_.mutable_grad() = gradient_;
}

void FlatParameters::zero_gradient() {
  for (size_t i = 0; i < slices_.size(); ++i) {
    const torch::Tensor& gradient = parameters_[i].grad();
    if (gradient.defined() && gradient.is_alias_of(gradient_)) continue;
    throw Error(
        ErrorKind::bug, "FlatParameters",
        fmt::format("the gradient of {} is no longer part of the flat one", slices_[i].name));
  }
  gradient_.zero_();
}

void FlatParameters::set_trainable(bool trainable) {
  for (torch::Tensor& parameter : parameters_) parameter.set_requires_grad(trainable);
}

torch::Tensor FlatParameters::view(const torch::Tensor& flat, const Slice& slice) {
  return flat.detach().narrow(0, slice.offset, slice.size).view(slice.shape);
}

void update_average(torch::Tensor& average, const torch::Tensor& values, double decay,
                    int64_t step) {
  const torch::NoGradGuard no_grad;
  const auto t = static_cast<double>(step);
  const double kept = std::min(decay, (1.0 + t) / (10.0 + t));
  average.mul_(kept).add_(values, 1.0 - kept);
}

}  // namespace rnngan
