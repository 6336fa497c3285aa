// Representations by dilated convolutions, and the Fréchet distance between them.
#include <gtest/gtest.h>
#include <torch/nn/functional/conv.h>
#include <torch/types.h>

#include "evaluation/evaluated_sets.h"
#include "evaluation/ts2vec.h"

namespace rnngan {
namespace cfid_test {

using at::Tensor;

Ts2VecOptions small_network() {
  Ts2VecOptions options;
  options.hidden = 8;
  options.depth = 2;
  options.width = 6;
  options.batch = 4;
  options.iterations = 20;
  return options;
}

Tensor draw(at::IntArrayRef sizes, uint64_t seed) {
  at::Generator generator = stream_generator(seed, "test", 0);
  return torch::randn(sizes, generator, at::kFloat);
}

// Dilations within the sequence, at its end and far behind it.
TEST(DilatedConvolution, IsConv1dWithThatPadding) {
  at::Generator generator = stream_generator(1, "init", 0);
  const Tensor x = draw({3, 7, 5}, 2);
  for (const int64_t dilation : {1, 2, 6, 7, 64}) {
    DilatedConvolution layer(5, 4, dilation, generator);
    const auto parameters = layer.named_parameters();
    const Tensor expected = at::conv1d(x.transpose(1, 2), parameters["weight"], parameters["bias"],
                                       1, dilation, dilation)
                                .transpose(1, 2);
    EXPECT_TRUE(torch::allclose(layer.forward(x), expected, 1e-5, 1e-6)) << dilation;
  }
}

// By hand: two sequences of two steps, one number each.
TEST(HierarchicalContrast, OfTwoStepsByHand) {
  const Tensor a = torch::tensor({1.0, 2.0, 0.5, -1.0}).view({2, 2, 1}),
               b = torch::tensor({1.5, 0.0, 1.0, 2.0}).view({2, 2, 1});
  // Of four rows, the mean cross-entropy of row k finding k + 2 and the other way round.
  const auto of_rows = [](const std::vector<double>& z) {
    double sum = 0;
    for (size_t i = 0; i < 4; ++i) {
      double all = 0;
      for (size_t j = 0; j < 4; ++j) all += j == i ? 0 : std::exp(z[i] * z[j]);
      sum -= std::log(std::exp(z[i] * z[(i + 2) % 4]) / all);
    }
    return sum / 4;
  };
  const double instance = (of_rows({1, 0.5, 1.5, 1}) + of_rows({2, -1, 0, 2})) / 2;
  const double temporal = (of_rows({1, 2, 1.5, 0}) + of_rows({0.5, -1, 1, 2})) / 2;
  const double coarse = of_rows({2, 0.5, 1.5, 2});  // the greater of both steps
  const double expected = (0.5 * instance + 0.5 * temporal + 0.5 * coarse) / 2;
  EXPECT_NEAR(hierarchical_contrast(a, b).item<double>(), expected, 1e-6);
}

TEST(Ts2Vec, LearnsAndIsReproducible) {
  const SequenceSet set = sines(60, 1);
  const Tensor x = set.padded().to(at::kFloat);
  const auto one = train_ts2vec(x, set.lengths, small_network(), 5, nullptr);
  const auto again = train_ts2vec(x, set.lengths, small_network(), 5, nullptr);
  const auto other = train_ts2vec(x, set.lengths, small_network(), 6, nullptr);
  const Tensor representation = one->encode(x, set.lengths);
  EXPECT_EQ(representation.sizes(), (std::vector<int64_t>{60, 6}));
  EXPECT_TRUE(torch::equal(representation, again->encode(x, set.lengths)));
  EXPECT_FALSE(torch::allclose(representation, other->encode(x, set.lengths)));
  // Two halves of a sequence are more alike than those of different ones, after training more so.
  at::Generator generator = stream_generator(5, "ts2vec.init", 0);
  const Ts2VecNetwork untrained(2, small_network(), generator);
  const auto contrast = [&](const Ts2VecNetwork& network) {
    const torch::NoGradGuard off;
    return hierarchical_contrast(network.forward(x, {}).narrow(1, 2, 4),
                                 network.forward(x.narrow(1, 2, 6), {}).narrow(1, 0, 4))
        .item<double>();
  };
  Ts2VecOptions longer = small_network();
  longer.iterations = 200;
  EXPECT_LT(contrast(*train_ts2vec(x, set.lengths, longer, 5, nullptr)), contrast(untrained));
}

TEST(Ts2Vec, PaddingIsNotSeen) {
  at::Generator generator = stream_generator(3, "init", 0);
  const Ts2VecNetwork network(2, small_network(), generator);
  const Tensor x = draw({5, 9, 2}, 4);
  const Tensor lengths = torch::tensor({9, 4, 1, 6, 9});
  Tensor nonsense = x.clone();
  for (int64_t i = 0; i < 5; ++i) {
    nonsense[i].narrow(0, lengths[i].item<int64_t>(), 9 - lengths[i].item<int64_t>()).fill_(1e3);
  }
  EXPECT_TRUE(torch::equal(network.encode(x, lengths), network.encode(nonsense, lengths)));
  const Tensor full = torch::full({5}, 9, torch::kInt64);
  EXPECT_FALSE(torch::equal(network.encode(x, lengths), network.encode(x, full)));
}

TEST(Ts2Vec, StopsEarly) {
  const SequenceSet set = sines(20, 1);
  StopFlag stop;
  stop.request(2);
  EXPECT_EQ(train_ts2vec(set.padded().to(at::kFloat), set.lengths, small_network(), 1, &stop),
            nullptr);
}

TEST(Cfid, Guards) {
  const SequenceSet fine = sines(20, 1);
  EXPECT_EQ(skip_reason(evaluated(cfid_row(), cut(fine, 1), cut(fine, 1))), "needs_t_ge_2");
  EXPECT_EQ(skip_reason(evaluated(cfid_row(), fine, sines(1, 2))), "needs_n_ge_2");
  SequenceSet flat = fine;
  flat = with_values(flat, at::ones_like(fine.padded()));
  EXPECT_EQ(skip_reason(evaluated(cfid_row(), flat, fine)), "degenerate_reference");
}

// Noise is far, a copy is at 0, and the network of the first value serves the others.
TEST(Cfid, OrdersSetsAndKeepsItsNetworks) {
  const SequenceSet real = sines(60, 1), half = sines(60, 2), noise = white_noise(60, 3);
  MetricCache cache;
  const auto value = [&](const SequenceSet& synthetic) {
    MetricInput input{real, synthetic};
    input.repeats = 1;
    input.iterations = 40;
    input.cache = &cache;
    const MetricResult result = cfid_row().compute(input);
    EXPECT_EQ(result.status, MetricStatus::partial);
    EXPECT_EQ(result.reason, "n_below_dim");
    EXPECT_EQ(result.params["dimensions"], 320);
    return result.value.value();
  };
  const double near = value(half);
  ASSERT_EQ(cache.size(), 1);
  const auto kept = cache.begin()->second;
  EXPECT_LT(near, value(noise));
  EXPECT_LT(value(real), 0.02 * near);
  EXPECT_EQ(cache.begin()->second, kept);
}

}  // namespace cfid_test
}  // namespace rnngan
