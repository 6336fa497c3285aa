// Sequences of one data file, split and scaled, ready to be drawn from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"
#include "tensor/batch.h"
#include "tensor/schema.h"

namespace rnngan {

/// A run of consecutive rows of a series: one window or one whole sequence.
struct Span {
  int64_t begin = 0;
  int64_t length = 0;
  int64_t source = 0;  // index of the file's sequence it was cut from

  bool operator==(const Span&) const = default;
};

/// Splits are disjoint in rows: no row of a training span is in a validation or test span. Under
/// `none` all three are the same.
struct Dataset {
  Schema schema;
  at::Tensor values;   // [R,F] double, original units, all rows of all sequences one after another;
                       // NaN (missing, policy `drop`) only outside the spans
  at::Tensor scaled;   // [R,F] float
  at::Tensor labels;   // [sources] int64, undefined without labels
  at::Tensor statics;  // [sources,S] double, undefined without
  std::vector<std::string> source_names;  // the id of each sequence of the file, or empty
  std::vector<Span> train, validation, test;
  std::string split_policy;  // the one that was used
  std::string hash;          // SHA-256 of the file, hex
  std::string path;          // as configured
  bool windowed = false;     // spans are windows of equal length; false: whole sequences
  int64_t file_rows = 0;     // before anything was cut or dropped
  int64_t sources = 0;       // sequences of the file
};

/// Reads, checks, splits, windows and scales `config.path`. `progress` (may be empty) is told rows
/// read so far, now and then. Throws Error{data} "FILE:LINE: column NAME: FACT" before anything
/// else happens.
Dataset load_dataset(const DataConfig& config, const std::function<void(int64_t)>& progress = {});

/// Gathers spans into a padded batch on `device`; T = the longest of them.
SequenceBatch gather_batch(const Dataset& data, const std::vector<Span>& spans,
                           const at::Device& device);

/// The order in which training spans are drawn: each epoch is one permutation keyed by (seed,
/// epoch); a batch may run over the end of an epoch, so every batch has the same size. Holds no
/// state: any batch can be asked for at any time.
class Batcher {
 public:
  Batcher(int64_t spans, int64_t batch, uint64_t seed);
  /// Indices of the batch number `step`, `batch` of them.
  std::vector<int64_t> batch(int64_t step) const;

 private:
  const std::vector<int64_t>& permutation(int64_t epoch) const;

  int64_t spans_;
  int64_t batch_;
  uint64_t seed_;
  mutable int64_t cached_epoch_ = -1;
  mutable std::vector<int64_t> cached_;
};

}  // namespace rnngan
