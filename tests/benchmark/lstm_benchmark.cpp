// The LSTM of this project and torch::nn::LSTM side by side: values, gradients of the parameters,
// and gradients of a penalty mean((|d sum(y) / dx| - 1)^2) of the parameters.
#include <cstdint>
#include <string>
#include <vector>

#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/rnn.h>
#include <torch/types.h>

#include "benchmarks.h"
#include "nn/lstm/module.h"

namespace rnngan {
namespace {

using torch::Tensor;

struct Size {
  int64_t batch, steps, input, hidden, layers;
  bool bidirectional = false;

  std::string text() const {
    return std::to_string(batch) + "x" + std::to_string(steps) + "x" + std::to_string(input) +
           "->" + std::to_string(hidden) + "x" + std::to_string(layers) +
           (bidirectional ? "b" : "");
  }
};

constexpr Size kSizes[] = {{128, 24, 6, 24, 3},
                           {64, 24, 6, 64, 1},
                           {128, 24, 28, 128, 2},
                           {32, 100, 4, 350, 2},
                           {128, 200, 32, 256, 1}};

/// Products of matrices, in 1e9 multiplications and additions, that each task cannot do without.
struct Work {
  double forward = 0, forward_backward = 0, penalised = 0;
};

Work work_of(const Size& size) {
  const double directions = size.bidirectional ? 2 : 1;
  const double rows = static_cast<double>(size.batch * size.steps);
  const auto hidden = static_cast<double>(size.hidden);
  Work work;
  for (int64_t layer = 0; layer < size.layers; ++layer) {
    const double input = layer == 0 ? static_cast<double>(size.input) : hidden * directions;
    const double unit = 1e-9 * 2 * directions * rows * 4 * hidden;
    const double all = unit * (input + hidden);
    const double back = layer == 0 ? unit * hidden : all;  // no gradient of the first input
    work.forward += all;
    work.forward_backward += all + back + all;
    work.penalised += 2 * all + (all + back) + 2 * all;
  }
  return work;
}

class Network {
 public:
  virtual ~Network() = default;
  virtual Tensor forward(const Tensor& x) = 0;

  std::vector<Tensor> parameters;
};

class Ours : public Network {
 public:
  explicit Ours(const Size& size)
      : lstm_({size.input, size.hidden, size.layers, size.bidirectional}),
        mask_(full_step_mask(size.batch, size.steps, torch::kCPU)) {
    parameters = lstm_.parameters();
  }
  Tensor forward(const Tensor& x) override { return lstm_.outputs(x, mask_); }

 private:
  Lstm lstm_;
  StepMask mask_;
};

class Stock : public Network {
 public:
  explicit Stock(const Size& size)
      : lstm_(torch::nn::LSTMOptions(size.input, size.hidden)
                  .num_layers(size.layers)
                  .bidirectional(size.bidirectional)
                  .batch_first(true)) {
    parameters = lstm_->parameters();
  }
  Tensor forward(const Tensor& x) override { return std::get<0>(lstm_->forward(x)); }

 private:
  torch::nn::LSTM lstm_;
};

Tensor input_of(const Size& size) {
  return torch::randn({size.batch, size.steps, size.input});
}

template <class Side>
void forward(benchmark::State& state, const Size& size) {
  Side side(size);
  const Tensor x = input_of(size);
  const torch::NoGradGuard no_grad;
  for (auto _ : state) benchmark::DoNotOptimize(side.forward(x));
}

template <class Side>
void forward_backward(benchmark::State& state, const Size& size) {
  Side side(size);
  const Tensor x = input_of(size);
  for (auto _ : state) torch::autograd::grad({side.forward(x).sum()}, side.parameters);
}

template <class Side>
void penalised(benchmark::State& state, const Size& size) {
  Side side(size);
  const Tensor x = input_of(size).requires_grad_();
  for (auto _ : state) {
    const Tensor y = side.forward(x);
    const Tensor gradient = torch::autograd::grad({y.sum()}, {x}, {}, true, true)[0];
    const Tensor loss = (gradient.pow(2).sum({1, 2}).sqrt() - 1).pow(2).mean();
    torch::autograd::grad({loss}, side.parameters, {}, false, false, /*allow_unused=*/true);
  }
}

template <class Side>
void add_side(const Size& size, const std::string& name) {
  const Work work = work_of(size);
  const auto add = [&](const std::string& task, auto run, double amount) {
    add_benchmark(
        "lstm/" + task + "/" + size.text() + "/" + name,
        [run, size](benchmark::State& state) { run(state, size); }, amount);
  };
  add("forward", forward<Side>, work.forward);
  add("forward_backward", forward_backward<Side>, work.forward_backward);
  add("penalised", penalised<Side>, work.penalised);
}

/// Products of square matrices, of which the table takes the best.
void add_peak(int64_t order) {
  add_benchmark(
      "peak/sgemm/" + std::to_string(order) + "/stock",
      [order](benchmark::State& state) {
        const Tensor a = torch::randn({order, order}), b = torch::randn({order, order});
        Tensor product = torch::empty({order, order});
        for (auto _ : state) torch::mm_out(product, a, b);
      },
      2e-9 * static_cast<double>(order * order * order));
}

}  // namespace

void add_lstm_benchmarks() {
  for (const int64_t order : {256, 512, 1024, 1536}) add_peak(order);
  for (const bool bidirectional : {false, true}) {
    for (Size size : kSizes) {
      size.bidirectional = bidirectional;
      add_side<Ours>(size, "ours");
      add_side<Stock>(size, "stock");
    }
  }
}

}  // namespace rnngan
