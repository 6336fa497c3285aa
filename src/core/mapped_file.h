// A file in the address space: its bytes are read when they are looked at, and need not stay in
// memory.
#pragma once

#include <cstddef>
#include <filesystem>

#include "core/error.h"

namespace rnngan {

/// What is written to the bytes stays in this process; the file is not changed. Nobody else may
/// shorten it meanwhile.
class MappedFile {
 public:
  /// Throws Error{kind} "FILE: cannot be read: REASON".
  MappedFile(const std::filesystem::path& path, ErrorKind kind);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  char* data() const { return data_; }
  size_t size() const { return size_; }
  /// What was looked at so far need not stay in memory: the system may read it again.
  void release() const;
  /// From now on single pages are looked at, here and there: their neighbours are not read as well.
  void expect_random_access() const;

 private:
  char* data_ = nullptr;  // null: the file is empty
  size_t size_ = 0;
};

}  // namespace rnngan
