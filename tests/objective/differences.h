// Central differences, for gradients of a function of one tensor.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace rnngan {

/// The largest error of the gradient of the scalar f at x, double, against central differences.
inline double gradient_error(const std::function<at::Tensor(const at::Tensor&)>& f,
                             const at::Tensor& x, double step = 1e-5) {
  const at::Tensor leaf = x.detach().clone().requires_grad_();
  const at::Tensor slope = torch::autograd::grad({f(leaf)}, {leaf})[0].flatten();
  double worst = 0;
  for (int64_t i = 0; i < x.numel(); ++i) {
    at::Tensor move = at::zeros_like(x).flatten();
    move[i] = step;
    const at::Tensor up = f(x.detach() + move.view_as(x)), down = f(x.detach() - move.view_as(x));
    const double difference = (up - down).item<double>() / (2 * step);
    worst = std::max(worst, std::abs(slope[i].item<double>() - difference));
  }
  return worst;
}

}  // namespace rnngan
