// Text of an HTML page that is also well-formed XML: escaping, tables, figures, the frame of the
// page.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rnngan::html {

/// Text as it may stand in an element or in a quoted attribute: markup characters as entities,
/// control characters and broken UTF-8 as U+FFFD.
std::string escape(std::string_view text);

/// A name as part of an id: letters, digits and hyphens.
std::string identifier(std::string_view text);

/// "0.1235", "−3.2e−05"; a dash for what is not finite.
std::string number(double value, int digits = 4);

/// A table of plain texts, all escaped; the first column heads its row. Empty without rows.
std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows,
                  const std::string& caption = {});

/// What opens on demand; `body` is markup, the summary is text.
std::string details(const std::string& summary, const std::string& body, bool open = false);

/// Several drawings (markup) beneath one heading, with a caption (text) and what stands below it
/// (markup). As many drawings stand side by side as there is room for.
struct Figure {
  std::string title;
  std::string caption;
  std::string legend = {};  // markup
  std::vector<std::string> drawings;
  std::string below = {};  // markup
  bool pairs = false;      // drawings that belong side by side two by two
  bool wide = false;       // drawings that need half the page
};
std::string figure(const Figure& figure);

/// A keyed line of a legend.
struct Key {
  std::string classes;  // of the drawn sample
  std::string text;
  enum class Shape { line, area, dot, cross } shape = Shape::line;
};
std::string legend(const std::vector<Key>& keys);

struct Section {
  std::string title;
  std::string body;  // markup
};

/// What stands at the head of a page; all texts.
struct Heading {
  std::string title, subtitle;
  std::vector<std::pair<std::string, std::string>> facts;
};

/// The whole page; sections without a body are left out.
std::string page(const Heading& heading, const std::vector<Section>& sections);

}  // namespace rnngan::html
