// Sequences for scores, in original units: from a loaded data set, from any file, from a generator.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "evaluation/sequences.h"
#include "nn/generator.h"
#include "training/sampler.h"

namespace rnngan {

/// Spans of a data set; padding is zero.
Sequences sequences_of(const Dataset& data, const std::vector<Span>& spans);

/// A file of anybody's sequences.
struct SequenceFile {
  std::vector<std::string> columns;
  std::vector<std::string> labels;  // classes, sorted; empty without
  Sequences sequences;
  bool several = false;  // whole sequences; false: windows of one long series
};

/// Reads `config.path` by the roles of columns in `config`: whole sequences where the file has
/// several, else windows of `window` steps at the configured stride. data.missing holds, but not
/// with `keep_invalid`: then NaN and infinity stay, for scores to count. Throws Error{data}.
SequenceFile read_sequences(const DataConfig& config, int64_t window, bool keep_invalid = false);

/// The columns of `file` in the order of `columns`, its labels as indices into `labels`. Throws
/// Error{data} "PLACE: ..." when a column is missing or a label unknown.
Sequences in_terms_of(const SequenceFile& file, const std::vector<std::string>& columns,
                      const std::vector<std::string>& labels, const std::string& place);

/// Sequences of a generator, with lengths and labels distributed as those of its training data
/// unless the request says otherwise, and values as a file of samples would hold them.
Sequences sample_sequences(Generator& generator, const Schema& schema, const SampleRequest& request,
                           const at::Device& device);

}  // namespace rnngan
