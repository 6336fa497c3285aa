// Reading data files: whole sequences in original units, nothing split or encoded yet.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "config/run_config.h"
#include "core/mapped_file.h"
#include "data/sequence_set.h"

namespace rnngan {

/// What a reader makes of a file.
struct DataFile {
  /// All rows of all sequences one after another: sequence n + 1 begins where n ends.
  SequenceSet sequences;
  bool several = false;  // by id or a third dimension: whole sequences are meant, even if there
                         // is only one; false: one long series
  // Where the rows stay, if they were not copied.
  std::shared_ptr<const MappedFile> mapped;
  std::string hash;                   // SHA-256 of the bytes that were read, hex
  std::vector<std::string> left_out;  // columns that nobody asked for (ReadOptions::like)
  std::vector<std::string> notes;     // how the file was understood, a line each
};

struct ReadOptions {
  std::function<void(int64_t)> progress = {};  // told rows so far, now and then; may be empty
  // For samples, of this program or another: NaN, empty cells and infinity are read whatever
  // data.missing says, roles that the file has no column for are left out, and the layout in which
  // samples are written is known whatever data.id and data.time say.
  bool samples = false;
  const TimeAxis* time = nullptr;  // not null: how times are written, if they can be read so
  // Of each sequence only what is known before it is made is read: no columns of values.
  bool conditions = false;
  // Not null: the file is to be compared with these sequences. Its columns, label and attributes
  // are theirs, as far as it has them, whatever the config says; other columns are left out.
  // Columns that data.id and data.time name are used where it has them, else sequence_id or
  // example_id, and step.
  const SequenceSet* like = nullptr;
};

/// One file format: how the extension is spelled and who reads it.
struct DataFormat {
  std::string name;
  std::vector<std::string> extensions;  // lower case, with the point
  DataFile (*read)(const DataConfig& config, const ReadOptions& options);
};
const std::vector<DataFormat>& data_formats();

/// Reads `config.path` by its extension and applies the roles of columns: id groups, time sorts,
/// label and statics must be constant within a sequence. Throws Error{data}.
DataFile read_data_file(const DataConfig& config, const ReadOptions& options = {});

DataFile read_csv_sequences(const DataConfig& config, const ReadOptions& options);
/// The decimals of a column are those of the shortest text that is read back as its value; what is
/// stored as float32 is read as that text, so that 0.1 is 0.1.
DataFile read_npy_sequences(const DataConfig& config, const ReadOptions& options);

/// What a file holds, for scores: whole sequences where it has several, else windows of `window`
/// steps at the configured stride. `samples`: as in ReadOptions; NaN and infinity stay, for scores
/// to count. The padded layout. Throws Error{data}.
SequenceSet scored_sequences(DataFile file, const DataConfig& config, int64_t window,
                             bool samples = false);

/// The same of `config.path`.
SequenceSet read_sequences(const DataConfig& config, int64_t window, bool samples = false);

/// Whole sequences: n has the rows offsets[n] .. offsets[n + 1].
void set_offsets(const std::vector<int64_t>& offsets, SequenceSet& set);

/// Throws Error{data}: `key` names a column that is not among `names`, those of the file.
[[noreturn]] void refuse_column(const std::string& place, const std::string& name,
                                const std::string& key, const std::vector<std::string>& names);

/// Leaves out the sequences for which `kept` [N] bool is false, with their rows.
void keep_sequences(const at::Tensor& kept, DataFile& file);

/// What data.column says of the digits of a column.
void take_decimals(const DataConfig& config, Column& column);

/// Lines on columns of numbers that count rows or seconds, or that are the steps of one sequence:
/// what they look like and what to do. `file`: whole sequences.
std::vector<std::string> odd_columns(const SequenceSet& file);

/// Throws Error{data}: files of this extension (lower case, with the point) are not read.
[[noreturn]] void refuse_format(const std::string& place, const std::string& extension);

/// Throws Error{data} when data.column names a column that is not among `names`, those of the file.
void require_known_columns(const DataConfig& config, const std::vector<std::string>& names);

/// Class names sorted, as numbers when all are numbers.
std::vector<std::string> sorted_labels(std::vector<std::string> labels);

/// Columns written in front of the input's own by the sample layout.
inline constexpr const char* kSequenceIdColumn = "sequence_id";
inline constexpr const char* kStepColumn = "step";
/// What other tools call the id of a sequence.
inline constexpr const char* kExampleIdColumn = "example_id";

}  // namespace rnngan
