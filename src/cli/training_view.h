// Training as it is shown.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "app/train.h"
#include "cli/arguments.h"
#include "cli/console.h"
#include "training/rank_place.h"

namespace rnngan {

/// What a person watching sees of a run, and what run.log keeps.
class TrainingView {
 public:
  /// `place`: of this process among several.
  explicit TrainingView(const CommonArguments& common, RankPlace place = {})
      : console_(stdout, common), place_(std::move(place)) {}

  /// Of a run that can be stopped by a signal. They refer to this object. Of several ranks the
  /// first alone shows anything.
  TrainSinks sinks();
  void show_end(const RunSummary& run);

 private:
  void begin(const RunConfig& config);
  std::string workers() const;
  void show_start(const RunStart& start);
  void show_row(const nlohmann::json& row);

  Console console_;
  RankPlace place_;
  int threads_ = 0;
  int64_t steps_ = 0;
  bool needs_covariates_ = false;
  std::string data_path_, last_row_;
};

}  // namespace rnngan
