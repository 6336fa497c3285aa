#include "data/npy_names.h"

#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/error.h"
#include "core/file.h"

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

NpyNames names_from(const json& document) {
  NpyNames names;
  for (const json& value : document.at("columns")) names.columns.push_back(column_from(value));
  names.lengths = document.value("lengths", std::vector<int64_t>());
  return names;
}

}  // namespace

fs::path npy_names_path(const fs::path& npy) {
  return npy.string() + ".json";
}

void write_npy_names(const NpyNames& names, const fs::path& npy) {
  json document = {{"columns", json::array()}};
  for (const Column& column : names.columns) document["columns"].push_back(json_of(column));
  if (!names.lengths.empty()) document["lengths"] = names.lengths;
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
  for (const Column& column : names.columns) {
    if (!seen.insert(column.name).second) {
      refuse_names(file, fmt::format("names column {} twice", column.name));
    }
  }
  if (!names.lengths.empty() && static_cast<int64_t>(names.lengths.size()) != sequences) {
    refuse_names(file, fmt::format("has {} lengths, but the NPY file has {} sequences",
                                   names.lengths.size(), sequences));
  }
  return names;
}

}  // namespace rnngan
