#include "nn/discriminator.h"

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "nn/discriminator_support.h"

namespace rnngan {
namespace discriminator_test {

using testing::expect_close;
using testing::full;
using testing::make_discriminator;
using testing::numbers;
using testing::parameter;
using testing::ragged;
using testing::small_config;
using testing::small_schema;
using testing::states;
using torch::Tensor;

using testing::kPolicies;

// --- embed()

TEST(Embed, HasUnitSpreadUnderEveryScaling) {
  const Tensor original =
      torch::tensor({{{1.0, 2.0}, {3.0, 10.0}, {2.5, 18.0}}}, testing::float64());
  for (const Scaling scaling : {Scaling::standard, Scaling::minmax, Scaling::none}) {
    Schema schema = small_schema();
    Tensor scaled = original.clone();
    for (int64_t f = 0; f < 2; ++f) {
      Column& column = schema.columns[static_cast<size_t>(f)];
      column.codec = affine_codec(column, scaling);
      scaled.select(2, f).sub_(column.codec.offset).div_(column.codec.scale);
    }
    const auto discriminator = make_discriminator(small_config(), schema);
    const Tensor input = discriminator->embed(scaled, full(1, 3));
    ASSERT_EQ(input.sizes(), torch::IntArrayRef({1, 3, 4}));
    // Steps of the values divided by sd (2, 4), of the differences divided by difference_sd (.5,
    // 1).
    const Tensor moves = input.narrow(1, 1, 2) - input.narrow(1, 0, 2);
    expect_close(moves.narrow(2, 0, 2),
                 torch::tensor({{{1.0, 2.0}, {-0.25, 2.0}}}, testing::float64()), 1e-6, "values");
    expect_close(input.narrow(2, 2, 2),
                 torch::tensor({{{0.0, 0.0}, {4.0, 8.0}, {-1.0, 8.0}}}, testing::float64()), 1e-5,
                 "differences");
  }
}

TEST(Embed, ConstantColumnsKeepTheirScale) {
  Schema schema = small_schema();
  schema.columns[0] = testing::column(3.0, 0.0, 3.0, 3.0, 0.0);
  const auto discriminator = make_discriminator(small_config(), schema);
  const Tensor x = numbers({1, 2, 2}, 0.4);
  const Tensor input = discriminator->embed(x, full(1, 2));
  expect_close(input.select(2, 0), x.select(2, 0), 1e-12, "value");
  expect_close(input.select(2, 2).select(1, 1), (x[0][1][0] - x[0][0][0]).view({1}), 1e-12,
               "difference");
}

/// The first column may be missing, and there is a category of three classes.
Schema schema_with_states() {
  Schema schema = small_schema();
  schema.columns[0].missing = 0.25;
  Column state = testing::column(0, 0, 0, 0, 0);
  state.kind = ColumnKind::category;
  state.classes = {"a", "b", "c"};
  schema.columns.push_back(state);
  return schema;
}

TEST(Embed, StatesAreZeroOrOneAndDifferencesEndAtMissingCells) {
  const auto discriminator = make_discriminator(small_config(), schema_with_states());
  EXPECT_EQ(discriminator->input_width(), 2 + 1 + 3 + 2);
  // Two values, missing, three classes; the first value is missing at the second step.
  const Tensor x = torch::tensor({{{0.5, 1.0, 0.0, 1.0, 0.0, 0.0},
                                   {0.0, 2.0, 1.0, 0.0, 1.0, 0.0},
                                   {0.7, 4.0, 0.0, 0.0, 1.0, 0.0},
                                   {0.9, 4.5, 0.0, 0.0, 0.0, 1.0}}},
                                 testing::float64());
  const Tensor input = discriminator->embed(x, full(1, 4));
  expect_close(input.narrow(2, 2, 4), x.narrow(2, 2, 4), 1e-12, "states");
  // sd 2 over a step's .5, sd 4 over a step's 1.
  expect_close(input.select(2, 6).flatten(),
               torch::tensor({0.0, 0.0, 0.0, 0.8}, testing::float64()), 1e-6,
               "next to a missing cell");
  expect_close(input.select(2, 7).flatten(),
               torch::tensor({0.0, 4.0, 8.0, 2.0}, testing::float64()), 1e-6,
               "of the other column");
}

// Values, differences and states keep their proportions.
TEST(Embed, AllFeaturesTogetherHaveTheVarianceOfTheConfig) {
  Schema schema = schema_with_states();
  schema.columns[2].shares = {0.5, 0.25, 0.25};
  DiscriminatorConfig config = small_config();
  const Tensor x = numbers({1, 3, 6}, 0.4);
  const Tensor unscaled = make_discriminator(config, schema)->embed(x, full(1, 3));
  config.input_variance = 3;
  const Tensor input = make_discriminator(config, schema)->embed(x, full(1, 3));
  const double variance = 4 + 0.25 * 0.75 + 0.25 + 2 * 0.25 * 0.75;
  expect_close(input, unscaled * std::sqrt(3 / variance), 1e-6, "input");
}

TEST(Embed, LongSequencesHaveTheVarianceOf24Steps) {
  Schema schema = small_schema();
  DiscriminatorConfig config = small_config();
  config.input_variance = 3;
  const Tensor x = numbers({1, 3, 2}, 0.4);
  const auto input = [&](const std::vector<ConditionCount>& distribution) {
    schema.distribution = distribution;
    return make_discriminator(config, schema)->embed(x, full(1, 3));
  };
  const auto of = [](int64_t length, int64_t count) {
    return ConditionCount{length, -1, {}, count};
  };
  const Tensor usual = input({of(24, 5)});
  expect_close(input({of(3, 5)}), usual, 0, "short ones");
  expect_close(input({of(32, 5)}), usual, 0, "a little more");
  expect_close(input({of(96, 5)}), 0.5 * usual, 1e-6, "four times as long");
  expect_close(input({of(12, 1), of(108, 7)}), 0.5 * usual, 1e-6, "96 on average");
}

TEST(Embed, WithoutDifferencesIsTheValuesAlone) {
  DiscriminatorConfig config = small_config();
  config.differences = false;
  const auto discriminator = make_discriminator(config, small_schema());
  const Tensor x = numbers({2, 3, 2}, 0.4);
  expect_close(discriminator->embed(x, full(2, 3)), x, 1e-6,
               "critic input");  // standard scaling: sd = 1
}

TEST(Embed, PaddingReachesNeitherPointNorGradient) {
  const auto discriminator = make_discriminator(small_config(), small_schema());
  const StepMask steps = ragged({3, 1}, 3);
  Tensor x = numbers({2, 3, 2}, 0.4);
  x.masked_fill_(~steps.mask.unsqueeze(2), std::numeric_limits<double>::quiet_NaN());
  x.requires_grad_();
  const Tensor input = discriminator->embed(x, steps);
  EXPECT_TRUE((input.masked_select(~steps.mask.unsqueeze(2)) == 0).all().item<bool>());
  const Tensor gradient = torch::autograd::grad({input.pow(2).sum()}, {x})[0];
  EXPECT_TRUE((gradient.masked_select(~steps.mask.unsqueeze(2)) == 0).all().item<bool>());
  EXPECT_TRUE(gradient.isfinite().all().item<bool>());
}

TEST(Embed, OneStepHasNoDifference) {
  const auto discriminator = make_discriminator(small_config(), small_schema());
  const Tensor input = discriminator->embed(numbers({2, 1, 2}, 0.4), full(2, 1));
  ASSERT_EQ(input.sizes(), torch::IntArrayRef({2, 1, 4}));
  EXPECT_TRUE((input.narrow(2, 2, 2) == 0).all().item<bool>());
}

// --- score()

TEST(DiscriminatorScore, ScoresFollowTheirDefinitions) {
  const StepMask steps = ragged({4, 2}, 4);
  const Tensor input = numbers({2, 4, 4}, 0.4);
  for (const bool bidirectional : {true, false}) {
    for (const ScorePolicy policy : kPolicies) {
      const auto d = make_discriminator(small_config(policy, bidirectional), small_schema());
      const auto p = [&](const std::string& name) { return parameter(*d, name); };
      const Tensor y = states(*d, input, steps);
      std::vector<Tensor> features, scores;
      for (int64_t b = 0; b < 2; ++b) {
        const int64_t length = steps.lengths[b].item<int64_t>();
        const Tensor valid = y[b].narrow(0, 0, length);
        Tensor last = valid[length - 1].narrow(0, 0, 3);
        if (bidirectional) last = torch::cat({last, valid[0].narrow(0, 3, 3)});
        features.push_back(torch::cat({valid.mean(0), last}));
        const auto linear = [&](const Tensor& v) {
          return torch::linear(v, p("score.weight"), p("score.bias")).squeeze(-1);
        };
        if (policy == ScorePolicy::pooled) {
          scores.push_back(linear(torch::leaky_relu(
              torch::linear(features.back(), p("hidden.weight"), p("hidden.bias")), 0.2)));
        } else if (policy == ScorePolicy::seq_mean) {
          scores.push_back(linear(valid).mean());
        } else if (policy == ScorePolicy::seq_last) {
          scores.push_back(linear(last));
        } else {
          scores.push_back(
              torch::cat({linear(valid), torch::zeros({4 - length}, testing::float64())}));
        }
      }
      const DiscriminatorOutput output = d->score(input, {}, steps);
      expect_close(output.features, torch::stack(features), 1e-13, "features");
      expect_close(output.score, torch::stack(scores), 1e-13, "score");
    }
  }
}

TEST(DiscriminatorScore, AppendedPaddingChangesNothing) {
  for (const ScorePolicy policy : kPolicies) {
    const auto d = make_discriminator(small_config(policy), small_schema(2));
    const Tensor input = numbers({2, 4, 4}, 0.4);
    const Tensor condition = numbers({2, 2}, 0.8);
    const Tensor longer =
        torch::cat({input, torch::full({2, 3, 4}, std::nan(""), testing::float64())}, 1)
            .requires_grad_();
    for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
      const DiscriminatorOutput plain = d->score(input, condition, full(2, 4), {differentiation});
      const DiscriminatorOutput padded =
          d->score(longer, condition, ragged({4, 4}, 7), {differentiation});
      expect_close(padded.features, plain.features, 1e-13, "features");
      const Tensor score =
          policy == ScorePolicy::step ? padded.score.narrow(1, 0, 4) : padded.score;
      expect_close(score, plain.score, 1e-13, "score");
      const Tensor gradient = torch::autograd::grad({padded.score.sum()}, {longer})[0];
      EXPECT_TRUE((gradient.narrow(1, 4, 3) == 0).all().item<bool>());
      EXPECT_TRUE((gradient.narrow(1, 0, 4) != 0).any().item<bool>());
    }
  }
}

TEST(DiscriminatorScore, TheConditionReachesTheScore) {
  for (const ScorePolicy policy : kPolicies) {
    const auto d = make_discriminator(small_config(policy), small_schema(2));
    const Tensor condition = numbers({2, 2}, 0.8).requires_grad_();
    const Tensor score = d->score(numbers({2, 3, 4}, 0.4), condition, full(2, 3)).score;
    const Tensor gradient = torch::autograd::grad({score.sum()}, {condition})[0];
    EXPECT_TRUE((gradient != 0).all().item<bool>());
  }
}

TEST(DiscriminatorScore, APenaltyReachesTheWeightsExactly) {
  const StepMask steps = ragged({3, 2}, 3);
  for (const ScorePolicy policy : kPolicies) {
    const auto d = make_discriminator(small_config(policy), small_schema());
    const Tensor input = numbers({2, 3, 4}, 0.4).requires_grad_();
    const auto penalty = [&] {
      return testing::gradient_penalty(d->score(input, {}, steps).score, input);
    };
    testing::expect_finite_differences(penalty, d->parameters(), 1e-6);
    const auto gradient =
        torch::autograd::grad({penalty()}, {parameter(*d, "lstm.weight_hh_l0")})[0];
    EXPECT_GT(gradient.abs().max().item<double>(), 1e-6);
  }
}

}  // namespace discriminator_test
}  // namespace rnngan
