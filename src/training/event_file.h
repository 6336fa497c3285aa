// What a run tells TensorBoard: events.out.tfevents.NUMBER.rnngan in its folder, one file for each
// time that it was begun or gone on with, so that a viewer that is open follows.
//
//   d/total, g/adversarial, lr/generator, ...   the numbers of metrics.jsonl, the first dot a slash
//   score/METRIC, .floor, .ceiling, score/selection
//   column.NAME/real, column.NAME/synthetic     histograms of what was scored
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "core/append_file.h"
#include "core/wire.h"
#include "training/monitor.h"

namespace rnngan {

class EventFile {
 public:
  /// Begins the next file in the folder of a run that has done `step` steps. Throws Error{output}.
  EventFile(const std::filesystem::path& run, int64_t step);

  /// The numbers of a row of metrics.jsonl. Throws Error{output}.
  void add_row(const nlohmann::json& row);
  /// Scores with floors and ceilings, and histograms of the columns. Throws Error{output}.
  void add_scores(const MonitorReport& report);

 private:
  AppendFile file_;
  bool charts_ = false;  // how scores stand together has been told
};

/// The event files of a run, the oldest first.
std::vector<std::filesystem::path> event_files(const std::filesystem::path& run);
/// Removes the events behind `step` from all of them, and what a killed process left half-written.
/// Throws Error{output} for a file that is damaged elsewhere than at its end.
void cut_event_files(const std::filesystem::path& run, int64_t step);
/// Copies the whole events of all of them to another folder. Throws the same.
void copy_event_files(const std::filesystem::path& run, const std::filesystem::path& folder);

/// Values as one file of their own, events.out.tfevents.NAME.rnngan, all of one step. Throws
/// Error{output}.
void write_event_file(const std::filesystem::path& run, const std::string& name, int64_t step,
                      const std::vector<WireMessage>& values);

}  // namespace rnngan
