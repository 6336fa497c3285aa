// The sequences that `rnngan evaluate` was asked to score: of files or of a checkpoint.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "cli/arguments.h"
#include "cli/console.h"
#include "evaluation/evaluate.h"
#include "tensor/schema.h"

namespace rnngan {

/// The sets to compare, and how messages call them.
struct ScoredSets {
  EvaluationData data;
  std::optional<Sequences> versus;  // samples of another model
  std::string real, synthetic;
  nlohmann::json config;            // of a checkpoint's run; null for files
  std::filesystem::path directory;  // of that run; empty where the checkpoint is in none
};

/// Throws Error{usage, config, data, checkpoint}.
ScoredSets load_scored_sets(const EvaluateArguments& arguments, Console& console);

/// The names of a data set's columns and labels.
SequenceNames names_of(const Schema& schema);

}  // namespace rnngan
