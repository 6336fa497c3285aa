// A file that grows while a run goes on.
#pragma once

#include <filesystem>
#include <string_view>

namespace rnngan {

/// Opened for adding to its end, made if it is not there; written through at once. A failure throws
/// Error{output}: what was written of the last piece stays, and whoever reads the file leaves it
/// out.
class AppendFile {
 public:
  explicit AppendFile(std::filesystem::path path);
  ~AppendFile();
  AppendFile(const AppendFile&) = delete;
  AppendFile& operator=(const AppendFile&) = delete;

  void append(std::string_view bytes);

 private:
  std::filesystem::path path_;
  int descriptor_;
};

}  // namespace rnngan
