#include "data/csv_text.h"

#include <fmt/format.h>

#include "core/utf8.h"

namespace rnngan {

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
