#include "config/layers.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "config/config.h"
#include "core/file.h"
#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

using nlohmann::json;

namespace {

/// Where the first part of a path ends: at its first dot, at its end, or at '=', which follows a
/// path of the command line. Between double quotes neither counts.
size_t end_of_part(std::string_view path) {
  size_t from = 0;
  if (path.starts_with('"')) {
    const auto quote = path.find('"', 1);
    if (quote != std::string_view::npos) from = quote;
  }
  return std::min(path.find_first_of(".=", from), path.size());
}

/// The path in front of '=', or all of the text where there is none.
std::string_view path_before_value(std::string_view set) {
  size_t at = 0;
  for (;;) {
    at += end_of_part(set.substr(at));
    if (at == set.size() || set[at] == '=') return set.substr(0, at);
    ++at;
  }
}

}  // namespace

std::vector<std::string> split_path(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const size_t end = end_of_part(path);
    std::string_view part = path.substr(0, end);
    if (part.size() > 2 && part.starts_with('"') && part.ends_with('"')) {
      part = part.substr(1, part.size() - 2);
    }
    parts.emplace_back(part);
    if (end == path.size()) return parts;
    path.remove_prefix(end + 1);
  }
}

std::string join_path(const std::string& prefix, const std::string& key) {
  const std::string part =
      key.find_first_of(".=") == std::string::npos ? key : fmt::format("\"{}\"", key);
  return prefix.empty() ? part : fmt::format("{}.{}", prefix, part);
}

namespace {

namespace fs = std::filesystem;

std::vector<std::string> base_names(const json& document, const std::string& origin) {
  const auto found = document.find("extends");
  if (found == document.end() || found->is_null()) return {};
  const json list = found->is_array() ? *found : json::array({*found});
  std::vector<std::string> names;
  for (const auto& name : list) {
    if (!name.is_string()) {
      throw Error(ErrorKind::config, origin,
                  fmt::format("extends: {} is not the name of a file or a list of such names",
                              short_text(*found)),
                  "write \"extends\": \"base.json\"");
    }
    names.push_back(name.get<std::string>());
  }
  return names;
}

/// The same file under whatever spelling.
fs::path identity(const fs::path& file) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(file, error);
  return error ? file.lexically_normal() : canonical;
}

/// Lets a config find its data from anywhere: a relative data.path that the working directory does
/// not have is taken from beside the folder `configs` that holds the file, if it is there.
void find_data(json& document, const fs::path& file) {
  const json::json_pointer place("/data/path");
  if (!document.contains(place) || !document[place].is_string()) return;
  const fs::path name = document[place].get<std::string>();
  std::error_code error;
  if (name.empty() || name.is_absolute() || fs::exists(name, error)) return;
  fs::path folder = fs::absolute(file, error).lexically_normal().parent_path();
  while (folder.has_relative_path() && folder.filename() != "configs") {
    folder = folder.parent_path();
  }
  const fs::path found = folder.parent_path() / name;
  if (folder.has_relative_path() && fs::exists(found, error)) document[place] = found.string();
}

void read_into(std::vector<Layer>& layers, const fs::path& file, std::vector<fs::path>& open) {
  const std::string origin = file.string();
  json document = parse_json(read_file(file, ErrorKind::config), origin);
  if (!document.is_object()) {
    throw Error(ErrorKind::config, origin, fmt::format("{} is not an object", short_text(document)),
                "a config is { ... } with keys inside");
  }
  open.push_back(identity(file));
  for (const auto& name : base_names(document, origin)) {
    const fs::path base = (file.parent_path() / name).lexically_normal();
    if (std::find(open.begin(), open.end(), identity(base)) != open.end()) {
      throw Error(ErrorKind::config, origin,
                  fmt::format("extends: {} leads back to itself", base.string()),
                  "remove one of the files from the circle");
    }
    if (!is_there(base, ErrorKind::config)) {
      throw Error(ErrorKind::config, origin,
                  fmt::format("extends: {}: no such file", base.string()),
                  "the name is relative to the file that says it");
    }
    read_into(layers, base, open);
  }
  open.pop_back();
  find_data(document, file);
  document.erase("extends");
  document.erase("$schema");  // tells editors where the schema is
  layers.push_back({std::move(document), origin, ""});
}

/// Whether the document says something about `path`: a value there, or one that covers it from
/// above.
bool mentions(const json& document, const std::string& path) {
  const json* node = &document;
  for (const auto& part : split_path(path)) {
    if (!node->is_object()) return true;
    const auto found = node->find(part);
    if (found == node->end()) return false;
    node = &*found;
  }
  return true;
}

bool mentions_one(const Layer& layer, const Finding& finding) {
  return mentions(layer.document, finding.path) ||
         std::any_of(finding.parties.begin(), finding.parties.end(),
                     [&](const auto& path) { return mentions(layer.document, path); });
}

Problem problem_in(const Layer& layer, const Finding& finding) {
  if (!layer.set.empty()) {
    return {finding.path, fmt::format("{} (in {})", finding.fact, layer.set), finding.hint};
  }
  return {layer.origin + ": " + finding.path, finding.fact, finding.hint};
}

}  // namespace

std::vector<Layer> read_layers(const fs::path& file) {
  std::vector<Layer> layers;
  std::vector<fs::path> open;
  read_into(layers, file, open);
  return layers;
}

Layer set_layer(const std::string& set) {
  constexpr auto kUsage = "write KEY=VALUE, as in train.batch=32";
  const std::string_view path = path_before_value(set);
  if (!is_utf8(set)) throw Error(ErrorKind::usage, "set", "the text is not UTF-8", kUsage);
  if (path.size() == set.size()) {
    throw Error(ErrorKind::usage, "set " + set, "has no '='", kUsage);
  }
  auto parts = split_path(path);
  for (const std::string& part : parts) {
    if (!part.starts_with('"')) continue;  // a closed one is gone
    throw Error(ErrorKind::usage, "set " + set,
                fmt::format("the quote before {} is not closed", part.substr(1)),
                "a name with dots stands between two quotes, which the shell has to leave: "
                "'data.column.\"a.b\".kind=number'");
  }
  if (std::find(parts.begin(), parts.end(), "") != parts.end()) {
    throw Error(ErrorKind::usage, "set " + set,
                parts.size() == 1 ? "has no path before the '='" : "the path has an empty part",
                kUsage);
  }
  const std::string value = set.substr(path.size() + 1);
  json document = json::accept(value) ? parse_json(value, "set " + set) : json(value);
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    json outer = json::object();
    outer[*part] = std::move(document);
    document = std::move(outer);
  }
  return {std::move(document), "set", set};
}

std::vector<Problem> attribute(const std::vector<Finding>& findings,
                               const std::vector<Layer>& layers, const Layer& fallback) {
  std::vector<Problem> problems;
  std::set<std::tuple<std::string, std::string, std::string>> told;
  for (const auto& finding : findings) {
    const auto layer = std::find_if(layers.rbegin(), layers.rend(), [&](const Layer& candidate) {
      return mentions_one(candidate, finding);
    });
    Problem problem = problem_in(layer == layers.rend() ? fallback : *layer, finding);
    if (told.emplace(problem.place, problem.fact, problem.hint).second) {
      problems.push_back(std::move(problem));
    }
  }
  return problems;
}

}  // namespace rnngan
