// What every file format is read into: all rows of all sequences one after another, in original
// units, nothing split or scaled yet.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"
#include "tensor/schema.h"

namespace rnngan {

struct SequenceTable {
  std::vector<Column> columns;   // name, integer and decimals only
  at::Tensor values;             // [R,F] double; NaN = missing
  std::vector<int64_t> offsets;  // sequence s has rows offsets[s] .. offsets[s+1]
  bool several =
      false;  // by id or a third dimension: whole sequences are meant, even if there is only one
  std::vector<std::string> names;      // the id of each sequence, or empty
  std::vector<double> times;           // [R] when the time column is numeric, else empty
  std::string label_name;              // empty: no label
  std::vector<std::string> labels;     // classes, sorted
  std::vector<int64_t> label_indices;  // one per sequence, or empty
  std::vector<Column> statics;         // name, integer and decimals only
  at::Tensor static_values;            // [sequences,S] double, undefined without

  int64_t rows() const { return offsets.back(); }
  int64_t sequences() const { return static_cast<int64_t>(offsets.size()) - 1; }
  /// How messages call a sequence: `sequence "A"`, `sequence 17`, counted from 0.
  std::string sequence_name(int64_t sequence) const;
};

struct ReadOptions {
  std::function<void(int64_t)> progress = {};  // told rows so far, now and then; may be empty
  bool keep_invalid = false;  // NaN, empty cells and infinity are read whatever data.missing says
};

/// One file format: how the extension is spelled and who reads it.
struct DataFormat {
  std::string name;
  std::vector<std::string> extensions;  // lower case, with the point
  SequenceTable (*read)(const DataConfig& config, const ReadOptions& options);
};
const std::vector<DataFormat>& data_formats();

/// Reads `config.path` by its extension and applies the roles of columns: id groups, time sorts,
/// label and statics must be constant within a sequence. Throws Error{data}.
SequenceTable read_sequence_table(const DataConfig& config, const ReadOptions& options = {});

SequenceTable read_csv_sequences(const DataConfig& config, const ReadOptions& options);
SequenceTable read_npy_sequences(const DataConfig& config, const ReadOptions& options);

/// Class names sorted, as numbers when all are numbers.
std::vector<std::string> sorted_labels(std::vector<std::string> labels);

/// Columns written in front of the input's own by the sample layout.
inline constexpr const char* kSequenceIdColumn = "sequence_id";
inline constexpr const char* kStepColumn = "step";

}  // namespace rnngan
