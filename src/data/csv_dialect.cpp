#include "data/csv_dialect.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv_numbers.h"
#include "data/csv_text.h"

namespace rnngan {

namespace {

constexpr std::array kDelimiters = {',', ';', '\t', '|'};
constexpr size_t kMostLines = 200;        // that are looked at
constexpr size_t kLongestQuotedRow = 20;  // lines of a row with line breaks in its cells

/// A row of cells, which may go on over several lines.
struct TextRow {
  int32_t line = 0;  // where it begins, from 1
  std::string_view text;
};

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// The rows that are whole in `start`, without empty ones.
std::vector<TextRow> rows_of_text(std::string_view start, bool whole) {
  std::vector<TextRow> rows;
  int32_t line = 1;
  while (!start.empty() && rows.size() < kMostLines) {
    size_t end = start.find('\n');
    if (end == std::string_view::npos && !whole && !rows.empty()) break;
    const size_t first_end = std::min(end, start.size());
    size_t lines = 1;
    while (end != std::string_view::npos && lines < kLongestQuotedRow &&
           std::ranges::count(start.substr(0, end), '"') % 2 == 1) {
      end = start.find('\n', end + 1);
      ++lines;
    }
    if (end == std::string_view::npos || lines == kLongestQuotedRow) {
      end = first_end;  // a stray quote, or the last row
      lines = 1;
    }
    const std::string_view text = start.substr(0, end);
    if (!trim(text).empty()) rows.push_back({line, text});
    line += static_cast<int32_t>(lines);
    start.remove_prefix(std::min(end + 1, start.size()));
  }
  return rows;
}

std::string_view unquoted(std::string_view cell) {
  cell = trim(cell);
  if (cell.size() >= 2 && cell.starts_with('"') && cell.ends_with('"')) {
    cell = trim(cell.substr(1, cell.size() - 2));
  }
  return cell;
}

/// The cells of a row; delimiters between quotes do not count. `aligned`: runs of blanks separate.
std::vector<std::string_view> cells_of_row(std::string_view text, char delimiter, bool aligned) {
  std::vector<std::string_view> cells;
  if (aligned) text = trim(text);
  size_t from = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted || !(aligned ? is_blank(text[i]) : text[i] == delimiter)) continue;
    cells.push_back(unquoted(text.substr(from, i - from)));
    while (aligned && i + 1 < text.size() && is_blank(text[i + 1])) ++i;
    from = i + 1;
  }
  cells.push_back(unquoted(text.substr(from)));
  return cells;
}

bool is_number(std::string_view cell) {
  return read_number(cell, false).value || read_number(cell, true).value;
}

/// How well a delimiter splits the rows.
struct RowSplit {
  double equal = 0;    // share of rows with as many cells as the first, which has several
  double numbers = 0;  // share of the cells that are numbers, in rows behind the first
};

RowSplit split_by(const std::vector<TextRow>& rows, char delimiter, bool aligned) {
  RowSplit split;
  double equal = 0, numbers = 0, cells = 0;
  size_t width = 0;
  for (const TextRow& row : rows) {
    const auto found = cells_of_row(row.text, delimiter, aligned);
    if (width == 0) width = found.size();
    if (width < 2) return {};
    equal += found.size() == width ? 1 : 0;
    if (&row == rows.data() && rows.size() > 1) continue;
    cells += static_cast<double>(found.size());
    numbers += static_cast<double>(std::ranges::count_if(found, is_number));
  }
  split.equal = equal / static_cast<double>(rows.size());
  split.numbers = numbers / cells;
  return split;
}

struct FoundDelimiter {
  char delimiter = ',';
  bool aligned = false;
};

/// What separates the cells; nullopt where every row is one cell.
std::optional<FoundDelimiter> find_delimiter(const std::vector<TextRow>& rows) {
  if (rows.empty()) return std::nullopt;
  std::optional<FoundDelimiter> best;
  std::pair<double, double> most;
  for (const char candidate : kDelimiters) {
    const RowSplit split = split_by(rows, candidate, false);
    const std::pair quality(split.equal, split.numbers);
    if (split.equal == 0 || (best && quality <= most)) continue;
    best = FoundDelimiter{candidate, false};
    most = quality;
  }
  if (best) return best;
  const RowSplit blanks = split_by(rows, ' ', true);
  if (rows.size() > 1 && blanks.equal == 1 && blanks.numbers > 0.5) {
    return FoundDelimiter{'\t', true};
  }
  return std::nullopt;
}

/// The delimiter of a first line "sep=;".
std::optional<char> said_delimiter(std::string_view row) {
  std::string_view text = row;
  while (text.ends_with('\r')) text.remove_suffix(1);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) {
    text = text.substr(1, text.size() - 2);
  }
  if (text.size() != 5 || !(text.starts_with("sep=") || text.starts_with("SEP="))) {
    return std::nullopt;
  }
  return text.back();
}

std::string shown_delimiter(char delimiter) {
  return delimiter == '\t' ? "\\t" : std::string(1, delimiter);
}

class DialectFinder {
 public:
  DialectFinder(std::string_view start, bool whole, const DialectSettings& settings)
      : settings_(settings), rows_(rows_of_text(start, whole)) {}

  CsvDialect find() {
    const bool automatic = settings_.delimiter == "auto";
    std::optional<char> said;
    if (!rows_.empty()) said = said_delimiter(rows_.front().text);
    if (said) pass_over(0);
    const size_t comments = leading_comments();
    const std::vector<TextRow> table(rows_.begin() + static_cast<std::ptrdiff_t>(comments),
                                     rows_.end());
    auto found = find_delimiter(table);
    if (said && automatic) found = FoundDelimiter{*said, false};
    if (!table.empty()) take_delimiter(found, automatic, table.front());
    pass_over_comments(comments);
    find_units();
    find_decimal_mark();
    return std::move(dialect_);
  }

 private:
  void pass_over(size_t row) {
    dialect_.passed_over.push_back(rows_[row].line);
    rows_.erase(rows_.begin() + static_cast<std::ptrdiff_t>(row));
  }

  size_t leading_comments() const {
    const auto end = std::ranges::find_if_not(
        rows_, [](const TextRow& row) { return trim(row.text).starts_with('#'); });
    return end == rows_.end() ? 0 : static_cast<size_t>(end - rows_.begin());
  }

  void take_delimiter(const std::optional<FoundDelimiter>& found, bool automatic,
                      const TextRow& first) {
    const char chosen = automatic ? ',' : settings_.delimiter.front();
    dialect_.delimiter = chosen;
    const bool differs = found && (found->aligned || found->delimiter != chosen);
    if (!differs) return;
    const char shown = found->aligned ? ' ' : found->delimiter;
    const bool splits = cells_of_row(first.text, chosen, false).size() > 1;
    if (!automatic && (!settings_.of_another_file || splits)) {
      if (!splits) dialect_.likely_delimiter = shown;
      return;
    }
    dialect_.delimiter = found->delimiter;
    dialect_.aligned = found->aligned;
    if (settings_.of_another_file) return;
    dialect_.notes.push_back(
        found->aligned ? "cells are separated by blanks"
                       : fmt::format("cells are separated by \"{}\"", shown_delimiter(shown)));
  }

  std::vector<std::string_view> cells(size_t row) const {
    return cells_of_row(rows_[row].text, dialect_.delimiter, dialect_.aligned);
  }

  /// The last of them may be the header of the numbers below it.
  void pass_over_comments(size_t count) {
    if (count == 0) return;
    const auto last = cells(count - 1), next = cells(count);
    const auto numbers = std::ranges::count_if(next, is_number);
    const bool header = last.size() == next.size() && settings_.header != Header::no &&
                        (last.size() > 1 ? numbers > 0 : numbers == 1 && count == 1);
    const size_t passed = count - (header ? 1 : 0);
    for (size_t i = 0; i < passed; ++i) pass_over(0);
    if (passed > 0) {
      dialect_.notes.push_back(fmt::format("{} of comments above the table {} passed over",
                                           passed == 1 ? "a line" : fmt::format("{} lines", passed),
                                           passed == 1 ? "is" : "are"));
    }
  }

  /// A row of text between a header and numbers.
  void find_units() {
    if (rows_.size() < 3 || settings_.header == Header::no) return;
    const auto head = cells(0), units = cells(1);
    if (units.size() != head.size() || std::ranges::any_of(head, is_number)) return;
    const auto bracketed = [](std::string_view cell) {
      return cell.size() > 1 && ((cell.starts_with('[') && cell.ends_with(']')) ||
                                 (cell.starts_with('(') && cell.ends_with(')')));
    };
    const auto fits = [&](std::string_view cell) { return cell.empty() || bracketed(cell); };
    if (std::ranges::all_of(units, fits) && std::ranges::any_of(units, bracketed)) {
      dialect_.notes.push_back(
          fmt::format("line {} is a row of units and passed over", rows_[1].line));
      pass_over(1);
      return;
    }
    const auto empty = [](std::string_view cell) { return cell.empty(); };
    if (std::ranges::any_of(units, is_number) || std::ranges::all_of(units, empty)) return;
    if (std::ranges::any_of(cells(2), is_number)) dialect_.text_row = rows_[1].line;
  }

  void find_decimal_mark() {
    if (settings_.decimal != Decimal::automatic && !settings_.of_another_file) {
      dialect_.decimal_comma = settings_.decimal == Decimal::comma;
      return;
    }
    int64_t commas = 0, points = 0;
    for (size_t row = 0; row < rows_.size(); ++row) {
      for (const std::string_view cell : cells(row)) {
        const DecimalMark mark = decimal_mark(cell);
        commas += mark == DecimalMark::comma ? 1 : 0;
        points += mark == DecimalMark::point ? 1 : 0;
      }
    }
    dialect_.decimal_comma = commas > 0 && points == 0;
    if (dialect_.decimal_comma) dialect_.notes.emplace_back("numbers have a decimal comma");
  }

  const DialectSettings& settings_;
  std::vector<TextRow> rows_;
  CsvDialect dialect_;
};

}  // namespace

CsvDialect find_dialect(std::string_view start, bool whole, const DialectSettings& settings) {
  return DialectFinder(start, whole, settings).find();
}

void require_delimiter(const std::string& delimiter) {
  if (delimiter == "auto") return;
  if (delimiter.size() == 1 && delimiter.find_first_of("\"\r\n") != 0) return;
  throw Error(ErrorKind::data, "data.delimiter",
              fmt::format("{} is not one character", shown_cell(delimiter)),
              "for example \",\", \";\" or \"\\t\", or auto");
}

std::string delimiter_hint(const CsvDialect& dialect) {
  if (dialect.likely_delimiter == 0) return "";
  return fmt::format("set data.delimiter to \"auto\" or \"{}\"",
                     shown_delimiter(dialect.likely_delimiter));
}

}  // namespace rnngan
