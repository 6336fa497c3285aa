// What a run writes while it trains: metrics.jsonl and event files for TensorBoard.
#pragma once

#include <cstdint>
#include <optional>

#include <nlohmann/json.hpp>

#include "config/run_config.h"
#include "core/append_file.h"
#include "training/event_file.h"
#include "training/monitor.h"
#include "training/run_directory.h"

namespace rnngan {

/// The files that grow with a run.
class RunLogs {
 public:
  /// Behind the cut, which puts new files in place.
  void open(const RunDirectory& run, const LogConfig& config, int64_t step) {
    metrics_.emplace(run.metrics());
    if (config.tensorboard) events_.emplace(run.path(), step);
  }
  void add_row(const nlohmann::json& row) {
    metrics_->append(row.dump() + "\n");
    if (events_) events_->add_row(row);
  }
  void add_scores(const MonitorReport& report) {
    metrics_->append(to_json(report).dump() + "\n");
    if (events_) events_->add_scores(report);
  }

 private:
  std::optional<AppendFile> metrics_;
  std::optional<EventFile> events_;
};

}  // namespace rnngan
