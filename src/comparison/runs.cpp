#include "comparison/runs.h"

#include <chrono>
#include <thread>

namespace rnngan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto kPollEvery = std::chrono::milliseconds(20);
constexpr int kPollsPerReport = 10;

class Scheduler {
 public:
  Scheduler(const Plan& plan, const ComparisonFolder& folder, const std::vector<RunKey>& runs,
            int64_t jobs, const JobOptions& options, const RunHooks& hooks)
      : plan_(plan), folder_(folder), runs_(runs), jobs_(jobs), options_(options), hooks_(hooks) {}

  std::vector<RunResult> run() {
    results_.resize(runs_.size());
    keep_finished();
    for (int polls = 0; advance(); ++polls) {
      if (polls % kPollsPerReport == 0 && hooks_.on_progress) hooks_.on_progress(progress());
      std::this_thread::sleep_for(kPollEvery);
    }
    return std::move(results_);
  }

 private:
  struct Running {
    size_t index;
    std::unique_ptr<Job> job;
    int64_t first_step;
  };

  int64_t steps_of(size_t index) const { return plan_.variants.at(runs_[index].variant).steps(); }

  void keep_finished() {
    for (size_t i = 0; i < runs_.size(); ++i) {
      RunResult before = read_result(folder_.run(plan_, runs_[i]));
      if (before.finished()) {
        take(i, std::move(before), /*kept=*/true);
      } else {
        waiting_.push_back(i);
        steps_left_ += steps_of(i);
      }
    }
  }

  void take(size_t index, RunResult result, bool kept) {
    ++done_;
    results_[index] = std::move(result);
    if (hooks_.on_result) hooks_.on_result(runs_[index], results_[index], kept);
  }

  /// Whether there is anything left to wait for.
  bool advance() {
    const bool stop = hooks_.stop != nullptr && hooks_.stop->requested();
    if (stop && !stopping_) {
      stopping_ = true;
      for (Running& running : running_) running.job->stop(hooks_.stop->signal());
    }
    while (!stopping_ && next_ < waiting_.size() && running_.size() < static_cast<size_t>(jobs_)) {
      begin(waiting_[next_++]);
    }
    for (size_t i = 0; i < running_.size();) {
      if (running_[i].job->poll()) {
        end(running_[i]);
        running_.erase(running_.begin() + static_cast<std::ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
    return !running_.empty() || (!stopping_ && next_ < waiting_.size());
  }

  void begin(size_t index) {
    const RunPaths paths = folder_.run(plan_, runs_[index]);
    const int64_t first = newest_step(paths.directory).value_or(0);
    steps_left_ -= first;
    running_.push_back({index,
                        std::make_unique<Job>(plan_, runs_[index], folder_, options_,
                                              !has_bounds(runs_[index].seed)),
                        first});
  }

  /// Floors and ceilings depend on the seed and not on the variant: one run with each seed has
  /// them.
  bool has_bounds(size_t seed) const {
    for (const Running& running : running_) {
      if (running.job->key().seed == seed && running.job->bounds()) return true;
    }
    for (size_t i = 0; i < runs_.size(); ++i) {
      if (runs_[i].seed == seed && results_[i].has_bounds()) return true;
    }
    return false;
  }

  void end(const Running& running) {
    if (running.job->stopped()) return;
    steps_done_ += steps_of(running.index) - running.first_step;
    take(running.index, running.job->result(), /*kept=*/false);
  }

  Progress progress() const {
    Progress progress;
    progress.done = done_;
    progress.total = static_cast<int64_t>(runs_.size());
    int64_t steps = steps_done_;
    for (const Running& running : running_) {
      const int64_t step = running.job->step();
      progress.running.push_back({run_name(plan_, runs_[running.index]), running.job->stage(), step,
                                  steps_of(running.index)});
      steps += std::max<int64_t>(0, step - running.first_step);
    }
    const std::chrono::duration<double> elapsed = Clock::now() - started_;
    if (steps > 0) {
      progress.seconds_left =
          elapsed.count() * static_cast<double>(steps_left_ - steps) / static_cast<double>(steps);
    }
    return progress;
  }

  const Plan& plan_;
  const ComparisonFolder& folder_;
  const std::vector<RunKey>& runs_;
  int64_t jobs_;
  const JobOptions& options_;
  const RunHooks& hooks_;
  std::vector<RunResult> results_;
  std::vector<size_t> waiting_;  // indices of runs, in order
  size_t next_ = 0;              // of waiting_
  std::vector<Running> running_;
  bool stopping_ = false;
  int64_t done_ = 0;
  int64_t steps_left_ = 0;  // at the beginning, less what checkpoints of begun runs had
  int64_t steps_done_ = 0;  // of ended runs
  Clock::time_point started_ = Clock::now();
};

}  // namespace

std::vector<RunResult> make_runs(const Plan& plan, const ComparisonFolder& folder,
                                 const std::vector<RunKey>& runs, int64_t jobs,
                                 const JobOptions& options, const RunHooks& hooks) {
  return Scheduler(plan, folder, runs, jobs, options, hooks).run();
}

}  // namespace rnngan
