#include "data/csv_times.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
#include "core/time_text.h"

namespace rnngan {

namespace {

constexpr int64_t kHour = 3600;

std::vector<std::string> names_of_times(const CsvTable& table, const Roles& roles) {
  std::vector<std::string> names;
  for (const int i : roles.times) names.push_back(table.columns[static_cast<size_t>(i)].name);
  return names;
}

std::vector<std::vector<std::string>> texts_of(const CsvTable& table, const Roles& roles) {
  std::vector<std::vector<std::string>> texts;
  for (const int i : roles.times) texts.push_back(table.columns[static_cast<size_t>(i)].texts);
  return texts;
}

/// A format for each of the columns, which have blanks between them.
std::vector<std::string> split_format(const std::string& format, size_t columns,
                                      const std::string& path) {
  if (const std::string problem = format_problem(format); !problem.empty()) {
    throw Error(ErrorKind::data, "data.time_format", fmt::format("\"{}\" {}", format, problem),
                "for example \"%d/%m/%Y %H:%M:%S\"");
  }
  if (columns == 1) return {format};
  std::vector<std::string> formats(1);
  for (const char c : format) {
    if (c == ' ') {
      formats.emplace_back();
    } else {
      formats.back() += c;
    }
  }
  if (formats.size() == columns) return formats;
  throw Error(ErrorKind::data, "data.time_format",
              fmt::format("\"{}\" has {} parts, but data.time names {} columns of {}", format,
                          formats.size(), columns, path),
              "write one part for each, with blanks between them");
}

class TextTimes {
 public:
  TextTimes(const CsvTable& table, const Roles& roles, const DataConfig& config,
            const TimeAxis* likely)
      : table_(table),
        config_(config),
        likely_(likely),
        names_(names_of_times(table, roles)),
        texts_(texts_of(table, roles)) {}

  FileTimes read() {
    FileTimes read;
    read.axis.names = names_;
    read.axis.formats = formats();
    const std::string format = join(read.axis.formats, " ");
    const bool iso = config_.time_format.empty() && texts_.size() == 1 &&
                     parse_iso_time(texts_[0][0]).has_value();
    for (size_t row = 0; row < texts_[0].size(); ++row) {
      const std::string text = joined_time(texts_, row);
      // Within ISO 8601 forms may change: midnight without a time of day.
      const auto time = iso ? parse_iso_time(text) : parse_time(text, format);
      if (!time) refuse(row, fmt::format("is not written as {}", format), config_hint());
      read.instants.push_back(*time);
      read.times.push_back(seconds_of(*time));
    }
    return read;
  }

 private:
  std::vector<std::string> formats() const {
    if (!config_.time_format.empty()) {
      return split_format(config_.time_format, texts_.size(), config_.path);
    }
    if (likely_ != nullptr && likely_->names == names_ && reads_all(likely_->formats)) {
      return likely_->formats;
    }
    TimeFormats found = find_time_formats(texts_);
    if (found.formats.empty()) {
      refuse(static_cast<size_t>(std::max<int64_t>(found.unread, 0)),
             found.unread > 0 ? "is no time written as those before it"
                              : "is no time: neither a number nor ISO 8601",
             config_hint());
    }
    const double even = evenness(found.formats);
    if (!found.rival.empty() && even < evenness(found.rival)) return found.rival;
    if (!found.rival.empty() && even == evenness(found.rival)) {
      refuse(0,
             fmt::format("may be written as {} or as {}", join(found.formats, " "),
                         join(found.rival, " ")),
             "say which of them by data.time_format");
    }
    return found.formats;
  }

  bool reads_all(const std::vector<std::string>& formats) const {
    const std::string format = join(formats, " ");
    for (size_t row = 0; row < texts_[0].size(); ++row) {
      if (!parse_time(joined_time(texts_, row), format)) return false;
    }
    return true;
  }

  /// The share of rows that are where a grid puts them behind the row before: hours that run on
  /// from day to day do not under a format that takes days for months.
  double evenness(const std::vector<std::string>& formats) const {
    TimeAxis axis;
    axis.formats = formats;
    const std::string format = join(formats, " ");
    std::vector<double> times;
    for (size_t row = 0; row < texts_[0].size(); ++row) {
      const auto time = parse_time(joined_time(texts_, row), format);
      if (time) times.push_back(seconds_of(*time));
    }
    std::vector<bool> follows(times.size(), true);
    if (!follows.empty()) follows[0] = false;
    fit_grid(axis, times, follows);
    if (axis.grid == TimeGrid::irregular || times.size() < 2) return 0;
    int64_t even = 0;
    for (size_t i = 1; i < times.size(); ++i) even += axis.next(times[i - 1]) == times[i] ? 1 : 0;
    return static_cast<double>(even) / static_cast<double>(times.size() - 1);
  }

  static std::string config_hint() {
    return "correct the cell, or say how times are written by data.time_format, such as \"%d/%m/%Y "
           "%H:%M:%S\"";
  }

  [[noreturn]] void refuse(size_t row, const std::string& fact, const std::string& hint) const {
    throw Error(ErrorKind::data, fmt::format("{}:{}", config_.path, table_.lines[row]),
                fmt::format("column {}: {} {}", join(names_, " and "),
                            shown_cell(joined_time(texts_, row)), fact),
                hint);
  }

  const CsvTable& table_;
  const DataConfig& config_;
  const TimeAxis* likely_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> texts_;
};

/// Whole numbers that are dates: 20240131, or with hours, minutes and seconds behind.
std::optional<FileTimes> dates_in_numbers(const CsvColumn& column) {
  constexpr std::pair<double, const char*> kForms[] = {
      {1e8, "%Y%m%d"}, {1e10, "%Y%m%d%H"}, {1e12, "%Y%m%d%H%M"}, {1e14, "%Y%m%d%H%M%S"}};
  constexpr double kFirstYear = 1800, kLastYear = 2200;
  if (!column.form.integer) return std::nullopt;
  for (const auto& [end, format] : kForms) {
    FileTimes read;
    read.axis.names = {column.name};
    read.axis.formats = {format};
    for (const double number : column.numbers) {
      if (number < kFirstYear * end / 1e4 || number >= kLastYear * end / 1e4) break;
      const auto time = parse_time(fmt::format("{:.0f}", number), format);
      if (!time) break;
      read.times.push_back(seconds_of(*time));
      read.instants.push_back(*time);
    }
    if (read.times.size() == column.numbers.size()) return read;
  }
  return std::nullopt;
}

}  // namespace

FileTimes read_times(const CsvTable& table, const Roles& roles, const DataConfig& config,
                     const TimeAxis* likely) {
  if (roles.times.empty() || table.rows() == 0) return {};
  const CsvColumn& first = table.columns[static_cast<size_t>(roles.times[0])];
  if (first.textual) return TextTimes(table, roles, config, likely).read();
  if (auto dates = dates_in_numbers(first)) return *dates;
  FileTimes read;
  read.axis.names = {first.name};
  read.axis.decimals = first.form.integer ? 0 : first.form.decimals;
  read.times = first.numbers;
  return read;
}

std::string time_text(const CsvTable& table, const Roles& roles, int64_t row) {
  const CsvColumn& first = table.columns[static_cast<size_t>(roles.times[0])];
  if (!first.textual) return shortest(first.numbers[static_cast<size_t>(row)]);
  return joined_time(texts_of(table, roles), static_cast<size_t>(row));
}

bool repeats_an_hour(const std::vector<Instant>& instants, const std::vector<int64_t>& rows) {
  std::vector<int64_t> forward, back;
  for (size_t i = 1; i < rows.size(); ++i) {
    const int64_t step = instants[static_cast<size_t>(rows[i])].seconds -
                         instants[static_cast<size_t>(rows[i - 1])].seconds;
    (step > 0 ? forward : back).push_back(step);
  }
  if (forward.empty() || back.empty()) return false;
  const auto [first, last] = std::ranges::minmax(
      rows, {}, [&](int64_t row) { return instants[static_cast<size_t>(row)].seconds; });
  const double years = static_cast<double>(instants[static_cast<size_t>(last)].seconds -
                                           instants[static_cast<size_t>(first)].seconds) /
                       (365.25 * 24 * kHour);
  if (static_cast<double>(back.size()) > 1 + std::ceil(years)) return false;
  const auto middle = forward.begin() + static_cast<std::ptrdiff_t>(forward.size() / 2);
  std::ranges::nth_element(forward, middle);
  return *middle <= kHour &&
         std::ranges::all_of(back, [&](int64_t step) { return step == *middle - kHour; });
}

}  // namespace rnngan
