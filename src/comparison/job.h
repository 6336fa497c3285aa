// One run on its way: a process that trains, draws samples and scores them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "comparison/folder.h"
#include "comparison/process.h"
#include "comparison/results.h"

namespace rnngan {

/// How processes are started: PROGRAM compare --out FOLDER --run NAME --threads N ...
struct JobOptions {
  std::filesystem::path program;
  int64_t threads = 1;  // of each process
  std::string device;   // empty: as the config says
};

class Job {
 public:
  /// `bounds`: its scores come with floors and ceilings. Starts nothing before poll().
  Job(const Plan& plan, const RunKey& key, const ComparisonFolder& folder,
      const JobOptions& options, bool bounds);

  /// Starts, looks after and ends the process, without waiting. Whether the run is done: then
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
  std::string stage() const;

 private:
  bool begin();
  void ended(int code);

  const Plan& plan_;
  RunKey key_;
  const ComparisonFolder& folder_;
  RunPaths run_;
  const JobOptions& options_;
  bool bounds_;
  bool done_ = false, stopped_ = false;
  int64_t waited_ = 0;  // calls of poll() for another process to leave the run
  std::unique_ptr<ChildProcess> process_;
  RunResult result_;
};

}  // namespace rnngan
