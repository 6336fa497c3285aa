#include "data/batcher.h"

#include <algorithm>
#include <set>

#include <torch/types.h>

#include "data_test_util.h"

namespace rnngan {
namespace batcher_test {

using testing_data::config_for;
using testing_data::counting_csv;
using testing_data::write_text;

const at::Device kCpu(at::kCPU);

TEST(Gather, WindowsOfOneLength) {
  auto config = config_for(write_text("file.csv", counting_csv(10)), 3);
  config.scaling = Scaling::none;
  const auto data = load_dataset(config);
  const auto batch = gather(data.train, {4, 0}, data.schema, kCpu);
  EXPECT_FALSE(batch.steps.ragged);
  EXPECT_FALSE(batch.condition.defined());
  EXPECT_EQ(batch.x.scalar_type(), torch::kFloat);
  EXPECT_TRUE(
      at::equal(batch.x, torch::tensor({4.0F, 5.0F, 6.0F, 0.0F, 1.0F, 2.0F}).view({2, 3, 1})));
}

TEST(Gather, RaggedSequencesArePaddedWithZeros) {
  auto config =
      config_for(write_text("file.csv", "id,k,s,v\nA,x,2,1\nA,x,2,2\nA,x,2,3\nB,y,4,5\n"));
  config.id = "id";
  config.label = "k";
  config.statics = {"s"};
  config.scaling = Scaling::none;
  const auto data = load_dataset(config);
  const auto batch = gather(data.train, {1, 0}, data.schema, kCpu);
  EXPECT_TRUE(batch.steps.ragged);
  EXPECT_TRUE(
      at::equal(batch.x, torch::tensor({5.0F, 0.0F, 0.0F, 1.0F, 2.0F, 3.0F}).view({2, 3, 1})));
  EXPECT_TRUE(at::equal(batch.steps.lengths, torch::tensor({1, 3}, torch::kLong)));
  EXPECT_TRUE(at::equal(batch.condition,
                        torch::tensor({0.0F, 1.0F, 1.0F, 1.0F, 0.0F, -1.0F}).view({2, 3})));
}

TEST(Gather, ConditionsAloneHaveNoValues) {
  const auto data = load_dataset(config_for(write_text("file.csv", counting_csv(10)), 3));
  const auto whole = gather(data.train, {4, 0}, data.schema, kCpu);
  const auto conditions = gather(data.train, {4, 0}, data.schema, kCpu, BatchParts::conditions);
  EXPECT_TRUE(whole.x.defined());
  EXPECT_FALSE(conditions.x.defined());
  EXPECT_TRUE(at::equal(conditions.steps.lengths, whole.steps.lengths));
}

TEST(Batcher, EveryEpochIsAPermutation) {
  const Batcher batcher(10, 4, 1);
  std::vector<int64_t> drawn;
  for (int64_t step = 0; step < 5; ++step) {
    const auto batch = batcher.batch(step);
    EXPECT_EQ(batch.size(), 4U);
    drawn.insert(drawn.end(), batch.begin(), batch.end());
  }
  const std::vector<int64_t> first(drawn.begin(), drawn.begin() + 10);
  const std::vector<int64_t> second(drawn.begin() + 10, drawn.end());
  EXPECT_EQ(std::set<int64_t>(first.begin(), first.end()).size(), 10U);
  EXPECT_EQ(std::set<int64_t>(second.begin(), second.end()).size(), 10U);
  EXPECT_NE(first, second);
}

TEST(Batcher, HoldsNoState) {
  const Batcher a(7, 5, 3);
  const auto late = a.batch(9);
  a.batch(0);
  EXPECT_EQ(a.batch(9), late);
  EXPECT_EQ(Batcher(7, 5, 3).batch(9), late);
  EXPECT_NE(Batcher(1000, 100, 4).batch(0), Batcher(1000, 100, 5).batch(0));
}

TEST(Batcher, MoreThanOneEpochInABatch) {
  auto batch = Batcher(2, 5, 1).batch(0);
  EXPECT_EQ(batch.size(), 5U);
  EXPECT_GE(std::count(batch.begin(), batch.end(), 0), 2);
  EXPECT_GE(std::count(batch.begin(), batch.end(), 1), 2);
}

}  // namespace batcher_test
}  // namespace rnngan
