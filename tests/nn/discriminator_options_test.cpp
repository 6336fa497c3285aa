// The options of model.discriminator, and what the objective asks of it.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/discriminator_support.h"

namespace rnngan {
namespace discriminator_options_test {

using testing::expect_close;
using testing::features_of;
using testing::full;
using testing::kPolicies;
using testing::linear;
using testing::make_discriminator;
using testing::numbers;
using testing::numbers_of_policy;
using testing::parameter;
using testing::pooled_score;
using testing::ragged;
using testing::schema_with_static;
using testing::small_config;
using testing::small_schema;
using testing::states;
using torch::Tensor;

// The key that a refused config names. It should have been refused before: a bug.
std::string refused(const DiscriminatorConfig& config, const Schema& schema,
                    const DiscriminatorHeads& heads = {}) {
  try {
    const Discriminator discriminator(config, schema, heads);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::bug);
    std::string place = error.what();
    place.erase(0, place.find(": ") + 2);
    return place.substr(0, place.find(':'));
  }
  return "";
}

// --- several outputs and heads

TEST(DiscriminatorOutputs, AreNumbersPerSequence) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor input = numbers({2, 4, 4}, 0.4);
  for (const ScorePolicy policy : {ScorePolicy::pooled, ScorePolicy::seq_last}) {
    const auto d = make_discriminator(small_config(policy), small_schema(), {3, {}});
    const DiscriminatorOutput output = d->score(input, {}, steps);
    EXPECT_FALSE(output.score.defined());
    const Tensor expected = numbers_of_policy(*d, states(*d, input, steps), steps);
    ASSERT_EQ(expected.sizes(), torch::IntArrayRef({2, 3}));
    expect_close(output.outputs, expected, 1e-13, "outputs");
  }
  const auto one = make_discriminator(small_config(), small_schema());
  EXPECT_FALSE(one->score(input, {}, steps).outputs.defined());
}

TEST(DiscriminatorHeads, AreLinearInTheFeatures) {
  DiscriminatorConfig energy = small_config(ScorePolicy::energy);
  for (const DiscriminatorConfig& config : {small_config(), energy}) {
    const auto d = make_discriminator(config, small_schema(), {1, {{"label", 3}, {"code", 2}}});
    const DiscriminatorOutput output = d->score(numbers({2, 4, 4}, 0.4), {}, full(2, 4));
    ASSERT_EQ(output.heads.size(), 2);
    ASSERT_EQ(output.heads.at("label").sizes(), torch::IntArrayRef({2, 3}));
    for (const std::string name : {"label", "code"}) {
      expect_close(output.heads.at(name), linear(*d, "head_" + name, output.features), 1e-13, name);
    }
  }
}

// --- dropout

TEST(DiscriminatorDropout, IsOfEveryLayer) {
  DiscriminatorConfig config = small_config(ScorePolicy::pooled);
  config.layers = 2;
  const auto d = make_discriminator(config, small_schema());
  ASSERT_EQ(d->dropout_width(), 12);
  const StepMask steps = full(2, 4);
  const Tensor input = numbers({2, 4, 4}, 0.4);
  ScoreOptions options;
  const auto score = [&](double first, double second) {
    const Tensor half = torch::ones({2, 6}, testing::float64());
    options.dropout = torch::cat({half * first, half * second}, 1);
    return d->score(input, {}, steps, options).score;
  };
  expect_close(score(1, 1), d->score(input, {}, steps).score, 1e-14, "all ones");
  EXPECT_GT((score(0.5, 1) - score(1, 1)).abs().min().item<double>(), 1e-6);
  EXPECT_GT((score(1, 0.5) - score(1, 1)).abs().min().item<double>(), 1e-6);
}

TEST(DiscriminatorDropout, MultipliesTheStatesOfAllSteps) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor input = numbers({2, 4, 4}, 0.4);
  for (const ScorePolicy policy : kPolicies) {
    const auto d = make_discriminator(small_config(policy), small_schema());
    ASSERT_EQ(d->dropout_width(), 6);
    ScoreOptions options;
    options.dropout = torch::tensor(
        {{2.0, 0.0, 2.0, 0.0, 2.0, 2.0}, {0.0, 2.0, 2.0, 2.0, 0.0, 0.0}}, testing::float64());
    const Tensor y = states(*d, input, steps) * options.dropout.unsqueeze(1);
    Tensor expected = numbers_of_policy(*d, y, steps).squeeze(-1);
    if (policy == ScorePolicy::step) expected = expected * steps.mask;
    const DiscriminatorOutput output = d->score(input, {}, steps, options);
    expect_close(output.score, expected, 1e-13, "score");
    expect_close(output.features, features_of(y, steps), 1e-13, "features");
  }
}

// --- the minibatch layer

DiscriminatorConfig minibatch_config(MinibatchLayer layer) {
  DiscriminatorConfig config = small_config();
  config.minibatch = layer;
  config.minibatch_kernels = 2;
  config.minibatch_dims = 3;
  return config;
}

constexpr MinibatchLayer kMinibatchLayers[] = {MinibatchLayer::discrimination,
                                               MinibatchLayer::deviation};

TEST(DiscriminatorMinibatch, AppendsToWhatTheScoreSees) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor input = numbers({3, 4, 4}, 0.4);
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    const Tensor features = features_of(states(*d, input, steps), steps);
    Tensor extra;
    if (layer == MinibatchLayer::deviation) {
      extra = features.var(0, false).add(1e-8).sqrt().mean().view({1, 1}).expand({3, 1});
    } else {
      const Tensor m =
          torch::matmul(features, parameter(*d, "minibatch.weight").t()).view({3, 2, 3});
      extra = torch::zeros({3, 2}, testing::float64());
      for (int64_t b = 0; b < 3; ++b) {
        for (int64_t j = 0; j < 3; ++j) {
          if (j != b) extra[b] += torch::exp(-(m[b] - m[j]).abs().sum(1));
        }
      }
    }
    const DiscriminatorOutput output = d->score(input, {}, steps);
    expect_close(output.features, features, 1e-13, "features");
    expect_close(output.score, pooled_score(*d, torch::cat({features, extra}, 1)).squeeze(1), 1e-13,
                 "score");
  }
}

TEST(DiscriminatorMinibatch, GroupsAreJudgedAlone) {
  const Tensor first = numbers({3, 2, 4}, 0.4), second = numbers({3, 2, 4}, 1.9);
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    ScoreOptions two;
    two.groups = 2;
    const Tensor both = d->score(torch::cat({first, second}), {}, full(6, 2), two).score;
    const Tensor alone = torch::cat({d->score(first, {}, full(3, 2)).score,  //
                                     d->score(second, {}, full(3, 2)).score});
    expect_close(both, alone, 1e-13, "groups");
    const Tensor mixed = d->score(torch::cat({first, second}), {}, full(6, 2)).score;
    EXPECT_GT((mixed - alone).abs().max().item<double>(), 1e-6);
  }
}

TEST(DiscriminatorMinibatch, APenaltyReachesTheWeightsExactly) {
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    const Tensor input = numbers({3, 2, 4}, 0.4).requires_grad_();
    const auto penalty = [&] {
      return testing::gradient_penalty(d->score(input, {}, full(3, 2)).score, input);
    };
    testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
  }
}

// --- packs

DiscriminatorConfig packed_config(int64_t pac) {
  DiscriminatorConfig config = small_config();
  config.pac = pac;
  return config;
}

TEST(DiscriminatorPacks, LieSideBySide) {
  const auto single = make_discriminator(small_config(), small_schema());
  const auto d = make_discriminator(packed_config(3), small_schema());
  const StepMask steps = ragged({2, 4, 1, 3, 3, 2}, 5);
  const Tensor x = numbers({6, 5, 2}, 0.4);
  const Tensor each = single->embed(x, steps), packed = d->embed(x, steps);
  ASSERT_EQ(d->input_width(), 12);
  ASSERT_EQ(packed.sizes(), torch::IntArrayRef({2, 5, 12}));
  for (int64_t b = 0; b < 6; ++b) {
    EXPECT_TRUE(packed[b / 3].narrow(1, (b % 3) * 4, 4).equal(each[b])) << b;
  }
  const StepMask of_packs = d->pack(steps);
  EXPECT_TRUE(of_packs.ragged);
  EXPECT_TRUE(of_packs.lengths.equal(torch::tensor({4, 3}, torch::kInt64)));
  EXPECT_TRUE(of_packs.mask.equal(make_step_mask(of_packs.lengths, 5, torch::kCPU).mask));
  const Tensor condition = numbers({6, 2}, 0.7);
  const Tensor beside = d->pack(condition);
  ASSERT_EQ(beside.sizes(), torch::IntArrayRef({2, 6}));
  EXPECT_TRUE(beside[1].equal(torch::cat({condition[3], condition[4], condition[5]})));
  EXPECT_FALSE(d->pack(Tensor()).defined());
}

TEST(DiscriminatorPacks, AreJudgedAsOne) {
  for (const ScorePolicy policy : {ScorePolicy::pooled, ScorePolicy::step, ScorePolicy::energy}) {
    DiscriminatorConfig config = packed_config(2);
    config.score = policy;
    const auto d = make_discriminator(config, small_schema(2));
    const StepMask steps = ragged({2, 3, 1, 2}, 3);
    const Tensor x = numbers({4, 3, 2}, 0.4).requires_grad_();
    const Tensor score =
        d->score(d->embed(x, steps), d->pack(numbers({4, 2}, 0.7)), d->pack(steps)).score;
    ASSERT_EQ(score.size(0), 2);
    // Both sequences of a pack count for its score, and no other.
    const Tensor gradient = torch::autograd::grad({score[0].sum()}, {x})[0].abs().sum({1, 2});
    EXPECT_GT(gradient[0].item<double>(), 0);
    EXPECT_GT(gradient[1].item<double>(), 0);
    EXPECT_EQ(gradient.narrow(0, 2, 2).sum().item<double>(), 0);
  }
}

TEST(DiscriminatorPacks, MustBeFull) {
  const auto d = make_discriminator(packed_config(2), small_schema(2));
  EXPECT_THROW(d->embed(numbers({3, 2, 2}, 0.4), full(3, 2)), Error);
  EXPECT_THROW(d->pack(full(3, 2)), Error);
  EXPECT_THROW(d->pack(numbers({3, 2}, 0.4)), Error);
}

// --- what does not go together

TEST(DiscriminatorOptions, RefusesWhatDoesNotGoTogether) {
  const std::string place = "model.discriminator.";
  for (const ScorePolicy policy : {ScorePolicy::seq_mean, ScorePolicy::step, ScorePolicy::energy}) {
    EXPECT_EQ(refused(small_config(policy), small_schema(), {2, {}}), place + "score");
  }
  for (const ScorePolicy policy :
       {ScorePolicy::seq_mean, ScorePolicy::seq_last, ScorePolicy::step, ScorePolicy::energy}) {
    DiscriminatorConfig config = minibatch_config(MinibatchLayer::deviation);
    config.score = policy;
    EXPECT_EQ(refused(config, small_schema()), place + "minibatch");
  }
  for (const auto path : {ConditionPath::projection, ConditionPath::outputs}) {
    DiscriminatorConfig config = small_config();
    config.condition = path;
    EXPECT_EQ(refused(config, small_schema(2)), "");
    EXPECT_EQ(refused(config, small_schema()), place + "condition");
    EXPECT_EQ(refused(config, small_schema(2), {2, {}}), place + "condition");
    config.pac = 2;
    EXPECT_EQ(refused(config, small_schema(2)), place + "condition");
    config.pac = 1;
    config.score = ScorePolicy::energy;
    EXPECT_EQ(refused(config, small_schema(2)), place + "condition");
  }
  DiscriminatorConfig outputs = small_config();
  outputs.condition = ConditionPath::outputs;
  EXPECT_EQ(refused(outputs, schema_with_static(0)), place + "condition");
}

}  // namespace discriminator_options_test
}  // namespace rnngan
