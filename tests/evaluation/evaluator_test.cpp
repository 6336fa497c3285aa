#include "evaluation/evaluator.h"

#include <atomic>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

#include "evaluation/evaluated_sets.h"

namespace rnngan {
namespace evaluator_test {

using at::Tensor;
using ::testing::ElementsAre;

const double kNan = std::numeric_limits<double>::quiet_NaN();

/// As many threads of LibTorch for the scope.
class Threads {
 public:
  explicit Threads(int count) : before_(at::get_num_threads()) { at::set_num_threads(count); }
  ~Threads() { at::set_num_threads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

Tensor numbers(const std::vector<double>& values) {
  return at::tensor(values, at::kDouble);
}

TEST(RandomParts, AreAllAndApart) {
  const RandomParts parts = random_parts(11, 0.8, 5, "test");
  EXPECT_EQ(parts.first.size(0), 8);
  const Tensor all = std::get<0>(at::cat({parts.first, parts.second}).sort());
  EXPECT_TRUE(at::equal(all, at::arange(11, at::kLong)));
  EXPECT_FALSE(at::equal(parts.first, random_parts(11, 0.8, 6, "test").first));
}

TEST(BatchDraw, HoldsNoIndexTwice) {
  const Tensor from = at::arange(100, 107, at::kLong);
  BatchDraw draw(from, 5, stream_generator(1, "test", 0));
  Tensor seen = at::zeros({7}, at::kLong);
  for (int i = 0; i < 60; ++i) {
    const Tensor batch = draw.next() - 100;
    ASSERT_EQ(batch.size(0), 5);
    const Tensor counts = batch.bincount({}, 7);
    EXPECT_EQ(counts.max().item<int64_t>(), 1);
    seen += counts;
  }
  EXPECT_GT(seen.min().item<int64_t>(), 25);  // 43 are expected of each
  EXPECT_TRUE(at::equal(from, at::arange(100, 107, at::kLong)));
  EXPECT_EQ(BatchDraw(from, 128, stream_generator(1, "test", 0)).next().size(0), 7);
}

TEST(EvaluatorSet, TurnsBatchesRound) {
  const Tensor x = at::arange(2 * 3 * 2, at::kDouble).view({2, 3, 2});
  const SequenceSet pair{x, at::full({2}, 3, at::kLong)};
  const EvaluatorSet set([](const SequenceSet& of) { return of.padded(); }, {&pair});
  const Tensor batch = set.batch(at::tensor({1, 0, 1}, at::kLong));
  ASSERT_EQ(batch.sizes(), (std::vector<int64_t>{3, 2, 3}));
  for (int64_t t = 0; t < 3; ++t) {
    for (int64_t c = 0; c < 2; ++c) {
      EXPECT_EQ(batch[t][c][0].item<double>(), x[1][t][c].item<double>());
      EXPECT_EQ(batch[t][c][1].item<double>(), x[0][t][c].item<double>());
    }
  }
}

TEST(EvaluatorSet, OfTwoPadsTheShorter) {
  const SequenceSet real = sines(2, 1, 1, 3), synthetic = sines(1, 2, 1, 2);
  const EvaluatorSet set([](const SequenceSet& of) { return of.padded(); }, {&real, &synthetic});
  EXPECT_EQ(set.count(), 3);
  EXPECT_EQ(set.steps(), 3);
  const Tensor last = set.batch(at::tensor({2}, at::kLong));
  EXPECT_EQ(last[2][0][0].item<double>(), 0);
  EXPECT_NEAR(last[1][0][0].item<double>(), synthetic.padded()[0][1][0].item<double>(), 1e-6);
  EXPECT_EQ(set.lengths(at::tensor({2}, at::kLong)).item<int64_t>(), 2);
}

TEST(EvaluatorSet, OfManyIsThatOfAllAtOnce) {
  const SequenceSet many = sines(5000, 1, 2, 4), few = sines(3, 2, 2, 2);
  const WithDifferences view(many);
  const EvaluatorSet set(view, {&many, &few});
  EXPECT_EQ(set.channels(), 4);
  const Tensor indices = at::tensor({0, 2047, 2048, 4999, 5002}, at::kLong);
  const Tensor found = set.batch(indices).permute({2, 0, 1});  // [B,T,C]
  const Tensor of_many = view(many).index_select(0, indices.narrow(0, 0, 4)).to(at::kFloat);
  EXPECT_TRUE(at::equal(found.narrow(0, 0, 4), of_many));
  EXPECT_TRUE(at::equal(found[4].narrow(0, 0, 2), view(few)[2].to(at::kFloat)));
  EXPECT_TRUE(at::equal(found[4].narrow(0, 2, 2), at::zeros({2, 4})));
}

TEST(WithDifferences, ScalesLevelsAndMovesByTheReference) {
  // Levels -1, 1 (mean 0, deviation 1); moves 2 and -2 (mean 0, deviation 2).
  const SequenceSet reference{numbers({-1, 1, 1, -1}).view({2, 2, 1}), at::full({2}, 2, at::kLong)};
  const SequenceSet of{numbers({3, 5, 4, 2, kNan, kNan, 7, -50, 1}).view({3, 3, 1}),
                       at::tensor({3, 1, 3}, at::kLong)};
  const Tensor found = WithDifferences(reference)(of);
  const Tensor levels = numbers({3, 5, 4, 2, 0, 0, 7, -10, 1}).view({3, 3, 1});
  const Tensor moves = numbers({0, 1, -0.5, 0, 0, 0, 0, -10, 10}).view({3, 3, 1});
  EXPECT_TRUE(at::allclose(found, at::cat({levels, moves}, 2), 0, 1e-12)) << found;
}

TEST(RangeScaler, SpansTheValidEntriesOfTheReference) {
  const SequenceSet reference{numbers({2, 6, 4, 900}).view({2, 2, 1}),
                              at::tensor({2, 1}, at::kLong)};
  const SequenceSet of{numbers({2, 6, 10, kNan}).view({2, 2, 1}), at::tensor({2, 1}, at::kLong)};
  const Tensor found = RangeScaler(reference)(of);
  EXPECT_TRUE(at::allclose(found, numbers({0, 1, 2, 0}).view({2, 2, 1}), 0, 1e-6)) << found;
}

TEST(Evaluator, ReadsTheLastValidStep) {
  at::Generator generator = stream_generator(1, "test", 0);
  const Evaluator evaluator(1, 4, 2, Products::own, generator);
  const Tensor x = at::arange(1, 9, at::kFloat).view({4, 1, 2}).div(5);
  const Tensor answers = evaluator.at_end(x, at::tensor({2, 4}, at::kLong));
  ASSERT_EQ(answers.sizes(), (std::vector<int64_t>{2, 2}));
  const Tensor steps = evaluator.at_steps(x);  // [T,outputs,B]
  EXPECT_TRUE(at::allclose(answers[0], steps[1].select(1, 0), 0, 1e-6));
  EXPECT_TRUE(at::allclose(answers[1], steps[3].select(1, 1), 0, 1e-6));
  // All of full length goes another way.
  EXPECT_TRUE(
      at::allclose(evaluator.at_end(x, at::full({2}, 4, at::kLong)), steps[3].t(), 0, 1e-6));
}

TEST(Evaluator, InitialWeightsFillTheRange) {
  at::Generator generator = stream_generator(1, "test", 0);
  const Evaluator evaluator(3, 16, 2, Products::own, generator);
  for (const Tensor& weights : evaluator.parameters()) {
    EXPECT_LE(weights.abs().max().item<double>(), 0.25);
    EXPECT_TRUE(weights.requires_grad());
  }
  EXPECT_GT(evaluator.parameters()[1].max().item<double>(), 0.24);
  EXPECT_LT(evaluator.parameters()[1].min().item<double>(), -0.24);
}

TEST(Train, MovesByAdamAndStops) {
  at::Generator generator = stream_generator(1, "test", 0);
  const Evaluator evaluator(1, 2, 1, Products::own, generator);
  const Tensor bias = evaluator.parameters().back();
  const double before = bias.item<double>();
  const auto loss = [&] { return bias.sum() * 3; };
  EXPECT_TRUE(train(evaluator, 10, loss, nullptr));
  // Adam's steps are of the learning rate where the gradient stays the same.
  EXPECT_NEAR(bias.item<double>(), before - 10 * 1e-3, 1e-6);
  StopFlag stop;
  stop.request(2);
  EXPECT_FALSE(train(evaluator, 10, loss, &stop));
  EXPECT_NEAR(bias.item<double>(), before - 10 * 1e-3, 1e-6);
}

TEST(Train, StepsAreAdams) {
  at::Generator generator = stream_generator(1, "test", 0), again = stream_generator(1, "test", 0);
  const Evaluator ours(2, 3, 1, Products::own, generator), theirs(2, 3, 1, Products::own, again);
  const auto loss = [](const Evaluator& evaluator, int step) {
    Tensor sum = at::zeros({});
    for (const Tensor& weights : evaluator.parameters()) {
      sum = sum + (weights * (step + 1) * 0.3).sin().sum() + 10 * weights.pow(2).sum();
    }
    return sum;
  };
  int step = 0;
  train(
      ours, 30, [&] { return loss(ours, step++); }, nullptr);
  torch::optim::Adam adam(theirs.parameters(), torch::optim::AdamOptions(1e-3));
  for (int i = 0; i < 30; ++i) {
    adam.zero_grad();
    loss(theirs, i).backward();
    adam.step();
  }
  for (size_t k = 0; k < ours.parameters().size(); ++k) {
    EXPECT_TRUE(at::allclose(ours.parameters()[k], theirs.parameters()[k], 0, 1e-6)) << k;
  }
}

/// An evaluator whose bias walks up from 0 by the rate of Adam, and what it is looked at for.
struct Walk {
  at::Generator generator = stream_generator(1, "test", 0);
  Evaluator evaluator = [this] {
    Evaluator made(1, 2, 1, Products::own, generator);
    made.zero_head();
    return made;
  }();
  int64_t looks = 0;

  Tensor bias() const { return evaluator.parameters().back(); }
  std::optional<Settled> train(int64_t most, const Settling& settling,
                               const std::function<Tensor(const Tensor&)>& look,
                               const StopFlag* stop = nullptr) {
    const auto counted = [&] {
      ++looks;
      return look(bias());
    };
    return train_until_settled(
        evaluator, most, settling, [&] { return -bias().sum(); }, counted, stop);
  }
};

TEST(TrainUntilSettled, EndsWithThePatienceAndKeepsTheBest) {
  Walk walk;
  // Lowest at 0.1, which is 100 steps of 0.001; never worse by as much as ten improvements.
  const auto flat = [](const Tensor& bias) { return (bias - 0.1).square().sum() + 1; };
  const auto settled = walk.train(1000, {.rate = 1e-3, .patience = 3, .worth = 0.002}, flat);
  ASSERT_TRUE(settled.has_value());
  EXPECT_EQ(settled->iterations, 250);  // from 100, the last look that was worth something
  EXPECT_EQ(walk.looks, 6);             // and before the first
  EXPECT_NEAR(walk.bias().item<double>(), 0.25, 1e-5);
  walk.evaluator.set_parameters(settled->best);
  EXPECT_NEAR(walk.bias().item<double>(), 0.1, 1e-5);
  EXPECT_TRUE(walk.bias().requires_grad());
}

TEST(TrainUntilSettled, EndsSoonWhereItGetsClearlyWorse) {
  // 0.02 before; 0.0125, 0.01, 0.0125, 0.02 by steps of 50.
  Walk walk;
  const auto settled =
      walk.train(1000, {}, [](const Tensor& bias) { return (bias - 0.1).square().sum() + 0.01; });
  EXPECT_EQ(settled->iterations, 200);
  EXPECT_NEAR(settled->best.back().item<double>(), 0.1, 1e-5);
}

TEST(TrainUntilSettled, EndsWhereAllIsLearnt) {
  Walk walk;
  const auto settled =
      walk.train(1000, {}, [](const Tensor& bias) { return (0.15 - bias).abs().sum(); });
  EXPECT_EQ(settled->iterations, 150);
}

TEST(TrainUntilSettled, SmallImprovementsAreWorthNothing) {
  // 5 % of what it was before are gained in 50 steps.
  const auto falling = [](const Tensor& bias) { return (1 - bias).sum(); };
  Walk eager, content, fast;
  EXPECT_EQ(eager.train(400, {.rate = 1e-3, .patience = 2, .worth = 0.04}, falling)->iterations,
            400);
  // The first look counts: nothing was worth anything before.
  EXPECT_EQ(content.train(400, {.rate = 1e-3, .patience = 1, .worth = 0.06}, falling)->iterations,
            100);
  // What adds up to enough within the patience counts, too.
  EXPECT_EQ(fast.train(400, {.rate = 1e-3, .patience = 2, .worth = 0.06}, falling)->iterations,
            400);
}

TEST(TrainUntilSettled, LooksAfterTheLastAndStops) {
  Walk walk;
  const auto settled =
      walk.train(60, {.rate = 0.01}, [](const Tensor& bias) { return (1 - bias).sum(); });
  EXPECT_EQ(settled->iterations, 60);
  EXPECT_EQ(walk.looks, 3);
  EXPECT_NEAR(settled->best.back().item<double>(), 0.6, 1e-4);
  StopFlag stop;
  stop.request(2);
  EXPECT_FALSE(walk.train(
                       60, {}, [](const Tensor& bias) { return bias.sum(); }, &stop)
                   .has_value());
}

TEST(TrainUntilSettled, OfNoNumbersNothingIsBest) {
  Walk walk;
  const auto settled = walk.train(1000, {}, [](const Tensor& bias) { return bias.sum() * kNan; });
  EXPECT_EQ(settled->iterations, 400);
  EXPECT_TRUE(settled->best.empty());
}

TEST(OverRepeats, KeepsTheOrder) {
  const auto repeats = over_repeats(5, [](int64_t i) {
    return RepeatNumbers{static_cast<double>(i), static_cast<double>(-i)};
  });
  ASSERT_EQ(repeats.size(), 5U);
  EXPECT_THAT(summarise(repeats, 0).values, ElementsAre(0, 1, 2, 3, 4));
  EXPECT_DOUBLE_EQ(summarise(repeats, 1).mean, -2);
  EXPECT_DOUBLE_EQ(summarise(repeats, 0).sd, std::sqrt(2.0));
  const auto stopped =
      over_repeats(3, [](int64_t i) { return i == 1 ? RepeatNumbers{} : RepeatNumbers{1}; });
  EXPECT_TRUE(stopped.empty());
}

TEST(OverRepeats, BeginsNoneAfterAStop) {
  const Threads one(1);
  int64_t last = -1;
  const auto stopped = over_repeats(1000, [&](int64_t i) {
    last = i;
    return i == 3 ? RepeatNumbers{} : RepeatNumbers{1};
  });
  EXPECT_TRUE(stopped.empty());
  EXPECT_EQ(last, 3);
}

TEST(OverRepeats, RunsSideBySide) {
  const Threads two(2);
  // Each waits until the other has begun.
  std::atomic<int> here = 0;
  const auto met = over_repeats(2, [&](int64_t) {
    ++here;
    for (int i = 0; here < 2 && i < 5000; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return RepeatNumbers{static_cast<double>(here)};
  });
  EXPECT_THAT(summarise(met, 0).values, ElementsAre(2, 2));
}

TEST(OverRepeats, PassesErrorsOn) {
  EXPECT_THROW(over_repeats(3,
                            [](int64_t i) -> RepeatNumbers {
                              if (i == 2) throw std::runtime_error("no");
                              return {1};
                            }),
               std::runtime_error);
}

TEST(EvaluatorResult, TellsWhatCameOut) {
  const MetricResult result = evaluator_result({{1, 5}, {3, 5}}, 0);
  EXPECT_DOUBLE_EQ(result.value.value(), 2);
  EXPECT_DOUBLE_EQ(result.sd.value(), 1);
  EXPECT_EQ(result.repeats, 2);
  EXPECT_EQ(result.detail["values"], nlohmann::json({1.0, 3.0}));
  EXPECT_EQ(skip_reason(evaluator_result({}, 0)), "stopped");
  EXPECT_EQ(skip_reason(evaluator_result({{1}, {kNan}}, 0)), "evaluator_diverged");
}

TEST(Evaluatord, SameDigitsOnAnyNumberOfThreads) {
  const auto detail = [](int threads) {
    const Threads count(threads);
    return evaluated_briefly(ds_row(), sines(50, 1, 1, 3), sines(50, 2, 1, 3)).detail.dump();
  };
  EXPECT_EQ(detail(1), detail(2));
}

TEST(Evaluatord, LeaveTheDefaultGeneratorAlone) {
  const at::Generator generator = at::globalContext().defaultGenerator(at::kCPU);
  const Tensor before = generator.get_state();
  EXPECT_TRUE(
      evaluated_briefly(ds_row(), sines(50, 1, 1, 3), sines(50, 2, 1, 3)).value.has_value());
  EXPECT_TRUE(at::equal(generator.get_state(), before));
}

}  // namespace evaluator_test
}  // namespace rnngan
