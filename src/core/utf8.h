// UTF-8 text: whether it is well-formed, and where its characters begin.
#pragma once

#include <string>
#include <string_view>

namespace rnngan {

/// Bytes of the character at the head of `text`, which is not empty; 0 where it is not well-formed.
size_t utf8_length(std::string_view text);

/// Well-formed, without a zero byte.
bool is_utf8(std::string_view text);

/// Characters of the whole text.
size_t character_count(std::string_view text);

/// At most the first `count` characters.
std::string_view first_characters(std::string_view text, size_t count);

/// The text, or where it has more characters than `count`, the first ones and an ellipsis.
std::string shortened(std::string_view text, size_t count);

/// At most the first `bytes` bytes, without half a character at the end.
std::string_view first_bytes(std::string_view text, size_t bytes);

/// Text of any origin as it may stand in a message: control characters, broken UTF-8 and what
/// changes the direction or the line of a text as \n, \t, \xHH or \u{HHHH}. Twice is as once.
std::string one_line(std::string_view text);

}  // namespace rnngan
