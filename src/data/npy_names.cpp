#include "data/npy_names.h"

#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"

namespace rnngan {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

[[noreturn]] void refuse_names(const fs::path& file, const std::string& fact) {
  throw Error(ErrorKind::data, file.string(), fact,
              "it holds the names of the columns of the NPY file beside it: remove it if it is not "
              "of that file");
}

Column column_from(const json& value) {
  Column column;
  column.name = value.at("name");
  column.classes = value.value("classes", std::vector<std::string>());
  if (!column.classes.empty()) column.kind = ColumnKind::category;
  return column;
}

json json_of(const Column& column) {
  json value = {{"name", column.name}};
  if (column.is_category()) value["classes"] = column.classes;
  return value;
}

std::vector<double> numbers_from(const json& values) {
  std::vector<double> numbers;
  for (const json& value : values) {
    numbers.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN()
                                      : value.get<double>());
  }
  return numbers;
}

NpyNames names_from(const json& document) {
  NpyNames names;
  for (const json& value : document.at("columns")) names.columns.push_back(column_from(value));
  names.lengths = document.value("lengths", std::vector<int64_t>());
  if (document.contains("label")) {
    const json& label = document["label"];
    names.label_name = label.at("name");
    names.classes = label.at("classes").get<std::vector<std::string>>();
    names.labels = label.at("values").get<std::vector<int64_t>>();
  }
  if (!document.contains("attributes")) return names;
  for (const json& attribute : document["attributes"]) {
    names.attribute_columns.push_back(column_from(attribute));
    names.attributes.push_back(numbers_from(attribute.at("values")));
  }
  return names;
}

/// Throws unless each sequence has one value, a code where there are classes.
void require_values(const fs::path& file, const std::string& what,
                    const std::vector<double>& values, size_t classes, int64_t sequences) {
  if (static_cast<int64_t>(values.size()) != sequences) {
    refuse_names(file, fmt::format("has {} values of {}, but the NPY file has {} sequences",
                                   values.size(), what, sequences));
  }
  if (classes == 0) return;
  for (const double value : values) {
    const bool code =
        value >= 0 && value < static_cast<double>(classes) && value == std::floor(value);
    if (code || std::isnan(value)) continue;
    refuse_names(file,
                 fmt::format("{}: {} is none of its {} classes", what, shortest(value), classes));
  }
}

/// Throws unless all that is said of the sequences fits to the array.
void require_conditions(const fs::path& file, const NpyNames& names, int64_t sequences) {
  if (!names.label_name.empty()) {
    if (names.classes.empty()) refuse_names(file, "names a label without classes");
    require_values(file, names.label_name, {names.labels.begin(), names.labels.end()},
                   names.classes.size(), sequences);
  }
  for (size_t i = 0; i < names.attributes.size(); ++i) {
    const Column& column = names.attribute_columns[i];
    require_values(file, column.name, names.attributes[i], column.classes.size(), sequences);
  }
}

}  // namespace

fs::path npy_names_path(const fs::path& npy) {
  return npy.string() + ".json";
}

void write_npy_names(const NpyNames& names, const fs::path& npy) {
  json document = {{"columns", json::array()}};
  for (const Column& column : names.columns) document["columns"].push_back(json_of(column));
  if (!names.lengths.empty()) document["lengths"] = names.lengths;
  if (!names.label_name.empty()) {
    document["label"] = {
        {"name", names.label_name}, {"classes", names.classes}, {"values", names.labels}};
  }
  for (size_t i = 0; i < names.attribute_columns.size(); ++i) {
    json attribute = json_of(names.attribute_columns[i]);
    attribute["values"] = names.attributes[i];  // NaN is written as null
    document["attributes"].push_back(std::move(attribute));
  }
  write_file(npy_names_path(npy), document.dump(1) + "\n");
}

std::optional<NpyNames> read_npy_names(const fs::path& npy, int64_t sequences, int64_t features) {
  const fs::path file = npy_names_path(npy);
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return std::nullopt;
  NpyNames names;
  try {
    names = names_from(json::parse(read_file(file, ErrorKind::data)));
  } catch (const json::exception&) {
    refuse_names(file, "does not name the columns of an NPY file");
  }
  if (static_cast<int64_t>(names.columns.size()) != features) {
    refuse_names(file, fmt::format("names {} columns, but the NPY file has {}",
                                   names.columns.size(), features));
  }
  std::set<std::string> seen;
  const auto note_name = [&](const std::string& name) {
    if (!seen.insert(name).second) refuse_names(file, fmt::format("names column {} twice", name));
  };
  for (const Column& column : names.columns) note_name(column.name);
  if (!names.label_name.empty()) note_name(names.label_name);
  for (const Column& column : names.attribute_columns) note_name(column.name);
  if (!names.lengths.empty() && static_cast<int64_t>(names.lengths.size()) != sequences) {
    refuse_names(file, fmt::format("has {} lengths, but the NPY file has {} sequences",
                                   names.lengths.size(), sequences));
  }
  require_conditions(file, names, sequences);
  return names;
}

}  // namespace rnngan
