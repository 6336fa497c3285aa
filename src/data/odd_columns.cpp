// Columns that are hardly meant as features.
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "data/data_file.h"

namespace rnngan {

namespace {

/// How the values of a column change from row to row within sequences.
struct Course {
  bool rises = true;   // at every step
  bool counts = true;  // by one at every step
  int64_t steps = 0;
};

Course course_of(const SequenceSet& set, int64_t column) {
  Course course;
  const double* values = set.rows.data_ptr<double>();
  const int64_t* begins = set.begins.data_ptr<int64_t>();
  const int64_t* lengths = set.lengths.data_ptr<int64_t>();
  const auto value = [&](int64_t row) { return values[row * set.features() + column]; };
  for (int64_t s = 0; s < set.count() && course.rises; ++s) {
    for (int64_t row = begins[s] + 1; row < begins[s] + lengths[s] && course.rises; ++row) {
      const double change = value(row) - value(row - 1);
      course.rises = change > 0;  // false for missing cells, too
      course.counts = course.counts && change == 1;
      ++course.steps;
    }
  }
  return course;
}

/// "seconds" or "milliseconds" since 1970, of times between 1973 and 2096.
const char* unit_of_epoch(double value) {
  if (value >= 1e8 && value < 4e9) return "seconds";
  if (value >= 1e11 && value < 4e12) return "milliseconds";
  return nullptr;
}

std::optional<std::string> clock_line(const SequenceSet& set, int64_t f) {
  constexpr int64_t kFewest = 10;
  const Column& column = set.columns[static_cast<size_t>(f)];
  if (column.is_category() || !column.integer) return std::nullopt;
  const Course course = course_of(set, f);
  if (!course.rises || course.steps < kFewest) return std::nullopt;
  const char* const unit = unit_of_epoch(set.rows[0][f].item<double>());
  if (!course.counts && unit == nullptr) return std::nullopt;
  const std::string what =
      unit != nullptr ? fmt::format("looks like {} since 1970", unit) : "counts rows";
  return fmt::format(
      "column {} {}, but is a feature: name it by data.time, or leave it out by data.columns",
      column.name, what);
}

/// The number that the name of a step ends in: "23", "h23", "t_23", "23:00".
std::optional<int> number_of_step(std::string_view name) {
  constexpr std::array<std::string_view, 9> kWords = {"hour", "step", "day", "time", "month",
                                                      "week", "h",    "t",   "d"};
  if (name.ends_with(":00")) name.remove_suffix(3);
  for (const std::string_view word : kWords) {
    if (!name.starts_with(word)) continue;
    name.remove_prefix(word.size());
    break;
  }
  if (name.starts_with('_') || name.starts_with(' ')) name.remove_prefix(1);
  int number = 0;
  const auto [end, status] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (status != std::errc() || end != name.data() + name.size()) return std::nullopt;
  return number;
}

/// Of a file with a sequence on each line.
std::optional<std::string> wide_line(const SequenceSet& set) {
  constexpr size_t kFewest = 8;
  size_t run = 0, longest = 0, end = 0;
  std::optional<int> before;
  for (size_t f = 0; f < set.columns.size(); ++f) {
    const auto number = number_of_step(set.columns[f].name);
    const bool follows = number && before && *number == *before + 1;
    run = follows ? run + 1 : (number ? 1 : 0);
    before = number;
    if (run <= longest) continue;
    longest = run;
    end = f;
  }
  if (longest < kFewest) return std::nullopt;
  return fmt::format(
      "columns {} to {} look like the steps of one sequence per line, but each is a feature: if "
      "they are steps, reshape the file to a row per step with an id for each line (pandas: melt)",
      set.columns[end + 1 - longest].name, set.columns[end].name);
}

/// Names of columns that were taken for values, since they are numbers.
std::optional<std::string> header_line(const SequenceSet& set) {
  constexpr int64_t kFewest = 8;
  if (set.features() < kFewest || set.columns.front().name != "c1") return std::nullopt;
  for (int64_t f = 0; f < set.features(); ++f) {
    if (set.is_category(f)) return std::nullopt;
    const double expected = set.rows[0][0].item<double>() + static_cast<double>(f);
    if (set.rows[0][f].item<double>() != expected) return std::nullopt;
  }
  return "the first row counts the columns: if it names them, set data.header to \"yes\"";
}

/// "17%", "31 EUR", "1 040", "(9.96)": numbers that no reader takes for such.
std::optional<std::string> decorated_line(const Column& column) {
  constexpr size_t kLeastClasses = 20;
  if (column.classes.size() < kLeastClasses) return std::nullopt;
  const auto like_number = [](const std::string& name) {
    const size_t digits = static_cast<size_t>(
        std::ranges::count_if(name, [](char c) { return c >= '0' && c <= '9'; }));
    const size_t first = name.find_first_of("0123456789");
    return first != std::string::npos && first <= 3 && name.size() <= digits + 6;
  };
  if (!std::ranges::all_of(column.classes, like_number)) return std::nullopt;
  return fmt::format(
      "column {} is read as {} classes such as {}: if they are numbers, write them as such",
      column.name, column.classes.size(), shown_cell(column.classes.front()));
}

}  // namespace

std::vector<std::string> odd_columns(const SequenceSet& file) {
  std::vector<std::string> lines;
  if (auto line = header_line(file)) lines.push_back(*line);
  if (auto line = wide_line(file)) lines.push_back(*line);
  for (int64_t f = 0; f < file.features(); ++f) {
    if (auto line = clock_line(file, f)) lines.push_back(*line);
    if (auto line = decorated_line(file.columns[static_cast<size_t>(f)])) lines.push_back(*line);
  }
  return lines;
}

}  // namespace rnngan
