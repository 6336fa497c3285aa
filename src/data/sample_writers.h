// The catalog of sample formats, for make_sample_writer and for help texts.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "data/sample_writer.h"

namespace rnngan {

/// One sample format.
struct SampleFormat {
  std::string extension;  // with the point
  std::string summary;    // one line
  std::unique_ptr<SampleWriter> (*make)(const std::filesystem::path& target, const Schema& schema,
                                        int64_t sequences, int64_t steps);
};
const std::vector<SampleFormat>& sample_formats();

std::unique_ptr<SampleWriter> make_csv_sample_writer(const std::filesystem::path& target,
                                                     const Schema& schema, int64_t sequences,
                                                     int64_t steps);
std::unique_ptr<SampleWriter> make_npy_sample_writer(const std::filesystem::path& target,
                                                     const Schema& schema, int64_t sequences,
                                                     int64_t steps);

/// A chunk on the CPU, contiguous, with its shapes checked against the schema. Throws Error{bug}.
SampleChunk checked_chunk(const SampleChunk& chunk, const Schema& schema);

/// `value` as it is written in its column: whole numbers without a point, else the file's digits
/// behind the point. Appends to `out`. Throws Error{diverged} on a value that is not finite.
void append_number(std::string& out, double value, const Column& column);

}  // namespace rnngan
