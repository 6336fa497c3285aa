#include "objective/transport.h"

#include <array>
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

namespace {

/// The dual, mean f + mean g - epsilon (sum P - 1) with P = exp((f + g - c) / epsilon) / (B B'), at
/// potentials in units of epsilon. By the envelope theorem they may be held fixed, and then its
/// derivative with respect to c is P.
at::Tensor dual(const at::Tensor& f, const at::Tensor& g, const at::Tensor& costs,
                const at::Tensor& epsilon) {
  constexpr std::array<int64_t, 2> pairs = {-2, -1};
  const at::Tensor mass = (f + g - costs / epsilon).exp().mean(pairs);
  return epsilon * (f.mean(pairs) + g.mean(pairs) + 1 - mass);
}

/// The best f [...,B,1] for g [...,1,B'].
at::Tensor best_rows(const at::Tensor& g, const at::Tensor& costs) {
  return std::log(static_cast<double>(costs.size(-1))) -
         (g - costs).logsumexp(-1, /*keepdim=*/true);
}

/// The best g [...,1,B'] for f [...,B,1].
at::Tensor best_columns(const at::Tensor& f, const at::Tensor& costs) {
  return std::log(static_cast<double>(costs.size(-2))) -
         (f - costs).logsumexp(-2, /*keepdim=*/true);
}

}  // namespace

at::Tensor transport_cost(const at::Tensor& costs, const at::Tensor& epsilon, int64_t iterations) {
  const at::Tensor fixed = costs.detach() / epsilon;
  at::Tensor f, g = at::zeros_like(fixed.select(-2, 0)).unsqueeze(-2);
  for (int64_t i = 0; i < iterations; ++i) {
    f = best_rows(g, fixed);
    g = best_columns(f, fixed);
  }
  return dual(f, g, costs, epsilon);
}

// Turn by turn, f and g would keep their first difference for long; the mean with the last step
// gives the one potential that both are.
at::Tensor self_transport_cost(const at::Tensor& costs, const at::Tensor& epsilon,
                               int64_t iterations) {
  const at::Tensor fixed = costs.detach() / epsilon;
  at::Tensor f = at::zeros_like(fixed.select(-1, 0)).unsqueeze(-1);
  for (int64_t i = 0; i < iterations; ++i) {
    f = (f + best_rows(f.transpose(-2, -1), fixed)) / 2;
  }
  return dual(f, f.transpose(-2, -1), costs, epsilon);
}

}  // namespace rnngan
