#include "training/phase_context.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include "tensor/random.h"
#include "tests/training/support.h"
#include "training/noise.h"

namespace rnngan {
namespace phase_context_test {

using testing_support::SmallRun;

PhaseInputs inputs_of(const SmallRun& run, const Networks& networks, Side side) {
  PhaseInputs inputs;
  inputs.streams.side = side;
  inputs.streams.seed = 1;
  inputs.real = gather(run.data.train, {0, 1, 2, 3, 4}, run.data.schema, torch::kCPU);
  auto stream = stream_generator(1, "test", 0);
  inputs.noise =
      draw_noise(networks.generator().config(), 5, inputs.real.steps.steps(), stream, torch::kCPU);
  return inputs;
}

class PhaseContextTest : public ::testing::Test {
 protected:
  explicit PhaseContextTest(const std::vector<std::string>& sets = {"objective=r3gan"})
      : run_("phase", sets),
        objective_(run_.config.config.objective),
        networks_(run_.config.config.model, run_.config.config.train.optim, run_.data.schema, 1,
                  torch::kCPU) {}

  PhaseContext context(Side side) {
    networks_.set_training_side(side);
    return {networks_, objective_, inputs_of(run_, networks_, side)};
  }

  SmallRun run_;
  Objective objective_;
  Networks networks_;
};

TEST_F(PhaseContextTest, PairsShareLengthAndCondition) {
  PhaseContext phase = context(Side::discriminator);
  EXPECT_TRUE(
      torch::equal(phase.batch(Which::real).steps.lengths, phase.batch(Which::fake).steps.lengths));
  EXPECT_TRUE(torch::equal(phase.batch(Which::real).condition, phase.batch(Which::fake).condition));
}

TEST_F(PhaseContextTest, FakesCarryAGraphOnlyInTheGeneratorsStep) {
  EXPECT_FALSE(context(Side::discriminator).batch(Which::fake).x.requires_grad());
  EXPECT_TRUE(context(Side::generator).batch(Which::fake).x.requires_grad());
}

// The joint pass of both batches equals one pass for each.
TEST_F(PhaseContextTest, OnePassOfBothBatchesChangesNothing) {
  PhaseContext phase = context(Side::discriminator);
  for (const Which which : {Which::real, Which::fake}) {
    const SequenceBatch& batch = phase.batch(which);
    Discriminator& discriminator = networks_.discriminator();
    const torch::Tensor point = discriminator.embed(batch.x, batch.steps);
    const DiscriminatorOutput alone = discriminator.score(point, batch.condition, batch.steps);
    EXPECT_TRUE(torch::allclose(phase.scores(which).score, alone.score, 1e-5, 1e-6));
    EXPECT_TRUE(torch::allclose(phase.scores(which).features, alone.features, 1e-5, 1e-6));
    const torch::Tensor leaf = point.detach().requires_grad_();
    const torch::Tensor expected =
        gradient_of_sum(discriminator.score(leaf, batch.condition, batch.steps).score, leaf);
    EXPECT_TRUE(torch::allclose(phase.input_gradient(which), expected, 1e-4, 1e-6));
  }
}

TEST_F(PhaseContextTest, InputGradientsAreZeroOnPadding) {
  PhaseContext phase = context(Side::discriminator);
  const StepMask& steps = phase.batch(Which::real).steps;
  ASSERT_TRUE(steps.ragged);
  const torch::Tensor padding = steps.mask.logical_not().unsqueeze(-1);
  for (const Which which : {Which::real, Which::fake}) {
    EXPECT_EQ(phase.input_gradient(which).masked_select(padding).abs().sum().item<double>(), 0.0);
  }
}

// Each side's step reaches exactly its own network.
TEST_F(PhaseContextTest, TheIdleSideIsBitUnchanged) {
  GanStep step(networks_, objective_, run_.data, run_.config.config.train, torch::kCPU);
  for (const Side side : {Side::discriminator, Side::generator}) {
    const Network& idle = networks_.at(side == Side::generator ? "discriminator" : "generator");
    const Network& active = networks_.at(side == Side::generator ? "generator" : "discriminator");
    const torch::Tensor gradient = idle.flat->gradient().clone();
    const torch::Tensor idle_before = idle.flat->values().detach().clone();
    const torch::Tensor active_before = active.flat->values().detach().clone();
    step.take({side, 0});
    EXPECT_TRUE(torch::equal(idle.flat->gradient(), gradient));
    EXPECT_TRUE(torch::equal(idle.flat->values(), idle_before));
    EXPECT_FALSE(torch::equal(active.flat->values(), active_before));
  }
}

TEST_F(PhaseContextTest, EveryStepDrawsAnew) {
  GanStep step(networks_, objective_, run_.data, run_.config.config.train, torch::kCPU);
  const auto total = [](const std::vector<Statistic>& statistics) {
    for (const auto& statistic : statistics)
      if (statistic.name == "score_real") return statistic.value.item<double>();
    return std::nan("");
  };
  const double first =
      total(step.take({Side::discriminator, 0, 0.0}));  // a rate of 0 moves nothing
  EXPECT_EQ(total(step.take({Side::discriminator, 0, 0.0})), first);
  EXPECT_NE(total(step.take({Side::discriminator, 1, 0.0})), first);
}

// A reconstruction moves encoder and generator; what the discriminator says of it moves the
// generator alone.
TEST_F(PhaseContextTest, TheEncoderIsNotTrainedToDeceive) {
  ModelConfig model = run_.config.config.model;
  const NetworkRequest encoder{"encoder", 2 * model.generator.noise_global};
  networks_ = Networks(model, run_.config.config.train.optim, run_.data.schema, 1, torch::kCPU,
                       {{}, {encoder}});
  const auto gradient = [&](const char* network) {
    return networks_.at(network).flat->gradient().abs().sum().item<double>();
  };
  const auto clear = [&] {
    for (const auto& network : networks_.all()) network.flat->zero_gradient();
  };
  {
    PhaseContext phase = context(Side::generator);
    clear();
    phase.batch(Which::reconstruction).x.square().sum().backward();
    EXPECT_GT(gradient("encoder"), 0);
    EXPECT_GT(gradient("generator"), 0);
  }
  {
    PhaseContext phase = context(Side::generator);
    clear();
    phase.scores(Which::reconstruction).score.sum().backward();
    EXPECT_EQ(gradient("encoder"), 0);
    EXPECT_GT(gradient("generator"), 0);
    EXPECT_EQ(gradient("discriminator"), 0);
  }
  PhaseContext phase = context(Side::discriminator);
  EXPECT_FALSE(phase.batch(Which::reconstruction).x.requires_grad());
  EXPECT_TRUE(phase.scores(Which::reconstruction).score.requires_grad());
}

// A head that is to find the label learns nothing where the label stands in its input.
TEST_F(PhaseContextTest, AHiddenLabelDoesNotReachTheHeads) {
  for (const bool hidden : {true, false}) {
    ModelConfig model = run_.config.config.model;
    model.discriminator.condition = hidden ? ConditionPath::none : ConditionPath::concat;
    networks_ = Networks(model, run_.config.config.train.optim, run_.data.schema, 1, torch::kCPU,
                         {{1, {{"class", 3}}}, {}});
    PhaseContext phase = context(Side::discriminator);
    const torch::Tensor told = phase.scores(Which::real).heads.at("class");
    PassOptions other;
    other.condition = phase.batch(Which::real).condition.roll(1, 1);
    const torch::Tensor told_wrong =
        phase.scores_at(phase.critic_input(Which::real), other).heads.at("class");
    EXPECT_EQ(torch::allclose(told, told_wrong, 1e-5, 1e-6), hidden);
  }
}

class PathContextTest : public PhaseContextTest {
 protected:
  PathContextTest() : PhaseContextTest({"objective=bce", "objective.terms.path_length={}"}) {}
};

// The gradient by the global noise has a gradient by the recurrent weights.
TEST_F(PathContextTest, WhatIsGeneratedIsDifferentiableTwice) {
  PhaseContext phase = context(Side::generator);
  const torch::Tensor w = phase.global_noise().clone().requires_grad_();
  EXPECT_EQ(w.size(1), run_.config.config.model.generator.noise_global);
  const torch::Tensor slope = gradient_of_sum(phase.generate(w).square(), w);
  networks_.at("generator").flat->zero_gradient();
  slope.square().sum().backward();
  for (const auto& item : networks_.generator().named_parameters()) {
    if (item.key() == "head.bias" || item.key() == "state_out.bias") continue;
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST_F(PhaseContextTest, OtherFakesKnowTheDistanceOfTheirNoise) {
  PhaseContext phase = context(Side::generator);
  const OtherFake& near = phase.other_fake(0.05);
  const OtherFake& far = phase.other_fake(0);
  // About 0.05 and the square root of 2 for standard normal noise.
  EXPECT_LT(near.distance.max().item<double>(), 0.12);
  EXPECT_GT(far.distance.min().item<double>(), 0.5);
  EXPECT_TRUE(far.x.requires_grad());
  EXPECT_EQ(&phase.other_fake(0), &far) << "made once";
  EXPECT_FALSE(torch::equal(near.x, far.x));
}

/// The point that a batch would have as it is.
torch::Tensor plain_point(const Networks& networks, const SequenceBatch& batch) {
  return networks.discriminator().embed(batch.x, batch.steps);
}

TEST_F(PhaseContextTest, BothBatchesAreAugmentedInBothSteps) {
  for (const Side side : {Side::discriminator, Side::generator}) {
    PhaseInputs inputs = inputs_of(run_, networks_, side);
    PhaseContext plain(networks_, objective_, inputs);
    inputs.augment.shift = inputs.augment.scale = inputs.augment.cutout = 0.3;
    networks_.set_training_side(side);
    PhaseContext phase(networks_, objective_, inputs);
    const StepMask& steps = phase.critic_input_steps();
    ASSERT_TRUE(steps.ragged);
    const torch::Tensor padding = steps.mask.logical_not().unsqueeze(-1);
    for (const Which which : {Which::real, Which::fake}) {
      EXPECT_TRUE(
          torch::equal(plain.critic_input(which), plain_point(networks_, plain.batch(which))));
      EXPECT_TRUE(torch::equal(phase.batch(which).x, plain.batch(which).x)) << "the data stay";
      const torch::Tensor moved = phase.critic_input(which) - plain.critic_input(which);
      EXPECT_GT(moved.abs().sum({1, 2}).min().item<double>(), 0.01);
      EXPECT_EQ(moved.masked_select(padding).abs().sum().item<double>(), 0);
    }
    const torch::Tensor& x = phase.batch(Which::real).x;
    EXPECT_FALSE(torch::equal(phase.embed(x), phase.embed(x))) << "fresh for each";
    EXPECT_FALSE(torch::equal(phase.embed(x), phase.critic_input(Which::real)));
  }
}

TEST_F(PhaseContextTest, TheGeneratorLearnsThroughTheAugmentation) {
  PhaseInputs inputs = inputs_of(run_, networks_, Side::generator);
  inputs.augment.shift = inputs.augment.scale = inputs.augment.cutout = 0.3;
  networks_.set_training_side(Side::generator);
  PhaseContext phase(networks_, objective_, inputs);
  networks_.at("generator").flat->zero_gradient();
  phase.scores(Which::fake).score.sum().backward();
  EXPECT_GT(networks_.at("generator").flat->gradient().abs().sum().item<double>(), 0);
}

// Otherwise the distance of the two in the discriminator's eyes would be that of the changes.
TEST_F(PhaseContextTest, AReconstructionIsAugmentedLikeItsSequence) {
  const NetworkRequest encoder{"encoder", 2 * run_.config.config.model.generator.noise_global};
  networks_ = Networks(run_.config.config.model, run_.config.config.train.optim, run_.data.schema,
                       1, torch::kCPU, {{}, {encoder}});
  PhaseInputs inputs = inputs_of(run_, networks_, Side::discriminator);
  PhaseContext plain(networks_, objective_, inputs);
  inputs.augment.shift = 0.3;
  PhaseContext phase(networks_, objective_, inputs);
  const auto shift = [&](Which which) {
    return phase.critic_input(which) - plain.critic_input(which);
  };
  EXPECT_TRUE(torch::allclose(shift(Which::reconstruction), shift(Which::real), 0, 1e-5));
  EXPECT_FALSE(torch::allclose(shift(Which::fake), shift(Which::real), 0, 1e-3));
}

TEST_F(PhaseContextTest, NamedNumbersAreTheSameUnderTheSameName) {
  PhaseContext phase = context(Side::discriminator);
  EXPECT_TRUE(torch::equal(phase.normal("a", {3}), phase.normal("a", {3})));
  EXPECT_FALSE(torch::equal(phase.normal("a", {3}), phase.normal("b", {3})));
}

TEST_F(PhaseContextTest, InterpolationWeightsAreDrawnOnceFromTheirStream) {
  networks_.set_training_side(Side::discriminator);
  const PhaseInputs inputs = inputs_of(run_, networks_, Side::discriminator);
  PhaseContext phase(networks_, objective_, inputs);
  EXPECT_TRUE(
      torch::equal(phase.interpolation_weights(), inputs.streams.uniform("interpolation", {5})));
  EXPECT_EQ(&phase.interpolation_weights(), &phase.interpolation_weights());
}

class WganContextTest : public PhaseContextTest {
 protected:
  WganContextTest() : PhaseContextTest({"objective=wgan_gp"}) {}
};

TEST_F(WganContextTest, ReadingRealsInTheGeneratorsStepNeedsADeclaration) {
  EXPECT_FALSE(objective_.needs(Need::real_in_g));
  GanStep step(networks_, objective_, run_.data, run_.config.config.train, torch::kCPU);
  EXPECT_NO_THROW(step.take({Side::generator, 0}));
}

}  // namespace phase_context_test
}  // namespace rnngan
