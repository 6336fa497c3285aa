// The loop: step, log, sample, checkpoint, stop. Everything a run has learnt is in its checkpoints;
// resuming one continues bit for bit.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/config.h"
#include "core/stop.h"
#include "data/dataset.h"
#include "tensor/communicator.h"
#include "training/checkpoint.h"
#include "training/gan_step.h"
#include "training/monitor.h"
#include "training/run_directory.h"
#include "training/statistics.h"

namespace rnngan {

/// How a trainer talks to its surroundings; every member may be left empty.
struct TrainerHooks {
  const StopFlag* stop = nullptr;
  /// After every generator step, with the number of steps done.
  std::function<void(int64_t step)> on_step;
  /// One row per log period, as in metrics.jsonl.
  std::vector<std::function<void(const nlohmann::json& row)>> sinks;
  /// The scores of a step of the monitor; a row of metrics.jsonl of its own.
  std::function<void(const MonitorReport& report)> on_scores;
  /// Things worth a line in run.log ("checkpoint ...", "samples ...").
  std::function<void(const std::string& text)> note;
};

struct TrainResult {
  int64_t step = 0;
  std::filesystem::path checkpoint;  // the last one written
  int signal = 0;                    // what ended the run early, or 0
};

class Trainer {
 public:
  /// `config` is complete and checked. `config`, `data`, `run` and `ranks` must outlive the
  /// trainer. Of several ranks, whose number divides the batch, each has a trainer of the same
  /// config, data and checkpoint; the first alone writes, scores and tells.
  Trainer(const ResolvedConfig& config, const Dataset& data, const RunDirectory& run,
          const at::Device& device, TrainerHooks hooks, const Communicator& ranks = one_process());

  /// Continues from a checkpoint of the same config and data. Throws Error{checkpoint}.
  void restore(const Checkpoint& checkpoint, const std::string& origin);

  /// Writes the checkpoint of step 0, without which a run that is killed could not be resumed; else
  /// run() does.
  void write_first_checkpoint();
  /// The best checkpoint so far is gone.
  void forget_best() { monitor_.restore({}, ""); }

  /// Trains until train.steps, a stop request (a checkpoint is written first) or a value that is
  /// not finite (Error{diverged}).
  TrainResult run();

  Checkpoint capture() const;
  const Networks& networks() const { return networks_; }
  const Monitor& monitor() const { return monitor_; }
  int64_t step() const { return step_; }

 private:
  std::unique_ptr<LookAhead> make_look_ahead() const;
  StepRequest request(Side side, int64_t step) const;
  void take_step();
  void write_row();
  void write_scores();
  void write_samples();
  std::filesystem::path write_checkpoint_file();
  /// The signal by which any rank was asked to stop, or 0.
  int asked_to_stop() const;
  void require_finite();
  /// The one that is sampled from.
  Generator& sampled_generator() const;
  std::map<std::string, at::Tensor> state_tensors() const;
  void note(const std::string& text) const;

  const ResolvedConfig& config_;
  const TrainConfig& train_;
  const Dataset& data_;
  const RunDirectory& run_;
  at::Device device_;
  TrainerHooks hooks_;
  const Communicator& ranks_;

  Objective objective_;
  Networks networks_;
  std::unique_ptr<LookAhead> ahead_;  // empty without train.unroll
  GanStep gan_step_;
  std::shared_ptr<Generator> averaged_;  // empty when the average is off
  std::unique_ptr<FlatParameters> average_;
  Monitor monitor_;
  StatisticsLog statistics_;
  int64_t step_ = 0;                // generator steps done
  int64_t discriminator_step_ = 0;  // discriminator steps done
  int64_t last_checkpoint_ = -1;
  double row_started_seconds_ = 0;
  int64_t row_started_step_ = 0;
};

}  // namespace rnngan
