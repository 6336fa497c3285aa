#include "cli/setup.h"

#include <algorithm>
#include <thread>

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include "config/objective_config.h"
#include "core/text.h"
#include "training/networks.h"

namespace rnngan {

std::vector<std::string> with_common_sets(std::vector<std::string> sets,
                                          const CommonArguments& common) {
  if (!common.device.empty()) sets.push_back("train.device=\"" + common.device + "\"");
  if (common.threads > 0) sets.push_back("train.threads=" + std::to_string(common.threads));
  return sets;
}

namespace {

// The build of OpenBLAS with a thread pool of its own lets its threads spin beside LibTorch's,
// which costs far more than it brings at these sizes. Builds on OpenMP follow LibTorch's count and
// need nothing.
void quiet_blas_threads() {
  constexpr int kOwnThreadPool = 1;
  const auto parallel = reinterpret_cast<int (*)()>(dlsym(RTLD_DEFAULT, "openblas_get_parallel"));
  const auto set_threads =
      reinterpret_cast<void (*)(int)>(dlsym(RTLD_DEFAULT, "openblas_set_num_threads"));
  if (parallel != nullptr && set_threads != nullptr && parallel() == kOwnThreadPool) set_threads(1);
}

}  // namespace

int use_threads(int64_t threads, const ModelConfig& model) {
  constexpr int64_t kNarrow = 64;
  const bool narrow = std::max(model.generator.hidden, model.discriminator.hidden) <= kNarrow;
  return use_all_threads(threads <= 0 && narrow ? 1 : threads);
}

int use_all_threads(int64_t threads) {
  if (threads <= 0) threads = std::max(1U, std::thread::hardware_concurrency());
  at::set_num_threads(static_cast<int>(threads));
  quiet_blas_threads();
  return static_cast<int>(threads);
}

Dataset load_with_progress(const DataConfig& config, Console& console) {
  Dataset data = load_dataset(config, [&](int64_t rows) {
    console.status(fmt::format("reading  {}: {} rows", config.path, grouped(rows)));
  });
  console.clear_progress();
  return data;
}

void rehearse_networks(const RunConfig& config, const Objective& objective, const Schema& schema) {
  const Networks networks(config.model, config.train.optim, schema, 0, at::kCPU,
                          plan_of(objective, config.model, schema));
}

std::string describe_network(const std::string& name, bool bidirectional, int64_t layers,
                             int64_t hidden, int64_t parameters) {
  return fmt::format("{} {} {}x{}, {} parameters", name, bidirectional ? "bilstm" : "lstm", layers,
                     hidden, grouped(parameters));
}

std::string describe_objective(const ObjectiveConfig& objective) {
  const std::string sum = objective_sum(objective);
  return objective.preset.empty() || objective.preset == sum ? sum : objective.preset + " = " + sum;
}

}  // namespace rnngan
