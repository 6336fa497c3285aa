#include "objective/development.h"

#include <cstdint>

#include <torch/types.h>

namespace rnngan {
namespace {

// The series of exp to degree 9 at a norm of 1 at most, then five squarings.
constexpr int kSquarings = 5;
constexpr double kShrink = 1 << kSquarings, kLongest = kShrink;

/// p a + q a^2 + r a^3
at::Tensor cubic(const at::Tensor& a, const at::Tensor& a2, const at::Tensor& a3, double p,
                 double q, double r) {
  return (a * p).add(a2, q).add(a3, r);
}

}  // namespace

at::Tensor skew_hermitian(const at::Tensor& coordinates) {
  const at::Tensor turned = coordinates.transpose(-2, -1);
  return at::complex((coordinates - turned) / 2, (coordinates + turned) / 2);
}

at::Tensor unitary_exponential(const at::Tensor& coordinates) {
  const at::Tensor squares = coordinates.square().sum(at::IntArrayRef{1, 2}, /*keepdim=*/true);
  const at::Tensor kept = kLongest * squares.clamp_min(kLongest * kLongest).rsqrt();
  const at::Tensor a = skew_hermitian(coordinates * (kept / kShrink));
  const at::Tensor a2 = a.bmm(a), a3 = a2.bmm(a);
  const at::Tensor last = cubic(a, a2, a3, 1.0 / 5040, 1.0 / 40320, 1.0 / 362880);
  const at::Tensor later = at::baddbmm(cubic(a, a2, a3, 1.0 / 24, 1.0 / 120, 1.0 / 720), a3, last);
  at::Tensor turn = at::baddbmm(cubic(a, a2, a3, 1, 1.0 / 2, 1.0 / 6), a3, later);
  for (int i = 0; i < kSquarings; ++i) turn = unitary_product(turn, turn);
  return turn;
}

at::Tensor unitary_product(const at::Tensor& a, const at::Tensor& b) {
  return at::baddbmm(a + b, a, b);
}

at::Tensor product_over_steps(const at::Tensor& steps) {
  at::Tensor all = steps;
  while (all.size(1) > 1) {
    const int64_t pairs = all.size(1) / 2;
    const at::Tensor rest = all.narrow(1, 2 * pairs, all.size(1) - 2 * pairs);
    const at::Tensor left = all.slice(1, 0, 2 * pairs, 2), right = all.slice(1, 1, 2 * pairs, 2);
    const at::Tensor joined =
        unitary_product(left.flatten(0, 2), right.flatten(0, 2)).view(left.sizes());
    all = rest.size(1) > 0 ? at::cat({joined, rest}, 1) : joined;
  }
  return all.squeeze(1);
}

}  // namespace rnngan
