#include "cli/sheet.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"

namespace rnngan {

namespace {

constexpr size_t kIndent = 2;   // of everything below a heading
constexpr size_t kColumn = 15;  // where the text behind a label begins

std::string flat_text(const nlohmann::ordered_json& value) {
  if (!value.is_object() || value.empty()) return value.dump();
  std::string text;
  for (const auto& [key, member] : value.items()) {
    text += fmt::format("{}\"{}\": {}", text.empty() ? "" : ", ", key, flat_text(member));
  }
  return "{" + text + "}";
}

}  // namespace

std::string layout(const nlohmann::ordered_json& value, size_t indent, size_t used) {
  std::string flat = flat_text(value);
  if (!value.is_object() || value.empty() || used + flat.size() <= kSheetWidth) return flat;
  const std::string margin(indent + 2, ' ');
  std::string text;
  for (const auto& [key, member] : value.items()) {
    const std::string name = fmt::format("{}\"{}\": ", margin, key);
    text += (text.empty() ? "" : ",\n") + name + layout(member, indent + 2, name.size() + 1);
  }
  return "{\n" + text + "\n" + std::string(indent, ' ') + "}";
}

void Sheet::line(size_t indent, const std::string& text) {
  text_ += std::string(indent, ' ') + text + "\n";
}

void Sheet::heading(const std::string& left, const std::string& right) {
  const size_t used = left.size() + right.size();
  line(0, left + std::string(used < kSheetWidth ? kSheetWidth - used : 2, ' ') + right);
}

void Sheet::text(const std::string& text) {
  for (const auto& part : wrap(text, kSheetWidth - kIndent)) line(kIndent, part);
}

void Sheet::entry(const std::string& label, const std::vector<std::string>& lines) {
  std::string front = label;
  const size_t further = lines.size() > 1 ? 2 : 0;  // where a line of several goes on
  for (const auto& text : lines) {
    size_t hanging = 0;
    for (const auto& part : wrap(text, kSheetWidth - kColumn - further)) {
      line(kIndent,
           fmt::format("{:<{}}{}{}", front, kColumn - kIndent, std::string(hanging, ' '), part));
      front.clear();
      hanging = further;
    }
  }
}

void Sheet::item(const std::string& label, const std::string& name,
                 const std::string& explanation) {
  entry(label, {name});
  for (const auto& part : wrap(explanation, kSheetWidth - kColumn - 2)) line(kColumn + 2, part);
}

void Sheet::verbatim(const std::string& text) {
  line(kIndent, text);
}

}  // namespace rnngan
