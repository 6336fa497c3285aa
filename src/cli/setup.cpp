#include "cli/setup.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <thread>

#include <ATen/Parallel.h>
#include <dlfcn.h>
#include <fmt/format.h>

#include "core/text.h"

namespace rnngan {

std::vector<std::string> with_common_sets(std::vector<std::string> sets,
                                          const CommonArguments& common) {
  if (!common.device.empty()) sets.push_back("train.device=\"" + common.device + "\"");
  if (common.threads > 0) sets.push_back("train.threads=" + std::to_string(common.threads));
  return sets;
}

OpenOptions open_options(const CommonArguments& common, std::vector<std::string> sets,
                         const std::string& weights) {
  return {common.device.empty() ? "auto" : common.device,
          weights == "raw" ? Weights::raw : Weights::averaged,
          with_common_sets(std::move(sets), common)};
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

/// Cores that nobody computes on, as the load of the last minute has it; at least one.
int64_t idle_cores() {
  const int64_t cores = std::max(1U, std::thread::hardware_concurrency());
  double load = 0;
  if (getloadavg(&load, 1) < 1) return cores;
  return std::clamp<int64_t>(cores - std::llround(load), 1, cores);
}

}  // namespace

int use_threads(int64_t threads, const ModelConfig& model, int64_t processes) {
  constexpr int64_t kNarrow = 64;
  const bool narrow =
      std::max<int64_t>(model.generator.hidden, model.discriminator.hidden) <= kNarrow;
  return use_all_threads(threads <= 0 && narrow ? 1 : threads, processes);
}

int use_all_threads(int64_t threads, int64_t processes) {
  if (threads <= 0) threads = std::max<int64_t>(1, idle_cores() / processes);
  at::set_num_threads(static_cast<int>(threads));
  quiet_blas_threads();
  return static_cast<int>(threads);
}

std::function<void(int64_t)> reading_progress(Console& console, const std::string& file) {
  return [&console, file](int64_t rows) {
    console.status(fmt::format("reading  {}: {} rows", file, grouped(rows)));
  };
}

}  // namespace rnngan
