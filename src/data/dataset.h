// Sequences of one data file, split and ready to be drawn from.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/schema.h"
#include "config/run_config.h"
#include "data/sequence_set.h"
#include "tensor/batch.h"
#include "tensor/communicator.h"

namespace rnngan {

/// Splits are disjoint in rows: no row of a training sequence is in a validation or test sequence.
/// Under `none` all three are the same. All share the rows of the file.
struct Dataset {
  Schema schema;
  SequenceSet file;  // whole sequences, before anything was cut or dropped
  SequenceSet train, validation, test;
  std::string split_policy;        // the one that was used
  std::string hash;                // SHA-256 of the file, hex
  std::string path;                // as configured
  bool several = false;            // the file has several sequences, not one long series
  bool windowed = false;           // the splits are windows of equal length; false: whole sequences
  std::vector<std::string> notes;  // how the file was understood, a line each
};

/// Reads, checks, splits and cuts `config.path`. `progress` (may be empty) is told rows read so
/// far, now and then. Throws Error{data} "FILE:LINE: column NAME: FACT" before anything else
/// happens.
Dataset load_dataset(const DataConfig& config, const std::function<void(int64_t)>& progress = {});

/// Encodes what is known of every row, for gather() to take.
void keep_known(SequenceSet& set, const Schema& schema);

enum class BatchParts { all, conditions };
/// The sequences at these indices, encoded, as a padded batch on `device`; T = the longest of them.
/// `conditions`: x stays undefined. Where several ranks train, own rows of the batch that the
/// indices are, as long and as ragged as the whole.
SequenceBatch gather(const SequenceSet& set, const std::vector<int64_t>& indices,
                     const Schema& schema, const at::Device& device,
                     BatchParts parts = BatchParts::all, const Communicator& ranks = one_process());
/// The same of all sequences.
SequenceBatch gather(const SequenceSet& set, const Schema& schema, const at::Device& device,
                     BatchParts parts = BatchParts::all);

}  // namespace rnngan
