// What is timed: ours beside the stock modules of LibTorch, at one thread and at all cores. Names
// are GROUP/WHAT/SIDE/threads:N, which table.cpp reads.
#pragma once

#include <functional>
#include <string>

#include <benchmark/benchmark.h>

namespace rnngan {

/// Registers `run` at one thread and at all cores. `work`, where there is a count of
/// multiplications and additions, is in 1e9 operations per iteration.
void add_benchmark(const std::string& name, const std::function<void(benchmark::State&)>& run,
                   double work = 0);

/// "lstm/forward|forward_backward|penalised/BxTxF->HxLAYERS[b]/ours|stock" and "peak/sgemm/stock".
void add_lstm_benchmarks();
/// "step/bce|wgan_gp|r3gan/ours|stock" and "sample/24 steps/ours|stock", at the default config.
void add_step_benchmarks();

/// Prints the table in Markdown and, last, the line of geometric means. `files`: results in JSON of
/// separate processes, by name: "kept" (freed memory is kept, both sides), "shipped" (stock only,
/// allocator untouched), "memory_ours" and "memory_stock".
int print_table(const std::string& directory);

}  // namespace rnngan
