#include "config/memory_need.h"

#include <algorithm>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace memory_need_test {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

constexpr double kGigabytes = 1e9;

MemoryShape small_data() {
  MemoryShape shape;
  shape.steps = 24;
  shape.columns = shape.channels = shape.values = 4;
  return shape;
}

TEST(MemoryNeed, OfWeightsIsThatOfParametersAndWhatBelongsToThem) {
  RunConfig config;
  config.model.generator.hidden = 1024;
  config.train.ema.decay = 0;
  config.train.optim.generator.type = config.train.optim.discriminator.type = OptimizerKind::sgd;
  config.train.optim.generator.beta1 = config.train.optim.discriminator.beta1 = 0;
  // Of the LSTM 4 x 1024 x (32 + 1024 + 2 x 1), of the initial state 1024 x (16 + 2 x 1024); each
  // as values, gradients and 3.8 times in use.
  const double most = 4 * 5.8 * (4 * 1024 * (32 + 1024 + 2) + 1024 * (16 + 2 * 1024));
  const double plain = memory_need(config, small_data()).weights;
  EXPECT_NEAR(plain, most, 0.02 * most);
  config.train.optim.generator.type = OptimizerKind::adam;
  EXPECT_NEAR(memory_need(config, small_data()).weights, plain * 7.8 / 5.8, 0.01 * plain);
  config.train.ema.decay = 0.9;
  EXPECT_NEAR(memory_need(config, small_data()).weights, plain * 9.8 / 5.8, 0.01 * plain);
}

TEST(MemoryNeed, OfAStepGrowsWithBatchStepsAndSecondDerivatives) {
  RunConfig config;
  MemoryShape shape = small_data();
  const double once = memory_need(config, shape).step;
  config.train.batch *= 3;
  EXPECT_NEAR(memory_need(config, shape).step, 3 * once, 1e-6 * once);
  shape.steps *= 2;
  EXPECT_NEAR(memory_need(config, shape).step, 6 * once, 1e-6 * once);
  shape.twice = true;
  EXPECT_GT(memory_need(config, shape).step, 1.3 * 6 * once);
  const double twice = memory_need(config, shape).step;
  shape.passes = 1;  // half as many rows once more
  EXPECT_NEAR(memory_need(config, shape).step, 1.5 * twice, 0.1 * twice);
}

TEST(MemoryNeed, OfMinibatchDiscriminationGrowsWithPairs) {
  RunConfig config;
  config.train.batch = 1024;
  const double plain = memory_need(config, small_data()).step;
  config.model.discriminator.minibatch = MinibatchLayer::discrimination;
  config.model.discriminator.minibatch_kernels = config.model.discriminator.minibatch_dims = 64;
  EXPECT_NEAR(memory_need(config, small_data()).step - plain, 9.0 * 4 * (1 << 20) * 4096, 1e9);
}

TEST(MemoryNeed, OfScoresGrowsWithSequences) {
  MemoryShape shape = small_data();
  EXPECT_EQ(memory_need({}, shape).scores, 0);
  shape.scored = 400;
  const double scores = memory_need({}, shape).scores;
  EXPECT_GT(scores, 400 * 24 * 4 * 8);
  EXPECT_EQ(memory_need({}, shape).total(),
            memory_need({}, shape).weights + std::max(memory_need({}, shape).step, scores));
}

TEST(MemoryNeed, NamesTheKeyAndTheLargestValueThatFits) {
  RunConfig config;
  config.model.generator.hidden = 65'536;
  const MemoryShape shape = small_data();
  const auto found = memory_finding(config, shape, 22 * kGigabytes);
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->path, "model.generator.hidden");
  EXPECT_THAT(found->fact, MatchesRegex("65536 needs about [0-9.]+ [GT]B, 22 GB are free"));
  ASSERT_THAT(found->hint, MatchesRegex("[0-9]+ would fit"));
  const int64_t fits = std::stoll(found->hint);
  config.model.generator.hidden = fits;
  EXPECT_FALSE(memory_finding(config, shape, 22 * kGigabytes).has_value());
  EXPECT_GT(memory_need(config, shape).total(), 0.9 * 22 * kGigabytes);
}

TEST(MemoryNeed, BlamesWhatIsLarge) {
  const auto blamed = [](const RunConfig& config, const MemoryShape& shape) {
    const auto found = memory_finding(config, shape, kGigabytes);
    return found ? found->path : "";
  };
  RunConfig config;
  MemoryShape shape = small_data();
  EXPECT_EQ(blamed(config, shape), "");
  config.train.batch = 1'000'000;
  EXPECT_EQ(blamed(config, shape), "train.batch");
  config = {};
  shape.steps = 10'000'000;
  EXPECT_EQ(blamed(config, shape), "data.window.length");
  shape = small_data();
  config.model.discriminator.hidden = 60'000;
  EXPECT_EQ(blamed(config, shape), "model.discriminator.hidden");
  config.model.generator.hidden = 60'000;  // one alone does not help
  EXPECT_THAT(memory_finding(config, shape, kGigabytes)->hint, HasSubstr("smaller"));
}

TEST(MemoryNeed, SaysThatOnlyTheReportIsTooMuch) {
  MemoryShape shape = small_data();
  shape.trained = 10'000'000;
  EXPECT_FALSE(memory_finding({}, shape, kGigabytes).has_value());
  shape.reported = 1000;
  EXPECT_EQ(memory_finding({}, shape, kGigabytes)->hint, "without a report it would fit");
}

TEST(MemoryNeed, WhatMayFitIsNotRefused) {
  const double needed = memory_need({}, small_data()).total();
  EXPECT_FALSE(memory_finding({}, small_data(), 0.81 * needed).has_value());
  EXPECT_TRUE(memory_finding({}, small_data(), 0.79 * needed).has_value());
}

}  // namespace memory_need_test
}  // namespace rnngan
