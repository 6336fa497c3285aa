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

/// Bytes: larger files of float64 in C order are not copied.
inline constexpr size_t kNpyInPlace = size_t{1} << 26;

struct NpyArray {
  std::vector<int64_t> shape;
  at::Tensor values;     // as many, double, in C order, whatever the file's
  bool float32 = false;  // the file's type
  std::string hash;      // SHA-256 of the file, hex
  // Where the values stay if they are not copied. Null: they are copies.
  std::shared_ptr<const MappedFile> file;
};

/// Throws Error{data} "FILE: FACT" on anything that is not a whole array of floats.
NpyArray read_npy(const std::filesystem::path& path);

/// The bytes in front of the values: magic, version and a header that ends on a multiple of 64
/// bytes.
std::string npy_header(const std::vector<int64_t>& shape);

}  // namespace rnngan
