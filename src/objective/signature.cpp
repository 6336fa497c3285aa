#include "objective/signature.h"

#include <torch/types.h>

namespace rnngan {

namespace {

/// [B,S,n], [B,S,d] -> [B,S,n d].
at::Tensor tensor_product(const at::Tensor& a, const at::Tensor& b) {
  return (a.unsqueeze(3) * b.unsqueeze(2)).flatten(2);
}

/// Sums over all earlier steps: [B,S,n].
at::Tensor sums_before(const at::Tensor& values) {
  const at::Tensor sums = values.cumsum(1);
  return at::cat({at::zeros_like(values.narrow(1, 0, 1)), sums.narrow(1, 0, sums.size(1) - 1)}, 1);
}

}  // namespace

// By Chen's identity a step with increment v takes level k from S_k to S_k + S_(k-1) v + S_(k-2)
// v^2 / 2! + ... + v^k / k!, which is S_k + A v with A = S_(k-1) + (S_(k-2) + (... + v / k) v / 3)
// v / 2 of levels before that step. Sums over steps give all of them at once, one level after the
// other.
std::vector<at::Tensor> signature(const at::Tensor& increments, int64_t depth) {
  const auto& v = increments;
  std::vector<at::Tensor> levels = {v.sum(1)}, before;
  at::Tensor change = v;
  for (int64_t k = 2; k <= depth; ++k) {
    before.push_back(sums_before(change));
    at::Tensor a = v / static_cast<double>(k);
    for (int64_t j = 1; j < k; ++j) {
      a = a + before[static_cast<size_t>(j - 1)];
      if (j + 1 < k) a = tensor_product(a, v / static_cast<double>(k - j));
    }
    levels.push_back(a.transpose(1, 2).bmm(v).flatten(1));
    if (k < depth) change = tensor_product(a, v);
  }
  return levels;
}

int64_t signature_width(int64_t channels, int64_t depth, int64_t limit) {
  int64_t width = 0, level = 1;
  for (int64_t k = 0; k < depth && width <= limit; ++k) {
    level *= channels;
    width += level;
  }
  return width;
}

at::Tensor path_increments(const at::Tensor& x, const StepMask& steps, bool lead_lag) {
  const at::Tensor clean = zero_padding(x, steps);
  const at::Tensor start = at::zeros_like(clean.narrow(1, 0, 1));
  const at::Tensor rise =
      zero_padding(clean - at::cat({start, clean.narrow(1, 0, clean.size(1) - 1)}, 1), steps);
  const at::Tensor time =
      (steps.mask.to(x.scalar_type()) / steps.lengths.unsqueeze(1).to(x.scalar_type()))
          .unsqueeze(2);
  if (!lead_lag) return at::cat({time, rise}, 2);
  const at::Tensor none = at::zeros_like(rise), half = time / 2;
  const at::Tensor lead = at::cat({half, rise, none}, 2), lag = at::cat({half, none, rise}, 2);
  return at::stack({lead, lag}, 2).flatten(1, 2);
}

}  // namespace rnngan
