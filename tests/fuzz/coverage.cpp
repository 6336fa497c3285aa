// What GCC's -fsanitize-coverage=trace-pc calls at every branch, counted where libFuzzer looks for
// counters of others. Its own function for that ends the process, so this one must come first.
#include <cstdint>

namespace {

constexpr uintptr_t kCounters = 1 << 16;
__attribute__((section("__libfuzzer_extra_counters"))) uint8_t counters[kCounters];

}  // namespace

extern "C" __attribute__((no_sanitize_coverage)) void __sanitizer_cov_trace_pc() {
  const auto pc = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  ++counters[(pc ^ (pc >> 16)) % kCounters];
}

// Of comparisons of floating-point numbers libFuzzer knows nothing.
extern "C" void __sanitizer_cov_trace_cmpf(float, float) {}
extern "C" void __sanitizer_cov_trace_cmpd(double, double) {}
