#include "cli/run.h"

int main(int argc, char** argv) {
  return rnngan::run(argc, argv);
}
