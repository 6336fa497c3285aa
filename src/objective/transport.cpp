#include "objective/transport.h"

#include <cmath>

#include <torch/types.h>

#include "objective/sequence_pairs.h"

namespace rnngan {

at::Tensor entropy_weight(const TransportOptions& options, const at::Tensor& among_real) {
  if (options.absolute_epsilon > 0) {
    return at::full({}, options.absolute_epsilon, among_real.options().requires_grad(false));
  }
  return options.epsilon * median_of_others(among_real);
}

// The dual, mean f + mean g - epsilon (sum P - 1) with P = exp((f + g - c) / epsilon) / (B B'). Its
// best potentials f, g are found without a graph; by the envelope theorem they may be held fixed,
// and then its derivative with respect to c is P.
at::Tensor transport_cost(const at::Tensor& costs, const at::Tensor& epsilon, int64_t iterations) {
  const auto rows = static_cast<double>(costs.size(-2)),
             columns = static_cast<double>(costs.size(-1));
  const at::Tensor fixed = costs.detach() / epsilon;
  at::Tensor f, g = at::zeros_like(fixed.select(-2, 0)).unsqueeze(-2);  // in units of epsilon
  for (int64_t i = 0; i < iterations; ++i) {
    f = std::log(columns) - (g - fixed).logsumexp(-1, /*keepdim=*/true);
    g = std::log(rows) - (f - fixed).logsumexp(-2, /*keepdim=*/true);
  }
  const at::Tensor mass = (f + g - costs / epsilon).exp().mean(at::IntArrayRef{-2, -1});
  return epsilon * (f.mean(at::IntArrayRef{-2, -1}) + g.mean(at::IntArrayRef{-2, -1}) + 1 - mass);
}

}  // namespace rnngan
