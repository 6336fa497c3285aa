#include "data/csv_cells.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "config/layers.h"
#include "core/text.h"
#include "core/time_text.h"
#include "core/utf8.h"

namespace rnngan {

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
// As many cells that are all different are no classes.
constexpr size_t kNoRepetition = 20;

/// "1,5" or "1,119,260" without its commas, when it is a number then.
std::optional<std::string> without_commas(std::string_view cell) {
  if (cell.find(',') == std::string_view::npos) return std::nullopt;
  std::string text(cell);
  std::erase(text, ',');
  return parse_double(text) ? std::optional(text) : std::nullopt;
}

/// How to write a number that has commas; "" for other texts.
std::string comma_hint(const std::string& cell) {
  const auto plain = without_commas(cell);
  if (!plain) return "";
  const auto comma = cell.find(',');
  const bool several = cell.find_first_of(",.", comma + 1) != std::string::npos;
  if (several) return fmt::format("write numbers without commas: {}", *plain);
  std::string point = cell;
  point[comma] = '.';
  if (cell.size() - comma - 1 != 3) {
    return fmt::format("write numbers with a decimal point: {}", point);
  }
  return fmt::format("write {} if the comma groups thousands, {} if it is a decimal point", *plain,
                     point);
}

std::string column_key(const std::string& name, const char* key) {
  return fmt::format("{}.{}", join_path("data.column", name), key);
}

void keep_first(auto& first, const auto& cell) {
  if (first.line == 0) first = cell;
}

}  // namespace

MissingMarks::MissingMarks(const std::vector<std::string>& marks) {
  for (const std::string& mark : marks) {
    texts_.emplace(trim(mark));
    if (const auto value = parse_double(mark)) numbers_.push_back(*value);
  }
}

bool MissingMarks::has(std::string_view text, const std::optional<double>& value) const {
  if (text.empty() || (value && std::isnan(*value))) return true;
  if (value && std::ranges::find(numbers_, *value) != numbers_.end()) return true;
  return !value && texts_.contains(text);
}

ValueCells::Cell ValueCells::parsed(std::string_view text, int32_t line) const {
  Cell cell;
  cell.value = parse_double(text);
  cell.missing = marks_->has(text, cell.value);
  cell.count = 1;
  cell.line = line;
  return cell;
}

void ValueCells::add(std::string_view text, int32_t line) {
  if (!classes_possible_) {
    Cell cell = parsed(text, line);
    const bool plain = cell.value && !cell.missing && std::isfinite(*cell.value);
    if (plain) {
      form_.add(text, *cell.value);
    } else {
      cell.text = text;
    }
    note(cell);
    add_number(cell);
    return;
  }
  auto found = places_.find(text);
  if (found == places_.end()) {
    found = places_.emplace(std::string(text), static_cast<int32_t>(cells_.size())).first;
    cells_.push_back(parsed(text, line));
    cells_.back().text = text;
    cells_.back().count = 0;
  }
  ++cells_[static_cast<size_t>(found->second)].count;
  codes_.push_back(found->second);
  if (cells_.size() <= kMostClasses + 1) return;  // one of them may be the empty cell
  full_line_ = line;
  for (const Cell& cell : cells_) note(cell);
  keep_numbers();
}

/// Takes note of one cell, or of all cells of the same text.
void ValueCells::note(const Cell& cell) {
  if (cell.missing) {
    keep_first(first_missing_, cell);
  } else if (cell.value) {
    number_count_ += cell.count;
    if (std::isinf(*cell.value)) keep_first(first_infinite_, cell);
  } else {
    text_count_ += cell.count;
    if (without_commas(cell.text)) comma_count_ += cell.count;
    keep_first(first_text_, cell);
  }
}

void ValueCells::add_number(const Cell& cell) {
  numbers_.push_back(cell.value && !cell.missing ? *cell.value : kNoNumber);
}

/// From here on only the numbers are kept.
void ValueCells::keep_numbers() {
  for (const Cell& cell : cells_) {
    if (cell.value && !cell.missing && std::isfinite(*cell.value)) {
      form_.add(cell.text, *cell.value);
    }
  }
  numbers_.reserve(codes_.capacity());
  for (const int32_t code : codes_) add_number(cells_[static_cast<size_t>(code)]);
  codes_ = {};
  places_ = {};
  cells_ = {};
  classes_possible_ = false;
}

bool ValueCells::is_category() const {
  if (rules_.kind) return *rules_.kind == ColumnKind::category;
  return text_count_ > number_count_ && comma_count_ < text_count_;
}

std::optional<CellProblem> ValueCells::finish(CsvColumn& column) {
  if (classes_possible_) {
    for (const Cell& cell : cells_) note(cell);
  }
  column.is_category = is_category();
  return column.is_category ? finish_category(column) : finish_numbers(column);
}

CellProblem ValueCells::wrong_text(const CsvColumn& column) const {
  const std::string shown = shown_cell(first_text_.text);
  std::string hint = fmt::format(
      "if it marks a missing cell, name it in data.na; if the column holds classes, set {}; or "
      "leave the column out by data.columns",
      column_key(column.name, "kind=category"));
  if (const auto of_commas = comma_hint(first_text_.text); !of_commas.empty()) hint = of_commas;
  return {first_text_.line, fmt::format("{} is not a number", shown), hint};
}

std::optional<CellProblem> ValueCells::finish_numbers(CsvColumn& column) {
  // The first of the three that a reader of the file would meet.
  std::optional<CellProblem> first;
  const auto take = [&](CellProblem problem) {
    if (!first || problem.line < first->line) first = std::move(problem);
  };
  if (first_text_.line > 0) take(wrong_text(column));
  if (first_infinite_.line > 0 && !rules_.infinite_allowed) {
    take({first_infinite_.line, fmt::format("{} is not finite", shown_cell(first_infinite_.text)),
          "replace it by a number or leave the cell empty"});
  }
  if (first_missing_.line > 0 && !rules_.missing_allowed) {
    take({first_missing_.line, "missing value", "", true});
  }
  if (first) return first;
  if (classes_possible_) keep_numbers();
  column.numbers = std::move(numbers_);
  column.form = form_;
  return std::nullopt;
}

/// Text that tells rows apart, or when they were, is no category unless it is said to be one.
std::optional<CellProblem> ValueCells::no_category(const CsvColumn& column) const {
  const auto once = [](const Cell& cell) { return cell.text.empty() || cell.count == 1; };
  if (!rules_.kind && parse_iso_time(first_text_.text)) {
    return CellProblem{first_text_.line, fmt::format("{} is a time", shown_cell(first_text_.text)),
                       fmt::format("name the column by data.time, or leave it out by data.columns; "
                                   "{} makes it a category",
                                   column_key(column.name, "kind=category"))};
  }
  constexpr const char* kHint =
      "if they tell sequences apart, name the column by data.id, if they are times by data.time; "
      "else leave it out by data.columns";
  if (!classes_possible_) {
    return CellProblem{
        full_line_,
        fmt::format("more than {} different values{}, too many for a category", kMostClasses,
                    first_text_.text.empty()
                        ? ""
                        : fmt::format(" ({}, ...)", shown_cell(first_text_.text))),
        kHint};
  }
  if (!rules_.kind && cells_.size() >= kNoRepetition && std::ranges::all_of(cells_, once)) {
    return CellProblem{first_text_.line, "every cell is another text: these are no classes", kHint};
  }
  return std::nullopt;
}

std::optional<CellProblem> ValueCells::finish_category(CsvColumn& column) {
  if (auto problem = no_category(column)) return problem;
  // Marks stand for missing cells among numbers only: in a column of text, "-" is a class.
  const bool all_numbers = text_count_ == 0;
  const auto absent = [&](const Cell& cell) {
    return all_numbers ? cell.missing : cell.text.empty();
  };
  std::vector<int32_t> class_of(cells_.size(), -1);
  for (size_t i = 0; i < cells_.size(); ++i) {
    const Cell& cell = cells_[i];
    if (absent(cell)) {
      if (!rules_.missing_allowed) return CellProblem{cell.line, "missing value", "", true};
      continue;
    }
    if (!is_utf8(cell.text)) {
      return CellProblem{cell.line, fmt::format("{} is not UTF-8 text", shown_cell(cell.text)),
                         kEncodingHint};
    }
    class_of[i] = static_cast<int32_t>(column.texts.size());
    column.texts.push_back(cell.text);
  }
  column.codes = std::move(codes_);
  for (int32_t& code : column.codes) code = class_of[static_cast<size_t>(code)];
  return std::nullopt;
}

}  // namespace rnngan
