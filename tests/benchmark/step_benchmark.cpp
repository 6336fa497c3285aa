// Whole training steps at the default config, and sampling.
#include <string>

#include <torch/types.h>

#include "benchmarks.h"
#include "config/config.h"
#include "data/dataset.h"
#include "objective/objective.h"
#include "stock_gan.h"
#include "training/gan_step.h"
#include "training/networks.h"
#include "training/sampler.h"

namespace rnngan {
namespace {

/// configs/presets/NAME.json, read from the working directory, ready to take steps.
class Training {
 public:
  explicit Training(const std::string& preset)
      : config_(load_config("configs/presets/" + preset + ".json", {}, catalogs()).config),
        data_(load_dataset(config_.data)),
        objective_(config_.objective, config_.train.topk),
        networks_(config_.model, config_.train.optim, data_.schema, 1, at::kCPU,
                  plan_of(objective_, config_.model, data_.schema)),
        gan_step_(networks_, objective_, data_, config_.train, at::kCPU) {}

  void step() {
    for (int64_t i = 0; i < config_.train.n_critic; ++i) {
      gan_step_.take({.side = Side::discriminator, .step = discriminator_step_++});
    }
    gan_step_.take({.side = Side::generator, .step = generator_step_++});
  }

  Networks& networks() { return networks_; }
  const Dataset& data() const { return data_; }
  int64_t batch() const { return config_.train.batch; }

 private:
  RunConfig config_;
  Dataset data_;
  Objective objective_;
  Networks networks_;
  GanStep gan_step_;
  int64_t discriminator_step_ = 0, generator_step_ = 0;
};

StockGan stock_of(StockLoss loss, const Training& training) {
  const Dataset& data = training.data();
  return {loss, gather(data.train, data.schema, at::kCPU).x, training.batch()};
}

void add_step(const std::string& preset, StockLoss loss) {
  add_benchmark("step/" + preset + "/default/ours", [preset](benchmark::State& state) {
    Training training(preset);
    for (auto _ : state) training.step();
  });
  add_benchmark("step/" + preset + "/default/stock", [preset, loss](benchmark::State& state) {
    StockGan stock = stock_of(loss, Training(preset));
    for (auto _ : state) stock.step();
  });
}

constexpr int64_t kSamples = 4096;

void add_sampling() {
  add_benchmark("sample/4096 sequences/default/ours", [](benchmark::State& state) {
    Training training("r3gan");
    for (auto _ : state) {
      sample(training.networks().generator(), training.data().schema, {.count = kSamples}, at::kCPU,
             [](const SequenceSet& part) { benchmark::DoNotOptimize(part.rows); });
    }
    state.SetItemsProcessed(state.iterations() * kSamples);
  });
  add_benchmark("sample/4096 sequences/default/stock", [](benchmark::State& state) {
    StockGan stock = stock_of(StockLoss::r3gan, Training("r3gan"));
    const torch::NoGradGuard no_grad;
    for (auto _ : state) benchmark::DoNotOptimize(stock.sample(kSamples).to(torch::kFloat64));
    state.SetItemsProcessed(state.iterations() * kSamples);
  });
}

}  // namespace

void add_step_benchmarks() {
  add_step("bce", StockLoss::bce);
  add_step("wgan_gp", StockLoss::wgan_gp);
  add_step("r3gan", StockLoss::r3gan);
  add_sampling();
}

}  // namespace rnngan
