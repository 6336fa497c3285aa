#include "nn/lstm/reference.h"

#include <vector>

#include <torch/types.h>

namespace rnngan::lstm {
namespace {

// Rows i, f, g, o -> i, f, o, g along a dimension, so that one sigmoid serves three gates. Every
// operation on the path of gradients of gradients counts: each one becomes about six.
at::Tensor sigmoids_first(const at::Tensor& rows, int64_t dimension = 1) {
  const std::vector<at::Tensor> gate = rows.chunk(4, dimension);
  return torch::cat({gate[0], gate[1], gate[3], gate[2]}, dimension);
}

// [D,N,in] x [D,in,out] + [D,N or 1,out]. One matrix product where there is one direction: cheaper
// than a batch of one.
at::Tensor affine(const at::Tensor& addend, const at::Tensor& rows, const at::Tensor& weights) {
  if (rows.size(0) != 1) return torch::baddbmm(addend, rows, weights);
  return torch::addmm(addend.squeeze(0), rows.squeeze(0), weights.squeeze(0)).unsqueeze(0);
}

// Steps of states [D,B,H] in the order in which they were taken -> [T,B,D,H].
at::Tensor in_place(const std::vector<at::Tensor>& taken, bool opposite) {
  const at::Tensor states = torch::stack(taken);  // [T,D,B,H]
  if (!opposite) return states.transpose(1, 2);
  return torch::stack({states.select(1, 0), states.select(1, 1).flip(0)}, 2);
}

}  // namespace

States reference_layer(const Inputs& inputs) {
  const Weights& weights = inputs.weights;
  const int64_t directions = weights.directions(), hidden = weights.hidden();
  const bool opposite = inputs.order() == StepOrder::opposite;
  const at::Tensor x = opposite ? torch::cat({inputs.x, inputs.x.flip(1)}) : inputs.x;
  const int64_t steps = x.size(1), batch = x.size(2);
  const at::Tensor w_ih = sigmoids_first(weights.w_ih).transpose(1, 2);
  const at::Tensor w_hh = sigmoids_first(weights.w_hh).transpose(1, 2);
  at::Tensor bias = sigmoids_first(weights.bias, -1).unsqueeze(1);
  if (bias.dim() == 4) {
    bias = bias.expand({-1, steps, -1, -1}).reshape({directions, steps * batch, 4 * hidden});
  }

  // The input's share of the gates, all steps in one product.
  const std::vector<at::Tensor> from_x =
      affine(bias, x.reshape({directions, steps * batch, x.size(3)}), w_ih)
          .view({directions, steps, batch, 4 * hidden})
          .unbind(1);
  const auto start = [&](const at::Tensor& state) {
    return state.defined() ? state : torch::zeros({directions, batch, hidden}, x.options());
  };
  at::Tensor h = start(inputs.h0);
  at::Tensor c = start(inputs.c0);
  std::vector<at::Tensor> all_h, all_c;
  for (const at::Tensor& from_x_t : from_x) {
    const std::vector<at::Tensor> part =
        affine(from_x_t, h, w_hh).split_with_sizes({3 * hidden, hidden}, 2);
    const std::vector<at::Tensor> gate = part[0].sigmoid().chunk(3, 2);  // i, f, o
    c = torch::addcmul(gate[1] * c, gate[0], part[1].tanh());
    h = gate[2] * c.tanh();
    all_h.push_back(h);
    all_c.push_back(c);
  }
  return {in_place(all_h, opposite), in_place(all_c, opposite)};
}

}  // namespace rnngan::lstm
