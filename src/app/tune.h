// A search over config keys as one call: rungs of comparisons, on the validation split.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/compare.h"
#include "comparison/search.h"

namespace rnngan {

struct TuneRequest {
  std::filesystem::path config = {};   // a search file (comparison/search.h)
  std::vector<std::string> sets = {};  // "path=value", over its base
  std::filesystem::path out = {};      // empty: runs/tune-CONFIG-N
  std::filesystem::path resume = {};   // the directory of a search: goes on with it
  int64_t jobs = 0;                    // as of CompareRequest
  JobOptions processes = {};           //
  std::string command = {};            //
};

struct TuneSinks {
  CompareSinks runs;  // of every rung
  /// A rung begins: its number from 0.
  std::function<void(const std::vector<Rung>& rungs, size_t rung)> on_rung;
};

struct TuneSummary {
  std::filesystem::path out;
  CompareSummary last;  // of the last rung that was begun
  std::vector<KeyImportance> importance;
  std::string best;                   // the candidate at the head of the last rung; may be empty
  nlohmann::json best_values;         // by key
  std::filesystem::path best_config;  // complete, for `rnngan train`

  bool complete() const { return !best_config.empty(); }
};

/// Makes or continues a search. OUT/tune.json holds it, OUT/rung-N/ a comparison each;
/// OUT/best.json the config of the best candidate and OUT/tune.md how all of them fared, with the
/// importance of each key by the first rung. Ends early when it is stopped or runs fail. Everything
/// that can be refused is refused before anything is written. Throws Error{config, data, output}.
TuneSummary tune(const TuneRequest& request, const TuneSinks& sinks = {});

}  // namespace rnngan
