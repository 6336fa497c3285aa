// What a person would note about a sequence, as numbers in original units: levels, exact values
// that come back, steps, runs, and what columns have to do with each other. A classifier that sees
// these notices what networks on scaled values do not (zeros that moved, ties that broke, a column
// that no longer follows another), and each can be said in a sentence.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "evaluation/sequences.h"

namespace rnngan {

/// How the values of a feature are written.
enum class FeatureUnit {
  value,        // of the column's own unit
  share,        // 0 .. 1, as per cent
  correlation,  // -1 .. 1
  steps,        // a number of steps
};

struct SequenceFeature {
  std::string key;      // "rain/zeros", unique in its table
  std::string subject;  // columns: "rain", "wet and rain"
  std::string phrase;   // "exact zeros"
  FeatureUnit unit = FeatureUnit::value;
  bool rule = false;  // always or never so in the reference
};

/// One row per sequence. NaN where a feature says nothing of a sequence: a correlation with what is
/// constant, a level within a class that the sequence is not of.
struct FeatureTable {
  std::vector<SequenceFeature>
      features;                // K; those that are the same for all sequences are left out
  at::Tensor real, synthetic;  // [N,K], [M,K] double
};

/// Features of every sequence of both sets. Thresholds (medians, tails, the grid of values, which
/// columns follow which) come from 5000 of `reference`, so that they do not depend on what is
/// compared; values that come back often, and frequent classes, from both sets together. Missing
/// cells (NaN) are skipped and counted. Labels and attributes, where all sets have them, are
/// features, too, and so are levels within each class and how far they are from what is usual in
/// it. Names and classes of columns are those of `reference`.
FeatureTable sequence_features(const SequenceSet& reference, const SequenceSet& real,
                               const SequenceSet& synthetic);

}  // namespace rnngan
