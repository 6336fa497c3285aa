// The entry of libFuzzer, whose runtime is linked to objects of GCC: RNNGAN_FUZZ names the target.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  static const char* kTarget = std::getenv("RNNGAN_FUZZ");
  if (kTarget == nullptr) {
    std::fputs("set RNNGAN_FUZZ to one of:", stderr);
    for (const auto& name : rnngan::fuzzing::target_names())
      std::fprintf(stderr, " %s", name.c_str());
    std::fputs("\n", stderr);
    std::exit(2);
  }
  rnngan::fuzzing::run_target(kTarget, {reinterpret_cast<const char*>(bytes), size});
  return 0;
}
