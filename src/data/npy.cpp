#include "data/npy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace rnngan {

static_assert(std::endian::native == std::endian::little, "NPY values are copied as they are");

namespace {

constexpr std::string_view kMagic = "\x93NUMPY";

[[noreturn]] void refuse(const std::string& place, const std::string& fact,
                         const std::string& hint = {}) {
  throw Error(ErrorKind::data, place, fact, hint);
}

struct NpyHeader {
  std::string descr;
  bool fortran = false;
  std::vector<int64_t> shape;
};

/// The value of a key of the header, a Python dictionary: what follows "'key':", up to the end of
/// the header.
std::optional<std::string_view> after_key(std::string_view header, std::string_view key) {
  for (const char quote : {'\'', '"'}) {
    const auto at = header.find(fmt::format("{0}{1}{0}", quote, key));
    if (at == std::string_view::npos) continue;
    const auto rest = trim(header.substr(at + key.size() + 2));
    if (rest.starts_with(':')) return trim(rest.substr(1));
  }
  return std::nullopt;
}

std::optional<std::vector<int64_t>> parse_shape(std::string_view text) {
  const auto end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  text = text.substr(1, end - 1);
  std::vector<int64_t> shape;
  while (!trim(text).empty()) {
    const auto comma = text.find(',');
    const auto item = trim(text.substr(0, comma));
    int64_t size = 0;
    const auto [stop, status] = std::from_chars(item.data(), item.data() + item.size(), size);
    if (status != std::errc() || stop != item.data() + item.size() || size < 0) return std::nullopt;
    shape.push_back(size);
    text = comma == std::string_view::npos ? std::string_view() : text.substr(comma + 1);
  }
  return shape;
}

NpyHeader parse_header(std::string_view text, const std::string& place) {
  const auto descr = after_key(text, "descr");
  const auto fortran = after_key(text, "fortran_order");
  const auto shape_text = after_key(text, "shape");
  if (!descr || !fortran || !shape_text)
    refuse(place, "its NPY header lacks descr, fortran_order or shape");
  const auto shape = parse_shape(*shape_text);
  if (!shape) refuse(place, "its NPY header has no valid shape");
  NpyHeader header;
  const char quote = descr->empty() ? ' ' : descr->front();
  const auto end = descr->find(quote, 1);
  const bool quoted = (quote == '\'' || quote == '"') && end != std::string_view::npos;
  header.descr = quoted ? descr->substr(1, end - 1) : descr->substr(0, descr->find(", '"));
  header.fortran = fortran->starts_with("True");
  if (!header.fortran && !fortran->starts_with("False"))
    refuse(place, "fortran_order is neither True nor False");
  header.shape = *shape;
  return header;
}

/// Cuts the header off the front of `bytes`.
std::string_view take_header(std::string_view& bytes, const std::string& place) {
  if (!bytes.starts_with(kMagic)) refuse(place, "is not an NPY file", "write it with numpy.save");
  if (bytes.size() < 10) refuse(place, "is cut short within its header");
  const auto byte = [&](size_t i) {
    return static_cast<size_t>(static_cast<unsigned char>(bytes[i]));
  };
  const size_t version = byte(6);
  if (version < 1 || version > 3)
    refuse(place, fmt::format("NPY version {} is not known (1 to 3 are)", version));
  const size_t prefix = version == 1 ? 10 : 12;
  if (bytes.size() < prefix) refuse(place, "is cut short within its header");
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
  if (bytes.size() - prefix < length) refuse(place, "is cut short within its header");
  const auto header = bytes.substr(prefix, length);
  bytes.remove_prefix(prefix + length);
  return header;
}

size_t element_count(const std::vector<int64_t>& shape, const std::string& place) {
  uint64_t count = 1;
  for (const int64_t size : shape) {
    const auto factor = static_cast<uint64_t>(size);
    if (factor != 0 && count > (uint64_t{1} << 48) / factor)
      refuse(place, "its NPY header has an impossible shape");
    count *= factor;
  }
  return count;
}

/// The values as they lie in the file, where that is mapped: float or double, in C order or turned
/// into it.
at::Tensor values_of_file(std::string_view bytes, const NpyHeader& header, at::ScalarType type,
                          const std::shared_ptr<const MappedFile>& file) {
  char* const begin = file->data() + (bytes.data() - file->data());
  std::vector<int64_t> shape = header.shape, axes(shape.size());
  std::iota(axes.rbegin(), axes.rend(), int64_t{0});
  if (header.fortran) std::ranges::reverse(shape);
  const at::TensorOptions options(type);
  at::Tensor values;
  if (reinterpret_cast<uintptr_t>(begin) % at::elementSize(type) == 0) {
    values = at::from_blob(
        begin, shape, [file](void*) {}, options);
  } else {
    values = at::empty(shape, options);
    std::memcpy(values.data_ptr(), begin, bytes.size());
  }
  return header.fortran ? values.permute(axes) : values;
}

}  // namespace

NpyArray read_npy(const std::filesystem::path& path) {
  const std::string place = path.string();
  const auto file = std::make_shared<const MappedFile>(path, ErrorKind::data);
  const std::string_view whole(file->data(), file->size());
  std::string_view bytes = whole;
  const NpyHeader header = parse_header(take_header(bytes, place), place);
  const bool float32 = header.descr == "<f4";
  if (!float32 && header.descr != "<f8") {
    refuse(place,
           fmt::format("its values are of type {}; float32 (<f4) and float64 (<f8) are read",
                       header.descr),
           "convert it with array.astype(\"float64\")");
  }
  const size_t width = float32 ? 4 : 8, needed = element_count(header.shape, place) * width;
  if (bytes.size() != needed) {
    refuse(place,
           fmt::format("{} bytes of values, but shape ({}) needs {}", bytes.size(),
                       fmt::join(header.shape, ", "), needed),
           bytes.size() < needed ? "the file is cut short"
                                 : "keep one array in it, as numpy.save writes it");
  }
  NpyArray array;
  array.shape = header.shape;
  array.float32 = float32;
  array.hash = sha256_hex({whole});
  file->release();
  const at::Tensor values =
      values_of_file(bytes, header, float32 ? torch::kFloat : torch::kDouble, file);
  const bool in_place = values.data_ptr() == bytes.data();
  if (whole.size() >= kNpyOnDisk && !float32 && in_place && values.is_contiguous()) {
    array.values = values.view({-1});
    array.file = file;
    return array;
  }
  array.values = room_for_values(values.numel(), place, array.file);
  array.values.view(header.shape).copy_(values);
  return array;
}

at::Tensor room_for_values(int64_t count, const std::string& of,
                           std::shared_ptr<const MappedFile>& file) {
  const size_t bytes = static_cast<size_t>(count) * sizeof(double);
  file = bytes >= kNpyOnDisk ? MappedFile::scratch(bytes, of) : nullptr;
  if (!file) return at::empty({count}, at::kDouble);
  return at::from_blob(
      file->data(), {count}, [file = file](void*) {}, at::TensorOptions(at::kDouble));
}

std::string npy_header(const std::vector<int64_t>& shape) {
  constexpr size_t kPrefix = 10;
  std::string header = fmt::format("{{'descr': '<f8', 'fortran_order': False, 'shape': ({}{}), }}",
                                   fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
  header.append(63 - (kPrefix + header.size()) % 64, ' ');
  header += '\n';
  std::string bytes(kMagic);
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(header.size() & 0xff);
  bytes += static_cast<char>(header.size() >> 8);
  return bytes + header;
}

}  // namespace rnngan
