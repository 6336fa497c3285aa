#include "core/temporary.h"

#include <cerrno>
#include <cstring>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/utf8.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kSuffix = ".part";
constexpr size_t kRandomLetters = 6;
constexpr std::string_view kLetters =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr const char* kWithin = "new";  // the target's name of what is staged within a directory

/// ".TARGET.", of a long name its head: the whole must be a name, too.
std::string temporary_head(const fs::path& target) {
  constexpr size_t kLongest = 200;
  return fmt::format(".{}.", first_bytes(target.filename().string(), kLongest));
}

[[noreturn]] void refuse_making(const fs::path& path, const std::string& why) {
  throw Error(ErrorKind::output, path.string(), "cannot be made: " + why);
}

void move_entry(const fs::path& from, const fs::path& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) {
    throw Error(ErrorKind::output, to.string(),
                std::string("cannot be put in place: ") + std::strerror(errno));
  }
}

/// Removes a file or directory that no living process holds.
void remove_abandoned(const fs::path& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (descriptor < 0) return;
  std::error_code ignored;
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) fs::remove_all(path, ignored);
  ::close(descriptor);
}

}  // namespace

fs::path directory_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

void sync_directory(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);  // some file systems cannot
  ::close(descriptor);
}

fs::path temporary_beside(const fs::path& target) {
  static thread_local std::random_device random;
  std::string name = temporary_head(target);
  std::uniform_int_distribution<size_t> letter(0, kLetters.size() - 1);
  for (size_t i = 0; i < kRandomLetters; ++i) name += kLetters[letter(random)];
  name += kSuffix;
  return directory_of(target) / name;
}

bool is_temporary(const fs::path& path) {
  const std::string name = path.filename().string();
  if (!name.starts_with('.')) return false;
  const bool suffixed = name.ends_with(kSuffix);
  // Version 0.1 had no suffix: of its temporaries only those of checkpoints are beyond doubt.
  if (!suffixed && name.find(".safetensors.") == std::string::npos) return false;
  const std::string stem = name.substr(0, name.size() - (suffixed ? kSuffix.size() : 0));
  const size_t dot = stem.rfind('.');
  return dot > 0 && stem.size() - dot - 1 == kRandomLetters &&
         stem.find_first_not_of(kLetters, dot + 1) == std::string::npos;
}

void sweep_temporaries(const fs::path& folder, const std::string& target) {
  std::error_code failed;
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, failed), end; !failed && at != end; at.increment(failed)) {
    const std::string name = at->path().filename().string();
    const bool wanted = target.empty() || name.starts_with(temporary_head(target));
    if (wanted && is_temporary(at->path())) found.push_back(at->path());
  }
  for (const fs::path& path : found) remove_abandoned(path);
}

bool is_vacant_directory(const fs::path& path) {
  std::error_code failed;
  if (!fs::is_directory(path, failed)) return false;
  fs::directory_iterator at(path, failed);
  for (const fs::directory_iterator end; !failed && at != end; at.increment(failed)) {
    if (!is_temporary(at->path())) return false;
  }
  return !failed;
}

StagedDirectory::StagedDirectory(fs::path target, std::string key)
    : target_(std::move(target)), key_(std::move(key)) {
  if (!target_.has_filename()) target_ = target_.parent_path();  // "run/"
  std::error_code failed;
  within_ = fs::exists(target_, failed);
  if (within_) {
    make_within();
  } else {
    make_beside();
  }
}

void StagedDirectory::make_beside() {
  std::error_code failed;
  parent_ = directory_of(target_);
  existing_ = parent_;
  while (!existing_.empty() && !fs::exists(existing_, failed)) existing_ = existing_.parent_path();
  fs::create_directories(parent_, failed);
  if (failed) refuse_making(target_, failed.message());
  sweep_temporaries(parent_, target_.filename().string());
  for (int attempt = 0; attempt < 100; ++attempt) {
    staging_ = temporary_beside(target_);
    if (::mkdir(staging_.c_str(), 0777) != 0) {
      if (errno == EEXIST) continue;
      const int code = errno;
      staging_.clear();
      refuse_making(target_, std::strerror(code));
    }
    try {
      lock_.reset();
      auto lock = DirectoryLock::acquire(staging_);
      // One that looked for abandoned directories may have been faster.
      if (lock && fs::exists(staging_, failed)) {
        lock_.emplace(std::move(*lock));
        return;
      }
    } catch (const Error&) {
    }
  }
  refuse_making(target_, "another process removes it");
}

void StagedDirectory::make_within() {
  auto lock = DirectoryLock::acquire(target_);
  if (!lock) throw Error(ErrorKind::output, target_.string(), "another process is using it");
  lock_.emplace(std::move(*lock));
  sweep_temporaries(target_);
  staging_ = temporary_beside(target_ / kWithin);
  if (::mkdir(staging_.c_str(), 0777) != 0) {
    const int code = errno;
    staging_.clear();
    refuse_making(target_, std::strerror(code));
  }
}

StagedDirectory::~StagedDirectory() {
  std::error_code ignored;
  if (!staging_.empty() && (!published_ || within_)) fs::remove_all(staging_, ignored);
  if (published_ || within_) return;
  // And those above it that were made for it, as long as nobody uses them.
  for (fs::path path = parent_; path != existing_ && !path.empty(); path = path.parent_path()) {
    if (::rmdir(path.c_str()) != 0) break;
  }
}

DirectoryLock StagedDirectory::publish() {
  sync_directory(staging_);
  if (within_) {
    move_entry(staging_ / key_, target_ / key_);
    std::vector<fs::path> others;
    for (const auto& entry : fs::directory_iterator(staging_)) others.push_back(entry.path());
    for (const fs::path& entry : others) move_entry(entry, target_ / entry.filename());
    sync_directory(target_);
  } else {
    move_entry(staging_, target_);
    sync_directory(parent_);
  }
  published_ = true;
  DirectoryLock lock = std::move(*lock_);
  lock_.reset();
  return lock;
}

Error StagedDirectory::at_target(const Error& error) const {
  std::vector<Problem> problems = error.problems();
  const std::string here = staging_.string();
  for (Problem& problem : problems) {
    if (problem.place.starts_with(here)) {
      problem.place = target_.string() + problem.place.substr(here.size());
    }
  }
  return {error.kind(), std::move(problems)};
}

}  // namespace rnngan
