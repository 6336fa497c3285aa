// Reading and writing safetensors files: 8 bytes of header length (little endian), a JSON header,
// the tensors' bytes. No code runs on loading. The format has no checksum, so the metadata carries
// one: `digest`, the SHA-256 of the whole file with that field's 64 digits set to '0'.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include <ATen/core/Tensor.h>

namespace rnngan {

struct TensorFile {
  std::map<std::string, std::string> metadata;  // without `digest`
  std::map<std::string, at::Tensor>
      tensors;  // float32, float64, int64, bool; on the CPU after reading
};

/// The bytes of a file, digest included. Throws Error{bug} on a dtype the format's readers here do
/// not know.
std::string serialise(const TensorFile& file);

/// Inverse of serialise. Every length, offset, shape and the digest are checked before a tensor is
/// made; `origin` names the file in Error{checkpoint} "ORIGIN: FACT".
TensorFile deserialise(const std::string& bytes, const std::string& origin);

/// Atomically (core/file.h). Throws Error{output}.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);
/// Throws Error{checkpoint}.
TensorFile read_safetensors(const std::filesystem::path& path);

}  // namespace rnngan
