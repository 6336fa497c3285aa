// A layer on the CPU's backend against the reference implementation, on every instruction set that
// this processor has.
#include "nn/lstm/autograd.h"

#include <cmath>
#include <filesystem>
#include <functional>
#include <iterator>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include "nn/lstm/backend.h"
#include "nn/lstm/cpu/instruction_set.h"
#include "nn/lstm/layer_pair.h"

namespace rnngan {
namespace lstm_autograd_test {

using lstm::States;
using lstm::cpu::has_instruction_set;
using lstm::cpu::InstructionSet;
using lstm::cpu::limit_instruction_set;
using testing::expect_close;
using testing::float64;
using testing::Layer;
using testing::LayerSize;
using testing::numbers;
using torch::Tensor;
using torch::autograd::grad;

using Loss = std::function<Tensor(const States&, const Layer&)>;

// Not linear in the states, so that second gradients with respect to them count.
Tensor plain(const States& s, const Layer&) {
  const Tensor weights = numbers(s.h.sizes(), 0.5).to(s.h.scalar_type());
  return (s.h * weights).sum() + s.h.pow(2).sum() * 0.3 + (s.c * weights).sum() * 0.2;
}

// (|gradient of x| - 1)^2 per row, and the like for the initial state.
Tensor penalty(const States& s, const Layer& layer) {
  const auto gradients =
      grad({plain(s, layer)}, {layer.leaves[0], layer.leaves[4], layer.leaves[5]}, {}, true, true);
  return (gradients[0].pow(2).sum({0, 1, 3}).sqrt() - 1).pow(2).sum() +
         (gradients[1].pow(2).sum(2).sqrt() - 1).pow(2).sum() + gradients[2].pow(2).sum();
}

Tensor mixed(const States& s, const Layer& layer) {
  return penalty(s, layer) + plain(s, layer) * 0.7;
}

// A loss on weight gradients, as in unrolled training.
Tensor of_weight_gradients(const States& s, const Layer& layer) {
  Tensor sum = torch::zeros({}, layer.leaves[0].options());
  for (const Tensor& gradient : grad({plain(s, layer)}, layer.leaves, {}, true, true)) {
    sum = sum + gradient.pow(2).sum();
  }
  return sum;
}

// A loss on the gradients of a penalty.
Tensor third(const States& s, const Layer& layer) {
  Tensor sum = torch::zeros({}, layer.leaves[0].options());
  for (const Tensor& gradient : grad({penalty(s, layer)}, layer.leaves, {}, true, true)) {
    sum = sum + gradient.pow(2).sum();
  }
  return sum;
}

void expect_relative(const Tensor& actual, const Tensor& expected, double tolerance,
                     const std::string& what) {
  ASSERT_TRUE(actual.defined() && expected.defined()) << what;
  const double size = expected.abs().max().item<double>();
  expect_close(actual.to(torch::kFloat64), expected.to(torch::kFloat64), tolerance * (1e-3 + size),
               what);
}

void expect_gradients(const Loss& loss, const LayerSize& size, double tolerance) {
  const Layer layer(size);
  const Tensor actual = loss(layer.on_backend(), layer);
  const Tensor expected = loss(layer.by_reference(), layer);
  expect_relative(actual, expected, tolerance, "loss");
  const auto gradients = grad({actual}, layer.leaves);
  const auto expected_gradients = grad({expected}, layer.leaves);
  for (size_t k = 0; k < gradients.size(); ++k) {
    expect_relative(gradients[k], expected_gradients[k], tolerance, "leaf " + std::to_string(k));
  }
}

// Runs every test on one instruction set.
class OnInstructionSet : public ::testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!has_instruction_set(GetParam())) GTEST_SKIP() << "not on this processor";
    limit_instruction_set(GetParam());
  }
  void TearDown() override { limit_instruction_set(InstructionSet::avx512); }
};

using BackendLayer = OnInstructionSet;

// Rows and units around and beyond the tiles of every instruction set.
const LayerSize kSizes[] = {{1, 1, 1, 1, 1},
                            {1, 5, 3, 3, 4},
                            {2, 4, 2, 3, 4},
                            {2, 3, 13, 5, 8},
                            {1, 3, 7, 2, 17},
                            {2, 3, 9, 9, 32},
                            {1, 2, 25, 1, 70},
                            {1, 40, 11, 3, 5},
                            {2, 4, 2, 3, 4, true},
                            {2, 1, 13, 5, 8, true},
                            {2, 5, 9, 9, 32, true},
                            {2, 3, 13, 5, 17, true, true},
                            {1, 4, 25, 3, 32, false, true},
                            {1, 2, 1, 3, 5, false, true}};

TEST_P(BackendLayer, StatesEqualTheReference) {
  for (const LayerSize& size : kSizes) {
    const Layer layer(size);
    const States actual = layer.on_backend(), expected = layer.by_reference();
    expect_relative(actual.h, expected.h, 1e-14, "h");
    expect_relative(actual.c, expected.c, 1e-14, "c");
  }
}

// Then nothing is kept for a backward pass.
TEST_P(BackendLayer, StatesDoNotDependOnWhetherGradientsAreWanted) {
  for (const LayerSize& size : kSizes) {
    const Layer layer(size);
    const States kept = layer.on_backend();
    const torch::NoGradGuard guard;
    const States states = layer.on_backend();
    EXPECT_TRUE(torch::equal(states.h, kept.h));
    EXPECT_TRUE(torch::equal(states.c, kept.c));
    const States outputs = lstm::backend_layer(layer.inputs(), /*want_c=*/false);
    EXPECT_TRUE(torch::equal(outputs.h, kept.h));
    EXPECT_FALSE(outputs.c.defined());
  }
}

TEST_P(BackendLayer, FirstGradientsEqualTheReference) {
  for (const LayerSize& size : kSizes) expect_gradients(plain, size, 1e-12);
}

TEST_P(BackendLayer, GradientsOfAPenaltyEqualTheReference) {
  for (const LayerSize& size : kSizes) expect_gradients(penalty, size, 1e-11);
}

TEST_P(BackendLayer, GradientsOfPenaltyAndLossTogetherEqualTheReference) {
  for (const LayerSize& size : kSizes) expect_gradients(mixed, size, 1e-11);
}

TEST_P(BackendLayer, GradientsOfWeightGradientsEqualTheReference) {
  for (const LayerSize& size : {kSizes[0], kSizes[2], kSizes[4], kSizes[8]}) {
    expect_gradients(of_weight_gradients, size, 1e-11);
  }
}

TEST_P(BackendLayer, ThirdDerivativesEqualTheReference) {
  for (const LayerSize& size : {kSizes[0], kSizes[2], kSizes[4], kSizes[8]}) {
    expect_gradients(third, size, 1e-10);
  }
}

TEST_P(BackendLayer, FloatIsCloseToDouble) {
  for (const Loss& loss : {Loss(plain), Loss(penalty), Loss(mixed)}) {
    for (const LayerSize& size : {kSizes[3], kSizes[4], kSizes[5], LayerSize{2, 24, 16, 8, 32},
                                  LayerSize{1, 7, 29, 6, 24}, LayerSize{2, 24, 16, 8, 32, true}}) {
      const Layer single(size, torch::kFloat32), exact(size);
      const auto gradients = grad({loss(single.on_backend(), single)}, single.leaves);
      const auto expected = grad({loss(exact.by_reference(), exact)}, exact.leaves);
      for (size_t k = 0; k < gradients.size(); ++k) {
        EXPECT_EQ(gradients[k].scalar_type(), torch::kFloat32);
        expect_relative(gradients[k], expected[k], 1e-5, "leaf " + std::to_string(k));
      }
    }
  }
}

TEST_P(BackendLayer, MatchesFiniteDifferences) {
  for (const bool shared : {false, true}) {
    const Layer layer({2, 3, 2, 2, 3, shared});
    for (const Loss& loss : {Loss(plain), Loss(mixed), Loss(of_weight_gradients)}) {
      testing::expect_finite_differences([&] { return loss(layer.on_backend(), layer); },
                                         layer.leaves, 1e-6);
    }
  }
}

TEST_P(BackendLayer, BitsDoNotDependOnTheNumberOfThreads) {
  const int before = at::get_num_threads();
  for (const bool shared : {false, true}) {
    std::vector<Tensor> expected;
    for (const int threads : {1, 2, 3, 5}) {
      at::set_num_threads(threads);
      const Layer layer({2, 6, 61, 5, 40, shared}, torch::kFloat32);
      const auto gradients = grad({mixed(layer.on_backend(), layer)}, layer.leaves);
      if (threads == 1) expected = gradients;
      for (size_t k = 0; k < gradients.size(); ++k) {
        EXPECT_TRUE(torch::equal(gradients[k], expected[k])) << threads << " threads, leaf " << k;
      }
    }
  }
  at::set_num_threads(before);
}

INSTANTIATE_TEST_SUITE_P(On, BackendLayer,
                         ::testing::Values(InstructionSet::portable, InstructionSet::avx2,
                                           InstructionSet::avx512));

// --- Initial states

// A loss with a penalty, and one on weight gradients, which goes through the reference
// implementation.
TEST_P(BackendLayer, UndefinedInitialStatesAreZero) {
  const Layer layer({2, 6, 13, 5, 24});
  const std::vector<Tensor> leaves(layer.leaves.begin(), layer.leaves.begin() + 4);
  const auto gradients = [&](bool penalised, bool defined) {
    const Tensor zero = defined ? torch::zeros_like(layer.leaves[4]) : Tensor();
    const States states =
        lstm::backend_layer({leaves[0], {leaves[1], leaves[2], leaves[3]}, zero, zero});
    Tensor loss = plain(states, layer);
    const std::vector<Tensor> of = penalised ? std::vector<Tensor>{leaves[0]} : leaves;
    for (const Tensor& gradient : grad({loss}, of, {}, true, true)) {
      loss = loss + gradient.pow(2).sum();
    }
    std::vector<Tensor> results = grad({loss}, leaves);
    results.push_back(states.h);
    results.push_back(states.c);
    return results;
  };
  for (const bool penalised : {true, false}) {
    const auto actual = gradients(penalised, false), expected = gradients(penalised, true);
    for (size_t k = 0; k < actual.size(); ++k) {
      EXPECT_TRUE(torch::equal(actual[k], expected[k])) << penalised << " " << k;
    }
  }
}

// --- Which backend, and its threads

TEST(Backends, TheCpusServesFloatsAndDoubles) {
  for (const auto dtype : {torch::kFloat32, torch::kFloat64}) {
    const Tensor x = torch::zeros({1, 1, 1, 1}, dtype);
    ASSERT_NE(lstm::backend_for(x, x), nullptr);
    EXPECT_STREQ(lstm::backend_for(x, x)->name, "cpu");
  }
  const Tensor x = torch::zeros({1, 1, 1, 1}), other = x.to(torch::kBFloat16);
  EXPECT_EQ(lstm::backend_for(other, other), nullptr);
  EXPECT_EQ(lstm::backend_for(x, other), nullptr);
}

int64_t threads_of_this_process() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

// at::parallel_for is a template: compiled without OpenMP it runs on one thread, silently. Every
// thread has a pool of its own, which a new one has not started yet.
TEST(Backends, PassesRunOnSeveralThreads) {
  const Layer layer({1, 2, 64, 3, 8});
  int64_t before = 0, after = 0;
  std::thread([&] {
    at::set_num_threads(3);
    const torch::NoGradGuard guard;
    before = threads_of_this_process();
    layer.on_backend();
    after = threads_of_this_process();
  }).join();
  EXPECT_EQ(after - before, 2);
}

// --- What autograd asks for

TEST(BackendLayerGraph, BackwardTwiceOverOneGraphGivesTheSame) {
  const Layer layer(kSizes[3]);
  const Tensor loss = mixed(layer.on_backend(), layer);
  const auto first = grad({loss}, layer.leaves, {}, true);
  const auto second = grad({loss}, layer.leaves, {}, true);
  for (size_t k = 0; k < first.size(); ++k) EXPECT_TRUE(torch::equal(first[k], second[k])) << k;
}

// Each leaf alone: nothing else may be needed for its gradient, nor change it.
TEST(BackendLayerGraph, GradientsOfOneLeafEqualThoseOfAll) {
  const Layer layer(kSizes[3]);
  for (const Loss& loss : {Loss(plain), Loss(mixed)}) {
    const auto all = grad({loss(layer.on_backend(), layer)}, layer.leaves);
    for (size_t k = 0; k < all.size(); ++k) {
      const auto one = grad({loss(layer.on_backend(), layer)}, {layer.leaves[k]});
      EXPECT_TRUE(torch::equal(one[0], all[k])) << k;
    }
  }
}

TEST(BackendLayerGraph, FrozenInputsGetNoGradient) {
  const Layer all(kSizes[3]);
  const auto expected = grad({plain(all.on_backend(), all)}, all.leaves);
  Layer frozen(kSizes[3]);
  for (const size_t k : {1, 2, 3}) frozen.leaves[k].requires_grad_(false);
  const auto of_x = grad({plain(frozen.on_backend(), frozen)}, {frozen.leaves[0]});
  EXPECT_TRUE(torch::equal(of_x[0], expected[0]));
  Layer constant(kSizes[3]);
  for (const size_t k : {0, 4, 5}) constant.leaves[k].requires_grad_(false);
  const auto of_w = grad({plain(constant.on_backend(), constant)},
                         {constant.leaves[1], constant.leaves[2], constant.leaves[3]});
  for (size_t k = 0; k < 3; ++k) EXPECT_TRUE(torch::equal(of_w[k], expected[k + 1])) << k;
  for (Tensor& leaf : constant.leaves) leaf.requires_grad_(false);
  EXPECT_FALSE(constant.on_backend().h.requires_grad());
}

TEST(BackendLayerGraph, PenaltyOfFrozenWeightsReachesX) {
  Layer layer(kSizes[3]);
  for (const size_t k : {1, 2, 3}) layer.leaves[k].requires_grad_(false);
  const auto actual = grad({penalty(layer.on_backend(), layer)}, {layer.leaves[0]});
  const auto expected = grad({penalty(layer.by_reference(), layer)}, {layer.leaves[0]});
  expect_relative(actual[0], expected[0], 1e-11, "x");
}

// Two penalties of one layer meet in its one backward pass.
TEST(BackendLayerGraph, SeveralPenaltiesOfOneLayerAddUp) {
  const Layer layer(kSizes[3]);
  const auto of = [&](const States& s) {
    const Tensor first = grad({s.h.pow(3).sum()}, {layer.leaves[0]}, {}, true, true)[0];
    const Tensor second = grad({s.c.pow(2).sum()}, {layer.leaves[0]}, {}, true, true)[0];
    return first.pow(2).sum() + second.pow(2).sum() * 0.3 + plain(s, layer);
  };
  const auto actual = grad({of(layer.on_backend())}, layer.leaves);
  const auto expected = grad({of(layer.by_reference())}, layer.leaves);
  for (size_t k = 0; k < actual.size(); ++k) {
    expect_relative(actual[k], expected[k], 1e-11, "leaf " + std::to_string(k));
  }
}

// One input of the layer is made from another: each gradient goes its own way only once.
TEST(BackendLayerGraph, InputsThatDependOnEachOther) {
  const Layer layer(kSizes[1]);
  const auto shared = [&](bool on_backend) {
    Layer copy = layer;
    copy.leaves[5] = layer.leaves[4] * 2;
    copy.leaves[0] = layer.leaves[0] * layer.leaves[3].sum();
    return third(on_backend ? copy.on_backend() : copy.by_reference(), copy);
  };
  const std::vector<Tensor> leaves(layer.leaves.begin(), layer.leaves.end() - 1);
  const auto actual = grad({shared(true)}, leaves), expected = grad({shared(false)}, leaves);
  for (size_t k = 0; k < leaves.size(); ++k) {
    expect_relative(actual[k], expected[k], 1e-10, "leaf " + std::to_string(k));
  }
}

TEST(BackendLayerGraph, OnlyTheCellStatesAreUsed) {
  const Loss cells = [](const States& s, const Layer& layer) {
    const Tensor g = grad({s.c.pow(2).sum()}, {layer.leaves[0]}, {}, true, true)[0];
    return g.pow(2).sum();
  };
  expect_gradients(cells, kSizes[3], 1e-11);
}

TEST(BackendLayerGraph, ChangingAResultIsNoticedOrHarmless) {
  const Layer layer(kSizes[1]);
  const auto expected = grad({layer.on_backend().c.sum()}, {layer.leaves[0]});
  const States states = layer.on_backend();
  {
    const torch::NoGradGuard no_grad;
    states.h.zero_();
  }
  try {
    EXPECT_TRUE(torch::equal(grad({states.c.sum()}, {layer.leaves[0]})[0], expected[0]));
  } catch (const c10::Error& error) {
    EXPECT_NE(std::string(error.what()).find("modified by an inplace operation"), std::string::npos)
        << error.what();
  }
}

}  // namespace lstm_autograd_test
}  // namespace rnngan
