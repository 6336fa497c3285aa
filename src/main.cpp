#include <cstdio>
#include <cstdlib>

#include "cli/run.h"
#include "core/memory.h"

int main(int argc, char** argv) {
  rnngan::keep_freed_memory();
  const int code = rnngan::run(argc, argv);
#ifndef __SANITIZE_ADDRESS__  // whose search for leaks runs at the end
  // LibTorch unregisters thousands of operators one by one at the end of a process: a third of what
  // its start takes, for memory that goes anyway.
  std::fflush(nullptr);
  std::_Exit(code);
#endif
  return code;
}
