#include "report/html.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "core/utf8.h"
#include "report/style.h"

namespace rnngan::html {

namespace {

constexpr const char* kReplacement = "\xEF\xBF\xBD";

/// Bytes of the character at the head of `text`; 0 where it is broken, or no character (U+FFFE and
/// U+FFFF).
size_t sequence_length(std::string_view text) {
  const size_t length = utf8_length(text);
  const std::string_view sequence = text.substr(0, length);
  return sequence == "\xEF\xBF\xBE" || sequence == "\xEF\xBF\xBF" ? 0 : length;
}

std::string escaped_byte(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      break;
  }
  const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  return control || c == 0x7F ? kReplacement : std::string(1, c);
}

std::string cells(const std::vector<std::string>& row) {
  std::string text;
  for (size_t i = 0; i < row.size(); ++i) {
    text += i == 0 ? "<th scope=\"row\">" + escape(row[i]) + "</th>"
                   : "<td>" + escape(row[i]) + "</td>";
  }
  return text;
}

std::string contents(const std::vector<Section>& sections) {
  std::string text = "<nav aria-label=\"Contents\"><ul>";
  for (const Section& section : sections) {
    if (section.body.empty()) continue;
    text += fmt::format("<li><a href=\"#{}\">{}</a></li>", identifier(section.title),
                        escape(section.title));
  }
  return text + "</ul></nav>\n";
}

std::string header(const Heading& heading) {
  std::string text = "<header><h1>" + escape(heading.title) + "</h1>\n";
  if (!heading.subtitle.empty()) text += "<p class=\"sub\">" + escape(heading.subtitle) + "</p>\n";
  if (!heading.facts.empty()) {
    text += "<dl class=\"facts\">";
    for (const auto& [name, value] : heading.facts) {
      text += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", escape(name), escape(value));
    }
    text += "</dl>\n";
  }
  return text + "</header>\n";
}

std::string sample(const Key& key) {
  switch (key.shape) {
    case Key::Shape::area:
      return fmt::format("<rect class=\"{}\" x=\"1\" y=\"2\" width=\"24\" height=\"8\"/>",
                         key.classes);
    case Key::Shape::dot:
      return fmt::format("<path class=\"{}\" d=\"M13 6h0\"/>", key.classes);
    case Key::Shape::cross:
      return fmt::format("<path class=\"{}\" d=\"M10.5 3.5l5 5m0-5l-5 5\"/>", key.classes);
    case Key::Shape::line:
      break;
  }
  return fmt::format("<path class=\"{}\" d=\"M1 6H25\"/>", key.classes);
}

}  // namespace

std::string escape(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = sequence_length(text);
    if (length == 0) {
      out += kReplacement;
    } else if (length == 1) {
      out += escaped_byte(text.front());
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

std::string identifier(std::string_view text) {
  std::string id;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (plain) {
      id += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  return "s-" + id;
}

std::string number(double value, int digits) {
  if (!std::isfinite(value)) return "–";
  std::string text = fmt::format("{:.{}g}", value, digits);
  const double size = std::abs(value);
  if (size >= std::pow(10.0, digits) && size < 1e7) text = fmt::format("{:.0f}", value);
  std::string out;
  for (const char c : text) out += c == '-' ? std::string("−") : std::string(1, c);
  return out;
}

std::string table(const std::vector<std::string>& heads,
                  const std::vector<std::vector<std::string>>& rows, const std::string& caption) {
  if (rows.empty()) return {};
  std::string text =
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\"><table>";
  if (!caption.empty()) text += "<caption>" + escape(caption) + "</caption>";
  text += "<thead><tr>";
  for (const std::string& head : heads) text += "<th scope=\"col\">" + escape(head) + "</th>";
  text += "</tr></thead><tbody>";
  for (const auto& row : rows) text += "<tr>" + cells(row) + "</tr>";
  return text + "</tbody></table></div>";
}

std::string details(const std::string& summary, const std::string& body, bool open) {
  if (body.empty()) return {};
  return fmt::format("<details{}><summary>{}</summary>{}</details>\n", open ? " open=\"open\"" : "",
                     escape(summary), body);
}

std::string legend(const std::vector<Key>& keys) {
  std::string text = "<ul class=\"legend\">";
  for (const Key& key : keys) {
    text += fmt::format(
        "<li><svg viewBox=\"0 0 26 12\" width=\"26\" height=\"12\" aria-hidden=\"true\">{}</svg>"
        "{}</li>",
        sample(key), escape(key.text));
  }
  return text + "</ul>";
}

std::string figure(const Figure& figure) {
  if (figure.drawings.empty()) return {};
  std::string text = "<figure>";
  if (!figure.title.empty()) text += "<h3>" + escape(figure.title) + "</h3>";
  text += figure.legend;
  text += fmt::format("<div class=\"grid{}\">", figure.wide    ? " wide"
                                                : figure.pairs ? " pairs"
                                                               : "");
  for (const std::string& drawing : figure.drawings) text += drawing;
  text += "</div>\n<figcaption>" + escape(figure.caption) + "</figcaption>";
  return text + figure.below + "</figure>\n";
}

std::string page(const Heading& heading, const std::vector<Section>& sections) {
  std::string text =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src &#39;none&#39;; "
      "style-src &#39;unsafe-inline&#39;\"/>\n";
  text += "<title>" + escape(heading.title) + "</title>\n<style>" + style_sheet() +
          "</style>\n</head>\n<body>\n";
  text += header(heading) + contents(sections) + "<main>\n";
  for (const Section& section : sections) {
    if (section.body.empty()) continue;
    text += fmt::format("<section id=\"{0}\" aria-labelledby=\"{0}-h\"><h2 id=\"{0}-h\">{1}</h2>\n",
                        identifier(section.title), escape(section.title));
    text += section.body + "</section>\n";
  }
  return text +
         "</main>\n<footer>Written by rnngan. This file is complete: it loads nothing and "
         "runs no script.</footer>\n</body>\n</html>\n";
}

}  // namespace rnngan::html
