#include "data/csv_text.h"

#include <fmt/format.h>

#include "core/utf8.h"

namespace rnngan {

std::string shown_cell(std::string_view text) {
  constexpr size_t kMost = 40;
  const std::string_view shown = first_bytes(text, kMost);
  return fmt::format("\"{}{}\"", one_line(shown), shown.size() < text.size() ? "..." : "");
}

std::string not_utf8(std::string_view text) {
  const bool zero = text.find('\0') != std::string_view::npos;
  return fmt::format("{} {}", shown_cell(text), zero ? "holds a zero byte" : "is not UTF-8 text");
}

}  // namespace rnngan
