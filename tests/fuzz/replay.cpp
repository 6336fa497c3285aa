// Runs the corpus: every file of FOLDER/TARGET through its target. Usage: rnngan_fuzz_replay FOLDER
// What it was at when it was ended is on standard error.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "fuzz/targets.h"

int main(int argc, char** argv) {
  namespace fs = std::filesystem;
  if (argc != 2) return 2;
  int files = 0;
  for (const std::string& target : rnngan::fuzzing::target_names()) {
    for (const auto& entry : fs::directory_iterator(fs::path(argv[1]) / target)) {
      std::fprintf(stderr, "%s\n", entry.path().c_str());
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string bytes{std::istreambuf_iterator<char>(file), {}};
      rnngan::fuzzing::run_target(target, bytes);
      // Halves and single bytes that are off, too: errors in the midst of things.
      for (size_t cut = 1; cut < bytes.size(); cut += 1 + bytes.size() / 16) {
        rnngan::fuzzing::run_target(target, bytes.substr(0, cut));
        std::string other = bytes;
        other[cut] = static_cast<char>(other[cut] ^ 0x11);
        rnngan::fuzzing::run_target(target, other);
      }
      ++files;
    }
  }
  std::printf("%d files\n", files);
  return files > 0 ? 0 : 1;
}
