// Synthetic data sets of known distributions, for `data make`, tests and first experiments.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

struct GeneratedSet {
  at::Tensor x;                           // [N,T,F] double; zero on padding
  at::Tensor lengths;                     // [N] int64
  std::vector<std::string> columns;       // F names
  std::string label_name;                 // empty: no label
  std::vector<std::string> labels;        // classes
  at::Tensor label_indices;               // [N] int64 into labels, or undefined
  std::vector<std::string> static_names;  //
  at::Tensor statics;                     // [N,S] double, or undefined
  int decimals = 6;                       // written behind the point in CSV
};

/// One row of `rnngan data make`.
struct Recipe {
  std::string name;
  std::string summary;  // one line: formula and where it comes from
  int64_t sequences;    // default N
  int64_t steps;        // default T; the longest where lengths differ
  int64_t features;
  /// sequences >= 1, steps >= 2; the same numbers for the same arguments.
  GeneratedSet (*make)(int64_t sequences, int64_t steps, uint64_t seed);
};
const std::vector<Recipe>& recipes();

/// Writes the set in the sample layout; the extension of `target` says CSV or NPY. Throws
/// Error{output}.
void write_generated(const GeneratedSet& set, const std::filesystem::path& target);

}  // namespace rnngan
