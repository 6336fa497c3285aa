#include "comparison/job.h"

#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/file.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// Whether no other process holds the run: one that a killed comparison left may still write its
/// last checkpoint.
bool is_free(const fs::path& run) {
  std::error_code failed;
  return !fs::is_directory(run, failed) || DirectoryLock::acquire(run).has_value();
}

}  // namespace

Job::Job(const Plan& plan, const RunKey& key, const ComparisonFolder& folder,
         const JobOptions& options, bool bounds)
    : plan_(plan),
      key_(key),
      folder_(folder),
      run_(folder.run(plan, key)),
      options_(options),
      bounds_(bounds) {}

bool Job::poll() {
  try {
    if (!done_ && !process_ && !begin()) return false;
    if (done_) return true;
    const auto code = process_->poll();
    if (!code) return false;
    if (!stopped_) ended(*code);
  } catch (const Error& error) {  // of files: this run fails, others go on
    result_ = {};
    result_.status = RunStatus::failed;
    result_.reason = error.what();
    result_.code = static_cast<int>(error.kind());
  }
  done_ = true;
  return true;
}

void Job::stop(int signal) {
  stopped_ = true;
  if (process_) {
    process_->signal(signal);
  } else {
    done_ = true;
  }
}

std::string Job::stage() const {
  const int64_t steps = plan_.variants.at(key_.variant).steps();
  return newest_step(run_.directory).value_or(-1) < steps ? "training" : "scoring";
}

bool Job::begin() {
  constexpr int64_t kPatience = 1500;  // calls of poll(), half a minute
  if (!is_free(run_.directory)) {
    if (++waited_ < kPatience) return false;
    throw Error(ErrorKind::output, run_.directory.string(), "another process is using this run");
  }
  forget_result(run_);
  std::error_code ignored;
  if (!newest_step(run_.directory)) fs::remove(run_.log, ignored);
  std::vector<std::string> words = {
      "compare", "--out",     folder_.path().string(),         "--run", run_name(plan_, key_),
      "--quiet", "--threads", std::to_string(options_.threads)};
  if (!options_.device.empty()) words.insert(words.end(), {"--device", options_.device});
  if (!bounds_) words.emplace_back("--no-bounds");
  process_ =
      std::make_unique<ChildProcess>(ProcessRequest{options_.program, std::move(words), run_.log});
  return true;
}

// A process that was killed, or found no space, has written nothing of how it ended.
void Job::ended(int code) {
  result_ = read_result(run_);
  if (result_.status != RunStatus::missing) return;
  result_.status = RunStatus::failed;
  result_.code = code;
  result_.reason = code < 0 ? fmt::format("killed by signal {} ({})", -code, ::strsignal(-code))
                            : fmt::format("ended with exit code {}", code);
  add_training(plan_, key_, run_, result_);
  write_result(run_, result_);
}

}  // namespace rnngan
