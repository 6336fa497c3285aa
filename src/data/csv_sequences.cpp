// From the columns of a CSV file to sequences: which column has which role, grouping by id, sorting
// by time.
#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv.h"
#include "data/data_file.h"

namespace rnngan {

namespace {

/// Where each role is in the file; -1 = nowhere.
struct Roles {
  int id = -1;
  int time = -1;
  int label = -1;
  std::vector<int> statics;
  std::vector<int> features;
};

class RoleFinder {
 public:
  RoleFinder(const DataConfig& config, const CsvHead& head)
      : config_(config), names_(head.names), cells_(head.cells), taken_(head.names.size()) {}

  Roles find() {
    Roles roles;
    const bool samples = names_.size() > 2 && names_[0] == kSequenceIdColumn &&
                         names_[1] == kStepColumn && config_.id.empty() && config_.time.empty();
    roles.id = optional_column(samples ? kSequenceIdColumn : config_.id, "data.id");
    roles.time = optional_column(samples ? kStepColumn : config_.time, "data.time");
    roles.label = optional_column(config_.label, "data.label");
    for (const auto& name : config_.statics) roles.statics.push_back(column(name, "data.static"));
    for (const auto& name : config_.columns) roles.features.push_back(column(name, "data.columns"));
    if (samples && config_.label.empty() && config_.columns.empty()) roles.label = text_column();
    if (config_.columns.empty()) {
      for (size_t i = 0; i < names_.size(); ++i) {
        if (taken_[i].empty()) roles.features.push_back(static_cast<int>(i));
      }
    }
    check(roles);
    return roles;
  }

 private:
  int optional_column(const std::string& name, const char* key) {
    return name.empty() ? -1 : column(name, key);
  }

  /// Samples carry their label as text: the first column without a role whose first cell is text;
  /// -1 = none.
  int text_column() {
    for (size_t i = 0; i < names_.size(); ++i) {
      const std::string& cell = cells_[i];
      if (!taken_[i].empty() || cell.empty() || cell == "NA" || parse_double(cell)) continue;
      return column(names_[i], "data.label");
    }
    return -1;
  }

  int column(const std::string& name, const char* key) {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) {
      const auto guess = did_you_mean(name, names_);
      throw Error(
          ErrorKind::data, config_.path, fmt::format("no column {} ({})", shown_cell(name), key),
          guess.empty() ? "its columns are " +
                              join(std::span(names_).first(std::min<size_t>(names_.size(), 20)))
                        : guess);
    }
    const auto at = static_cast<size_t>(found - names_.begin());
    if (!taken_[at].empty()) {
      throw Error(ErrorKind::data, config_.path,
                  fmt::format("column {} is named by {} and by {}", name, taken_[at], key),
                  "a column has one role");
    }
    taken_[at] = key;
    return static_cast<int>(at);
  }

  void check(const Roles& roles) const {
    if (roles.features.empty()) {
      throw Error(ErrorKind::data, config_.path, "no column is left for the steps",
                  "name them by data.columns");
    }
    if (!roles.statics.empty() || roles.label >= 0) {
      if (roles.id < 0) {
        throw Error(ErrorKind::data, config_.path,
                    "a label or static columns need several sequences",
                    "name the column that tells sequences apart by data.id");
      }
    }
    auto written = roles.features;
    written.insert(written.end(), roles.statics.begin(), roles.statics.end());
    written.push_back(roles.label);
    for (const int i : written) {
      if (i < 0) continue;
      const auto& name = names_[static_cast<size_t>(i)];
      if (name != kSequenceIdColumn && name != kStepColumn) continue;
      throw Error(
          ErrorKind::data, config_.path,
          fmt::format("a column of values cannot be named {}: samples have a column of that name",
                      name),
          fmt::format("rename it, or name it by {}",
                      name == kStepColumn ? "data.time" : "data.id"));
    }
  }

  const DataConfig& config_;
  const std::vector<std::string>& names_;
  const std::vector<std::string>& cells_;  // the first row of data
  std::vector<std::string> taken_;         // the key that named each column
};

std::vector<CellKind> kinds_of(const Roles& roles, size_t columns) {
  std::vector<CellKind> kinds(columns, CellKind::skip);
  const auto set = [&](int column, CellKind kind) {
    if (column >= 0) kinds[static_cast<size_t>(column)] = kind;
  };
  set(roles.id, CellKind::category);
  set(roles.time, CellKind::time);
  set(roles.label, CellKind::category);
  for (const int i : roles.statics) set(i, CellKind::present);
  for (const int i : roles.features) set(i, CellKind::number);
  return kinds;
}

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

void sort_by_time(const CsvTable& table, const Roles& roles, const std::string& path,
                  Order& order) {
  if (roles.time < 0) return;
  const CsvColumn& column = table.columns[static_cast<size_t>(roles.time)];
  const auto twice =
      column.textual ? sort_by(column.instants, order) : sort_by(column.numbers, order);
  if (!twice) return;
  const auto [first, second] = *twice;
  const auto row = static_cast<size_t>(second);
  const std::string value = column.textual ? column.texts[row] : shortest(column.numbers[row]);
  const auto line = [&](int64_t r) { return table.lines[static_cast<size_t>(r)]; };
  throw Error(
      ErrorKind::data, fmt::format("{}:{}", path, line(second)),
      fmt::format("column {}: time {} occurs twice in one sequence (before on line {})",
                  column.name, shown_cell(value), line(first)),
      roles.id < 0
          ? "if the file holds several sequences, name the column that tells them apart by data.id"
          : "remove one of the rows");
}

/// Throws unless `same(a, b)` for all rows of each sequence.
template <class Same>
void require_constant(const CsvTable& table, const Order& order, const std::string& place,
                      const CsvColumn& column, const CsvColumn& id, Same same) {
  for (size_t s = 0; s + 1 < order.offsets.size(); ++s) {
    const auto first = static_cast<size_t>(order.rows[static_cast<size_t>(order.offsets[s])]);
    for (auto place_in = order.offsets[s]; place_in < order.offsets[s + 1]; ++place_in) {
      const auto row = static_cast<size_t>(order.rows[static_cast<size_t>(place_in)]);
      if (same(first, row)) continue;
      throw Error(ErrorKind::data, fmt::format("{}:{}", place, table.lines[row]),
                  fmt::format("column {}: changes within sequence {} (another value is on line {})",
                              column.name, shown_cell(id.texts[s]), table.lines[first]),
                  "labels and static columns have one value per sequence");
    }
  }
}

Column described(const CsvColumn& column) {
  Column result;
  result.name = column.name;
  result.integer = column.form.integer;
  result.decimals = column.form.decimals;
  return result;
}

/// values[place] of the columns, in sequence order. [places, columns] double
at::Tensor gather(const CsvTable& table, const std::vector<int>& columns,
                  const std::vector<int64_t>& rows) {
  const auto width = static_cast<int64_t>(columns.size());
  at::Tensor values = torch::empty({static_cast<int64_t>(rows.size()), width}, torch::kDouble);
  double* out = values.data_ptr<double>();
  for (int64_t f = 0; f < width; ++f) {
    const auto& numbers =
        table.columns[static_cast<size_t>(columns[static_cast<size_t>(f)])].numbers;
    for (size_t i = 0; i < rows.size(); ++i) {
      out[static_cast<int64_t>(i) * width + f] = numbers[static_cast<size_t>(rows[i])];
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
  require_constant(table, order, path, column, table.columns[static_cast<size_t>(roles.id)],
                   [&](size_t a, size_t b) { return column.codes[a] == column.codes[b]; });
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
                     const std::string& path, SequenceSet& out) {
  if (roles.statics.empty()) return;
  for (const int i : roles.statics) {
    const CsvColumn& column = table.columns[static_cast<size_t>(i)];
    require_constant(table, order, path, column, table.columns[static_cast<size_t>(roles.id)],
                     [&](size_t a, size_t b) { return column.numbers[a] == column.numbers[b]; });
    out.attribute_columns.push_back(described(column));
  }
  out.attributes = gather(table, roles.statics, first_rows(order));
}

}  // namespace

DataFile read_csv_sequences(const DataConfig& config, const ReadOptions& options) {
  Roles roles;
  const auto choose = [&](const CsvHead& head) {
    roles = RoleFinder(config, head).find();
    return kinds_of(roles, head.names.size());
  };
  const CsvOptions of_cells{config.delimiter, config.header,
                            options.keep_invalid || config.missing != Missing::error,
                            options.keep_invalid};
  CsvTable table = read_csv(config.path, of_cells, choose, options.progress);

  Order order = group_by_id(table, roles.id);
  sort_by_time(table, roles, config.path, order);
  DataFile out;
  SequenceSet& set = out.sequences;
  for (const int i : roles.features)
    set.columns.push_back(described(table.columns[static_cast<size_t>(i)]));
  set.rows = gather(table, roles.features, order.rows);
  set_offsets(order.offsets, set);
  out.several = roles.id >= 0;
  out.hash = std::move(table.hash);
  if (roles.id >= 0) set.names = table.columns[static_cast<size_t>(roles.id)].texts;
  take_label(table, roles, order, config.path, set);
  take_attributes(table, roles, order, config.path, set);
  if (roles.time >= 0 && !table.columns[static_cast<size_t>(roles.time)].textual) {
    const auto& times = table.columns[static_cast<size_t>(roles.time)].numbers;
    for (const int64_t row : order.rows) out.times.push_back(times[static_cast<size_t>(row)]);
  }
  return out;
}

}  // namespace rnngan
