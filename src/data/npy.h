// NumPy's .npy format, versions 1 to 3: little-endian float32 and float64 in; float64 in C order
// out.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace rnngan {

struct NpyArray {
  std::vector<int64_t> shape;
  std::vector<double> values;  // C order, whatever the file's
  bool float32 = false;        // the file's type
  std::string hash;            // SHA-256 of the file, hex
};

/// Throws Error{data} "FILE: FACT" on anything that is not a whole array of floats.
NpyArray read_npy(const std::filesystem::path& path);

/// The bytes in front of the values: magic, version and a header that ends on a multiple of 64
/// bytes.
std::string npy_header(const std::vector<int64_t>& shape);

}  // namespace rnngan
