// rnngan_benchmark [--freed_memory=keep|give_back] [Google Benchmark's flags], or
// rnngan_benchmark --table=DIRECTORY, over results of earlier runs; see scripts/benchmark.sh.
#include <string>
#include <thread>
#include <vector>

#include <ATen/Parallel.h>
#include <sys/resource.h>

#include "benchmarks.h"
#include "core/memory.h"

namespace rnngan {

void add_benchmark(const std::string& name, const std::function<void(benchmark::State&)>& run,
                   double work) {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  for (const int threads : cores > 1 ? std::vector<int>{1, cores} : std::vector<int>{1}) {
    benchmark::RegisterBenchmark((name + "/threads:" + std::to_string(threads)).c_str(),
                                 [run, work, threads](benchmark::State& state) {
                                   at::set_num_threads(threads);
                                   run(state);
                                   if (work > 0) {
                                     state.counters["gflops"] = benchmark::Counter(
                                         work, benchmark::Counter::kIsIterationInvariantRate);
                                   }
                                   rusage usage = {};
                                   getrusage(RUSAGE_SELF, &usage);
                                   state.counters["peak_mb"] =
                                       static_cast<double>(usage.ru_maxrss) / 1024;
                                 })
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
}

}  // namespace rnngan

int main(int argc, char** argv) {
  const std::string first = argc > 1 ? argv[1] : "";
  if (first.rfind("--table=", 0) == 0) return rnngan::print_table(first.substr(8));
  if (first != "--freed_memory=give_back") rnngan::keep_freed_memory();
  if (first.rfind("--freed_memory=", 0) == 0) {
    argv[1] = argv[0];
    --argc;
    ++argv;
  }
  rnngan::add_lstm_benchmarks();
  rnngan::add_step_benchmarks();
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
