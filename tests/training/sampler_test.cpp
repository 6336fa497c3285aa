#include "training/sampler.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "tests/training/support.h"

namespace rnngan {
namespace sampler_test {

using testing_support::SmallRun;

/// The valid steps of one sequence, [T,F].
at::Tensor steps_of(const SequenceSet& set, int64_t i) {
  return set.padded()[i].narrow(0, 0, set.lengths[i].item<int64_t>());
}

class SamplerTest : public ::testing::Test {
 protected:
  SamplerTest() : run_("sampler", {}), trainer_(run_.trainer()) { trainer_->run(); }

  SequenceSet draw(const SampleRequest& request) {
    const Checkpoint checkpoint = trainer_->capture();
    const auto generator = load_generator(checkpoint, run_.config.config.model.generator,
                                          Weights::averaged, torch::kCPU, "test");
    return sample(*generator, checkpoint.schema, request, torch::kCPU);
  }

  SmallRun run_;
  std::unique_ptr<Trainer> trainer_;
};

TEST_F(SamplerTest, ASequenceDependsOnSeedAndNumberOnly) {
  const SequenceSet few = draw({.count = 3, .seed = 5});
  const SequenceSet many = draw({.count = 2000, .seed = 5});
  const SequenceSet other = draw({.count = 3, .seed = 6});
  ASSERT_EQ(few.count(), 3);
  ASSERT_EQ(many.count(), 2000);
  for (int64_t i = 0; i < 3; ++i) EXPECT_TRUE(torch::equal(steps_of(few, i), steps_of(many, i)));
  EXPECT_FALSE(torch::equal(steps_of(few, 0), steps_of(other, 0)));
  EXPECT_FALSE(torch::equal(steps_of(many, 1500), steps_of(many, 1501)));
}

TEST_F(SamplerTest, LengthsAndLabelsAreDistributedAsInTraining) {
  const SequenceSet drawn = draw({.count = 3000, .seed = 1});
  std::map<int64_t, double> expected, found;
  int64_t total = 0;
  for (const auto& line : run_.data.schema.distribution) total += line.count;
  for (const auto& line : run_.data.schema.distribution) {
    expected[line.label * 1000 + line.length] +=
        static_cast<double>(line.count) / static_cast<double>(total);
  }
  for (int64_t i = 0; i < drawn.count(); ++i) {
    const at::Tensor key = drawn.labels[i] * 1000 + drawn.lengths[i];
    found[key.item<int64_t>()] += 1.0 / 3000;
  }
  for (const auto& [key, share] : found) {
    ASSERT_TRUE(expected.contains(key))
        << "a pair of label and length that no training sequence has";
    EXPECT_NEAR(share, expected[key], 0.05);
  }
}

TEST_F(SamplerTest, LengthAndLabelCanBeChosen) {
  const SequenceSet drawn = draw({.count = 20, .seed = 1, .length = 40, .label = "slow"});
  const auto& labels = run_.data.schema.labels;
  for (int64_t i = 0; i < 20; ++i) {
    EXPECT_EQ(drawn.lengths[i].item<int64_t>(), 40);
    EXPECT_EQ(labels[static_cast<size_t>(drawn.labels[i].item<int64_t>())], "slow");
  }
  EXPECT_THROW(draw({.count = 1, .label = "slwo"}), Error);
}

TEST_F(SamplerTest, SamplesStayInTheTrainingRange) {
  const auto& columns = run_.data.schema.columns;
  const SequenceSet drawn = draw({.count = 200});
  for (int64_t i = 0; i < drawn.count(); ++i) {
    for (size_t f = 0; f < columns.size(); ++f) {
      const auto column = steps_of(drawn, i).select(1, static_cast<int64_t>(f));
      EXPECT_GE(column.min().item<double>(), columns[f].min);
      EXPECT_LE(column.max().item<double>(), columns[f].max);
    }
  }
}

}  // namespace sampler_test
}  // namespace rnngan
