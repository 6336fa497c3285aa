// The anchor distributions of RealnessGAN (Xiangli et al. 2020, arXiv:2002.05512, section 3):
// distributions over n outcomes, spread evenly from -1 (fake) to 1 (real), that the discriminator's
// distribution is drawn to.
#pragma once

#include <cmath>
#include <cstdint>

#include <torch/types.h>

namespace rnngan {

enum class RealnessAnchors { skewed, points };
enum class RealnessGenerator { difference, real_anchor };

/// [n] double, n >= 2.
inline at::Tensor realness_outcomes(int64_t n) {
  return at::linspace(-1, 1, n, at::kDouble);
}

/// The distribution of real sequences [n] double; that of fakes is its mirror image. `skewed`: a
/// skew normal density of location 1 and shape -skew, whose tail reaches down to the outcomes of
/// fakes.
inline at::Tensor realness_anchor(RealnessAnchors anchors, int64_t n, double skew) {
  if (anchors == RealnessAnchors::points) return (at::arange(n) == n - 1).to(at::kDouble);
  const at::Tensor t = (realness_outcomes(n) - 1) / 0.75;
  const at::Tensor density = at::exp(-0.5 * t.square()) * at::erfc(skew * t / std::sqrt(2.0));
  return density / density.sum();
}

}  // namespace rnngan
