// How much memory a training takes, told from its config and a few numbers of its data before
// anything is built.
#pragma once

#include <cstdint>
#include <optional>

#include "config/finding.h"
#include "config/run_config.h"

namespace rnngan {

/// What the memory of a run depends on beside its config; letters as in tensor/batch.h.
struct MemoryShape {
  int64_t steps = 0;       // T, of the longest training sequence
  int64_t columns = 0;     // F
  int64_t channels = 0;    // W
  int64_t values = 0;      // V
  int64_t condition = 0;   // C
  int64_t covariates = 0;  // Ct
  int64_t scored = 0;      // sequences of each side that are scored while training; 0: none
  int64_t reported = 0;    // test sequences that the report compares; 0: no report
  int64_t trained = 0;     // training sequences
  int64_t outputs = 1;     // numbers of the discriminator, those of heads included
  int64_t auxiliary = 0;   // networks beside generator and discriminator that hold an LSTM
  int64_t passes = 0;      // at points of their own, whose gradients a penalty contains
  bool twice = false;      // a penalty contains gradients at real and fake sequences
};

/// Bytes on the CPU in 32-bit floats, by what they depend on.
struct MemoryNeed {
  double weights = 0;  // parameters, gradients, moments, averages and what their step takes
  double step = 0;     // what a step keeps for its backward passes
  double scores = 0;   // sequences, their features and distances

  /// A step ends before scores begin: the larger one of both counts.
  double total() const { return weights + (step > scores ? step : scores); }
};

/// Within a fifth of what a run takes above the size of the program with its data
/// (docs/reliability.md).
MemoryNeed memory_need(const RunConfig& config, const MemoryShape& shape);

/// Nothing where it fits into `free` bytes, or may fit as exactly as is known. Else the key whose
/// value would have to be smaller, with the largest value that fits.
std::optional<Finding> memory_finding(const RunConfig& config, const MemoryShape& shape,
                                      double free);

}  // namespace rnngan
