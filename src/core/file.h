// Files that are whole or not there: reading with clear errors, and writing to a temporary that is
// renamed onto the target.
#pragma once

#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.h"

namespace rnngan {

/// The whole file. Throws Error{kind} "FILE: no such file", "is a directory", "cannot be read:
/// REASON".
std::string read_file(const std::filesystem::path& path, ErrorKind kind);

/// Whether there is anything at `path`. Throws Error{kind} "PATH: cannot be opened: REASON" where
/// that cannot be told: folders that may not be looked into, loops of links, names too long.
bool is_there(const std::filesystem::path& path, ErrorKind kind);

/// Throws Error{output} unless a file could be created at `target`: its directory exists and is
/// writable, the target is no directory. Changes nothing.
void require_writable(const std::filesystem::path& target);
/// The same, and Error{usage} unless it is called *EXTENSION (".html"): a file of another kind is
/// not written over by mistake.
void require_writable(const std::filesystem::path& target, const std::string& extension);

/// Lower-case hex SHA-256 of bytes that come piece by piece.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::string_view bytes);
  /// Of all so far; once.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// The same of the pieces, one behind the other.
std::string sha256_hex(std::initializer_list<std::string_view> pieces);
/// The same of a file, in constant memory.
std::string sha256_file(const std::filesystem::path& path, ErrorKind kind);

/// A file that appears at its target whole or not at all: bytes go to a temporary beside it;
/// commit() flushes, fsyncs and renames it onto the target; without commit() the temporary is
/// removed. A target that exists keeps its mode and, as far as that is allowed, its owner; a link
/// is written through. A target that exists and is not a regular file (a device such as /dev/full,
/// a pipe) and "-" (standard output) are written directly. Every failure throws Error{output}.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path target);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  void write(std::string_view bytes);
  void commit();

 private:
  [[noreturn]] void fail(const char* action) const;
  void flush();
  void open_temporary();

  std::filesystem::path target_;
  std::filesystem::path temporary_;  // empty: written directly
  int descriptor_ = -1;
  std::string buffer_;
};

/// Writes `bytes` to `target` through an AtomicFile.
void write_file(const std::filesystem::path& target, std::string_view bytes);

/// An exclusive lock on a directory, held as long as the object lives and released by the kernel
/// when the process dies.
class DirectoryLock {
 public:
  /// nullopt when another process holds it. The directory must exist.
  static std::optional<DirectoryLock> acquire(const std::filesystem::path& directory);
  ~DirectoryLock();
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;

 private:
  explicit DirectoryLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace rnngan
