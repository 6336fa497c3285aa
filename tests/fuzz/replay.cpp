// Runs the corpus, every file of FOLDER/TARGET through its target, and then mutations of it: the
// same ones for a seed, on every machine. Usage: rnngan_fuzz_replay FOLDER [COUNT [SEED [TARGET]]]
// What it was at when it was ended is in the file "fuzz-last" of the working directory.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include "fuzz/targets.h"

namespace {

namespace fs = std::filesystem;

using rnngan::fuzzing::Target;
using Random = std::mt19937_64;

size_t below(size_t limit, Random& random) {
  return limit == 0 ? 0 : random() % limit;
}

/// Bytes that mean something to some reader.
const std::vector<std::string>& words() {
  static const std::vector<std::string> kWords = {"-1",
                                                  "0",
                                                  "1e999",
                                                  "-0",
                                                  "nan",
                                                  "inf",
                                                  "null",
                                                  "true",
                                                  "[]",
                                                  "{}",
                                                  "\"\"",
                                                  "\"",
                                                  ",",
                                                  ";",
                                                  "\t",
                                                  "\n",
                                                  "\r\n",
                                                  "\xef\xbb\xbf",
                                                  std::string(1, '\0'),
                                                  "\xff",
                                                  "\xe2\x80\xae",
                                                  "9223372036854775807",
                                                  "-9223372036854775808",
                                                  "18446744073709551616",
                                                  "1e308",
                                                  "0.1",
                                                  "../x",
                                                  "/",
                                                  "[[[[[[[[",
                                                  "sep=,",
                                                  "#",
                                                  "auto",
                                                  "<f4",
                                                  "'shape': (",
                                                  "type",
                                                  "2024-02-30",
                                                  "1,5"};
  return kWords;
}

void mutate(std::string& bytes, const std::vector<std::string>& corpus, Random& random) {
  const size_t at = below(bytes.size() + 1, random), size = below(bytes.size() - at + 1, random);
  const std::string& other = corpus[below(corpus.size(), random)];
  const size_t from = below(other.size() + 1, random);
  switch (below(7, random)) {
    case 0:
      if (at < bytes.size()) bytes[at] = static_cast<char>(random());
      break;
    case 1:
      if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8, random)));
      break;
    case 2:
      bytes.erase(at, below(std::min<size_t>(size, 64) + 1, random));
      break;
    case 3:
      bytes.insert(at, words()[below(words().size(), random)]);
      break;
    case 4:  // in place of what was there
      bytes.replace(at, std::min<size_t>(size, 1 + below(8, random)),
                    words()[below(words().size(), random)]);
      break;
    case 5:
      bytes.insert(at, other.substr(from, below(64, random)));
      break;
    default:
      bytes.insert(at, bytes.substr(at, below(64, random)));
  }
}

void run(const Target& target, const std::string& bytes) {
  {
    std::ofstream last("fuzz-last", std::ios::binary);
    last << bytes;
  }
  rnngan::fuzzing::run_target(target, bytes);
}

std::vector<std::string> read_corpus(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<std::string> corpus;
  for (const fs::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    corpus.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return corpus;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const auto number = [&](int i, uint64_t otherwise) {
    return argc > i ? std::strtoull(argv[i], nullptr, 10) : otherwise;
  };
  const uint64_t count = number(2, 0), seed = number(3, 1);
  for (const Target& target : rnngan::fuzzing::all_targets()) {
    if (argc > 4 && target.name != std::string(argv[4])) continue;
    const auto corpus = read_corpus(fs::path(argv[1]) / target.name);
    if (corpus.empty()) return 1;
    for (const std::string& bytes : corpus) run(target, bytes);
    Random random(seed);
    for (uint64_t i = 0; i < count; ++i) {
      std::string bytes = corpus[below(corpus.size(), random)];
      for (size_t n = 1 + below(5, random); n > 0; --n) mutate(bytes, corpus, random);
      run(target, bytes);
    }
    std::printf("%s: %zu files, %llu mutations\n", target.name, corpus.size(),
                static_cast<unsigned long long>(count));
    std::fflush(stdout);
  }
  return 0;
}
