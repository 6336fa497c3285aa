// One run on its way: a process that trains, one that scores, one that draws samples.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "comparison/folder.h"
#include "comparison/process.h"
#include "comparison/results.h"

namespace rnngan {

/// How processes are started.
struct JobOptions {
  std::filesystem::path program;
  int64_t threads = 1;  // of each process
  std::string device;   // empty: as the config says
};

class Job {
 public:
  /// Goes on where the run was left: a trained one is scored, one with a checkpoint resumed, any
  /// other trained anew. `bounds`: its scores come with floors and ceilings. Starts nothing before
  /// poll().
  Job(const Plan& plan, const RunKey& key, RunPaths run, const JobOptions& options, bool bounds);

  /// Starts, looks after and ends its processes, without waiting. Whether the run is done: then
  /// result() is on disk, too, unless it was stopped.
  bool poll();
  /// Asks the running process to end; then poll() leaves the run as it is, to be continued.
  void stop(int signal);

  const RunKey& key() const { return key_; }
  bool bounds() const { return bounds_; }
  const RunResult& result() const { return result_; }
  bool stopped() const { return stopped_; }
  /// Generator steps done, as far as the log tells.
  int64_t step() const { return last_logged_step(run_); }
  /// "training" or "scoring"
  std::string stage() const { return stage_ == Stage::train ? "training" : "scoring"; }

 private:
  enum class Stage { begin, train, score, sample, done };

  bool begin();
  void train(bool resume);
  void train_anew();
  void score();
  void draw_samples();
  void start(std::vector<std::string> arguments, const std::filesystem::path& out = {});
  void ended(int code);
  void training_ended(int code);
  void scoring_ended(int code);
  void fail(int code);
  void finish(RunStatus status);

  const Plan& plan_;
  RunKey key_;
  RunPaths run_;
  const JobOptions& options_;
  bool bounds_;
  Stage stage_ = Stage::begin;
  bool renewed_ = false;  // trained from the beginning in this process
  bool stopped_ = false;
  int64_t waited_ = 0;  // calls of poll() for another process to leave the run
  std::unique_ptr<ChildProcess> process_;
  RunResult result_;
};

}  // namespace rnngan
