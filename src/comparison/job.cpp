#include "comparison/job.h"

#include <csignal>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace rnngan {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr int64_t kMostSamples = 500;

/// Whether no other process holds the run: one that a killed comparison left may still write its
/// last checkpoint.
bool is_free(const fs::path& run) {
  std::error_code failed;
  return !fs::is_directory(run, failed) || DirectoryLock::acquire(run).has_value();
}

/// The last error in the run's log, without the run's own directory in front.
std::string reason_of(const RunPaths& run) {
  const std::string reason = last_error(run.log);
  const std::string place = run.directory.string() + ": ";
  return reason.starts_with(place) ? reason.substr(place.size()) : reason;
}

std::string seed_of(const Plan& plan, const RunKey& key) {
  return std::to_string(plan.seeds.at(key.seed));
}

}  // namespace

Job::Job(const Plan& plan, const RunKey& key, RunPaths run, const JobOptions& options, bool bounds)
    : plan_(plan), key_(key), run_(std::move(run)), options_(options), bounds_(bounds) {}

bool Job::poll() {
  try {
    if (stage_ == Stage::begin && !begin()) return false;
    while (stage_ != Stage::done) {
      const auto code = process_->poll();
      if (!code) return false;
      process_.reset();
      if (stopped_) return true;
      ended(*code);
    }
  } catch (const Error& error) {  // of files: this run fails, others go on
    result_.status = RunStatus::failed;
    result_.reason = error.what();
    result_.code = static_cast<int>(error.kind());
    stage_ = Stage::done;
  }
  return true;
}

void Job::stop(int signal) {
  stopped_ = true;
  if (process_) process_->signal(signal);
  if (stage_ == Stage::begin) stage_ = Stage::done;
}

bool Job::begin() {
  constexpr int64_t kPatience = 1500;  // calls of poll(), half a minute
  if (!is_free(run_.directory)) {
    if (++waited_ < kPatience) return false;
    throw Error(ErrorKind::output, run_.directory.string(), "another process is using this run");
  }
  const auto newest = newest_step(run_.directory);
  if (!newest) {
    train_anew();
  } else if (*newest >= plan_.variants.at(key_.variant).steps()) {
    score();
  } else {
    train(/*resume=*/true);
  }
  return true;
}

void Job::start(std::vector<std::string> arguments, const fs::path& out) {
  arguments.insert(arguments.end(), {"--quiet", "--threads", std::to_string(options_.threads)});
  if (!options_.device.empty()) arguments.insert(arguments.end(), {"--device", options_.device});
  process_ = std::make_unique<ChildProcess>(
      ProcessRequest{options_.program, std::move(arguments), out, run_.log});
}

void Job::train_anew() {
  std::error_code failed;
  fs::remove_all(run_.directory, failed);
  fs::remove(run_.log, failed);
  renewed_ = true;
  train(/*resume=*/false);
}

void Job::train(bool resume) {
  stage_ = Stage::train;
  if (resume) {
    start({"train", "--resume", run_.directory.string(), "--no-report"});
  } else {
    start({"train", "--config", run_.config.string(), "--set", "train.seed=" + seed_of(plan_, key_),
           "--out", run_.directory.string(), "--no-report"});
  }
}

void Job::score() {
  stage_ = Stage::score;
  std::vector<std::string> words = {
      "evaluate", "--checkpoint",      run_.directory.string(),
      "--json",   "--metrics",         join(names_of(plan_.metrics), ","),
      "--seed",   seed_of(plan_, key_)};
  if (plan_.repeats > 0) {
    words.insert(words.end(), {"--repeats", std::to_string(plan_.repeats)});
  }
  if (plan_.samples > 0) words.insert(words.end(), {"--count", std::to_string(plan_.samples)});
  if (!bounds_) words.push_back("--no-bounds");
  start(std::move(words), run_.records);
}

// The first of the sequences that were scored: they depend on the seed and their number only.
void Job::draw_samples() {
  stage_ = Stage::sample;
  const int64_t scored = plan_.samples > 0 ? plan_.samples : plan_.test_sequences;
  const int64_t count = std::max<int64_t>(1, std::min(scored, kMostSamples));
  start({"sample", "--checkpoint", run_.directory.string(), "--count", std::to_string(count),
         "--seed", seed_of(plan_, key_), "--out", run_.samples().string()});
}

void Job::ended(int code) {
  if (stage_ == Stage::train) {
    training_ended(code);
  } else if (stage_ == Stage::score) {
    scoring_ended(code);
  } else if (code != 0) {
    fail(code);
  } else {
    finish(RunStatus::ok);
  }
}

// Whether the run's checkpoint or config is what was refused: then the run begins anew.
bool cannot_be_resumed(int code) {
  return code == static_cast<int>(ErrorKind::checkpoint) ||
         code == static_cast<int>(ErrorKind::config);
}

void Job::training_ended(int code) {
  if (code == 0) {
    score();
  } else if (code == static_cast<int>(ErrorKind::diverged)) {
    result_.reason = reason_of(run_);
    result_.code = code;
    finish(RunStatus::diverged);
  } else if (cannot_be_resumed(code) && !renewed_) {
    train_anew();
  } else {
    fail(code);
  }
}

void Job::scoring_ended(int code) {
  if (code == static_cast<int>(ErrorKind::checkpoint) && !renewed_) {
    train_anew();
    return;
  }
  if (code != 0) {
    fail(code);
    return;
  }
  try {
    for (const json& score : json::parse(read_file(run_.records, ErrorKind::output))) {
      result_.scores.push_back(score_from_json(score));
    }
  } catch (const json::exception&) {
    throw Error(ErrorKind::output, run_.records.string(), "the scores are not whole",
                "free some space, and go on with the comparison");
  }
  draw_samples();
}

void Job::fail(int code) {
  result_.code = code;
  result_.reason = reason_of(run_);
  if (result_.reason.empty()) {
    result_.reason = code < 0 ? fmt::format("killed by signal {} ({})", -code, ::strsignal(-code))
                              : fmt::format("ended with exit code {}", code);
  }
  result_.scores.clear();
  finish(RunStatus::failed);
}

void Job::finish(RunStatus status) {
  stage_ = Stage::done;
  const Variant& variant = plan_.variants.at(key_.variant);
  result_.generator_parameters = variant.generator_parameters;
  result_.discriminator_parameters = variant.discriminator_parameters;
  add_training(run_, result_);
  result_.status = status;
  std::error_code ignored;
  fs::remove(run_.records, ignored);
  // A run that failed before it had a directory is nothing but its log.
  if (!fs::is_directory(run_.directory, ignored) && status == RunStatus::failed) return;
  write_file(run_.scores(), to_json(result_).dump(2) + "\n");
}

}  // namespace rnngan
