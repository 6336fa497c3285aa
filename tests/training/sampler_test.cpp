#include "training/sampler.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "tests/training/support.h"

namespace rnngan {
namespace sampler_test {

using testing_support::SmallRun;

// Keeps what is written.
class Collector : public SampleWriter {
 public:
  void write(const SampleChunk& chunk) override {
    for (int64_t i = 0; i < chunk.lengths.size(0); ++i) {
      const int64_t length = chunk.lengths[i].item<int64_t>();
      sequences.push_back(chunk.x[i].narrow(0, 0, length).clone());
      labels.push_back(chunk.labels[i].item<int64_t>());
    }
  }
  void finish() override {}

  std::vector<torch::Tensor> sequences;
  std::vector<int64_t> labels;
};

class SamplerTest : public ::testing::Test {
 protected:
  SamplerTest() : run_("sampler", {}), trainer_(run_.trainer()) { trainer_->run(); }

  Collector draw(const SampleRequest& request) {
    const Checkpoint checkpoint = trainer_->capture();
    const auto generator = load_generator(checkpoint, run_.config.config.model.generator,
                                          Weights::averaged, torch::kCPU, "test");
    Collector collector;
    sample(*generator, checkpoint.schema, request, torch::kCPU, collector);
    return collector;
  }

  SmallRun run_;
  std::unique_ptr<Trainer> trainer_;
};

TEST_F(SamplerTest, ASequenceDependsOnSeedAndNumberOnly) {
  const Collector few = draw({.count = 3, .seed = 5});
  const Collector many = draw({.count = 2000, .seed = 5});
  const Collector other = draw({.count = 3, .seed = 6});
  ASSERT_EQ(few.sequences.size(), 3U);
  ASSERT_EQ(many.sequences.size(), 2000U);
  for (size_t i = 0; i < 3; ++i) EXPECT_TRUE(torch::equal(few.sequences[i], many.sequences[i]));
  EXPECT_FALSE(torch::equal(few.sequences[0], other.sequences[0]));
  EXPECT_FALSE(torch::equal(many.sequences[1500], many.sequences[1501]));
}

TEST_F(SamplerTest, LengthsAndLabelsFollowTheTrainingLaw) {
  const Collector drawn = draw({.count = 3000, .seed = 1});
  std::map<int64_t, double> expected, found;
  int64_t total = 0;
  for (const auto& line : run_.data.schema.law) total += line.count;
  for (const auto& line : run_.data.schema.law) {
    expected[line.label * 1000 + line.length] +=
        static_cast<double>(line.count) / static_cast<double>(total);
  }
  for (size_t i = 0; i < drawn.sequences.size(); ++i) {
    found[drawn.labels[i] * 1000 + drawn.sequences[i].size(0)] += 1.0 / 3000;
  }
  for (const auto& [key, share] : found) {
    ASSERT_TRUE(expected.contains(key))
        << "a pair of label and length that no training sequence has";
    EXPECT_NEAR(share, expected[key], 0.05);
  }
}

TEST_F(SamplerTest, LengthAndLabelCanBeChosen) {
  const Collector drawn = draw({.count = 20, .seed = 1, .length = 40, .label = "slow"});
  const auto& labels = run_.data.schema.labels;
  for (size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(drawn.sequences[i].size(0), 40);
    EXPECT_EQ(labels[static_cast<size_t>(drawn.labels[i])], "slow");
  }
  EXPECT_THROW(draw({.count = 1, .label = "slwo"}), Error);
}

TEST_F(SamplerTest, SamplesStayInTheTrainingRange) {
  const auto& columns = run_.data.schema.columns;
  for (const auto& sequence : draw({.count = 200}).sequences) {
    for (size_t f = 0; f < columns.size(); ++f) {
      const auto column = sequence.select(1, static_cast<int64_t>(f));
      EXPECT_GE(column.min().item<double>(), columns[f].min);
      EXPECT_LE(column.max().item<double>(), columns[f].max);
    }
  }
}

}  // namespace sampler_test
}  // namespace rnngan
