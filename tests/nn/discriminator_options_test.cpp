// The options of model.discriminator, and what the objective asks of it.
#include <cmath>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/error.h"
#include "nn/discriminator_support.h"

namespace rnngan {
namespace {

using testing::beside;
using testing::expect_close;
using testing::features_of;
using testing::full;
using testing::kPolicies;
using testing::linear;
using testing::make_discriminator;
using testing::numbers;
using testing::parameter;
using testing::pooled_score;
using testing::ragged;
using testing::schema_with_static;
using testing::small_config;
using testing::small_schema;
using testing::states;
using torch::Tensor;

// Three sequences of three classes, and a static column.
Tensor labelled_condition() {
  return torch::cat(
      {torch::eye(3, testing::float64()).index({torch::tensor({2, 0, 1})}), numbers({3, 1}, 0.8)},
      1);
}

// The key that a refused config names.
std::string refused(const DiscriminatorConfig& config, const Schema& schema,
                    const DiscriminatorHeads& heads = {}) {
  try {
    const Discriminator discriminator(config, schema, heads);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    const std::string message = error.what();
    return message.substr(0, message.find(':'));
  }
  return "";
}

// The score layer's numbers under each policy, from the states.
Tensor numbers_of_policy(const Discriminator& d, const Tensor& y, const StepMask& steps) {
  const Tensor features = features_of(y, steps);
  switch (d.config().score) {
    case ScorePolicy::pooled:
      return pooled_score(d, features);
    case ScorePolicy::seq_last:
      return linear(d, "score", features.narrow(1, features.size(1) / 2, features.size(1) / 2));
    case ScorePolicy::seq_mean:
      return masked_mean(linear(d, "score", y), steps);
    default:
      return linear(d, "score", y);
  }
}

// --- condition

TEST(DiscriminatorCondition, ProjectionAddsAnInnerProduct) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor point = numbers({3, 4, 4}, 0.4), condition = labelled_condition();
  for (const ScorePolicy policy : kPolicies) {
    DiscriminatorConfig config = small_config(policy);
    config.condition = ConditionPath::projection;
    const auto d = make_discriminator(config, schema_with_static(3));
    const Tensor y = states(*d, point, steps);  // of the point alone
    const Tensor features = features_of(y, steps);
    ASSERT_EQ(parameter(*d, "projection.weight").sizes(), torch::IntArrayRef({12, 4}));
    Tensor expected = numbers_of_policy(*d, y, steps).squeeze(-1);
    const Tensor agreement =
        torch::einsum("pc,bc,bp->b", {parameter(*d, "projection.weight"), condition, features});
    expected = policy == ScorePolicy::step ? (expected + agreement.unsqueeze(1)) * steps.mask
                                           : expected + agreement;
    const Judgement judgement = d->judge(point, condition, steps);
    expect_close(judgement.features, features, 1e-13, "features");
    expect_close(judgement.score, expected, 1e-13, "score");
  }
}

TEST(DiscriminatorCondition, APenaltyThroughProjectionIsExact) {
  DiscriminatorConfig config = small_config();
  config.condition = ConditionPath::projection;
  const auto d = make_discriminator(config, schema_with_static(3));
  const Tensor point = numbers({3, 2, 4}, 0.4).requires_grad_();
  const auto penalty = [&] {
    const Tensor score = d->judge(point, labelled_condition(), full(3, 2)).score;
    return testing::gradient_penalty(score, point);
  };
  testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
  EXPECT_GT(torch::autograd::grad({penalty()}, {parameter(*d, "projection.weight")})[0]
                .abs()
                .max()
                .item<double>(),
            1e-6);
}

TEST(DiscriminatorCondition, OutputsCountTheLabelsOwnScore) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor point = numbers({3, 4, 4}, 0.4), condition = labelled_condition();
  for (const ScorePolicy policy : kPolicies) {
    DiscriminatorConfig config = small_config(policy);
    config.condition = ConditionPath::outputs;
    const auto d = make_discriminator(config, schema_with_static(3));
    // The static column enters every step; the label does not.
    const Tensor y = states(*d, beside(point, condition.narrow(1, 3, 1)), steps);
    const Tensor of_classes = numbers_of_policy(*d, y, steps);
    ASSERT_EQ(of_classes.size(-1), 3);
    std::vector<Tensor> expected;
    const int64_t labels[] = {2, 0, 1};
    for (int64_t b = 0; b < 3; ++b) {
      const Tensor own = of_classes[b].select(-1, labels[b]);
      expected.push_back(policy == ScorePolicy::step ? own * steps.mask[b] : own);
    }
    const Tensor score = d->judge(point, condition, steps).score;
    expect_close(score, torch::stack(expected), 1e-13, "score");
  }
}

TEST(DiscriminatorCondition, OutputsWorkWithLabelsAlone) {
  DiscriminatorConfig config = small_config();
  config.condition = ConditionPath::outputs;
  const auto d = make_discriminator(config, small_schema(3));
  EXPECT_EQ(parameter(*d, "lstm.weight_ih_l0").size(1), 4);
  const Tensor score =
      d->judge(numbers({3, 2, 4}, 0.4), labelled_condition().narrow(1, 0, 3), full(3, 2)).score;
  EXPECT_EQ(score.sizes(), torch::IntArrayRef({3}));
}

TEST(DiscriminatorCondition, PaddingChangesNothing) {
  const Tensor point = numbers({3, 3, 4}, 0.4), condition = labelled_condition();
  const Tensor longer =
      torch::cat({point, torch::full({3, 2, 4}, std::nan(""), testing::float64())}, 1)
          .requires_grad_();
  for (const auto path : {ConditionPath::projection, ConditionPath::outputs}) {
    for (const ScorePolicy policy : kPolicies) {
      DiscriminatorConfig config = small_config(policy);
      config.condition = path;
      const auto d = make_discriminator(config, schema_with_static(3));
      const Tensor plain = d->judge(point, condition, full(3, 3)).score;
      const Tensor padded = d->judge(longer, condition, ragged({3, 3, 3}, 5)).score;
      expect_close(policy == ScorePolicy::step ? padded.narrow(1, 0, 3) : padded, plain, 1e-13,
                   "score");
      const Tensor gradient = torch::autograd::grad({padded.sum()}, {longer})[0];
      EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
    }
  }
}

// --- several outputs and heads

TEST(DiscriminatorOutputs, AreNumbersPerSequence) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor point = numbers({2, 4, 4}, 0.4);
  for (const ScorePolicy policy : {ScorePolicy::pooled, ScorePolicy::seq_last}) {
    const auto d = make_discriminator(small_config(policy), small_schema(), {3, {}});
    const Judgement judgement = d->judge(point, {}, steps);
    EXPECT_FALSE(judgement.score.defined());
    const Tensor expected = numbers_of_policy(*d, states(*d, point, steps), steps);
    ASSERT_EQ(expected.sizes(), torch::IntArrayRef({2, 3}));
    expect_close(judgement.outputs, expected, 1e-13, "outputs");
  }
  const auto one = make_discriminator(small_config(), small_schema());
  EXPECT_FALSE(one->judge(point, {}, steps).outputs.defined());
}

TEST(DiscriminatorHeads, AreLinearInTheFeatures) {
  DiscriminatorConfig energy = small_config(ScorePolicy::energy);
  for (const DiscriminatorConfig& config : {small_config(), energy}) {
    const auto d = make_discriminator(config, small_schema(), {1, {{"label", 3}, {"code", 2}}});
    const Judgement judgement = d->judge(numbers({2, 4, 4}, 0.4), {}, full(2, 4));
    ASSERT_EQ(judgement.heads.size(), 2);
    ASSERT_EQ(judgement.heads.at("label").sizes(), torch::IntArrayRef({2, 3}));
    for (const std::string name : {"label", "code"}) {
      expect_close(judgement.heads.at(name), linear(*d, "head_" + name, judgement.features), 1e-13,
                   name);
    }
  }
}

// --- dropout

TEST(DiscriminatorDropout, MultipliesTheStatesOfAllSteps) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor point = numbers({2, 4, 4}, 0.4);
  for (const ScorePolicy policy : kPolicies) {
    const auto d = make_discriminator(small_config(policy), small_schema());
    ASSERT_EQ(d->dropout_width(), 6);
    JudgeOptions options;
    options.dropout = torch::tensor(
        {{2.0, 0.0, 2.0, 0.0, 2.0, 2.0}, {0.0, 2.0, 2.0, 2.0, 0.0, 0.0}}, testing::float64());
    const Tensor y = states(*d, point, steps) * options.dropout.unsqueeze(1);
    Tensor expected = numbers_of_policy(*d, y, steps).squeeze(-1);
    if (policy == ScorePolicy::step) expected = expected * steps.mask;
    const Judgement judgement = d->judge(point, {}, steps, options);
    expect_close(judgement.score, expected, 1e-13, "score");
    expect_close(judgement.features, features_of(y, steps), 1e-13, "features");
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
  const Tensor point = numbers({3, 4, 4}, 0.4);
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    const Tensor features = features_of(states(*d, point, steps), steps);
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
    const Judgement judgement = d->judge(point, {}, steps);
    expect_close(judgement.features, features, 1e-13, "features");
    expect_close(judgement.score, pooled_score(*d, torch::cat({features, extra}, 1)).squeeze(1),
                 1e-13, "score");
  }
}

TEST(DiscriminatorMinibatch, GroupsAreJudgedAlone) {
  const Tensor first = numbers({3, 2, 4}, 0.4), second = numbers({3, 2, 4}, 1.9);
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    JudgeOptions two;
    two.groups = 2;
    const Tensor both = d->judge(torch::cat({first, second}), {}, full(6, 2), two).score;
    const Tensor alone = torch::cat({d->judge(first, {}, full(3, 2)).score,  //
                                     d->judge(second, {}, full(3, 2)).score});
    expect_close(both, alone, 1e-13, "groups");
    const Tensor mixed = d->judge(torch::cat({first, second}), {}, full(6, 2)).score;
    EXPECT_GT((mixed - alone).abs().max().item<double>(), 1e-6);
  }
}

TEST(DiscriminatorMinibatch, APenaltyReachesTheWeightsExactly) {
  for (const MinibatchLayer layer : kMinibatchLayers) {
    const auto d = make_discriminator(minibatch_config(layer), small_schema());
    const Tensor point = numbers({3, 2, 4}, 0.4).requires_grad_();
    const auto penalty = [&] {
      return testing::gradient_penalty(d->judge(point, {}, full(3, 2)).score, point);
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
  ASSERT_EQ(d->point_width(), 12);
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
        d->judge(d->embed(x, steps), d->pack(numbers({4, 2}, 0.7)), d->pack(steps)).score;
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

// --- the autoencoder

TEST(DiscriminatorEnergy, IsTheErrorOfTheReconstruction) {
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor point = zero_padding(numbers({3, 4, 4}, 0.4), steps);
  const Tensor condition = labelled_condition();
  const auto d = make_discriminator(small_config(ScorePolicy::energy), schema_with_static(3));
  const Tensor code =
      linear(*d, "code", features_of(states(*d, beside(point, condition), steps), steps));
  const Tensor given = torch::cat({torch::leaky_relu(code, 0.2), condition}, 1);
  const Tensor decoded = states(*d, given.unsqueeze(1).repeat({1, 4, 1}), full(3, 4), "decoder");
  const Tensor error = (point - linear(*d, "reconstruction", decoded)).abs();
  std::vector<Tensor> expected;
  for (int64_t b = 0; b < 3; ++b) {
    expected.push_back(error[b].narrow(0, 0, steps.lengths[b].item<int64_t>()).mean());
  }
  const Judgement judgement = d->judge(point, condition, steps);
  expect_close(judgement.features, code, 1e-13, "code");
  expect_close(judgement.score, torch::stack(expected), 1e-13, "energy");
  EXPECT_FALSE(d->named_parameters().contains("score.weight"));
}

TEST(DiscriminatorEnergy, PaddingReachesNeitherEnergyNorGradient) {
  const auto d = make_discriminator(small_config(ScorePolicy::energy), small_schema());
  const Tensor point = numbers({2, 3, 4}, 0.4);
  const Tensor longer =
      torch::cat({point, torch::full({2, 2, 4}, std::nan(""), testing::float64())}, 1)
          .requires_grad_();
  const Tensor plain = d->judge(point, {}, full(2, 3)).score;
  const Tensor padded = d->judge(longer, {}, ragged({3, 3}, 5)).score;
  expect_close(padded, plain, 1e-13, "energy");
  std::vector<Tensor> inputs = d->parameters();
  inputs.push_back(longer);
  for (const Tensor& gradient : torch::autograd::grad({padded.sum()}, inputs)) {
    EXPECT_TRUE(gradient.isfinite().all().item<bool>());
  }
  const Tensor gradient =
      torch::autograd::grad({d->judge(longer, {}, ragged({3, 3}, 5)).score.sum()}, {longer})[0];
  EXPECT_TRUE((gradient.narrow(1, 3, 2) == 0).all().item<bool>());
}

TEST(DiscriminatorEnergy, APenaltyReachesTheWeightsExactly) {
  const auto d = make_discriminator(small_config(ScorePolicy::energy), small_schema());
  const StepMask steps = ragged({3, 2}, 3);
  const Tensor point = numbers({2, 3, 4}, 0.4).requires_grad_();
  testing::expect_finite_differences([&] { return d->judge(point, {}, steps).score.sum(); },
                                     d->parameters(), 1e-7);
  const auto penalty = [&] {
    return testing::gradient_penalty(d->judge(point, {}, steps).score, point);
  };
  testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
}

}  // namespace
}  // namespace rnngan
