// What the text of a CSV file must look like: encoding, points in time, delimiters.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace rnngan {

inline constexpr const char* kEncodingHint = "save the file as UTF-8";

/// The hint "set data.delimiter to ..." when the first two lines of the file have one cell or
/// unequal numbers of cells under `delimiter`, but equal numbers above one under another; else "".
std::string delimiter_hint(const std::filesystem::path& path, char delimiter);

/// A cell as shown in messages: quoted, cut when long; control characters and what is not UTF-8 are
/// replaced.
std::string shown_cell(std::string_view text);

}  // namespace rnngan
