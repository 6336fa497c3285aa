#include "nn/minibatch_layer.h"

#include <functional>

#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/support.h"

namespace rnngan {
namespace minibatch_layer_test {

using testing::expect_close;
using testing::float64;
using testing::numbers;
using torch::Tensor;

constexpr int64_t kKernels = 3, kDims = 2;

// Both layers over [B, 6].
const std::function<Tensor(const Tensor&, int64_t)> kLayers[] = {
    [](const Tensor& m, int64_t groups) { return minibatch_discrimination(m, kKernels, groups); },
    [](const Tensor& m, int64_t groups) { return minibatch_deviation(m, groups); }};

TEST(MinibatchLayer, DiscriminationOfThreePointsOnALine) {
  const Tensor m = torch::tensor({{0.0}, {1.0}, {3.0}}, float64());
  expect_close(minibatch_discrimination(m, 1, 1),
               torch::tensor({{0.417667}, {0.503215}, {0.185122}}, float64()), 1e-6, "o");
}

TEST(MinibatchLayer, DiscriminationFollowsItsDefinition) {
  const Tensor m = numbers({4, kKernels * kDims}, 0.3);
  Tensor expected = torch::zeros({4, kKernels}, float64());
  for (int64_t b = 0; b < 4; ++b) {
    for (int64_t k = 0; k < kKernels; ++k) {
      for (int64_t j = 0; j < 4; ++j) {
        if (j == b) continue;
        const Tensor difference =
            m[b].narrow(0, k * kDims, kDims) - m[j].narrow(0, k * kDims, kDims);
        expected[b][k] += torch::exp(-difference.abs().sum());
      }
    }
  }
  expect_close(minibatch_discrimination(m, kKernels, 1), expected, 1e-14, "o");
}

TEST(MinibatchLayer, DeviationIsTheMeanOfTheFeatures) {
  // Population standard deviations 1 and 3.
  const Tensor features = torch::tensor({{1.0, 2.0}, {3.0, 8.0}}, float64());
  expect_close(minibatch_deviation(features, 1), torch::full({2, 1}, 2.0, float64()), 1e-7, "sd");
}

TEST(MinibatchLayer, GroupsDoNotMix) {
  const Tensor first = numbers({3, 6}, 0.1), second = numbers({3, 6}, 1.1, 2.0);
  for (const auto& layer : kLayers) {
    expect_close(layer(torch::cat({first, second}), 2),
                 torch::cat({layer(first, 1), layer(second, 1)}), 1e-15, "groups");
    EXPECT_THROW(layer(first, 2), Error);
  }
}

TEST(MinibatchLayer, IsDifferentiableTwice) {
  for (const auto& layer : kLayers) {
    const Tensor m = numbers({4, 6}, 0.3).requires_grad_();
    const auto value = [&] {
      const Tensor o = layer(m, 2);
      return (o * numbers(o.sizes(), 0.4)).sum();
    };
    testing::expect_finite_differences(value, {m}, 1e-8);
    testing::expect_finite_differences(
        [&] { return torch::autograd::grad({value()}, {m}, {}, true, true)[0].pow(2).sum(); }, {m},
        1e-7);
  }
}

TEST(MinibatchLayer, EqualSequencesAreFinite) {
  for (const auto& layer : kLayers) {
    const Tensor m = torch::full({4, 6}, 0.7, torch::kFloat32).requires_grad_();
    const Tensor o = layer(m, 1);
    const Tensor gradient = torch::autograd::grad({o.sum()}, {m}, {}, true, true)[0];
    const Tensor second = torch::autograd::grad({(gradient * gradient + gradient).sum()}, {m})[0];
    for (const Tensor& value : {o, gradient, second}) {
      EXPECT_TRUE(value.isfinite().all().item<bool>());
    }
  }
  expect_close(kLayers[0](torch::full({4, 6}, 0.7, float64()), 1),
               torch::full({4, kKernels}, 3.0, float64()), 1e-15, "o");
}

TEST(MinibatchLayer, OneSequenceHasNoOther) {
  expect_close(kLayers[0](numbers({1, 6}, 0.2), 1), torch::zeros({1, kKernels}, float64()), 1e-15,
               "o");
}

}  // namespace minibatch_layer_test
}  // namespace rnngan
