// A file in the address space: its bytes are read when they are looked at, and need not stay in
// memory.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

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

  /// So many bytes of a file without a name in the folder for temporary files ($TMPDIR, else /tmp),
  /// which is gone when the process is. Throws Error{output} "FOLDER: cannot hold the values of OF
  /// (SIZE): REASON".
  static std::shared_ptr<const MappedFile> scratch(size_t size, const std::string& of);

  char* data() const { return data_; }
  size_t size() const { return size_; }
  /// What was looked at so far need not stay in memory: the system may read it again.
  void release() const;
  /// From now on single pages are looked at, here and there: their neighbours are not read as well.
  void expect_random_access() const;

 private:
  MappedFile() = default;

  char* data_ = nullptr;  // null: the file is empty
  size_t size_ = 0;
};

}  // namespace rnngan
