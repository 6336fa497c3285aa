#include "core/wire.h"

#include <bit>

namespace rnngan {

namespace {

// Types of the wire format.
constexpr int kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5;

void append_varint(std::string& bytes, uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes += static_cast<char>(value | 0x80);
  bytes += static_cast<char>(value);
}

template <class Number>
void append_fixed(std::string& bytes, Number value) {
  for (size_t i = 0; i < sizeof(Number); ++i) bytes += static_cast<char>(value >> (8 * i));
}

template <class Number>
Number fixed_in(std::string_view bytes) {
  Number value = 0;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    value |= static_cast<Number>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

/// Takes a varint from the front.
std::optional<uint64_t> take_varint(std::string_view& bytes) {
  uint64_t value = 0;
  for (size_t i = 0; i < bytes.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      bytes.remove_prefix(i + 1);
      return value;
    }
  }
  return std::nullopt;
}

/// How many bytes the value of a field has that is no varint.
std::optional<uint64_t> take_size(std::string_view& bytes, uint64_t type) {
  if (type == kFixed64) return 8;
  if (type == kFixed32) return 4;
  return type == kBytes ? take_varint(bytes) : std::nullopt;
}

}  // namespace

void append_fixed32(std::string& bytes, uint32_t value) {
  append_fixed(bytes, value);
}

void append_fixed64(std::string& bytes, uint64_t value) {
  append_fixed(bytes, value);
}

uint32_t fixed32_in(std::string_view bytes) {
  return fixed_in<uint32_t>(bytes);
}

uint64_t fixed64_in(std::string_view bytes) {
  return fixed_in<uint64_t>(bytes);
}

void WireMessage::key(int field, int type) {
  append_varint(bytes_, static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(type));
}

WireMessage& WireMessage::integer(int field, int64_t value) {
  key(field, kVarint);
  append_varint(bytes_, static_cast<uint64_t>(value));
  return *this;
}

WireMessage& WireMessage::real(int field, double value) {
  key(field, kFixed64);
  append_fixed64(bytes_, std::bit_cast<uint64_t>(value));
  return *this;
}

WireMessage& WireMessage::real32(int field, float value) {
  key(field, kFixed32);
  append_fixed32(bytes_, std::bit_cast<uint32_t>(value));
  return *this;
}

WireMessage& WireMessage::text(int field, std::string_view value) {
  key(field, kBytes);
  append_varint(bytes_, value.size());
  bytes_ += value;
  return *this;
}

WireMessage& WireMessage::integers(int field, std::span<const int64_t> values) {
  std::string packed;
  for (const int64_t value : values) append_varint(packed, static_cast<uint64_t>(value));
  return values.empty() ? *this : text(field, packed);
}

WireMessage& WireMessage::reals(int field, std::span<const double> values) {
  std::string packed;
  for (const double value : values) append_fixed64(packed, std::bit_cast<uint64_t>(value));
  return values.empty() ? *this : text(field, packed);
}

std::optional<int64_t> integer_in(std::string_view message, int field) {
  int64_t found = 0;
  while (!message.empty()) {
    const auto key = take_varint(message);
    if (!key) return std::nullopt;
    if ((*key & 7) == kVarint) {
      const auto value = take_varint(message);
      if (!value) return std::nullopt;
      if (*key >> 3 == static_cast<uint64_t>(field)) found = static_cast<int64_t>(*value);
      continue;
    }
    const auto size = take_size(message, *key & 7);
    if (!size || *size > message.size()) return std::nullopt;
    message.remove_prefix(*size);
  }
  return found;
}

}  // namespace rnngan
