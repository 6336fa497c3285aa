// What train.* adds to a step: rules that skip it, noise, fewer fakes, looking ahead, pretraining.
#include <cmath>
#include <csignal>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "data/data_file.h"
#include "tests/training/support.h"

namespace rnngan {
namespace step_options_test {

using testing_support::SmallRun;

torch::Tensor tensor_of(const Trainer& trainer, const std::string& name) {
  return trainer.capture().tensors.at(name).clone();
}

/// Whether a run of one step moves the two networks.
struct Moved {
  explicit Moved(const std::vector<std::string>& sets) {
    std::vector<std::string> all = {"train.steps=1", "train.log.every=1"};
    all.insert(all.end(), sets.begin(), sets.end());
    SmallRun run("moved", all);
    auto trainer = run.trainer();
    const torch::Tensor g = tensor_of(*trainer, "generator.head.weight");
    const torch::Tensor d = tensor_of(*trainer, "discriminator.score.weight");
    trainer->run();
    generator = !torch::equal(g, tensor_of(*trainer, "generator.head.weight"));
    discriminator = !torch::equal(d, tensor_of(*trainer, "discriminator.score.weight"));
    row = run.rows.back();
  }

  bool generator, discriminator;
  nlohmann::json row;
};

TEST(Freeze, NothingIsFrozenByDefault) {
  const Moved moved({});
  EXPECT_TRUE(moved.generator);
  EXPECT_TRUE(moved.discriminator);
  EXPECT_FALSE(moved.row.contains("d.frozen"));
}

TEST(Freeze, StopsADiscriminatorThatIsTooGood) {
  // Accuracy is at least 0.
  const Moved moved({"train.freeze.discriminator_above=0", "objective=bce"});
  if (moved.row["d.accuracy"] > 0) {
    EXPECT_FALSE(moved.discriminator);
    EXPECT_EQ(moved.row["d.frozen"], 1);
  } else {
    EXPECT_TRUE(moved.discriminator);
  }
  EXPECT_TRUE(moved.generator);
}

TEST(Freeze, StopsAGeneratorWhoseJudgeKnowsLess) {
  const Moved moved({"train.freeze.generator_below=1", "objective=bce"});
  EXPECT_TRUE(moved.discriminator);
  EXPECT_EQ(moved.generator, moved.row["d.accuracy"] >= 1);
}

TEST(Pretrain, TakesSupervisedTermsAlone) {
  const std::vector<std::string> sets = {"objective=bce", "objective.terms.mle={}",
                                         "model.generator.autoregressive=true", "train.pretrain=2",
                                         "train.log.every=1"};
  SmallRun run("pretrain", sets);
  run.trainer()->run();
  for (size_t i = 0; i < run.rows.size(); ++i) {
    const auto& row = run.rows[i];
    EXPECT_TRUE(row.contains("g.mle"));
    EXPECT_EQ(row.contains("g.adversarial"), i >= 2) << i;
    EXPECT_EQ(row.contains("d.adversarial"), i >= 2) << i;
    EXPECT_EQ(row["discriminator_step"], std::max<int64_t>(0, static_cast<int64_t>(i) - 1));
  }
}

TEST(Log, SharesOfTheGradientAddUpToOne) {
  SmallRun run("shares", {"objective=r3gan", "train.log.every=2"});
  run.trainer()->run();
  const auto& row = run.rows.front();
  const double sum = row["d.adversarial.share"].get<double>() + row["d.r1.share"].get<double>() +
                     row["d.r2.share"].get<double>();
  EXPECT_NEAR(sum, 1, 1e-6);
  EXPECT_GT(row["d.r1.grad_norm"], 0);
  EXPECT_EQ(row["d.r1.weight"], 10);
  EXPECT_NEAR(row["g.adversarial.share"].get<double>(), 1, 1e-6);
}

// Measuring the parts must not change the step.
TEST(Log, MeasuringChangesNothing) {
  SmallRun often("often", {"train.log.every=1"}), never("never", {"train.log.every=1000"});
  auto a = often.trainer(), b = never.trainer();
  a->run();
  b->run();
  for (const char* name : {"generator.head.weight", "discriminator.score.weight"}) {
    EXPECT_TRUE(torch::equal(tensor_of(*a, name), tensor_of(*b, name))) << name;
  }
}

TEST(InstanceNoise, FadesOut) {
  const auto score = [](const std::string& sd, size_t step) {
    SmallRun run("noise", {"train.instance_noise.sd=" + sd, "train.log.every=1",
                           "train.schedule.kind=constant", "train.optim.generator.lr=1e-30",
                           "train.optim.discriminator.lr=1e-30"});
    run.trainer()->run();
    return run.rows.at(step)["d.score_real"].get<double>();
  };
  // The networks stand still: what differs is the noise. Half of 8 steps have it.
  EXPECT_NE(score("5", 0), score("0", 0));
  EXPECT_NE(score("5", 3), score("0", 3));
  EXPECT_EQ(score("5", 4), score("0", 4));
}

TEST(InstanceNoise, OfCoarseGridsStays) {
  const auto score = [](const std::string& grid, const std::string& decimals) {
    SmallRun run("grid", {"train.instance_noise.grid=" + grid, "data.column.x.decimals=" + decimals,
                          "train.log.every=1", "train.schedule.kind=constant",
                          "train.optim.generator.lr=1e-30", "train.optim.discriminator.lr=1e-30"});
    run.trainer()->run();
    return run.rows.at(7)["d.score_real"].get<double>();
  };
  // The networks stand still.
  EXPECT_NE(score("0.3", "0"), score("0", "0"));
  EXPECT_EQ(score("0.3", "3"), score("0", "3"));
}

// Six real sequences a step; p moves by 24 / 48 after the fourth step of the discriminator.
TEST(Augment, TheShareIsLoggedAndSaved) {
  SmallRun run("ada", {"objective=bce", "train.augment.shift=0.3", "train.augment.target=0.01",
                       "train.augment.pace=48", "train.log.every=1"});
  auto trainer = run.trainer();
  trainer->run();
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(run.rows.at(i)["d.augment"], 0) << i;
  const double share = run.rows.at(4)["d.augment"];
  EXPECT_TRUE(share == 0 || share == 0.5) << share;
  EXPECT_EQ(tensor_of(*trainer, "augment.state").size(0), 2);
  SmallRun fixed("diffaug", {"objective=bce", "train.augment.shift=0.3"});
  EXPECT_EQ(fixed.trainer()->capture().tensors.count("augment.state"), 0U);
}

class OptionResumeTest : public ::testing::TestWithParam<std::vector<std::string>> {};

TEST_P(OptionResumeTest, EachTrainsAndIsFinite) {
  std::vector<std::string> sets = {"objective=bce", "train.steps=3", "train.log.every=1"};
  sets.insert(sets.end(), GetParam().begin(), GetParam().end());
  SmallRun run("option", sets);
  EXPECT_EQ(run.trainer()->run().step, 3);
  for (const auto& [key, value] : run.rows.back().items()) {
    EXPECT_TRUE(value.is_number() && std::isfinite(value.get<double>())) << key;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Options, OptionResumeTest,
    ::testing::Values(
        std::vector<std::string>{"train.unroll.steps=2"},
        std::vector<std::string>{"train.unroll.steps=2", "train.augment.scale=0.2",
                                 "train.augment.shift=0.2", "train.augment.cutout=0.3",
                                 "train.instance_noise.sd=0.1"},
        std::vector<std::string>{"objective=r3gan", "train.augment.cutout=0.3",
                                 "model.discriminator.pac=2"},
        std::vector<std::string>{"train.topk.keep=0.5", "train.topk.decay=0.9"},
        std::vector<std::string>{"model.generator.autoregressive=true"},
        std::vector<std::string>{"model.generator.code_categories=3",
                                 "model.generator.code_continuous=2"},
        std::vector<std::string>{"objective=infogan",
                                 "objective.terms.mutual_information.q_trunk=frozen"},
        std::vector<std::string>{"objective=infogan",
                                 "objective.terms.mutual_information.q_trunk=separate"},
        std::vector<std::string>{"model.discriminator.condition=projection"},
        std::vector<std::string>{"model.discriminator.condition=outputs"},
        std::vector<std::string>{"model.discriminator.condition=none"},
        std::vector<std::string>{"objective=vaegan", "objective.terms.historical_average={}"},
        std::vector<std::string>{"model.discriminator.minibatch=discrimination"},
        std::vector<std::string>{"model.discriminator.minibatch=deviation"},
        std::vector<std::string>{"model.discriminator.pac=3"},
        std::vector<std::string>{"model.discriminator.pac=2", "objective=r3gan"},
        std::vector<std::string>{"model.discriminator.pac=2", "objective=wgan_gp"},
        std::vector<std::string>{"model.discriminator.spectral_norm=true", "objective=r3gan"},
        std::vector<std::string>{"model.discriminator.dropout=0.3", "objective=r3gan"},
        std::vector<std::string>{"train.optim.generator.type=rmsprop",
                                 "train.optim.discriminator.type=sgd",
                                 "train.optim.discriminator.beta1=0.9"},
        std::vector<std::string>{"train.optim.generator.weight_decay=0.1"}));

TEST(DeadBands, BeginAtTheirShareOfTheSteps) {
  const auto weight_after = [](const std::string& name, const char* from, int64_t steps) {
    SmallRun run(name, {std::string("train.dead_bands_from=") + from});
    for (Column& column : run.data.schema.columns) column.dead_band = column.sd;
    StopFlag stop;
    TrainerHooks hooks = run.hooks();
    hooks.stop = &stop;
    hooks.on_step = [&](int64_t step) {
      if (step == steps) stop.request(SIGTERM);
    };
    Trainer stopped(run.config, run.data, run.run, torch::kCPU, hooks);
    stopped.run();
    EXPECT_EQ(stopped.step(), steps);
    return tensor_of(stopped, "generator.head.weight");
  };
  const torch::Tensor never = weight_after("bands-never", "1", 4);
  EXPECT_TRUE(torch::equal(never, weight_after("bands-half-4", "0.5", 4)));
  EXPECT_FALSE(torch::equal(never, weight_after("bands-always-4", "0", 4)));
  EXPECT_FALSE(
      torch::equal(weight_after("bands-never-5", "1", 5), weight_after("bands-half-5", "0.5", 5)));
}

TEST(DeadBands, SamplesHaveThem) {
  SmallRun run("bands-sampled", {"train.dead_bands_from=1", "train.ema.decay=0", "train.steps=2",
                                 "train.sample.every=2"});
  for (Column& column : run.data.schema.columns) column.dead_band = 100 * column.sd;
  run.trainer()->run();
  DataConfig written = run.config.config.data;
  written.path = (run.run.samples() / "2.csv").string();
  const SequenceSet made = read_sequences(written, 20, true);
  const at::Tensor change = made.padded().diff(1, 1).masked_select(
      made.mask().narrow(1, 1, made.steps() - 1).unsqueeze(2));
  ASSERT_GT(change.numel(), 0);
  EXPECT_EQ(change.abs().max().item<double>(), 0) << "nothing ever changes so much";
}

}  // namespace step_options_test
}  // namespace rnngan
