// From the columns of a CSV file to sequences: grouping by id, sorting by time.
#include <algorithm>
#include <limits>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "config/layers.h"
#include "core/error.h"
#include "core/text.h"
#include "core/time_text.h"
#include "data/csv_numbers.h"
#include "data/csv_roles.h"
#include "data/csv_times.h"
#include "data/data_file.h"

namespace rnngan {

namespace {

/// The rows of each sequence, in order.
struct Order {
  std::vector<int64_t> rows;     // row of the file at each place
  std::vector<int64_t> offsets;  // places of each sequence
};

Order group_by_id(const CsvTable& table, int id) {
  Order order;
  order.rows.resize(static_cast<size_t>(table.rows()));
  if (id < 0) {
    std::iota(order.rows.begin(), order.rows.end(), int64_t{0});
    order.offsets = {0, table.rows()};
    return order;
  }
  // Counting sort: codes number the ids by first appearance.
  const CsvColumn& column = table.columns[static_cast<size_t>(id)];
  order.offsets.assign(column.texts.size() + 1, 0);
  for (const int32_t code : column.codes) ++order.offsets[static_cast<size_t>(code) + 1];
  std::partial_sum(order.offsets.begin(), order.offsets.end(), order.offsets.begin());
  auto next = order.offsets;
  for (size_t row = 0; row < column.codes.size(); ++row) {
    const auto place = next[static_cast<size_t>(column.codes[row])]++;
    order.rows[static_cast<size_t>(place)] = static_cast<int64_t>(row);
  }
  return order;
}

template <class Time>
std::optional<std::pair<int64_t, int64_t>> sort_by(const std::vector<Time>& times, Order& order) {
  const auto time = [&](int64_t row) -> const Time& { return times[static_cast<size_t>(row)]; };
  for (size_t s = 0; s + 1 < order.offsets.size(); ++s) {
    const auto begin = order.rows.begin() + order.offsets[s];
    const auto end = order.rows.begin() + order.offsets[s + 1];
    std::stable_sort(begin, end, [&](int64_t a, int64_t b) { return time(a) < time(b); });
    const auto twice =
        std::adjacent_find(begin, end, [&](int64_t a, int64_t b) { return time(a) == time(b); });
    if (twice != end) return std::pair(*twice, *(twice + 1));
  }
  return std::nullopt;
}

/// Rows [from, to) of `order` as they are in the file.
std::vector<int64_t> rows_of_sequence(const Order& order, size_t sequence) {
  return {order.rows.begin() + order.offsets[sequence],
          order.rows.begin() + order.offsets[sequence + 1]};
}

/// Where a clock change repeats an hour, rows stay in the order of the file.
bool keep_repeated_hours(const FileTimes& times, const Order& order) {
  if (times.instants.empty()) return false;
  bool repeated = false;
  for (size_t s = 0; s + 1 < order.offsets.size(); ++s) {
    const std::vector<int64_t> rows = rows_of_sequence(order, s);
    const auto back = [&](int64_t a, int64_t b) {
      return !(times.instants[static_cast<size_t>(a)] < times.instants[static_cast<size_t>(b)]);
    };
    if (std::ranges::adjacent_find(rows, back) == rows.end()) continue;
    if (!repeats_an_hour(times.instants, rows)) return false;
    repeated = true;
  }
  return repeated;
}

void sort_by_time(const CsvTable& table, const Roles& roles, const FileTimes& times,
                  const std::string& path, bool may_repeat, Order& order,
                  std::vector<std::string>& notes) {
  const bool by_step = roles.step >= 0;
  if (!by_step && !times.axis.known()) return;
  if (!by_step && keep_repeated_hours(times, order)) {
    notes.push_back(
        fmt::format("column {}: an hour comes twice, as when clocks change; rows stay "
                    "in the order of the file",
                    join(times.axis.names, " and ")));
    return;
  }
  if (by_step && table.columns[static_cast<size_t>(roles.step)].textual) {
    throw Error(ErrorKind::data, fmt::format("{}:{}", path, table.lines[0]),
                fmt::format("column {}: {} is not a number", kStepColumn,
                            shown_cell(table.columns[static_cast<size_t>(roles.step)].texts[0])),
                "steps are counted from 0; give the column another name if it holds none");
  }
  const std::vector<double>& numbers =
      by_step ? table.columns[static_cast<size_t>(roles.step)].numbers : times.times;
  const auto twice =
      by_step || times.instants.empty() ? sort_by(numbers, order) : sort_by(times.instants, order);
  if (!twice || may_repeat) return;
  const auto [first, second] = *twice;
  const std::string value =
      by_step ? shortest(numbers[static_cast<size_t>(second)]) : time_text(table, roles, second);
  const auto line = [&](int64_t r) { return table.lines[static_cast<size_t>(r)]; };
  throw Error(
      ErrorKind::data, fmt::format("{}:{}", path, line(second)),
      fmt::format("column {}: time {} occurs twice in one sequence (before on line {})",
                  by_step ? kStepColumn : join(times.axis.names, " and "), shown_cell(value),
                  line(first)),
      roles.id < 0
          ? "if the file holds several sequences, name the column that tells them apart by data.id"
          : "remove one of the rows");
}

/// Calls use(a, b) with the first row of a sequence and each other one of it.
template <class Use>
void for_each_pair(const Order& order, Use use) {
  for (size_t s = 0; s + 1 < order.offsets.size(); ++s) {
    const auto first = static_cast<size_t>(order.rows[static_cast<size_t>(order.offsets[s])]);
    for (auto at = order.offsets[s]; at < order.offsets[s + 1]; ++at) {
      use(first, static_cast<size_t>(order.rows[static_cast<size_t>(at)]), s);
    }
  }
}

bool same_value(const CsvColumn& column, size_t a, size_t b) {
  return column.codes.empty() ? column.numbers[a] == column.numbers[b]
                              : column.codes[a] == column.codes[b];
}

/// Throws unless the column has one value in each sequence.
void require_constant(const CsvTable& table, const Order& order, const std::string& place,
                      const CsvColumn& column, const CsvColumn& id) {
  for_each_pair(order, [&](size_t first, size_t row, size_t sequence) {
    if (same_value(column, first, row)) return;
    throw Error(ErrorKind::data, fmt::format("{}:{}", place, table.lines[row]),
                fmt::format("column {}: changes within sequence {} (another value is on line {})",
                            column.name, shown_cell(id.texts[sequence]), table.lines[first]),
                "labels and static columns have one value per sequence");
  });
}

/// Without an id the file is one series. Text whose classes each fill one stretch of its rows may
/// well be the id that was forgotten.
void refuse_likely_id(const CsvTable& table, const Roles& roles, const DataConfig& config) {
  constexpr size_t kFewest = 3;
  for (const int i : roles.features) {
    const CsvColumn& column = table.columns[static_cast<size_t>(i)];
    const bool said = config.column.contains(column.name);
    if (!column.is_category || said || column.texts.size() < kFewest) continue;
    size_t stretches = 1;
    for (size_t row = 1; row < column.codes.size(); ++row) {
      stretches += column.codes[row] != column.codes[row - 1] ? 1 : 0;
    }
    if (stretches > column.texts.size()) continue;
    throw Error(
        ErrorKind::data, config.path,
        fmt::format("column {}: each of its {} texts ({}, ...) fills one stretch of rows",
                    column.name, column.texts.size(), shown_cell(column.texts[0])),
        fmt::format("if it {}; {}.kind=category makes it a category",
                    looks_like_time(column.texts[0]) ? "holds times, name it by data.time"
                                                     : "tells sequences apart, name it by data.id",
                    join_path("data.column", column.name)));
  }
}

/// The label of samples is not told from other text by its name: it is the first column of text
/// that is constant within each sequence. Where the config says nothing else, it becomes the label.
void find_label(const CsvTable& table, const DataConfig& config, const Order& order, Roles& roles) {
  if (!roles.samples || !config.label.empty() || !config.columns.empty()) return;
  const auto found = std::ranges::find_if(roles.features, [&](int i) {
    const CsvColumn& column = table.columns[static_cast<size_t>(i)];
    bool constant = column.is_category && std::ranges::find(column.codes, -1) == column.codes.end();
    for_each_pair(order, [&](size_t first, size_t row, size_t /*sequence*/) {
      constant = constant && same_value(column, first, row);
    });
    return constant;
  });
  if (found == roles.features.end() || roles.features.size() == 1) return;
  roles.label = *found;
  roles.features.erase(found);
}

Column described(const CsvColumn& column, const DataConfig& config) {
  Column result;
  result.name = column.name;
  if (!column.texts.empty()) {
    result.kind = ColumnKind::category;
    result.classes = sorted_labels(column.texts);
    result.decimals = 0;
    return result;
  }
  result.integer = column.form.integer;
  result.decimals = column.form.decimals;
  take_decimals(config, result);
  return result;
}

/// The value of each code of a category: its place among the sorted classes.
std::vector<double> values_of_codes(const CsvColumn& column) {
  const auto classes = sorted_labels(column.texts);
  std::vector<double> values;
  for (const std::string& text : column.texts) {
    values.push_back(static_cast<double>(std::ranges::find(classes, text) - classes.begin()));
  }
  return values;
}

/// values[place] of the columns, in sequence order. [places, columns] double
at::Tensor gather(const CsvTable& table, const std::vector<int>& columns,
                  const std::vector<int64_t>& rows) {
  const auto width = static_cast<int64_t>(columns.size());
  at::Tensor values = torch::empty({static_cast<int64_t>(rows.size()), width}, torch::kDouble);
  double* out = values.data_ptr<double>();
  for (int64_t f = 0; f < width; ++f) {
    const auto& column = table.columns[static_cast<size_t>(columns[static_cast<size_t>(f)])];
    const auto of_codes = values_of_codes(column);
    for (size_t i = 0; i < rows.size(); ++i) {
      const auto row = static_cast<size_t>(rows[i]);
      double& value = out[static_cast<int64_t>(i) * width + f];
      if (!column.is_category) {
        value = column.numbers[row];
      } else if (column.codes[row] < 0) {
        value = std::numeric_limits<double>::quiet_NaN();
      } else {
        value = of_codes[static_cast<size_t>(column.codes[row])];
      }
    }
  }
  return values;
}

std::vector<int64_t> first_rows(const Order& order) {
  std::vector<int64_t> rows;
  for (size_t s = 0; s + 1 < order.offsets.size(); ++s) {
    rows.push_back(order.rows[static_cast<size_t>(order.offsets[s])]);
  }
  return rows;
}

void take_label(const CsvTable& table, const Roles& roles, const Order& order,
                const std::string& path, SequenceSet& out) {
  if (roles.label < 0) return;
  const CsvColumn& column = table.columns[static_cast<size_t>(roles.label)];
  require_constant(table, order, path, column, table.columns[static_cast<size_t>(roles.id)]);
  out.label_name = column.name;
  out.classes = sorted_labels(column.texts);
  std::vector<int64_t> labels;
  for (const int64_t row : first_rows(order)) {
    const auto& text = column.texts[static_cast<size_t>(column.codes[static_cast<size_t>(row)])];
    labels.push_back(std::ranges::find(out.classes, text) - out.classes.begin());
  }
  out.labels = torch::tensor(labels, torch::kLong);
}

void take_attributes(const CsvTable& table, const Roles& roles, const Order& order,
                     const DataConfig& config, SequenceSet& out) {
  if (roles.statics.empty()) return;
  for (const int i : roles.statics) {
    const CsvColumn& column = table.columns[static_cast<size_t>(i)];
    require_constant(table, order, config.path, column,
                     table.columns[static_cast<size_t>(roles.id)]);
    out.attribute_columns.push_back(described(column, config));
  }
  out.attributes = gather(table, roles.statics, first_rows(order));
}

void take_times(const FileTimes& times, const Order& order, SequenceSet& out) {
  if (!times.axis.known()) return;
  out.time = times.axis;
  out.times = torch::empty({static_cast<int64_t>(order.rows.size())}, torch::kDouble);
  double* to = out.times.data_ptr<double>();
  for (const int64_t row : order.rows) *to++ = times.times[static_cast<size_t>(row)];
}

std::string unnamed_text(const std::string& first_cell) {
  const bool time = looks_like_time(first_cell) || parse_iso_time(first_cell);
  return time ? "column 1 has no name and is left out; it seems to hold times: name it by "
                "data.time=c1"
              : "column 1 has no name and is left out, as an index would be";
}

}  // namespace

DataFile read_csv_sequences(const DataConfig& config, const ReadOptions& options) {
  Roles roles;
  std::string first_cell;
  const auto choose = [&](const CsvHead& head) {
    first_cell = head.cells.front();
    roles = find_roles(config, head, options);
    if (!options.samples && options.like == nullptr) require_known_columns(config, head.names);
    return kinds_of(roles, config, head.names.size());
  };
  CsvOptions of_cells;
  of_cells.dialect = {config.delimiter, config.decimal, config.header, options.like != nullptr};
  of_cells.missing_allowed = options.samples || config.missing != Missing::error;
  of_cells.infinite_allowed = options.samples;
  of_cells.na = config.na;
  of_cells.columns = config.column;
  CsvTable table = read_csv(config.path, of_cells, choose, options.progress);

  if (roles.id < 0) refuse_likely_id(table, roles, config);
  Order order = group_by_id(table, roles.id);
  DataFile out;
  out.notes = std::move(table.notes);
  const FileTimes times = read_times(table, roles, config,
                                     options.like != nullptr ? &options.like->time : options.time);
  // A file without ids beside sequences is refused as such.
  const bool without_ids = options.like != nullptr && options.like->count() > 1 && roles.id < 0;
  sort_by_time(table, roles, times, config.path, without_ids, order, out.notes);
  if (options.like == nullptr) find_label(table, config, order, roles);
  SequenceSet& set = out.sequences;
  for (const int i : roles.features)
    set.columns.push_back(described(table.columns[static_cast<size_t>(i)], config));
  set.rows = gather(table, roles.features, order.rows);
  set_offsets(order.offsets, set);
  out.several = roles.id >= 0;
  out.hash = std::move(table.hash);
  if (roles.unnamed >= 0) out.notes.push_back(unnamed_text(first_cell));
  for (const int i : roles.left_out) {
    out.left_out.push_back(table.columns[static_cast<size_t>(i)].name);
  }
  if (roles.id >= 0) set.names = table.columns[static_cast<size_t>(roles.id)].texts;
  take_label(table, roles, order, config.path, set);
  take_attributes(table, roles, order, config, set);
  take_times(times, order, set);
  for (const int i : roles.covariates) {
    set.covariate_columns.push_back(described(table.columns[static_cast<size_t>(i)], config));
  }
  if (!roles.covariates.empty()) set.covariates = gather(table, roles.covariates, order.rows);
  if (options.like == nullptr) {
    for (std::string& line : odd_columns(set)) out.notes.push_back(std::move(line));
  }
  return out;
}

}  // namespace rnngan
