#include "tensor/random.h"

#include <set>

#include <gtest/gtest.h>
#include <torch/types.h>

namespace rnngan {
namespace random_test {

torch::Tensor draw(uint64_t seed, const char* stream, uint64_t step) {
  auto generator = stream_generator(seed, stream, step);
  return normal({1000}, generator, torch::kCPU);
}

TEST(RandomStreams, AreReproducible) {
  EXPECT_TRUE(torch::equal(draw(1, "noise", 7), draw(1, "noise", 7)));
}

TEST(RandomStreams, DifferInEveryPartOfTheKey) {
  const torch::Tensor base = draw(1, "noise", 7);
  EXPECT_FALSE(torch::equal(base, draw(2, "noise", 7)));
  EXPECT_FALSE(torch::equal(base, draw(1, "labels", 7)));
  EXPECT_FALSE(torch::equal(base, draw(1, "noise", 8)));
}

TEST(RandomStreams, LeaveTheDefaultGeneratorAlone) {
  torch::manual_seed(3);
  const torch::Tensor before = torch::rand({4});
  torch::manual_seed(3);
  draw(1, "noise", 0);
  EXPECT_TRUE(torch::equal(before, torch::rand({4})));
}

TEST(RandomStreams, KeysOfNeighbouringStepsDoNotCollide) {
  std::set<uint64_t> keys;
  for (uint64_t seed = 0; seed < 50; ++seed)
    for (uint64_t step = 0; step < 50; ++step) keys.insert(stream_key(seed, "noise", step));
  EXPECT_EQ(keys.size(), 2500U);
}

// These two keys agree in their lower 32 bits.
TEST(RandomStreams, UseAllBitsOfTheKey) {
  constexpr const char* kStream = "sample.noise";
  ASSERT_EQ(static_cast<uint32_t>(stream_key(23952, kStream, 0)),
            static_cast<uint32_t>(stream_key(48939, kStream, 0)));
  EXPECT_FALSE(torch::equal(draw(23952, kStream, 0), draw(48939, kStream, 0)));
}

TEST(RandomStreams, NeighbouringStepsAreUncorrelated) {
  const torch::Tensor a = draw(1, "noise", 0), b = draw(1, "noise", 1);
  EXPECT_LT(std::abs((a * b).mean().item<double>()), 0.15);  // 4.7 standard errors
}

TEST(RandomStreams, UniformIsWithinItsRange) {
  auto generator = stream_generator(1, "interpolation", 0);
  const torch::Tensor u = uniform({10000}, generator, torch::kCPU);
  EXPECT_GE(u.min().item<float>(), 0.0F);
  EXPECT_LT(u.max().item<float>(), 1.0F);
  EXPECT_NEAR(u.mean().item<double>(), 0.5, 0.02);
}

}  // namespace random_test
}  // namespace rnngan
