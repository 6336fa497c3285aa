#include "cli/run.h"
#include "core/memory.h"

int main(int argc, char** argv) {
  rnngan::keep_freed_memory();
  return rnngan::run(argc, argv);
}
