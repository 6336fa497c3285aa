// What the text of a CSV file must look like: encoding, points in time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rnngan {

inline constexpr const char* kEncodingHint = "save the file as UTF-8";

/// A cell as shown in messages: quoted, cut when long; control characters and what is not UTF-8 are
/// escaped.
std::string shown_cell(std::string_view text);

/// Of a cell that is_utf8() refuses: shown, and what is wrong with it.
std::string not_utf8(std::string_view text);

}  // namespace rnngan
