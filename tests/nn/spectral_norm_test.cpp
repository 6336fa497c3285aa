#include "nn/spectral_norm.h"

#include <map>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "nn/discriminator_support.h"

namespace rnngan {
namespace spectral_norm_test {

using testing::expect_close;
using testing::full;
using testing::make_discriminator;
using testing::numbers;
using testing::ragged;
using testing::small_config;
using testing::small_schema;
using torch::Tensor;

Tensor largest_singular_value(const Tensor& matrix) {
  return torch::linalg_svdvals(matrix.detach())[0];
}

struct Holder : torch::nn::Module {
  explicit Holder(const Tensor& values) { weight = register_parameter("weight", values); }
  Tensor weight;
};

DiscriminatorConfig normalised_config(ScorePolicy score = ScorePolicy::pooled) {
  DiscriminatorConfig config = small_config(score);
  config.layers = 2;
  config.spectral_norm = true;
  return config;
}

void advance(Discriminator& discriminator, int times) {
  for (int k = 0; k < times; ++k) discriminator.advance_spectral_norm();
}

std::map<std::string, Tensor> vectors(const torch::nn::Module& module) {
  std::map<std::string, Tensor> copies;
  for (const auto& item : module.named_buffers()) {
    if (item.key().rfind("spectral_", 0) == 0) copies[item.key()] = item.value().clone();
  }
  return copies;
}

TEST(SpectralNorm, TheLargestSingularValueBecomesOne) {
  Holder holder(numbers({5, 3}, 0.4));
  SpectralNorm norm;
  norm.add(holder, "lstm.weight", holder.weight);
  EXPECT_TRUE(holder.named_buffers().contains("spectral_u_lstm_weight"));
  EXPECT_TRUE(holder.named_buffers().contains("spectral_v_lstm_weight"));
  // Near the truth from the start.
  EXPECT_NEAR(largest_singular_value(norm(holder.weight)).item<double>(), 1.0, 0.05);
  for (int k = 0; k < 200; ++k) norm.advance();
  EXPECT_NEAR(largest_singular_value(norm(holder.weight)).item<double>(), 1.0, 1e-10);
  const Tensor other = numbers({5, 3}, 0.4);
  EXPECT_TRUE(norm(other).is_same(other));
}

TEST(SpectralNorm, TheGradientFlowsThroughTheSingularValue) {
  Holder holder(numbers({3, 4}, 0.4));
  SpectralNorm norm;
  norm.add(holder, "w", holder.weight);
  const auto value = [&] {
    const Tensor weight = norm(holder.weight);
    return (weight * numbers(weight.sizes(), 0.9)).sum() + weight.pow(3).sum();
  };
  testing::expect_finite_differences(value, {holder.weight}, 1e-8);
  // The value does not change with the scale of the matrix.
  const Tensor gradient = torch::autograd::grad({value()}, {holder.weight})[0];
  EXPECT_NEAR((gradient * holder.weight).sum().item<double>(), 0.0, 1e-12);
}

// Every matrix on the way to the score, each one whole, and nothing else.
TEST(SpectralNorm, ADiscriminatorIsOneWithDividedWeights) {
  const Schema schema = testing::schema_with_static(2);
  const StepMask steps = ragged({4, 2, 3}, 4);
  const Tensor condition = torch::cat({torch::eye(2, testing::float64()), numbers({2, 1}, 0.5)}, 1)
                               .index({torch::tensor({0, 1, 1})});
  DiscriminatorConfig projection = normalised_config();
  projection.condition = ConditionPath::projection;
  projection.minibatch = MinibatchLayer::discrimination;
  for (const DiscriminatorConfig& config :
       {projection, normalised_config(ScorePolicy::step), normalised_config(ScorePolicy::energy)}) {
    const DiscriminatorHeads heads{1, {{"label", 2}}};
    const auto normalised = make_discriminator(config, schema, heads);
    DiscriminatorConfig plain_config = config;
    plain_config.spectral_norm = false;
    const auto plain = make_discriminator(plain_config, schema, heads);
    ASSERT_EQ(normalised->named_parameters().keys(), plain->named_parameters().keys());
    advance(*normalised, 3000);
    const torch::NoGradGuard no_grad;
    for (auto& item : plain->named_parameters()) {
      if (item.value().dim() == 2 && item.key().rfind("head_", 0) != 0) {
        item.value().div_(largest_singular_value(item.value()));
      }
    }
    const Tensor input = numbers({3, 4, normalised->input_width()}, 0.4);
    const DiscriminatorOutput expected = plain->score(input, condition, steps);
    const DiscriminatorOutput output = normalised->score(input, condition, steps);
    expect_close(output.score, expected.score, 1e-4, "score");
    expect_close(output.heads.at("label"), expected.heads.at("label"), 1e-4, "head");
  }
}

TEST(SpectralNorm, OnlyAdvancingMovesTheVectors) {
  const auto discriminator = make_discriminator(normalised_config(), small_schema());
  const auto before = vectors(*discriminator);
  // weight_ih and weight_hh of two layers in two directions, the score's two layers; u and v.
  EXPECT_EQ(before.size(), 2 * (2 * 2 * 2 + 2));
  const Tensor input = numbers({2, 3, 4}, 0.4).requires_grad_();
  discriminator->score(input, {}, full(2, 3)).score.sum().backward();
  for (const auto& [name, vector] : vectors(*discriminator)) {
    EXPECT_TRUE(vector.equal(before.at(name))) << name;
  }
  discriminator->advance_spectral_norm();
  for (const auto& [name, vector] : vectors(*discriminator)) {
    if (vector.numel() > 1) {
      EXPECT_FALSE(vector.equal(before.at(name))) << name;
    }
    EXPECT_NEAR(vector.norm().item<double>(), 1.0, 1e-12) << name;
    EXPECT_FALSE(vector.requires_grad());
  }
}

TEST(SpectralNorm, AdvancingWithoutItDoesNothing) {
  const auto discriminator = make_discriminator(small_config(), small_schema());
  discriminator->advance_spectral_norm();
  EXPECT_TRUE(vectors(*discriminator).empty());
}

TEST(SpectralNorm, APenaltyReachesTheWeightsExactly) {
  DiscriminatorConfig config = normalised_config();
  config.layers = 1;
  const auto discriminator = make_discriminator(config, small_schema());
  advance(*discriminator, 3);
  const StepMask steps = ragged({3, 2}, 3);
  const Tensor input = numbers({2, 3, 4}, 0.4).requires_grad_();
  const auto penalty = [&] {
    return testing::gradient_penalty(discriminator->score(input, {}, steps).score, input);
  };
  testing::expect_finite_differences(penalty, discriminator->parameters(), 1e-6);
}

}  // namespace spectral_norm_test
}  // namespace rnngan
