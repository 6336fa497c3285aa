// Messages of Protocol Buffers in their wire format, field by field: what event files and ONNX
// models are made of. https://protobuf.dev/programming-guides/encoding
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rnngan {

/// Fields stand in the order in which they are added. A field that is added again is repeated.
class WireMessage {
 public:
  /// int32, int64, bool and enums: a varint, negative numbers in ten bytes.
  WireMessage& integer(int field, int64_t value);
  WireMessage& real(int field, double value);
  WireMessage& real32(int field, float value);
  /// string and bytes.
  WireMessage& text(int field, std::string_view value);
  WireMessage& message(int field, const WireMessage& value) { return text(field, value.bytes_); }
  /// repeated numbers, packed; nothing where there are none.
  WireMessage& integers(int field, std::span<const int64_t> values);
  WireMessage& reals(int field, std::span<const double> values);

  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int type);

  std::string bytes_;
};

/// The last varint with this field number in a message, 0 where there is none; nullopt where the
/// bytes are no message.
std::optional<int64_t> integer_in(std::string_view message, int field);

/// Appends the little-endian bytes of a number.
void append_fixed32(std::string& bytes, uint32_t value);
void append_fixed64(std::string& bytes, uint64_t value);
/// The number in the first bytes, of which there must be as many.
uint32_t fixed32_in(std::string_view bytes);
uint64_t fixed64_in(std::string_view bytes);

}  // namespace rnngan
