// Pages of plain text for people: labelled entries, wrapped to a width that any terminal has.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

inline constexpr size_t kSheetWidth = 96;

/// JSON with spaces behind commas and colons. What fits stays on one line; longer objects have a
/// line per member. `used`: columns that are taken on the first line.
std::string layout(const nlohmann::ordered_json& value, size_t indent, size_t used);

class Sheet {
 public:
  /// `left`, and `right` at the other margin.
  void heading(const std::string& left, const std::string& right);
  /// A paragraph.
  void text(const std::string& text);
  /// `label` in front of the lines, each of which is wrapped.
  void entry(const std::string& label, const std::vector<std::string>& lines);
  /// "NAME  details" and below it an explanation. The first of them carries the label.
  void item(const std::string& label, const std::string& name, const std::string& explanation);
  /// Text to copy, as it is.
  void verbatim(const std::string& text);
  void blank() { text_ += "\n"; }

  const std::string& str() const { return text_; }

 private:
  void line(size_t indent, const std::string& text);

  std::string text_;
};

}  // namespace rnngan
