// The bytes of a data file, unpacked where gzip has packed them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace rnngan {

class ByteSource {
 public:
  /// Throws Error{data} when the file cannot be opened.
  explicit ByteSource(const std::filesystem::path& path);
  ~ByteSource();
  ByteSource(const ByteSource&) = delete;
  ByteSource& operator=(const ByteSource&) = delete;

  /// Fills `to` with the next bytes, as many as there are up to `size`; 0 at the end. Throws
  /// Error{data} when the file cannot be read, or its packed data is damaged or ends too soon.
  size_t read(char* to, size_t size);

  /// SHA-256 of the file as it is stored, hex; once, at the end.
  std::string hash();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rnngan
