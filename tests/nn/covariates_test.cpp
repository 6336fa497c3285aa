// What is known of steps beforehand, in both networks.
#include <gtest/gtest.h>

#include "nn/discriminator_support.h"
#include "nn/generator.h"

namespace rnngan {
namespace covariates_test {

using namespace testing;
using torch::Tensor;

/// Two columns, and one covariate.
Schema schema_with_covariate() {
  Schema schema = small_schema();
  schema.covariates = {column(0.0, 1.0, -2.0, 2.0, 0.0)};
  return schema;
}

StepMask known(const StepMask& steps, double at) {
  StepMask with = steps;
  with.covariates = zero_padding(numbers({steps.batch(), steps.steps(), 1}, at), steps);
  return with;
}

TEST(Covariates, EnterTheCriticBesideItsInput) {
  const auto critic = make_discriminator(small_config(), schema_with_covariate());
  const Tensor x = numbers({2, 4, 2}, 0.3);
  const StepMask steps = known(full(2, 4), 0.7);
  const Tensor input = critic->embed(x, steps);
  EXPECT_EQ(input.size(2), critic->input_width()) << "no gradient is taken at covariates";
  const Tensor score = critic->score(input, {}, steps).score;
  expect_close(critic->score(input, {}, steps).features,
               features_of(states(*critic, torch::cat({input, steps.covariates}, 2), steps), steps),
               1e-12, "features");
  EXPECT_FALSE(torch::allclose(score, critic->score(input, {}, known(steps, 0.1)).score));
}

TEST(Covariates, OfPackedSequencesStandSideBySide) {
  DiscriminatorConfig config = small_config();
  config.pac = 2;
  const auto critic = make_discriminator(config, schema_with_covariate());
  const StepMask steps = known(full(4, 3), 0.7);
  const StepMask packed = critic->pack(steps);
  ASSERT_EQ(packed.covariates.sizes(), torch::IntArrayRef({2, 3, 2}));
  EXPECT_TRUE(torch::equal(packed.covariates[1].select(1, 0), steps.covariates[2].select(1, 0)));
  EXPECT_TRUE(torch::equal(packed.covariates[1].select(1, 1), steps.covariates[3].select(1, 0)));
  EXPECT_EQ(critic->score(critic->embed(numbers({4, 3, 2}, 0.3), steps), {}, packed).score.numel(),
            2);
}

TEST(Covariates, OfPaddingChangeNothing) {
  const auto critic = make_discriminator(small_config(), schema_with_covariate());
  const StepMask steps = known(ragged({2, 4}, 4), 0.7);
  StepMask other = steps;
  other.covariates = steps.covariates.clone();
  other.covariates[0].narrow(0, 2, 2).fill_(9);
  const Tensor input = critic->embed(numbers({2, 4, 2}, 0.3), steps);
  EXPECT_TRUE(torch::allclose(critic->score(input, {}, steps).score,
                              critic->score(input, {}, other).score));
}

TEST(Covariates, OfAStepReachTheGeneratorFromThereOn) {
  for (const bool autoregressive : {false, true}) {
    GeneratorConfig config;
    config.hidden = 4;
    config.noise_step = 2;
    config.noise_global = 2;
    config.autoregressive = autoregressive;
    config.output = OutputActivation::linear;
    Generator generator(config, schema_with_covariate());
    generator.to(torch::kFloat64);
    set_numbers(generator);
    Noise noise;
    noise.step = numbers({1, 5, 2}, 0.2);
    noise.global = numbers({1, 2}, 0.4);
    const StepMask steps = known(full(1, 5), 0.7);
    StepMask other = steps;
    other.covariates = steps.covariates.clone();
    other.covariates[0][2] += 1;
    const Tensor a = generator.forward(noise, {}, steps), b = generator.forward(noise, {}, other);
    EXPECT_TRUE(torch::equal(a.narrow(1, 0, 2), b.narrow(1, 0, 2)));
    EXPECT_FALSE(torch::allclose(a.narrow(1, 2, 1), b.narrow(1, 2, 1)));
    EXPECT_FALSE(torch::allclose(a.narrow(1, 4, 1), b.narrow(1, 4, 1))) << "the LSTM remembers";
  }
}

}  // namespace covariates_test
}  // namespace rnngan
