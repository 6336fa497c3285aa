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
#include "data/csv_numbers.h"

namespace rnngan {

namespace {

constexpr double kNoNumber = std::numeric_limits<double>::quiet_NaN();
// As many cells that are all different are no classes.
constexpr size_t kNoRepetition = 20;

/// "1,5" or "1,11,9": a number but for its commas.
bool has_odd_commas(std::string_view cell) {
  if (cell.find(',') == std::string_view::npos) return false;
  std::string text(cell);
  std::erase(text, ',');
  return parse_double(text).has_value();
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
  if (!rules_.decimal_comma) cell.value = parse_double(text);  // as nearly all cells are
  if (!cell.value) {
    CellNumber number = read_number(text, rules_.decimal_comma);
    cell.value = number.value;
    cell.plain = std::move(number.plain);
    cell.grouped = number.grouped;
    cell.certain = number.certain;
  }
  cell.missing = marks_->has(text, cell.value);
  cell.count = 1;
  cell.line = line;
  return cell;
}

void ValueCells::add(std::string_view text, int32_t line) {
  if (!classes_possible_) {
    Cell cell = parsed(text, line);
    const bool plain = cell.value && !cell.missing && std::isfinite(*cell.value);
    if (plain) form_.add(cell.plain.empty() ? text : cell.plain, *cell.value);
    if (!plain || cell.grouped) cell.text = text;
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
    if (cell.grouped) keep_first(first_grouped_, cell);
    surely_grouped_ = surely_grouped_ || cell.certain;
  } else {
    text_count_ += cell.count;
    const bool has_point = rules_.decimal_comma && parse_double(cell.text);
    if (has_point || has_odd_commas(cell.text)) comma_count_ += cell.count;
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
      form_.add(cell.plain.empty() ? cell.text : cell.plain, *cell.value);
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

std::optional<CellProblem> ValueCells::finish(CsvColumn& column, bool points) {
  if (classes_possible_) {
    for (const Cell& cell : cells_) note(cell);
  }
  column.is_category = is_category();
  return column.is_category ? finish_category(column) : finish_numbers(column, points);
}

CellProblem ValueCells::wrong_text(const CsvColumn& column) const {
  const std::string shown = shown_cell(first_text_.text);
  std::string hint = fmt::format(
      "if it marks a missing cell, name it in data.na; if the column holds classes, set {}; or "
      "leave the column out by data.columns",
      column_key(column.name, "kind=category"));
  CellProblem problem{first_text_.line, fmt::format("{} is not a number", shown), hint};
  CellNumber other = read_number(first_text_.text, !rules_.decimal_comma);
  if (other.value) {
    problem.other_reading = other.plain.empty() ? first_text_.text : other.plain;
  } else if (has_odd_commas(first_text_.text)) {
    problem.hint = "write the number without commas between its digits";
  }
  return problem;
}

bool ValueCells::has_fractions() const {
  return form_.decimals != 0 || std::ranges::any_of(cells_, [](const Cell& cell) {
           const std::string& text = cell.plain.empty() ? cell.text : cell.plain;
           return cell.value && !cell.missing && text.find('.') != std::string::npos;
         });
}

/// Of "1,119", where nothing says what the comma means.
CellProblem ValueCells::ask_for_mark() const {
  const std::string& grouped = first_grouped_.plain;
  std::string point = first_grouped_.text;
  std::ranges::replace(point, ',', '.');
  return {first_grouped_.line,
          fmt::format("{} may be {} or {}", shown_cell(first_grouped_.text), grouped, point),
          fmt::format("set data.decimal to \"point\" if it is {}, to \"comma\" if it is {}",
                      grouped, point)};
}

std::optional<CellProblem> ValueCells::finish_numbers(CsvColumn& column, bool points) {
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
  const bool certain = surely_grouped_ || points || rules_.decimal != Decimal::automatic;
  if (first_grouped_.line > 0 && !certain) take(ask_for_mark());
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
                                   "{} makes it a category of at most 300 classes",
                                   column_key(column.name, "kind=category"))};
  }
  const char* const hint =
      looks_like_time(first_text_.text)
          ? "if they are times, name the column by data.time; else leave it out by data.columns"
          : "if they tell sequences apart, name the column by data.id, if they are times by "
            "data.time; else leave it out by data.columns";
  if (!classes_possible_) {
    return CellProblem{
        full_line_,
        fmt::format("more than {} different values{}, too many for a category", kMostClasses,
                    first_text_.text.empty()
                        ? ""
                        : fmt::format(" ({}, ...)", shown_cell(first_text_.text))),
        hint};
  }
  if (!rules_.kind && cells_.size() >= kNoRepetition && std::ranges::all_of(cells_, once)) {
    return CellProblem{first_text_.line, "every cell is another text: these are no classes", hint};
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
      return CellProblem{cell.line, not_utf8(cell.text), kEncodingHint};
    }
    if (column.texts.size() == kMostClasses) {
      return CellProblem{
          cell.line,
          fmt::format("more than {} different values, too many for a category", kMostClasses),
          "leave the column out by data.columns, or make fewer classes of it"};
    }
    class_of[i] = static_cast<int32_t>(column.texts.size());
    column.texts.push_back(cell.text);
  }
  column.codes = std::move(codes_);
  for (int32_t& code : column.codes) code = class_of[static_cast<size_t>(code)];
  return std::nullopt;
}

}  // namespace rnngan
