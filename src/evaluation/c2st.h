// The classifier two-sample test on what a person would note of sequences.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/stop.h"
#include "evaluation/held_back.h"
#include "evaluation/sequence_features.h"

namespace rnngan {

/// How well boosted trees tell both sets apart by features: the mean over folds of the area under
/// the curve on what was held back, and its standard error.
struct ClassifierTest {
  double auc = 0.5, standard_error = 0;
};

struct ClassifierTestOptions {
  int64_t trees = 100;
  double rate = 0.1;
  uint64_t seed = 1;
};

/// `used`: the features that the trees see, by index. Nothing where `stop` ended it. Folds are
/// trained side by side; the answer does not depend on the number of threads.
std::optional<ClassifierTest> two_sample_test(const FeatureTable& table,
                                              const std::vector<int64_t>& used,
                                              const CrossValidation& dealt,
                                              const ClassifierTestOptions& options,
                                              const StopFlag* stop);

}  // namespace rnngan
