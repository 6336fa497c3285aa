// NumPy's .npy format, versions 1 to 3: little-endian float32 and float64 in; float64 in C order
// out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/mapped_file.h"

namespace rnngan {

/// Bytes: so many and more are not kept in memory. Values of float64 in C order stay in their file,
/// others are copied to a file for temporary ones.
inline constexpr size_t kNpyOnDisk = size_t{1} << 26;

struct NpyArray {
  std::vector<int64_t> shape;
  at::Tensor values;     // as many, double, in C order, whatever the file's
  bool float32 = false;  // the file's type
  std::string hash;      // SHA-256 of the file, hex
  // Where the values are. Null: in memory.
  std::shared_ptr<const MappedFile> file;
};

/// [count] double, of any value, for values of the file `of`. Says where, if that is not memory.
/// Throws what MappedFile::scratch() throws.
at::Tensor room_for_values(int64_t count, const std::string& of,
                           std::shared_ptr<const MappedFile>& file);

/// Throws Error{data} "FILE: FACT" on anything that is not a whole array of floats.
NpyArray read_npy(const std::filesystem::path& path);

/// The bytes in front of the values: magic, version and a header that ends on a multiple of 64
/// bytes.
std::string npy_header(const std::vector<int64_t>& shape);

}  // namespace rnngan
