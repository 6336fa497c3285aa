#include "objective/development.h"

#include <cstdint>

#include <torch/types.h>

namespace rnngan {
namespace {

// The series of exp to degree 9 at a norm of 1 at most, then five squarings.
constexpr int kSquarings = 5;
constexpr double kShrink = 1 << kSquarings, kLongest = kShrink;

/// a b of complex matrices [N,2m,m].
at::Tensor complex_product(const at::Tensor& a, const at::Tensor& b) {
  const int64_t m = a.size(2);
  const at::Tensor turned = at::cat({-a.narrow(1, m, m), a.narrow(1, 0, m)}, 1);  // i a
  return at::cat({a, turned}, 2).bmm(b);
}

}  // namespace

at::Tensor skew_hermitian(const at::Tensor& coordinates) {
  const at::Tensor turned = coordinates.transpose(-2, -1);
  return at::cat({coordinates - turned, coordinates + turned}, -2) / 2;
}

at::Tensor unitary_exponential(const at::Tensor& coordinates) {
  const at::Tensor squares = coordinates.square().sum(at::IntArrayRef{1, 2}, /*keepdim=*/true);
  const at::Tensor kept = kLongest * squares.clamp_min(kLongest * kLongest).rsqrt();
  const at::Tensor a = skew_hermitian(coordinates * (kept / kShrink));
  const at::Tensor a2 = complex_product(a, a), a3 = complex_product(a2, a);
  const at::Tensor last = a / 5040 + a2 / 40320 + a3 / 362880;
  const at::Tensor later = a / 24 + a2 / 120 + a3 / 720 + complex_product(a3, last);
  at::Tensor turn = a + a2 / 2 + a3 / 6 + complex_product(a3, later);
  for (int i = 0; i < kSquarings; ++i) turn = unitary_product(turn, turn);
  return turn;
}

at::Tensor unitary_product(const at::Tensor& a, const at::Tensor& b) {
  return a + b + complex_product(a, b);
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
