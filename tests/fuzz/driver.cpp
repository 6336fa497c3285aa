// The entry of libFuzzer, whose runtime is linked to objects of GCC: RNNGAN_FUZZ names the target.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/targets.h"

namespace {

using rnngan::fuzzing::Target;

Target target_of_environment() {
  const char* const wanted = std::getenv("RNNGAN_FUZZ");
#ifdef RNNGAN_FUZZ_FILES_ONLY
  const auto targets = rnngan::fuzzing::file_targets();
#else
  const auto targets = rnngan::fuzzing::all_targets();
#endif
  for (const Target& target : targets) {
    if (wanted != nullptr && std::string(wanted) == target.name) return target;
  }
  std::fputs("set RNNGAN_FUZZ to one of:", stderr);
  for (const Target& target : targets) std::fprintf(stderr, " %s", target.name);
  std::fputs("\n", stderr);
  std::exit(2);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const Target kTarget = target_of_environment();
  rnngan::fuzzing::run_target(kTarget, {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
