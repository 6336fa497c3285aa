#include "data/describe.h"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "columns/rules.h"
#include "core/text.h"
#include "core/utf8.h"
#include "data/describe_columns.h"
#include "data/likely_marks.h"
#include "data/thinning.h"

namespace rnngan {

namespace {

constexpr size_t kNamesShown = 8;

std::string column_names(const Schema& schema) {
  std::vector<std::string> names;
  for (const auto& column : schema.columns) names.push_back(one_line(column.name));
  const bool cut = names.size() > kNamesShown;
  if (cut) names.resize(kNamesShown);
  return join(names, " ") + (cut ? " ..." : "");
}

std::string counted(int64_t count, const char* one, const char* many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

/// "24" or "12 to 30" over all splits.
std::string lengths_text(const Dataset& data) {
  int64_t low = data.train.lengths[0].item<int64_t>();
  int64_t high = low;
  for (const auto* part : {&data.train, &data.validation, &data.test}) {
    if (part->count() == 0) continue;
    low = std::min(low, part->lengths.min().item<int64_t>());
    high = std::max(high, part->lengths.max().item<int64_t>());
  }
  return low == high ? fmt::format("{}", low) : fmt::format("{} to {}", low, high);
}

/// `  time       Date Time: 31/12/2006 17:24:00 to ..., every 1 min`
std::string time_line(const Dataset& data) {
  const TimeAxis& axis = data.file.time;
  return fmt::format("  time       {}: {} to {}, {}{}\n", join(axis.names, " "),
                     axis.text(data.file.times.min().item<double>()),
                     axis.text(data.file.times.max().item<double>()), axis.grid_text(),
                     axis.written_as_number() ? "" : fmt::format(" ({})", join(axis.formats, " ")));
}

std::string label_line(const Dataset& data) {
  const int64_t* labels = data.file.labels.data_ptr<int64_t>();
  std::vector<int64_t> counts(data.schema.labels.size());
  for (int64_t i = 0; i < data.file.count(); ++i) ++counts[static_cast<size_t>(labels[i])];
  std::vector<std::string> items;
  for (size_t i = 0; i < counts.size(); ++i)
    items.push_back(fmt::format("{} {}", data.schema.labels[i], counts[i]));
  return fmt::format("  label      {}: {}\n", data.schema.label_name, join(items));
}

/// With names that stand on one line each: those of a quoted cell may hold breaks.
Dataset printable(Dataset data) {
  Schema& schema = data.schema;
  std::vector<std::string*> names = {&schema.label_name};
  for (std::string& label : schema.labels) names.push_back(&label);
  for (auto* columns : {&schema.columns, &schema.covariates, &schema.statics}) {
    for (Column& column : *columns) {
      names.push_back(&column.name);
      for (std::string& name : column.classes) names.push_back(&name);
    }
  }
  for (std::string& name : data.file.time.names) names.push_back(&name);
  for (std::string* name : names) *name = one_line(*name);
  return data;
}

}  // namespace

std::string summary_line(const Dataset& data) {
  return fmt::format("{}: {} x {} ({}) -> {} train, {} validation, {} test {} of {}", data.path,
                     counted(data.file.rows.size(0), "row", "rows"),
                     counted(data.schema.features(), "column", "columns"),
                     column_names(data.schema), data.train.count(), data.validation.count(),
                     data.test.count(), data.windowed ? "windows" : "sequences",
                     lengths_text(data));
}

std::vector<std::string> absent_classes(const Dataset& data) {
  if (!data.file.labels.defined()) return {};
  const std::pair<const char*, const SequenceSet*> splits[] = {
      {"training", &data.train}, {"validation", &data.validation}, {"test", &data.test}};
  std::map<std::string, std::vector<std::string>> classes;  // by the splits without them
  for (size_t k = 0; k < data.schema.labels.size(); ++k) {
    const auto label = static_cast<int64_t>(k);
    std::vector<std::string> without;
    for (const auto& [name, split] : splits) {
      const bool there = split->count() == 0 || split->labels.eq(label).any().item<bool>();
      if (!there) without.emplace_back(name);
    }
    if (without.empty()) continue;
    const auto members = data.file.labels.eq(label).sum().item<int64_t>();
    classes[join(without, " and ")].push_back(
        fmt::format("{} ({})", data.schema.labels[k], counted(members, "sequence", "sequences")));
  }
  std::vector<std::string> lines;
  for (const auto& [without, names] : classes) {
    lines.push_back(
        fmt::format("{} {}: absent from {}{}", data.schema.label_name, join(names), without,
                    without.starts_with("training") ? "; the model cannot learn to make it" : ""));
  }
  return lines;
}

std::vector<std::string> proposals(const Dataset& data) {
  std::vector<std::string> lines;
  if (data.file.rows.size(0) > kMostFittedRows) return lines;  // it would take too much memory
  for (const LikelyMark& mark : likely_marks(data.file)) lines.push_back(proposal(mark));
  const auto bound = [](const Column& column) {
    return !column.above.empty() || column.trend != 0 || !column.derivation.plus.empty();
  };
  if (std::ranges::any_of(data.schema.columns, bound)) return lines;
  const std::vector<std::string> rules =
      propose_rules(data.file.rows, starts_of(data.file), data.schema.columns);
  if (!rules.empty()) {
    lines.push_back(fmt::format("holds on every row; samples keep it by --set {}",
                                shell_words({"data.rules=" + nlohmann::json(rules).dump()})));
  }
  return lines;
}

std::string describe(const Dataset& as_it_is) {
  const Dataset data = printable(as_it_is);
  std::string out = summary_line(data) + "\n";
  out += fmt::format("  rows       {}\n", grouped(data.file.rows.size(0)));
  out += fmt::format("  sequences  {}\n", grouped(data.file.count()));
  out += fmt::format("  split      {}\n", data.split_policy);
  if (data.file.times.defined()) out += time_line(data);
  if (!data.schema.calendar.empty())
    out += fmt::format("  calendar   {}\n", join(data.schema.calendar));
  if (data.file.labels.defined()) out += label_line(data);
  for (const std::string& note : data.notes) out += fmt::format("  note       {}\n", note);
  out += "\nover the training split:\n" + column_table(data.schema.columns);
  if (!data.schema.covariates.empty())
    out += "\nknown beforehand, at every step:\n" + column_table(data.schema.covariates);
  if (!data.schema.statics.empty())
    out += "\nstatic, per sequence:\n" + column_table(data.schema.statics);
  const auto proposed = proposals(as_it_is);
  if (!proposed.empty()) out += "\nto consider:\n";
  for (const std::string& line : proposed) out += fmt::format("  {}\n", line);
  return out;
}

}  // namespace rnngan
