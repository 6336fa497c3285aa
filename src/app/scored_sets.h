// The sequences that are to be scored: of files, or of a checkpoint beside the held-out data of its
// run.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "app/model.h"
#include "data/dataset.h"
#include "evaluation/scoring.h"

namespace rnngan {

/// Either `checkpoint`, or `synthetic` with `real` or `config`.
struct ScoredSetsRequest {
  std::filesystem::path checkpoint = {};  // or the directory of a run
  OpenOptions model = {};  // sets: "path=value" over the config of the run, or of `config`
  int64_t count = 0;       // sequences drawn; 0: as many as are held out
  uint64_t seed = 1;       // of these

  std::filesystem::path config = {};     // says how the files are to be read, and which are real
  std::filesystem::path real = {};       // in place of the config's test split
  std::filesystem::path synthetic = {};  // of any tool
  std::filesystem::path train = {};      // what its model was trained on; may be empty
  std::filesystem::path versus = {};  // samples of another model, to be compared with; may be empty
};

/// The sets to compare, and how messages call them.
struct ScoredSets {
  EvaluationData data;
  std::optional<SequenceSet> versus;
  std::string real, synthetic;
  std::vector<std::string> notes;   // on how the synthetic file was understood, one line each
  nlohmann::json config;            // of a checkpoint's run; null for files
  std::filesystem::path directory;  // of that run; empty where the checkpoint is in none
};

/// `on_rows` is told rows read so far. Throws Error{usage, config, data, checkpoint, device}.
ScoredSets load_scored_sets(const ScoredSetsRequest& request,
                            const std::function<void(int64_t)>& on_rows = {});

/// The data that a model was trained on. Throws Error{checkpoint} where its file holds others.
Dataset load_data_of(const Model& model, const std::function<void(int64_t)>& on_rows = {});

/// The test split of a data set, and its training split where it is another one.
EvaluationData held_out_sets(const Dataset& data);

}  // namespace rnngan
