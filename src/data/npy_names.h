// What an NPY file of sequences cannot hold: the names of columns and classes, labels and
// attributes, in a JSON file beside it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "columns/column.h"

namespace rnngan {

struct NpyNames {
  std::vector<Column> columns;  // name, kind, classes
  // Steps of each sequence; empty: up to its last row that holds a number.
  std::vector<int64_t> lengths;
  std::string label_name;                       // empty: no label
  std::vector<std::string> classes;             // of the label
  std::vector<int64_t> labels;                  // N places in `classes`
  std::vector<Column> attribute_columns;        // S: name, kind, classes
  std::vector<std::vector<double>> attributes;  // S of N values, codes of categories; NaN: none
};

/// "x.npy" -> "x.npy.json"
std::filesystem::path npy_names_path(const std::filesystem::path& npy);

void write_npy_names(const NpyNames& names, const std::filesystem::path& npy);

/// nullopt when there is no such file. Throws Error{data} when it is none of these, or one of an
/// array of another shape.
std::optional<NpyNames> read_npy_names(const std::filesystem::path& npy, int64_t sequences,
                                       int64_t features);

}  // namespace rnngan
