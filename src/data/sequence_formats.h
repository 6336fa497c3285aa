// The catalog of formats that sequences are written in, for make_sequence_writer and for help
// texts.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/sequence_writer.h"

namespace rnngan {

struct SequenceFormat {
  std::string extension;  // with the point
  std::string summary;    // one line
  std::unique_ptr<SequenceWriter> (*make)(const std::filesystem::path& target,
                                          const Announced& announced);
};
const std::vector<SequenceFormat>& sequence_formats();

std::unique_ptr<SequenceWriter> make_csv_writer(const std::filesystem::path& target,
                                                const Announced& announced);
std::unique_ptr<SequenceWriter> make_npy_writer(const std::filesystem::path& target,
                                                const Announced& announced);

/// Throws Error{bug} unless the parts of `set` fit together and to what was announced.
void require_fitting(const SequenceSet& set, const SequenceSet& announced);

/// `value` as it is written in its column: whole numbers without a point, else the file's digits
/// behind the point. Appends to `out`. Throws Error{diverged} on a value that is not finite.
void append_number(std::string& out, double value, const Column& column);

/// A cell of a CSV file: empty where the value is missing (NaN), the name of its class in a
/// category, else the number. Throws Error{diverged} on infinity, Error{bug} on a code that stands
/// for no class.
void append_cell(std::string& out, double value, const Column& column);

}  // namespace rnngan
