// The reference of all keys, from the tables.
#include <algorithm>

#include <fmt/format.h>

#include "config/config.h"
#include "config/objective_config.h"
#include "config/values.h"
#include "core/text.h"

namespace rnngan {
namespace {

KeyReference entry_of(const Field& field, const std::string& prefix, const void* defaults) {
  const std::string key = prefix + field.path;
  return {key.substr(0, key.find('.')), key, describe_type(field), field.get(defaults).dump(),
          field.help};
}

std::vector<KeyReference> objective_entries() {
  const ObjectiveConfig objective;
  const TermConfig term;
  std::vector<KeyReference> entries = {{"objective", "objective", "text or object",
                                        "the default preset",
                                        "name of a preset, or an object with the keys below"}};
  for (const auto& field : objective_fields()) {
    entries.push_back(entry_of(field, "objective.", &objective));
    if (field.type == FieldType::text) entries.back().value = "the preset's";
    if (field.path == "preset") entries.back().value = "none, or the default preset";
  }
  entries.push_back(
      {"objective", "objective.terms", "object", "the preset's",
       "terms by a name of letters, digits, _ and -; null removes a term of the preset"});
  for (const auto& field : term_fields()) {
    entries.push_back(entry_of(field, "objective.terms.NAME.", &term));
    if (field.path == "type") entries.back().value = "NAME";
    if (field.path == "weight") entries.back().value = "the term's own";
  }
  return entries;
}

std::vector<KeyReference> entries_of(const std::string& section) {
  if (section == "objective") return objective_entries();
  const RunConfig config;
  std::vector<KeyReference> entries;
  for (const auto& field : run_fields()) {
    if (!field.path.starts_with(section + ".")) continue;
    entries.push_back(entry_of(field, "", &config));
    for (const auto& of_entry : field.entries) {
      const std::string key = fmt::format("{}.NAME.{}", field.path, of_entry.path);
      entries.push_back(
          {section, key, describe_type(of_entry), "found from the data", of_entry.help});
    }
  }
  return entries;
}

std::string cell(std::string text) {
  for (size_t at = text.find('|'); at != std::string::npos; at = text.find('|', at + 2)) {
    text.insert(at, "\\");
  }
  return text;
}

/// Lines of at most `width` characters, each after `indent` spaces.
std::string wrapped(const std::string& text, size_t indent, size_t width) {
  std::string out;
  for (const auto& line : wrap(text, width - indent)) out += std::string(indent, ' ') + line + "\n";
  return out;
}

}  // namespace

std::vector<KeyReference> config_reference() {
  std::vector<KeyReference> all;
  for (const auto& section : keys_under("")) {
    for (auto& entry : entries_of(section)) all.push_back(std::move(entry));
  }
  return all;
}

std::string config_reference_markdown() {
  std::string out;
  for (const auto& section : keys_under("")) {
    out +=
        fmt::format("{}## {}\n\n| key | type and range | default | meaning |\n|---|---|---|---|\n",
                    out.empty() ? "" : "\n", section);
    for (const auto& entry : entries_of(section)) {
      const bool literal = entry.value.find(' ') == std::string::npos;
      out += fmt::format("| `{}` | {} | {} | {} |\n", entry.key, cell(entry.type),
                         literal ? "`" + entry.value + "`" : entry.value, cell(entry.help));
    }
  }
  return out;
}

std::string config_reference_text() {
  constexpr size_t kWidth = 80;
  std::string out;
  for (const auto& section : keys_under("")) {
    if (!out.empty()) out += "\n";
    out += section + "\n";
    for (const auto& entry : entries_of(section)) {
      out += wrapped(fmt::format("{} = {}  ({})", entry.key, entry.value, entry.type), 2, kWidth);
      out += wrapped(entry.help, 6, kWidth);
    }
  }
  return out;
}

}  // namespace rnngan
