// Sequences out: original units, names and types, in a layout that every verb recognises on
// reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/sequence_set.h"

namespace rnngan {

/// Writes any number of sequences part by part. Nothing stands at the target until finish() (a
/// temporary file is renamed onto it), except for devices and standard output ("-"), which are
/// written directly.
class SequenceWriter {
 public:
  virtual ~SequenceWriter() = default;
  /// Values, labels and attributes of `part` are those of the columns that were announced; NaN is a
  /// missing cell. Throws Error{diverged} on infinity, Error{bug} on shapes that do not fit.
  virtual void write(const SequenceSet& part) = 0;
  virtual void finish() = 0;
};

/// What is known before the first sequence: the columns, classes and attributes of `like`, the
/// number of sequences, and the longest.
struct Announced {
  SequenceSet like;
  int64_t sequences = 0;
  int64_t steps = 0;
};

/// By extension: .csv or "-" (`sequence_id,step,<time>,<label>,<attributes>,<columns>`), .npy
/// (float64 [N,T,F], NaN on padding and for missing cells; names, classes, labels and attributes in
/// NAME.npy.json). Throws Error{output} when the target cannot be written.
std::unique_ptr<SequenceWriter> make_sequence_writer(const std::filesystem::path& target,
                                                     const Announced& announced);

/// All of a set at once.
void write_sequences(const SequenceSet& set, const std::filesystem::path& target);

/// x [...,F]: the values as a file would hold them, with the digits of their columns; codes of
/// classes and what is not finite stay.
at::Tensor as_written(const at::Tensor& x, const std::vector<Column>& columns);
/// The same in place; x double, contiguous.
void round_as_written(const at::Tensor& x, const std::vector<Column>& columns);

}  // namespace rnngan
