// What is being written stands beside its target under a hidden name, ".TARGET.XXXXXX.part", locked
// as long as its writer lives.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "core/error.h"
#include "core/file.h"

namespace rnngan {

/// The folder that a path is in; "." for a plain name.
std::filesystem::path directory_of(const std::filesystem::path& path);

/// What was renamed into a directory is there after a power failure, too, where its file system can
/// promise that.
void sync_directory(const std::filesystem::path& directory);

/// A name beside `target` that nothing has yet; another one each time.
std::filesystem::path temporary_beside(const std::filesystem::path& target);

bool is_temporary(const std::filesystem::path& path);

/// Removes the temporary files and directories in `folder` whose writers are dead; of all targets,
/// or of the one called `target`. What cannot be removed stays.
void sweep_temporaries(const std::filesystem::path& folder, const std::string& target = {});

/// A directory that appears whole or not at all: it is filled under a temporary name and then
/// renamed. Where the target is an empty directory already, it is filled within it, and its entry
/// `key` appears first.
class StagedDirectory {
 public:
  /// Makes the directory, and those above it. Throws Error{output} if it cannot be made, or another
  /// process is making it.
  StagedDirectory(std::filesystem::path target, std::string key);
  /// Leaves nothing behind if it has not been published.
  ~StagedDirectory();
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;

  /// Where it is filled.
  const std::filesystem::path& path() const { return staging_; }
  /// Puts it in place; the lock is the directory's. Throws Error{output}.
  DirectoryLock publish();
  /// The same error with the place that the file is meant for.
  Error at_target(const Error& error) const;

 private:
  void make_beside();
  void make_within();

  std::filesystem::path target_, parent_, existing_, staging_;
  std::string key_;
  bool within_ = false, published_ = false;
  std::optional<DirectoryLock> lock_;
};

/// Whether a directory holds nothing but what dead writers left.
bool is_vacant_directory(const std::filesystem::path& path);

}  // namespace rnngan
