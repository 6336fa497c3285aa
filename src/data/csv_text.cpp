#include "data/csv_text.h"

#include <algorithm>
#include <fstream>

#include <fmt/format.h>

#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

namespace {

/// Cells of a line; delimiters between quotes do not count.
size_t cells_of(std::string_view line, char delimiter) {
  size_t cells = 1;
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') quoted = !quoted;
    if (c == delimiter && !quoted) ++cells;
  }
  return cells;
}

}  // namespace

std::string delimiter_hint(const std::filesystem::path& path, char delimiter) {
  std::ifstream file(path, std::ios::binary);
  std::string lines[2];
  for (std::string& line : lines) {
    while (trim(line).empty()) {
      if (!std::getline(file, line)) return "";
    }
  }
  const auto splits = [&](char by) {
    const size_t cells = cells_of(lines[0], by);
    return cells > 1 && cells == cells_of(lines[1], by);
  };
  if (splits(delimiter)) return "";
  for (const char other : {';', '\t', '|', ' ', ','}) {
    if (other == delimiter || !splits(other)) continue;
    return fmt::format("set data.delimiter to \"{}\"",
                       other == '\t' ? "\\t" : std::string(1, other));
  }
  return "";
}

std::string shown_cell(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown(first_bytes(text, kMost));
  const char* const cut = shown.size() < text.size() ? "..." : "";
  const bool utf8 = is_utf8(shown);
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return fmt::format("\"{}{}\"", shown, cut);
}

}  // namespace rnngan
