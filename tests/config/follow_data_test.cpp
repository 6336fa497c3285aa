#include "config/follow_data.h"

#include <gtest/gtest.h>

#include "tests/config/support.h"

namespace rnngan {
namespace follow_data_test {

ModelConfig sizes_for(int64_t channels, ModelConfig model = {}) {
  follow_data(model, channels);
  return model;
}

TEST(FollowData, WiderDataGetWiderNetworks) {
  EXPECT_EQ(sizes_for(4).generator.hidden, 32);
  EXPECT_EQ(sizes_for(6).discriminator.hidden, 32);
  EXPECT_EQ(sizes_for(7).generator.hidden, 64);
  EXPECT_EQ(sizes_for(20).discriminator.hidden, 64);
  EXPECT_EQ(sizes_for(33).generator.hidden, 128);
  EXPECT_EQ(sizes_for(1).generator.noise_step, 16);
  EXPECT_EQ(sizes_for(16).generator.noise_global, 16);
  EXPECT_EQ(sizes_for(17).generator.noise_step, 32);
  EXPECT_EQ(sizes_for(500).generator.noise_step, 64);
}

TEST(FollowData, NumbersOfTheUserStay) {
  ModelConfig model;
  model.generator.hidden = 5;
  model.generator.noise_step = 0;
  const ModelConfig sized = sizes_for(100, model);
  EXPECT_EQ(sized.generator.hidden, 5);
  EXPECT_EQ(sized.generator.noise_step, 0);
  EXPECT_FALSE(sized.generator.noise_global.is_automatic());
}

TEST(FollowData, AutoIsWrittenAndRead) {
  using testing::resolve;
  EXPECT_EQ(resolve("{}").document["model"]["generator"]["hidden"], "auto");
  const auto fixed = resolve(R"({"model": {"generator": {"hidden": 7}}})");
  EXPECT_EQ(fixed.document["model"]["generator"]["hidden"], 7);
  const auto again = resolve(fixed.document.dump(), {"model.generator.hidden=auto"});
  EXPECT_TRUE(again.config.model.generator.hidden.is_automatic());
}

}  // namespace follow_data_test
}  // namespace rnngan
