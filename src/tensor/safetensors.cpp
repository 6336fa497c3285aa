#include "tensor/safetensors.h"

#include <array>
#include <bit>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"

namespace rnngan {

static_assert(std::endian::native == std::endian::little, "the format stores little-endian values");

namespace {

constexpr uint64_t kMaxHeaderBytes = 100'000'000;  // the format's own limit
constexpr size_t kLengthBytes = 8;
constexpr size_t kMostDimensions = 8;  // no network here has more than 3
constexpr size_t kDigestDigits = 64;
const std::string kDigestKey = R"("digest":")";

struct Dtype {
  const char* name;
  torch::ScalarType type;
};
constexpr std::array kDtypes = {Dtype{"F32", torch::kFloat32}, Dtype{"F64", torch::kFloat64},
                                Dtype{"I64", torch::kInt64}, Dtype{"BOOL", torch::kBool}};

const char* dtype_name(torch::ScalarType type) {
  for (const auto& row : kDtypes)
    if (row.type == type) return row.name;
  throw Error(ErrorKind::bug, "", "a tensor of this type cannot be written to a checkpoint");
}

[[noreturn]] void refuse(const std::string& origin, const std::string& fact) {
  throw Error(ErrorKind::checkpoint, origin, fact,
              "use another file of the run's checkpoints/ folder");
}

// Where the digest's digits stand in the file, or npos.
size_t digest_position(std::string_view bytes, uint64_t header_bytes) {
  const auto header = bytes.substr(kLengthBytes, header_bytes);
  const size_t key = header.find(kDigestKey);
  if (key == std::string_view::npos || key + kDigestKey.size() + kDigestDigits > header.size()) {
    return std::string_view::npos;
  }
  return kLengthBytes + key + kDigestKey.size();
}

uint64_t read_header_length(const std::string& bytes, const std::string& origin) {
  if (bytes.empty()) refuse(origin, "the file is empty");
  if (bytes.size() < kLengthBytes) refuse(origin, "truncated: no header");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), kLengthBytes);
  if (length > kMaxHeaderBytes) {
    refuse(origin, fmt::format("the header claims {} bytes: not a safetensors file", length));
  }
  if (length > bytes.size() - kLengthBytes) {
    refuse(origin, fmt::format("truncated: the header needs {} bytes, the file has {}",
                               length + kLengthBytes, bytes.size()));
  }
  return length;
}

void check_digest(const std::string& bytes, uint64_t header_bytes, const std::string& origin) {
  const size_t position = digest_position(bytes, header_bytes);
  if (position == std::string::npos) refuse(origin, "has no digest");
  const std::string_view all(bytes);
  const std::string zeros(kDigestDigits, '0');
  const std::string digest =
      sha256_hex({all.substr(0, position), zeros, all.substr(position + kDigestDigits)});
  if (digest != all.substr(position, kDigestDigits)) {
    refuse(origin, "its digest does not match: the file was altered or truncated");
  }
}

struct Entry {
  torch::ScalarType type;
  std::vector<int64_t> shape;
  uint64_t begin, end;
};

Entry parse_entry(const nlohmann::json& json) {
  Entry entry{};
  const auto name = json.at("dtype").get<std::string>();
  bool known = false;
  for (const auto& row : kDtypes) {
    if (name == row.name) {
      entry.type = row.type;
      known = true;
    }
  }
  if (!known) throw std::invalid_argument("dtype " + name);
  entry.shape = json.at("shape").get<std::vector<int64_t>>();
  if (entry.shape.size() > kMostDimensions) throw std::invalid_argument("dimensions");
  entry.begin = json.at("data_offsets").at(0).get<uint64_t>();
  entry.end = json.at("data_offsets").at(1).get<uint64_t>();
  return entry;
}

at::Tensor make_tensor(const Entry& entry, std::string_view data) {
  uint64_t expected = c10::elementSize(entry.type);
  for (const int64_t size : entry.shape) {
    if (size < 0 || (size > 0 && expected > data.size() / static_cast<uint64_t>(size))) {
      throw std::invalid_argument("shape");
    }
    expected *= static_cast<uint64_t>(size);
  }
  if (entry.begin > entry.end || entry.end > data.size() || entry.end - entry.begin != expected) {
    throw std::invalid_argument("offsets");
  }
  at::Tensor tensor = torch::empty(entry.shape, entry.type);
  std::memcpy(tensor.data_ptr(), data.data() + entry.begin, expected);
  return tensor;
}

std::string_view bytes_of(const at::Tensor& tensor) {
  return {static_cast<const char*>(tensor.data_ptr()), tensor.nbytes()};
}

// A file as it is written, without a copy of what is on the CPU.
struct Pieces {
  std::string head;                 // length and header
  std::vector<at::Tensor> tensors;  // one behind the other

  size_t size() const {
    size_t sum = head.size();
    for (const at::Tensor& tensor : tensors) sum += tensor.nbytes();
    return sum;
  }
};

Pieces pieces_of(const TensorFile& file) {
  Pieces pieces;
  nlohmann::json header;
  header["__metadata__"] = file.metadata;
  header["__metadata__"]["digest"] = std::string(kDigestDigits, '0');
  size_t begin = 0;
  for (const auto& [name, tensor] : file.tensors) {
    const at::Tensor plain = tensor.detach().cpu().contiguous();
    header[name] = {{"dtype", dtype_name(plain.scalar_type())},
                    {"shape", plain.sizes().vec()},
                    {"data_offsets", {begin, begin + plain.nbytes()}}};
    begin += plain.nbytes();
    pieces.tensors.push_back(plain);
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');  // so that tensors are aligned
  const uint64_t length = text.size();
  pieces.head.resize(kLengthBytes);
  std::memcpy(pieces.head.data(), &length, kLengthBytes);
  pieces.head += text;
  Sha256 digest;
  digest.update(pieces.head);
  for (const at::Tensor& tensor : pieces.tensors) digest.update(bytes_of(tensor));
  pieces.head.replace(digest_position(pieces.head, length), kDigestDigits, digest.hex());
  return pieces;
}

}  // namespace

std::string serialise(const TensorFile& file) {
  const Pieces pieces = pieces_of(file);
  std::string bytes = pieces.head;
  bytes.reserve(pieces.size());
  for (const at::Tensor& tensor : pieces.tensors) bytes += bytes_of(tensor);
  return bytes;
}

TensorFile deserialise(const std::string& bytes, const std::string& origin) {
  const uint64_t header_bytes = read_header_length(bytes, origin);
  const std::string_view all(bytes);
  nlohmann::json header;
  try {
    header = nlohmann::json::parse(all.substr(kLengthBytes, header_bytes));
  } catch (const nlohmann::json::exception&) {
    refuse(origin, "its header is not JSON");
  }
  check_digest(bytes, header_bytes, origin);
  const std::string_view data = all.substr(kLengthBytes + header_bytes);
  TensorFile file;
  uint64_t covered = 0;
  for (const auto& [name, json] : header.items()) {
    try {
      if (name == "__metadata__") {
        file.metadata = json.get<std::map<std::string, std::string>>();
        continue;
      }
      const Entry entry = parse_entry(json);
      file.tensors[name] = make_tensor(entry, data);
      covered += entry.end - entry.begin;
    } catch (const std::exception&) {
      refuse(origin, "its header entry \"" + name + "\" is not valid");
    }
  }
  if (covered != data.size()) {
    refuse(origin, fmt::format("its tensors cover {} of {} bytes", covered, data.size()));
  }
  file.metadata.erase("digest");
  return file;
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  const Pieces pieces = pieces_of(file);
  AtomicFile out(path);
  out.write(pieces.head);
  for (const at::Tensor& tensor : pieces.tensors) out.write(bytes_of(tensor));
  out.commit();
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  return deserialise(read_file(path, ErrorKind::checkpoint), path.string());
}

}  // namespace rnngan
