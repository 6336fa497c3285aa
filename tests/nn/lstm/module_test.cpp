#include "nn/lstm/module.h"

#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <torch/nn/modules/rnn.h>

#include "core/error.h"
#include "nn/lstm/module_support.h"

namespace rnngan {
namespace lstm_module_test {

using testing::expect_close;
using testing::float64;
using testing::full;
using testing::gradient_penalty;
using testing::kHidden;
using testing::kInput;
using testing::make_lstm;
using testing::make_state;
using testing::mixture;
using testing::numbers;
using testing::ragged;
using torch::Tensor;

// torch::nn::LSTM with the weights of `lstm`, taken over by name.
torch::nn::LSTM make_oracle(const Lstm& lstm) {
  const LstmOptions& options = lstm.options();
  torch::nn::LSTM oracle(torch::nn::LSTMOptions(options.input, options.hidden)
                             .num_layers(options.layers)
                             .bidirectional(options.bidirectional)
                             .batch_first(true));
  oracle->to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  auto mine = lstm.named_parameters();
  for (auto& item : oracle->named_parameters()) item.value().copy_(mine[item.key()]);
  return oracle;
}

// --- Against torch::nn::LSTM

TEST(Lstm, HasTheParametersOfTorchLstm) {
  const auto lstm = make_lstm(2, true);
  const auto mine = lstm->named_parameters();
  const auto oracle = make_oracle(*lstm)->named_parameters();
  ASSERT_EQ(mine.size(), oracle.size());
  for (size_t i = 0; i < mine.size(); ++i) {
    EXPECT_EQ(mine[i].key(), oracle[i].key());
    EXPECT_EQ(mine[i].value().sizes(), oracle[i].value().sizes());
  }
}

TEST(Lstm, InitialWeightsFillTheUsualRange) {
  LstmOptions options;
  options.input = 8;
  options.hidden = 16;
  const Lstm lstm(options);
  for (const Tensor& parameter : lstm.parameters()) {
    const double largest = parameter.abs().max().item<double>();
    EXPECT_LE(largest, 0.25);
    EXPECT_GT(largest, 0.2);
    EXPECT_LT(parameter.min().item<double>(), 0);
  }
}

using Shape = std::tuple<int64_t, bool, int64_t, int64_t>;  // layers, bidirectional, B, T

class AgainstTorch : public ::testing::TestWithParam<Shape> {
 protected:
  void SetUp() override {
    const auto [layers, bidirectional, batch, steps] = GetParam();
    lstm_ = make_lstm(layers, bidirectional);
    oracle_ = make_oracle(*lstm_);
    state_ = make_state(*lstm_, batch);
    x_ = numbers({batch, steps, kInput}, 0.4).requires_grad_();
    steps_ = full(batch, steps);
  }

  LstmOutput run(Differentiation differentiation) {
    return lstm_->forward(x_, steps_, state_, differentiation);
  }

  LstmOutput run_oracle() {
    const auto [y, state] = oracle_->forward(x_, std::make_tuple(state_.h, state_.c));
    return {y, {std::get<0>(state), std::get<1>(state)}};
  }

  std::vector<Tensor> leaves(const torch::nn::Module& module) const {
    std::vector<Tensor> result = {x_, state_.h, state_.c};
    for (const Tensor& parameter : module.parameters()) result.push_back(parameter);
    return result;
  }

  std::shared_ptr<Lstm> lstm_;
  torch::nn::LSTM oracle_{nullptr};
  LstmState state_;
  Tensor x_;
  StepMask steps_;
};

TEST_P(AgainstTorch, ValuesAndFirstGradients) {
  const LstmOutput expected = run_oracle();
  const auto expected_gradients = torch::autograd::grad(
      {mixture(expected.y, expected.final.h, expected.final.c)}, leaves(*oracle_));
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const LstmOutput output = run(differentiation);
    expect_close(output.y, expected.y, 1e-13, "y");
    expect_close(output.final.h, expected.final.h, 1e-13, "h");
    expect_close(output.final.c, expected.final.c, 1e-13, "c");
    const auto gradients =
        torch::autograd::grad({mixture(output.y, output.final.h, output.final.c)}, leaves(*lstm_));
    for (size_t i = 0; i < gradients.size(); ++i) {
      expect_close(gradients[i], expected_gradients[i], 1e-11, "gradient " + std::to_string(i));
    }
  }
}

TEST_P(AgainstTorch, GradientsOfAPenalty) {
  const LstmOutput expected = run_oracle();
  const Tensor expected_penalty =
      gradient_penalty(mixture(expected.y, expected.final.h, expected.final.c), x_);
  const auto expected_gradients =
      torch::autograd::grad({expected_penalty}, leaves(*oracle_), {}, false, false, true);
  const LstmOutput output = run(Differentiation::twice);
  const Tensor penalty = gradient_penalty(mixture(output.y, output.final.h, output.final.c), x_);
  expect_close(penalty, expected_penalty, 1e-12, "penalty");
  const auto gradients = torch::autograd::grad({penalty}, leaves(*lstm_), {}, false, false, true);
  for (size_t i = 0; i < gradients.size(); ++i) {
    expect_close(gradients[i], expected_gradients[i], 1e-10, "gradient " + std::to_string(i));
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, AgainstTorch,
                         ::testing::Values(Shape{1, false, 3, 5}, Shape{1, true, 3, 5},
                                           Shape{2, false, 2, 4}, Shape{2, true, 2, 4},
                                           Shape{1, true, 1, 3}, Shape{2, true, 3, 1},
                                           Shape{1, false, 1, 1}));

// float32 is where LibTorch may take another path than in double.
TEST(Lstm, FloatAgreesWithTorchInBothModes) {
  const auto lstm = make_lstm(2, true);
  auto oracle = make_oracle(*lstm);
  const Tensor x = numbers({5, 7, kInput}, 0.4);
  const Tensor expected = std::get<0>(oracle->forward(x));
  const auto expected_gradients =
      torch::autograd::grad({expected.pow(2).sum()}, oracle->parameters());
  lstm->to(torch::kFloat32);
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const Tensor y = lstm->forward(x.to(torch::kFloat32), full(5, 7), {}, differentiation).y;
    expect_close(y, expected, 1e-5, "y");
    const auto gradients = torch::autograd::grad({y.pow(2).sum()}, lstm->parameters());
    for (size_t i = 0; i < gradients.size(); ++i) {
      expect_close(gradients[i], expected_gradients[i], 1e-4, "gradient " + std::to_string(i));
    }
  }
}

// No backend serves such a type.
TEST(Lstm, OtherTypesAgreeInBothModes) {
  const auto lstm = make_lstm(2, true);
  const Tensor x = numbers({5, 7, kInput}, 0.4);
  const LstmOutput expected = lstm->forward(x, full(5, 7));
  lstm->to(torch::kBFloat16);
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const LstmOutput output =
        lstm->forward(x.to(torch::kBFloat16), full(5, 7), {}, differentiation);
    expect_close(output.y.to(torch::kFloat64), expected.y, 0.02, "y");
    expect_close(output.final.h.to(torch::kFloat64), expected.final.h, 0.02, "h");
    expect_close(output.final.c.to(torch::kFloat64), expected.final.c, 0.02, "c");
  }
}

// --- Finite differences

TEST(Lstm, FirstAndSecondGradientsMatchFiniteDifferences) {
  const auto lstm = make_lstm(1, true);
  const LstmState state = make_state(*lstm, 2);
  const Tensor x = numbers({2, 3, kInput}, 0.4).requires_grad_();
  const StepMask steps = ragged({3, 2}, 3);
  std::vector<Tensor> leaves = lstm->parameters();
  leaves.insert(leaves.end(), {x, state.h, state.c});
  const auto value = [&] {
    const LstmOutput output = lstm->forward(x, steps, state);
    return mixture(output.y, output.final.h, output.final.c);
  };
  testing::expect_finite_differences(value, leaves);
  testing::expect_finite_differences([&] { return gradient_penalty(value(), x); }, leaves);
}

// --- States, layouts, extremes

TEST(Lstm, StepsOneByOneEqualOneCall) {
  const auto lstm = make_lstm(2, false);
  const Tensor x = numbers({3, 6, kInput}, 0.4);
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const LstmOutput whole = lstm->forward(x, full(3, 6), {}, differentiation);
    LstmState state;
    for (int64_t t = 0; t < 6; ++t) {
      const LstmOutput step = lstm->forward(x.narrow(1, t, 1), full(3, 1), state, differentiation);
      expect_close(step.y, whole.y.narrow(1, t, 1), 1e-14, "y");
      state = step.final;
    }
    expect_close(state.h, whole.final.h, 1e-14, "h");
    expect_close(state.c, whole.final.c, 1e-14, "c");
  }
}

// The layers of a bidirectional LSTM one by one.
std::vector<std::shared_ptr<Lstm>> layers_of(const Lstm& lstm) {
  std::vector<std::shared_ptr<Lstm>> layers;
  const auto parameters = lstm.named_parameters();
  for (int64_t k = 0; k < lstm.options().layers; ++k) {
    LstmOptions options = lstm.options();
    if (k > 0) options.input = 2 * options.hidden;
    options.layers = 1;
    layers.push_back(std::make_shared<Lstm>(options));
    layers.back()->to(torch::kFloat64);
    const torch::NoGradGuard no_grad;
    for (auto& item : layers.back()->named_parameters()) {
      std::string name = item.key();
      name.replace(name.find("_l0"), 3, "_l" + std::to_string(k));
      item.value().copy_(parameters[name]);
    }
  }
  return layers;
}

TEST(Lstm, DropoutMultipliesTheOutputsOfEveryLayer) {
  const auto lstm = make_lstm(3, true);
  const Tensor x = numbers({3, 5, kInput}, 0.4).requires_grad_();
  const Tensor factors = (numbers({3, 3 * 2 * kHidden}, 0.9) > 0).to(torch::kFloat64) * 2;
  for (const StepMask& steps : {full(3, 5), ragged({5, 2, 4}, 5)}) {
    const Tensor y = lstm->outputs(x, steps, {}, Differentiation::twice, factors);
    Tensor expected = x;
    for (size_t k = 0; const auto& layer : layers_of(*lstm)) {
      expected = layer->forward(expected, steps).y * factors.chunk(3, 1)[k++].unsqueeze(1);
    }
    expect_close(y, expected, 1e-14, "y");
    const auto loss = [](const Tensor& values) { return values.pow(2).sum(); };
    expect_close(torch::autograd::grad({loss(y)}, {x})[0],
                 torch::autograd::grad({loss(expected)}, {x})[0], 1e-13, "gradient");
  }
}

TEST(Lstm, TakesNonContiguousInputAndState) {
  const auto lstm = make_lstm(2, true);
  const Tensor x = numbers({kInput, 5, 2}, 0.4).permute({2, 1, 0});
  const LstmState state = {numbers({2, 4, kHidden}, 0.1).transpose(0, 1),
                           numbers({2, 4, kHidden}, 0.2).transpose(0, 1)};
  for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
    const Tensor strided = lstm->forward(x, full(2, 5), state, differentiation).y;
    const Tensor dense =
        lstm->forward(x.contiguous(), full(2, 5), {state.h.contiguous(), state.c.contiguous()},
                      differentiation)
            .y;
    expect_close(strided, dense, 1e-14, "y");
  }
}

TEST(Lstm, HugeInputsAndSaturatedGatesStayFinite) {
  for (const double size : {1e30, -1e30}) {
    for (const auto differentiation : {Differentiation::once, Differentiation::twice}) {
      const auto lstm = make_lstm(2, true);
      lstm->to(torch::kFloat32);
      const Tensor x = torch::full({2, 5, kInput}, size).requires_grad_();
      const LstmOutput output = lstm->forward(x, full(2, 5), {}, differentiation);
      EXPECT_TRUE(output.y.isfinite().all().item<bool>());
      std::vector<Tensor> leaves = lstm->parameters();
      leaves.push_back(x);
      for (const Tensor& gradient : torch::autograd::grad({output.y.sum()}, leaves)) {
        EXPECT_TRUE(gradient.isfinite().all().item<bool>());
      }
    }
  }
}

TEST(Lstm, PenaltyOfSaturatedGatesIsFinite) {
  const auto lstm = make_lstm(1, true);
  lstm->to(torch::kFloat32);
  const Tensor x = torch::full({2, 4, kInput}, 1e30f).requires_grad_();
  const Tensor penalty = gradient_penalty(lstm->forward(x, full(2, 4)).y.sum(), x);
  const auto gradients =
      torch::autograd::grad({penalty}, lstm->parameters(), {}, false, false, true);
  for (const Tensor& gradient : gradients) {
    EXPECT_TRUE(!gradient.defined() || gradient.isfinite().all().item<bool>());
  }
}

TEST(Lstm, RefusesWrongShapes) {
  const auto lstm = make_lstm(1, false);
  const Tensor x = numbers({2, 4, kInput}, 0.4);
  EXPECT_THROW(lstm->forward(x.narrow(2, 0, 2), full(2, 4)), Error);
  EXPECT_THROW(lstm->forward(x, full(2, 3)), Error);
  EXPECT_THROW(lstm->forward(x, full(3, 4)), Error);
  const Tensor state = torch::zeros({1, 2, kHidden}, float64());
  EXPECT_THROW(lstm->forward(x, full(2, 4), {state.narrow(1, 0, 1), state}), Error);
  EXPECT_THROW(lstm->forward(x, full(2, 4), {state, Tensor()}), Error);
}

}  // namespace lstm_module_test
}  // namespace rnngan
