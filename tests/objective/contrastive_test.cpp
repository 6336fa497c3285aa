// Contrastive losses over classes, against their formulas written as loops.
#include <algorithm>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/differences.h"
#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace contrastive_test {

using at::Tensor;
using nlohmann::json;

constexpr int64_t kWidth = 3;
const std::vector<int64_t> kLabels = {0, 2, 0, 1, 2};

Tensor rows_of(int64_t count, double phase) {
  return (at::arange(count * kWidth, at::kDouble) * 1.3 + phase).sin().view({count, kWidth});
}

/// Embeddings for the real and the fake batch, and proxies.
FakeContext embedded(Side side, const Tensor& real, const Tensor& fake, const Tensor& proxies) {
  const auto batch = static_cast<int64_t>(kLabels.size());
  const Tensor zeros = at::zeros({batch, 1, 1}, at::kDouble);
  FakeContext context(
      side, [](const Tensor& input, const StepMask&) { return input.flatten(); }, zeros, zeros + 1);
  context.set_labels(torch::tensor(kLabels, at::kLong), kClasses);
  context.set_head("embedding", [=](const Tensor& input, const StepMask&) {
    return input.flatten()[0].item<double>() == 0 ? real : fake;
  });
  context.set_network("proxies", [=](const Tensor& classes, const StepMask&) {
    return proxies.index_select(0, classes);
  });
  return context;
}

Tensor value_of(const std::string& type, const json& options, Side side, const Tensor& real,
                const Tensor& fake, const Tensor& proxies) {
  FakeContext context = embedded(side, real, fake, proxies);
  return make(type, options)->value(context);
}

double cosine(const Tensor& a, const Tensor& b) {
  return ((a * b).sum() / (a.norm() * b.norm())).item<double>();
}

double two_c(const Tensor& h, const Tensor& proxies, double t) {
  double sum = 0;
  for (size_t i = 0; i < kLabels.size(); ++i) {
    const Tensor own = h[static_cast<int64_t>(i)];
    const double proxy = std::exp(cosine(own, proxies[kLabels[i]]) / t);
    double same = proxy, all = proxy;
    for (size_t j = 0; j < kLabels.size(); ++j) {
      if (j == i) continue;
      const double pair = std::exp(cosine(own, h[static_cast<int64_t>(j)]) / t);
      all += pair;
      if (kLabels[j] == kLabels[i]) same += pair;
    }
    sum -= std::log(same / all);
  }
  return sum / static_cast<double>(kLabels.size());
}

double d2d(const Tensor& h, const Tensor& proxies, double t, double m) {
  double sum = 0;
  for (size_t i = 0; i < kLabels.size(); ++i) {
    const Tensor own = h[static_cast<int64_t>(i)];
    const double positive = std::exp(std::min(cosine(own, proxies[kLabels[i]]) - m, 0.0) / t);
    double all = positive;
    for (size_t j = 0; j < kLabels.size(); ++j) {
      if (kLabels[j] == kLabels[i]) continue;
      const double pair = cosine(own, h[static_cast<int64_t>(j)]);
      all += std::exp(std::max(pair - (1 - m), 0.0) / t);
    }
    sum -= std::log(positive / all);
  }
  return sum / static_cast<double>(kLabels.size());
}

TEST(Golden, contrastive_2c) {
  const Tensor real = rows_of(5, 0), fake = rows_of(5, 1.1), proxies = rows_of(3, 2.2);
  for (const Side side : {kD, kG}) {
    for (const double t : {0.3, 1.0}) {
      const Tensor value =
          value_of("contrastive_2c", {{"temperature", t}}, side, real, fake, proxies);
      EXPECT_NEAR(value.item<double>(), two_c(side == kD ? real : fake, proxies, t), 1e-9);
    }
  }
}

TEST(Golden, d2d_ce) {
  const Tensor real = rows_of(5, 0), fake = rows_of(5, 1.1), proxies = rows_of(3, 2.2);
  for (const Side side : {kD, kG}) {
    for (const double t : {0.3, 1.0}) {
      for (const double m : {0.4, 0.98}) {
        const Tensor value =
            value_of("d2d_ce", {{"temperature", t}, {"margin", m}}, side, real, fake, proxies);
        EXPECT_NEAR(value.item<double>(), d2d(side == kD ? real : fake, proxies, t, m), 1e-9);
      }
    }
  }
}

TEST(Contrastive, LengthsOfEmbeddingsAndProxiesPlayNoPart) {
  const Tensor real = rows_of(5, 0), fake = rows_of(5, 1.1), proxies = rows_of(3, 2.2);
  for (const char* type : {"contrastive_2c", "d2d_ce"}) {
    EXPECT_NEAR(value_of(type, {}, kD, real, fake, proxies).item<double>(),
                value_of(type, {}, kD, 7 * real, fake, 0.2 * proxies).item<double>(), 1e-9);
  }
}

// Three classes at right angles, each at its proxy: the margins are kept.
TEST(Contrastive, AtTheirBest) {
  const Tensor proxies = at::eye(3, at::kDouble);
  const Tensor h = proxies.index_select(0, torch::tensor(kLabels, at::kLong));
  double best = 0;
  for (const int64_t label : kLabels) {
    best += std::log(1.0 + static_cast<double>(kLabels.size()) -
                     static_cast<double>(std::count(kLabels.begin(), kLabels.end(), label)));
  }
  best /= static_cast<double>(kLabels.size());
  EXPECT_NEAR(value_of("d2d_ce", {}, kD, h, h, proxies).item<double>(), best, 1e-9);
  const Tensor blind = at::ones({5, 3}, at::kDouble);
  // Of 1 + 4 equal terms, those of one class and the proxy count: 2, 2, 2, 1, 2.
  const double unknown = (4 * std::log(5.0 / 2) + std::log(5.0)) / 5;
  EXPECT_NEAR(value_of("contrastive_2c", {}, kD, blind, blind, at::ones({3, 3}, at::kDouble))
                  .item<double>(),
              unknown, 1e-9);
}

TEST(Contrastive, SurviveASmallTemperatureInSinglePrecision) {
  for (const char* type : {"contrastive_2c", "d2d_ce"}) {
    const Tensor real = rows_of(5, 0).to(at::kFloat).requires_grad_();
    const Tensor proxies = rows_of(3, 2.2).to(at::kFloat).requires_grad_();
    const Tensor value = value_of(type, {{"temperature", 0.005}}, kD, real, real, proxies);
    value.backward();
    EXPECT_TRUE(value.isfinite().item<bool>()) << type;
    EXPECT_TRUE(real.grad().isfinite().all().item<bool>()) << type;
    EXPECT_TRUE(proxies.grad().isfinite().all().item<bool>()) << type;
  }
}

TEST(Contrastive, HaveTheGradientsOfTheirValues) {
  const Tensor real = rows_of(5, 0), fake = rows_of(5, 1.1), proxies = rows_of(3, 2.2);
  for (const char* type : {"contrastive_2c", "d2d_ce"}) {
    const auto by_embedding = [&](const Tensor& h) {
      return value_of(type, {}, kG, real, h, proxies);
    };
    const auto by_proxy = [&](const Tensor& e) { return value_of(type, {}, kG, real, fake, e); };
    EXPECT_LT(gradient_error(by_embedding, fake), 1e-8) << type;
    EXPECT_LT(gradient_error(by_proxy, proxies), 1e-8) << type;
  }
}

TEST(Contrastive, AskForAnEmbeddingAndAVectorPerClass) {
  for (const char* type : {"contrastive_2c", "d2d_ce"}) {
    const auto term = make(type, {{"dimensions", 7}});
    EXPECT_EQ(term->heads(test_shape()), (std::vector<HeadRequest>{{"embedding", 7}}));
    const std::vector<NetworkRequest> networks = term->networks(test_shape());
    ASSERT_EQ(networks.size(), 1U);
    EXPECT_EQ(networks[0].outputs, 7);
    EXPECT_TRUE(networks[0].on_classes);
    EXPECT_EQ(networks[0].trained_with, TrainedWith::discriminator);
    const auto& needs = row_named(term_catalog(), type).description.needs;
    for (const Need need : {Need::labels, Need::hidden_labels, Need::batch_coupled}) {
      EXPECT_TRUE(is_listed(needs, need)) << type;
    }
  }
}

}  // namespace contrastive_test
}  // namespace rnngan
