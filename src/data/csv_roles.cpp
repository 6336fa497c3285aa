#include "data/csv_roles.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "core/error.h"

namespace rnngan {

namespace {

class RoleFinder {
 public:
  RoleFinder(const DataConfig& config, const CsvHead& head, const ReadOptions& options)
      : config_(config),
        head_(head),
        names_(head.names),
        like_(options.like),
        of_samples_(options.samples || options.like != nullptr),
        conditions_(options.conditions),
        taken_(head.names.size()) {}

  Roles find() { return like_ != nullptr ? find_like() : find_configured(); }

 private:
  Roles find_configured() {
    Roles roles;
    const bool samples = names_.size() > 2 && names_[0] == kSequenceIdColumn &&
                         names_[1] == kStepColumn && (of_samples_ || leaves_samples_alone());
    roles.id = optional_column(samples ? kSequenceIdColumn : config_.id, "data.id");
    if (conditions_ && roles.id < 0 && has(kSequenceIdColumn)) {
      roles.id = column(kSequenceIdColumn, "data.id");
    }
    if (samples) roles.step = optional_column(kStepColumn, "data.time");
    take_times((samples && of_samples_) || conditions_, roles);
    roles.label = optional_column(config_.label, "data.label");
    for (const auto& name : config_.statics) {
      const int at = optional_column(name, "data.static");
      if (at >= 0) roles.statics.push_back(at);
    }
    for (const auto& name : config_.covariates) {
      const int at =
          conditions_ ? column(name, "data.covariates") : optional_column(name, "data.covariates");
      if (at >= 0) roles.covariates.push_back(at);
    }
    roles.samples = samples;
    if (conditions_) return roles;
    for (const auto& name : config_.columns) roles.features.push_back(column(name, "data.columns"));
    if (config_.columns.empty()) {
      for (size_t i = 0; i < names_.size(); ++i) {
        if (!taken_[i].empty()) continue;
        if (unnamed(i)) {
          if (i > 0 || names_.size() == 1) refuse_unnamed(i);
          roles.unnamed = 0;  // the index of a data frame, as a rule
        } else {
          roles.features.push_back(static_cast<int>(i));
        }
      }
    }
    check(roles);
    return roles;
  }

  /// Of a file that is to be compared with `like_`.
  Roles find_like() {
    Roles roles;
    roles.samples = true;
    roles.id = first_of({config_.id, kSequenceIdColumn, kExampleIdColumn}, "data.id");
    roles.step = first_of({kStepColumn}, "data.time");
    take_times(true, roles);
    for (const Column& known : like_->covariate_columns)
      optional_column(known.name, "data.covariates");
    if (roles.id >= 0) {
      roles.label = optional_column(like_->label_name, "data.label");
      for (const Column& column : like_->attribute_columns) {
        const int at = optional_column(column.name, "data.static");
        if (at >= 0) roles.statics.push_back(at);
      }
    }
    const bool whole =
        std::ranges::all_of(like_->columns, [&](const Column& column) { return has(column.name); });
    for (size_t i = 0; i < names_.size(); ++i) {
      if (!taken_[i].empty() || (unnamed(i) && i == 0)) continue;
      const auto same = [&](const Column& column) { return column.name == names_[i]; };
      const bool wanted = !whole || std::ranges::any_of(like_->columns, same);
      (wanted ? roles.features : roles.left_out).push_back(static_cast<int>(i));
    }
    check(roles);
    return roles;
  }

  /// Whether the config gives the columns that samples begin with no other role.
  bool leaves_samples_alone() const {
    const bool of_id = config_.id.empty() || config_.id == kSequenceIdColumn;
    return of_id && std::ranges::find(config_.time.names, kStepColumn) == config_.time.names.end();
  }

  bool unnamed(size_t column) const {
    return column < head_.unnamed.size() && head_.unnamed[column];
  }

  [[noreturn]] void refuse_unnamed(size_t column) const {
    const bool trailing = column > 0 && column + 1 == names_.size() && head_.cells.back().empty();
    throw Error(ErrorKind::data, fmt::format("{}:{}", config_.path, head_.line),
                fmt::format("column {} has no name in the header", column + 1),
                trailing ? kTrailingDelimiterHint
                         : "give it a name, or choose the columns by data.columns");
  }

  bool has(const std::string& name) const {
    return std::ranges::find(names_, name) != names_.end();
  }

  /// `may_lack`: samples need not have them.
  void take_times(bool may_lack, Roles& roles) {
    const auto& names = config_.time.names;
    const auto usable = [&](const std::string& name) {
      const size_t at = static_cast<size_t>(std::ranges::find(names_, name) - names_.begin());
      return at < names_.size() && taken_[at].empty();
    };
    if (may_lack && !std::ranges::all_of(names, usable)) return;
    for (const std::string& name : names) roles.times.push_back(column(name, "data.time"));
  }

  /// The first of these columns that the file has and that is none of those to compare; -1: none.
  int first_of(const std::vector<std::string>& candidates, const char* key) {
    for (const std::string& name : candidates) {
      const auto same = [&](const Column& column) { return column.name == name; };
      if (name.empty() || !has(name) || std::ranges::any_of(like_->columns, same)) continue;
      return column(name, key);
    }
    return -1;
  }

  int optional_column(const std::string& name, const char* key) {
    const bool left_out = of_samples_ && !has(name);
    return name.empty() || left_out ? -1 : column(name, key);
  }

  int column(const std::string& name, const char* key) {
    const auto found = std::ranges::find(names_, name);
    if (found == names_.end()) refuse_column(config_.path, name, key, names_);
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
  const CsvHead& head_;
  const std::vector<std::string>& names_;
  const SequenceSet* like_;
  bool of_samples_;
  bool conditions_;
  std::vector<std::string> taken_;  // the key that named each column
};

}  // namespace

Roles find_roles(const DataConfig& config, const CsvHead& head, const ReadOptions& options) {
  return RoleFinder(config, head, options).find();
}

std::vector<CellKind> kinds_of(const Roles& roles, const DataConfig& config, size_t columns) {
  const bool as_text = roles.times.size() > 1 || !config.time_format.empty();
  std::vector<CellKind> kinds(columns, CellKind::skip);
  const auto set = [&](int column, CellKind kind) {
    if (column >= 0) kinds[static_cast<size_t>(column)] = kind;
  };
  set(roles.id, CellKind::name);
  set(roles.step, CellKind::time);
  for (const int i : roles.times) set(i, as_text ? CellKind::stamp : CellKind::time);
  set(roles.label, CellKind::name);
  for (const int i : roles.statics) set(i, CellKind::present);
  for (const int i : roles.covariates) set(i, CellKind::present);
  for (const int i : roles.features) set(i, CellKind::value);
  return kinds;
}

}  // namespace rnngan
