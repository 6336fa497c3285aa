// Samples out: original units, names and types, in a layout that every verb recognises on reading.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include <ATen/core/Tensor.h>

#include "tensor/schema.h"

namespace rnngan {

/// Sequences to write: x [B,T,F] double in original units, lengths [B] int64, labels [B] int64 or
/// undefined, statics [B,S] double or undefined. All on the CPU.
struct SampleChunk {
  at::Tensor x, lengths, labels, statics;
};

/// Writes any number of sequences chunk by chunk. Nothing stands at the target until finish() (a
/// temporary file is renamed onto it), except for devices and standard output ("-"), which are
/// written directly.
class SampleWriter {
 public:
  virtual ~SampleWriter() = default;
  virtual void write(const SampleChunk& chunk) = 0;
  virtual void finish() = 0;
};

/// By extension: .csv or "-" (`sequence_id,step,<label>,<statics>,<columns>`), .npy (float64
/// [N,T,F], NaN on padding; the total number of sequences and the steps must be known). Throws
/// Error{output} when the target cannot be written.
std::unique_ptr<SampleWriter> make_sample_writer(const std::filesystem::path& target,
                                                 const Schema& schema, int64_t sequences,
                                                 int64_t steps);

}  // namespace rnngan
