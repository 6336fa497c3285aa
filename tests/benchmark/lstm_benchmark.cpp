// The LSTM of this project, its op-by-op twin and torch::nn::LSTM, side by side: values, first
// gradients of sum(y) with respect to the parameters, and those of a penalty
// mean((|d sum(y) / dx| - 1)^2). Only the penalty has an x with a gradient. FLOPS counts the
// products that each needs: 1, 3 (less that of dx) and 6 times those of the forward pass; that of
// `sgemm` is what the machine has to give.
//
// Memory is kept as the program keeps it; --default_malloc leaves that out, as a user of
// torch::nn::LSTM would. Threads: OMP_NUM_THREADS.
#include <cstring>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/nn/modules/rnn.h>
#include <torch/types.h>

#include "core/memory.h"
#include "nn/lstm.h"
#include "nn/lstm_twin.h"

namespace rnngan {
namespace {

using torch::Tensor;

struct Size {
  int64_t batch, steps, input, hidden, layers;
  bool bidirectional;

  int64_t directions() const { return bidirectional ? 2 : 1; }
  /// Of the products of a forward pass.
  double flops() const {
    double inputs = 0;
    for (int64_t layer = 0; layer < layers; ++layer) {
      inputs += static_cast<double>(hidden + (layer == 0 ? input : directions() * hidden));
    }
    return 2.0 * static_cast<double>(batch * steps * directions() * 4 * hidden) * inputs;
  }
  /// Of dx.
  double input_flops() const {
    return 2.0 * static_cast<double>(batch * steps * directions() * 4 * hidden * input);
  }
};

void count_flops(benchmark::State& state, double flops) {
  state.counters["FLOPS"] =
      benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

// The default discriminator first.
constexpr Size kSizes[] = {{128, 24, 8, 32, 1, true},   {128, 24, 6, 24, 3, false},
                           {64, 24, 6, 64, 1, false},   {128, 24, 28, 128, 2, false},
                           {32, 100, 4, 350, 2, false}, {128, 200, 32, 256, 1, false}};

class Network {
 public:
  explicit Network(const Size& size) : size_(size) {
    x = torch::randn({size.batch, size.steps, size.input});
  }
  virtual ~Network() = default;
  virtual Tensor forward() = 0;

  std::vector<Tensor> parameters;
  Tensor x;

 protected:
  Size size_;
};

class Ours : public Network {
 public:
  explicit Ours(const Size& size)
      : Network(size),
        lstm_({size.input, size.hidden, size.layers, size.bidirectional}),
        mask_(full_step_mask(size.batch, size.steps, torch::kCPU)) {
    parameters = lstm_.parameters();
  }
  Tensor forward() override {
    return lstm_.forward(x, mask_, {}, Differentiation::twice, /*want_final=*/false).y;
  }

 private:
  Lstm lstm_;
  StepMask mask_;
};

class Stock : public Network {
 public:
  explicit Stock(const Size& size)
      : Network(size),
        lstm_(torch::nn::LSTMOptions(size.input, size.hidden)
                  .num_layers(size.layers)
                  .bidirectional(size.bidirectional)
                  .batch_first(true)) {
    parameters = lstm_->parameters();
  }
  Tensor forward() override { return std::get<0>(lstm_->forward(x)); }

 private:
  torch::nn::LSTM lstm_;
};

class Twin : public Network {
 public:
  explicit Twin(const Size& size) : Network(size) {
    const int64_t directions = size.directions();
    for (int64_t layer = 0; layer < size.layers; ++layer) {
      const int64_t input = layer == 0 ? size.input : directions * size.hidden;
      const auto add = [&](torch::IntArrayRef shape) {
        parameters.push_back(torch::randn(shape).mul_(0.1).requires_grad_());
        return parameters.back();
      };
      weights_.push_back({add({directions, 4 * size.hidden, input}),
                          add({directions, 4 * size.hidden, size.hidden}),
                          add({directions, 4 * size.hidden})});
    }
  }
  Tensor forward() override {
    Tensor rows = x.transpose(0, 1);
    for (const LayerWeights& weights : weights_) {
      const Tensor input =
          size_.bidirectional ? torch::stack({rows, rows.flip(0)}) : rows.unsqueeze(0);
      const Tensor zero = torch::zeros({input.size(0), size_.batch, size_.hidden});
      const Tensor h = torch::stack(lstm_twin(input, weights, zero, zero).h, 1);
      rows = size_.bidirectional ? torch::cat({h[0], h[1].flip(0)}, 2) : h[0];
    }
    return rows.transpose(0, 1);
  }

 private:
  std::vector<LayerWeights> weights_;
};

template <class Kind>
void values(benchmark::State& state, const Size& size) {
  Kind network(size);
  for (auto _ : state) benchmark::DoNotOptimize(network.forward());
  count_flops(state, size.flops());
}

template <class Kind>
void gradients(benchmark::State& state, const Size& size) {
  Kind network(size);
  for (auto _ : state) {
    torch::autograd::grad({network.forward().sum()}, network.parameters);
  }
  count_flops(state, 3 * size.flops() - size.input_flops());
}

template <class Kind>
void penalty(benchmark::State& state, const Size& size) {
  Kind network(size);
  network.x.requires_grad_();
  for (auto _ : state) {
    const Tensor y = network.forward();
    const Tensor gradient = torch::autograd::grad({y.sum()}, {network.x}, {}, true, true)[0];
    const Tensor loss = (gradient.pow(2).sum({1, 2}).sqrt() - 1).pow(2).mean();
    torch::autograd::grad({loss}, network.parameters, {}, false, false, /*allow_unused=*/true);
  }
  count_flops(state, 6 * size.flops());
}

void sgemm(benchmark::State& state) {
  constexpr int64_t kSide = 1024;
  const Tensor a = torch::randn({kSide, kSide}), b = torch::randn({kSide, kSide});
  Tensor product = torch::empty({kSide, kSide});
  for (auto _ : state) torch::mm_out(product, a, b);
  count_flops(state, 2.0 * kSide * kSide * kSide);
}

void add(const std::string& name, void (*run)(benchmark::State&, const Size&), const Size& size) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [run, size](benchmark::State& state) { run(state, size); })
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void add_size(const Size& s) {
  const std::string size = std::to_string(s.batch) + "x" + std::to_string(s.steps) + "x" +
                           std::to_string(s.input) + "->" + std::to_string(s.hidden) + "x" +
                           std::to_string(s.layers) + (s.bidirectional ? "b" : "");
  add("values/" + size + "/ours", values<Ours>, s);
  add("values/" + size + "/twin", values<Twin>, s);
  add("values/" + size + "/stock", values<Stock>, s);
  add("gradients/" + size + "/ours", gradients<Ours>, s);
  add("gradients/" + size + "/twin", gradients<Twin>, s);
  add("gradients/" + size + "/stock", gradients<Stock>, s);
  add("penalty/" + size + "/ours", penalty<Ours>, s);
  add("penalty/" + size + "/twin", penalty<Twin>, s);
  add("penalty/" + size + "/stock", penalty<Stock>, s);
}

}  // namespace
}  // namespace rnngan

int main(int argc, char** argv) {
  const bool keep = argc < 2 || std::strcmp(argv[argc - 1], "--default_malloc") != 0;
  if (keep) {
    rnngan::keep_freed_memory();
  } else {
    --argc;
  }
  benchmark::RegisterBenchmark("sgemm", rnngan::sgemm)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
  for (const rnngan::Size& size : rnngan::kSizes) rnngan::add_size(size);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
