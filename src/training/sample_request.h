// What is asked of a generator: how many sequences, and of which kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "columns/schema.h"
#include "data/sequence_set.h"

namespace rnngan {

/// One wish about the label or an attribute, both by the names of their columns.
struct Wish {
  std::string name;
  /// A class, a number, or a range of numbers with its ends: "2..5", "2..", "..5".
  std::string value;

  /// "NAME=VALUE"
  std::string text() const { return name + "=" + value; }
};

struct SampleRequest {
  int64_t count = 0;
  uint64_t seed = 1;
  std::optional<int64_t> length = std::nullopt;     // instead of the training data's
  std::optional<std::string> label = std::nullopt;  // a wish about the label
  // When all of them begin, as the data write it or by ISO 8601; instead of a time at which one of
  // the training sequences begins.
  std::optional<std::string> start = std::nullopt;
  /// In place of a random information code: its class, if it has one, then as many of its
  /// variables as are given.
  std::vector<double> code = {};
  /// What is drawn is drawn as in training, among the training sequences that meet all of these; of
  /// several wishes of one name, any.
  std::vector<Wish> where = {};
  /// Instead of drawing: sequence i takes label, attributes, length, covariates and, where they
  /// have times, the start of sequence i of these, which start over when they are fewer. By the
  /// names of classes and attributes.
  std::optional<SequenceSet> like = std::nullopt;
};

/// The longest sequence that the request can give.
int64_t max_steps(const Schema& schema, const SampleRequest& request);

/// The label and the attributes of `set` as indices and codes of the schema, its lengths, and no
/// values. Throws Error{data} "PLACE: ..." where one that the model is conditioned on is not there,
/// or is of a class that no training sequence has.
SequenceSet conditions_like(const SequenceSet& set, const Schema& schema, const std::string& place);

/// When sequences are to begin: one time for all, or one for each of those to be like; empty:
/// nothing is said. Throws Error{usage} for a start that is no time.
std::vector<double> wished_starts(const SampleRequest& request, const TimeAxis& axis);

/// The request with the covariates of `real`, which a model that is given some cannot do without.
SampleRequest with_covariates_of(const SequenceSet& real, const Schema& schema,
                                 SampleRequest request);

/// What a request asks for beyond what the model was trained on, a line each: longer sequences,
/// attributes outside their range.
std::vector<std::string> beyond_training(const Schema& schema, const SampleRequest& request);

}  // namespace rnngan
