#include "training/trainer.h"

#include <cmath>

#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "tests/training/row_sets.h"
#include "tests/training/support.h"

namespace rnngan {
namespace trainer_test {

using testing_support::SmallRun;

void expect_equal(const Checkpoint& a, const Checkpoint& b) {
  ASSERT_EQ(a.tensors.size(), b.tensors.size());
  for (const auto& [name, tensor] : a.tensors) {
    EXPECT_TRUE(torch::equal(tensor, b.tensors.at(name))) << name;
  }
}

// k steps, a checkpoint, a new process' worth of objects, k steps: the same bits as 2k steps.
void expect_exact_resume(const std::string& name, std::vector<std::string> sets) {
  sets.insert(sets.end(), {"train.n_critic=2", "train.schedule.kind=constant"});
  SmallRun whole("whole-" + name, sets);
  auto straight = whole.trainer();
  straight->run();

  auto first_half = sets;
  first_half.push_back("train.steps=4");  // not a multiple of the log period
  SmallRun half("half-" + name, first_half);
  const TrainResult stopped = half.trainer()->run();
  EXPECT_EQ(stopped.step, 4);
  const Checkpoint checkpoint = read_checkpoint(stopped.checkpoint);

  SmallRun rest("rest-" + name, sets);
  auto resumed = rest.trainer();
  resumed->restore(checkpoint, "test");
  resumed->run();
  expect_equal(straight->capture(), resumed->capture());
  EXPECT_EQ(straight->step(), 8);
}

class ResumeTest : public ::testing::TestWithParam<std::string> {};

TEST_P(ResumeTest, IsExact) {
  expect_exact_resume(GetParam(), {"objective=" + GetParam()});
}

// Running means of scores and of parameters, and random directions drawn for a step.
TEST(Resume, IsExactForTermsWithAStateAndRandomDirections) {
  expect_exact_resume(
      "states", {"objective=bce", "objective.terms.lecam.every=2",
                 "objective.terms.historical_average.weight=0.1", "objective.terms.r1_fd.weight=1",
                 "objective.terms.dragan.weight=1"});
  expect_exact_resume("lengths", {"objective=bce", "objective.terms.path_length.every=2"});
  expect_exact_resume("optimistic", {"objective=bce", "train.optim.generator.type=oadam",
                                     "train.optim.discriminator.type=oadam"});
  expect_exact_resume("augmented",
                      {"objective=bce", "train.augment.scale=0.3", "train.augment.shift=0.3",
                       "train.augment.cutout=0.3", "train.augment.target=0.01",
                       "train.augment.pace=100", "train.optim.discriminator.lr=0.01"});
  expect_exact_resume("proxies", {"objective=bce", "objective.terms.contrastive_2c.weight=1",
                                  "model.discriminator.condition=none"});
}

// On ragged, labelled data with real networks: what a row declares is all that it needs.
TEST(Trainer, EveryLossAndTermTrains) {
  for (const auto& [name, sets] : testing_support::every_loss_and_term()) {
    std::vector<std::string> all = {"objective=bce", "train.steps=2", "train.log.every=1"};
    all.insert(all.end(), sets.begin(), sets.end());
    SmallRun run("row", all);
    EXPECT_EQ(run.trainer()->run().step, 2) << name;
    for (const auto& [key, value] : run.rows.back().items()) {
      EXPECT_TRUE(value.is_number() && std::isfinite(value.get<double>())) << name << " " << key;
    }
  }
}

TEST(Trainer, CheckpointsCarryTheStateOfTerms) {
  SmallRun run("term-state", {"objective=bce", "objective.terms.lecam.weight=1",
                              "objective.terms.past.type=historical_average", "train.steps=3"});
  auto trainer = run.trainer();
  trainer->run();
  const auto tensors = trainer->capture().tensors;
  EXPECT_NEAR(tensors.at("terms.lecam.weight").item<double>(), 1 - std::pow(0.99, 3), 1e-12);
  EXPECT_EQ(tensors.at("terms.past.discriminator_count").item<int64_t>(), 4);
  EXPECT_EQ(tensors.at("terms.past.generator_count").item<int64_t>(), 4);
  const auto& mean = tensors.at("terms.past.generator_head_weight");
  EXPECT_EQ(mean.sizes(), tensors.at("generator.head.weight").sizes());
  EXPECT_FALSE(torch::equal(mean, tensors.at("generator.head.weight")));
}

INSTANTIATE_TEST_SUITE_P(Presets, ResumeTest, ::testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const auto& preset : catalogs().presets)
                             names.push_back(preset.name);
                           return names;
                         }()),
                         [](const auto& test) { return test.param; });

// A stop between two rows of the log: the row after it covers steps of both halves.
TEST(Trainer, AResumedRunLogsTheSameRows) {
  SmallRun whole("rows-whole", {});
  whole.trainer()->run();

  SmallRun cut("rows-cut", {});
  StopFlag stop;
  TrainerHooks hooks = cut.hooks();
  hooks.stop = &stop;
  hooks.on_step = [&](int64_t step) {
    if (step == 4) stop.request(SIGTERM);
  };
  Trainer first(cut.config, cut.data, cut.run, torch::kCPU, hooks);
  const TrainResult stopped = first.run();
  EXPECT_EQ(stopped.step, 4);
  EXPECT_EQ(stopped.signal, SIGTERM);

  auto second = cut.trainer();
  second->restore(read_checkpoint(stopped.checkpoint), "test");
  second->run();
  EXPECT_EQ(whole.rows, cut.rows);
  ASSERT_EQ(whole.rows.size(), 3U);  // steps 3, 6 and the last one, 8
  EXPECT_EQ(whole.rows[2]["step"], 8);
}

TEST(Trainer, WritesWhatItPromises) {
  SmallRun run("files", {"objective=hinge", "train.checkpoint.every=3", "train.checkpoint.keep=2",
                         "train.sample.every=4"});
  const TrainResult result = run.trainer()->run();
  EXPECT_EQ(result.checkpoint, run.run.checkpoint(8));
  for (const int64_t step : {6, 8}) EXPECT_TRUE(std::filesystem::exists(run.run.checkpoint(step)));
  EXPECT_FALSE(std::filesystem::exists(run.run.checkpoint(3))) << "rotation";
  EXPECT_TRUE(std::filesystem::exists(run.run.samples() / "4.csv"));
  const auto& row = run.rows.front();
  for (const char* key :
       {"d.total", "d.adversarial", "d.r1", "d.r2", "d.accuracy", "d.score_real", "d.score_fake",
        "d.grad_norm", "g.total", "g.grad_norm", "lr.generator"}) {
    EXPECT_TRUE(row.contains(key)) << key;
  }
}

TEST(Trainer, DivergenceNamesTheTermAndKeepsTheLastGoodCheckpoint) {
  SmallRun run("diverged", {"objective=wgan", "objective.terms.weight_clip=null", "train.steps=60",
                            "train.optim.discriminator.lr=1e30", "train.log.every=1"});
  try {
    run.trainer()->run();
    FAIL() << "no divergence";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::diverged);
    EXPECT_NE(std::string(error.what()).find("training diverged at step"), std::string::npos);
  }
  const Checkpoint kept = read_checkpoint(newest_checkpoint(run.run.path()));
  for (const auto& [name, tensor] : kept.tensors) {
    if (tensor.is_floating_point()) {
      EXPECT_TRUE(tensor.isfinite().all().item<bool>()) << name;
    }
  }
}

TEST(Trainer, TheAverageFollowsItsFormula) {
  SmallRun run("ema", {"train.steps=1"});
  auto trainer = run.trainer();
  const torch::Tensor before = trainer->capture().tensors.at("ema.generator.head.weight").clone();
  trainer->run();
  const auto tensors = trainer->capture().tensors;
  const double decay = 1.0 / 10.0;  // min(.9995, (1+0)/(10+0))
  const torch::Tensor expected = decay * before + (1 - decay) * tensors.at("generator.head.weight");
  EXPECT_TRUE(torch::allclose(tensors.at("ema.generator.head.weight"), expected, 1e-5, 1e-7));
  SmallRun off("ema-off", {"train.ema.decay=0"});
  EXPECT_FALSE(off.trainer()->capture().tensors.contains("ema.generator.head.weight"));
}

TEST(Trainer, AnotherArchitectureIsRefused) {
  SmallRun small("arch-small", {});
  SmallRun large("arch-large", {"model.generator.hidden=9"});
  const Checkpoint checkpoint = small.trainer()->capture();
  try {
    large.trainer()->restore(checkpoint, "x.safetensors");
    FAIL() << "was loaded";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::checkpoint);
    EXPECT_NE(std::string(error.what()).find("has shape"), std::string::npos);
  }
}

}  // namespace trainer_test
}  // namespace rnngan
