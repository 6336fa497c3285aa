#include "core/memory.h"

#include <cstring>
#include <memory>

#include <gtest/gtest.h>
#include <sys/resource.h>

namespace rnngan {
namespace memory_test {

long page_faults() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_minflt;
}

// Faults while 48 MiB are filled, more than glibc keeps by itself.
long faults_of_filling() {
  constexpr size_t kSize = size_t{48} << 20;
  const long before = page_faults();
  const std::unique_ptr<char[]> memory(new char[kSize]);
  std::memset(memory.get(), 1, kSize);
  volatile char seen = memory[kSize / 2];
  (void)seen;
  return page_faults() - before;
}

TEST(Memory, WhatIsFreedIsNotMappedAnew) {
#if !defined(__GLIBC__) || defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "not with this allocator";
#endif
  keep_freed_memory();
  faults_of_filling();
  EXPECT_LT(faults_of_filling(), 100);
}

}  // namespace memory_test
}  // namespace rnngan
