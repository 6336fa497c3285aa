// Training as one call: from a config to a run directory.
//
//   const rnngan::RunSummary run = rnngan::train({.config = "configs/eustockmarkets.json"});
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include "config/config.h"
#include "config/memory_need.h"
#include "core/stop.h"
#include "data/dataset.h"
#include "tensor/communicator.h"
#include "training/monitor.h"

namespace rnngan {

struct TrainRequest {
  std::filesystem::path config = {};   // file; may be empty with `resume`
  std::vector<std::string> sets = {};  // "path=value", over the file
  std::filesystem::path out = {};      // of a new run; empty: runs/CONFIG-OBJECTIVE-N
  std::filesystem::path resume = {};   // a run directory: its newest checkpoint; or one of them
  bool report = true;                  // writes report.html at the end
};

/// What is known of a run before its first step.
struct RunStart {
  const RunConfig& config;
  const Dataset& data;
  const Monitor& monitor;
  std::filesystem::path run;
  at::Device device;
  int64_t generator_parameters = 0;
  int64_t discriminator_parameters = 0;
  std::filesystem::path resumed;  // the checkpoint; empty for a new run
  int64_t step = 0;               // steps done
  std::filesystem::path aside;    // where later work of the run was moved; empty: there was none
  MemoryNeed memory = {};         // beside its data; 0 where it is not known
};

/// How training tells of itself; every member may be left empty.
struct TrainSinks {
  const StopFlag* stop = nullptr;
  /// The config is complete and checked; nothing has been loaded.
  std::function<void(const RunConfig& config)> on_config;
  /// Rows of the data file read so far.
  std::function<void(int64_t rows)> on_rows;
  /// The run directory is there, with all that resuming it takes, and locked.
  std::function<void(const std::filesystem::path& run)> on_directory;
  std::function<void(const RunStart& start)> on_start;
  /// After every generator step, with the number of steps done.
  std::function<void(int64_t step)> on_step;
  /// One row per log period, as in metrics.jsonl.
  std::function<void(const nlohmann::json& row)> on_row;
  std::function<void(const MonitorReport& report)> on_scores;
  /// Things worth a line in a log ("checkpoint ...", "samples ...").
  std::function<void(const std::string& text)> note;
  /// The report is being made.
  std::function<void()> on_report;
};

/// How a run ended.
struct RunSummary {
  std::filesystem::path run;
  std::filesystem::path checkpoint;  // the last one written
  int64_t step = 0;                  // generator steps done in all
  int signal = 0;                    // what ended it early, or 0
  double seconds = 0;                // of training
  std::optional<int64_t> best_step;  // by the scores of evaluate.select_by
  std::optional<double> best_selection;
  std::filesystem::path best_checkpoint;   // empty without
  std::vector<std::string> not_selecting;  // scores of evaluate.select_by that could not tell
  std::filesystem::path report;            // empty where there is none
  std::string report_lacks;                // why, where the data allow none
  std::string no_report;                   // why, where one was wanted and could not be written
};

/// Trains from `request.config`, or goes on with `request.resume`: the same bits as if it had never
/// stopped; of a complete run it makes the report, if that is missing. Everything that can be
/// refused is refused before anything is written. Ends early, with a checkpoint, when `sinks.stop`
/// is set. Throws Error{usage, config, data, checkpoint, output, device}, and Error{diverged} where
/// a loss or gradient is not finite; the last good checkpoint is kept.
///
/// `ranks`: several processes train together, each with the same request; train.batch is dealt to
/// them, and its number must be divisible by theirs. The first writes and tells; of the others' run
/// only `step` and `signal` are known. Error{device} when one of them is lost.
RunSummary train(const TrainRequest& request, const TrainSinks& sinks = {},
                 const Communicator& ranks = one_process());

/// Loads the data of a config and checks all that a run of it needs. Throws what is wrong before
/// anything is written.
Dataset load_checked(const RunConfig& config, const std::function<void(int64_t)>& on_rows = {});

}  // namespace rnngan
