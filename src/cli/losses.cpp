#include <algorithm>

#include <fmt/format.h>

#include "cli/catalog_json.h"
#include "cli/catalog_texts.h"
#include "cli/console.h"
#include "cli/sheet.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "config/option_rows.h"
#include "core/error.h"
#include "core/text.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

using nlohmann::ordered_json;

constexpr size_t kListWidth = 100;
void add_needs(Sheet& sheet, const LossDescription& row) {
  if (row.needs.empty()) sheet.entry("needs", {"nothing in particular"});
  std::vector<std::string> lines;
  for (const Need need : row.needs) {
    lines.push_back(fmt::format("{}: {}", to_string(need), explain(need)));
  }
  sheet.entry("needs", lines);
}

/// Options with what they take, and a snippet that has all of them.
ordered_json add_options(Sheet& sheet, const LossDescription& row, bool is_term) {
  ordered_json snippet;
  std::string label = "options";
  if (is_term) {
    snippet["weight"] = row.weight;
    sheet.item(label, fmt::format("weight = {}  (number, at least 0)", shortest(row.weight)),
               "factor in the sum of its side; every term also has every, start, stop, warmup");
    label.clear();
  } else {
    snippet["type"] = row.name;
    if (row.options.fields.empty()) sheet.entry(label, {"none"});
  }
  const auto defaults = row.options.make();
  for (const Field& field : row.options.fields) {
    snippet[field.path] = field.get(defaults.get());
    sheet.item(
        label,
        fmt::format("{} = {}  ({})", field.path, snippet[field.path].dump(), describe_type(field)),
        field.help);
    label.clear();
  }
  return snippet;
}

void add_snippet(Sheet& sheet, const ordered_json& objective, const std::string& set) {
  static const std::string kKey = "\"objective\": ";
  sheet.blank();
  sheet.verbatim(kKey + layout(objective, 2, 2 + kKey.size()));
  sheet.verbatim("--set " + set);
}

std::string row_sheet(const LossDescription& row, bool is_term) {
  Sheet sheet;
  sheet.heading(row.name, is_term ? "term" : "adversarial loss");
  sheet.text(row.summary);
  sheet.blank();
  sheet.entry("formula", formula_sides(row.formula));
  sheet.entry("paper", {row.paper});
  add_needs(sheet, row);
  const ordered_json snippet = add_options(sheet, row, is_term);
  sheet.entry("equilibrium", {row.equilibrium});
  sheet.entry("watch", {row.watch});
  if (is_term) {
    // Something beneath it, so that what is pasted does not add to the default preset.
    auto objective = ordered_json::parse(row.example);
    objective["terms"][row.name] = snippet;
    add_snippet(sheet, objective,
                fmt::format("objective.terms.{}.weight={}", row.name, shortest(row.weight)));
  } else {
    add_snippet(sheet, {{"adversarial", snippet}}, "objective.adversarial.type=" + row.name);
  }
  sheet.blank();
  sheet.text(formula_symbols());
  return sheet.str();
}

std::string preset_sheet(const PresetDescription& preset) {
  const auto patch = ordered_json::parse(preset.patch);
  const ordered_json objective = patch.value("objective", ordered_json::object());
  std::vector<std::string> parts;
  const ordered_json adversarial = objective.value("adversarial", ordered_json());
  if (adversarial.is_object()) parts.push_back(adversarial.value("type", ""));
  const ordered_json terms = objective.value("terms", ordered_json::object());
  for (const auto& [name, term] : terms.items()) parts.push_back(term.value("type", name));

  Sheet sheet;
  sheet.heading(preset.name, "preset");
  sheet.text(preset.summary);
  sheet.blank();
  sheet.entry("made of", {join(parts) + "; rnngan losses NAME explains each"});
  sheet.blank();
  sheet.text("It lays this over the defaults:");
  sheet.verbatim(layout(patch, 2, kSheetWidth));
  add_snippet(sheet, preset.name, "objective=" + preset.name);
  return sheet.str();
}

const Field& field_at(const std::string& key) {
  for (const Field& field : run_fields()) {
    if (field.path == key) return field;
  }
  throw Error(ErrorKind::bug, "rnngan losses", key + ": no such key");
}

std::string option_sheet(const OptionRow& row) {
  Sheet sheet;
  sheet.heading(row.name, "option");
  sheet.text(row.summary);
  sheet.blank();
  sheet.entry("formula", {row.formula});
  sheet.entry("paper", {row.paper});
  sheet.entry("needs", {row.needs.empty() ? "nothing in particular" : row.needs});
  const RunConfig defaults;
  std::string label = "keys";
  std::string sets;
  for (const auto& [key, value] : row.settings) {
    const Field& field = field_at(key);
    sheet.item(label,
               fmt::format("{} = {}  ({})", key, field.get(&defaults).dump(), describe_type(field)),
               field.help);
    label.clear();
    sets += fmt::format("{}--set {}={}", sets.empty() ? "" : " \\\n  ", key, value);
  }
  sheet.entry("watch", {row.watch});
  sheet.blank();
  sheet.verbatim(sets);
  return sheet.str();
}

/// The arXiv id stands at the right margin of the last line, which leaves it room.
template <class Rows, class Paper>
void list(const std::string& title, const std::string& use, const Rows& rows, Paper paper) {
  size_t widest = 18;
  for (const auto& row : rows) widest = std::max(widest, row.name.size());
  const size_t column = widest + 4;
  std::string text = fmt::format("{:<{}}{}\n", title, column, use);
  for (const auto& row : rows) {
    const std::string id = paper(row);
    const size_t margin = id.empty() ? 0 : id.size() + 2;
    const auto lines = wrap(row.summary, kListWidth - column - margin);
    std::string front = "  " + row.name;
    for (size_t i = 0; i < lines.size(); ++i) {
      std::string line = fmt::format("{:<{}}{}", front, column, lines[i]);
      if (i + 1 == lines.size() && !id.empty()) {
        line += fmt::format("{:>{}}", id, kListWidth - line.size());
      }
      text += line + "\n";
      front.clear();
    }
  }
  print_out("{}\n", text);
}

void list_all() {
  const auto nothing = [](const PresetDescription&) { return std::string(); };
  const auto id = [](const auto& row) { return arxiv_id(row.paper); };
  list("presets", "\"objective\": NAME", catalogs().presets, nothing);
  list("adversarial losses", "\"objective\": {\"adversarial\": {\"type\": NAME}}",
       catalogs().adversarial, id);
  list("terms", "\"objective\": {\"terms\": {NAME: {\"weight\": W}}}", catalogs().terms, id);
  list("options", "keys of model, data and train", option_rows(), id);
  print_out("rnngan losses NAME says more of each: formula, paper, options, what to watch.\n");
}

}  // namespace

const std::string& formula_symbols() {
  static const std::string symbols =
      "r and f are the scores of real and fake sequences x and x', s is the score as a function, h "
      "the features of the discriminator, p and q the distributions of data and generator, B the "
      "batch. Both sides minimise.";
  return symbols;
}

std::string arxiv_id(const std::string& paper) {
  static constexpr std::string_view kMark = "arXiv:";
  const size_t at = paper.find(kMark);
  if (at == std::string::npos) return "";
  const size_t begin = at + kMark.size();
  return paper.substr(begin, paper.find_first_not_of("0123456789.", begin) - begin);
}

std::vector<std::string> formula_sides(const std::string& formula) {
  std::vector<std::string> lines;
  size_t begin = 0;
  for (size_t at = formula.find("; "); at != std::string::npos; at = formula.find("; ", at + 1)) {
    const bool names_side = at + 3 < formula.size() && formula[at + 3] == ':' &&
                            std::string_view("DGEQ").find(formula[at + 2]) != std::string::npos;
    if (!names_side) continue;
    lines.push_back(formula.substr(begin, at - begin));
    begin = at + 2;
  }
  lines.push_back(formula.substr(begin));
  return lines;
}

int losses_verb(const LossesArguments& arguments) {
  if (arguments.name.empty()) {
    if (arguments.json) {
      print_out("{}\n", losses_json("").dump(2));
    } else {
      list_all();
    }
    return 0;
  }
  std::string text;
  std::vector<std::string> names;
  // A preset may share its name with the loss it is built on: both are shown.
  const auto look = [&](const auto& rows, const auto& sheet_of) {
    for (const auto& row : rows) {
      names.push_back(row.name);
      if (row.name == arguments.name) text += (text.empty() ? "" : "\n\n") + sheet_of(row);
    }
  };
  look(catalogs().presets, preset_sheet);
  look(catalogs().adversarial, [](const auto& row) { return row_sheet(row, false); });
  look(catalogs().terms, [](const auto& row) { return row_sheet(row, true); });
  look(option_rows(), option_sheet);
  if (text.empty()) {
    const std::string guess = did_you_mean(arguments.name, names);
    throw Error(ErrorKind::usage, "", arguments.name + ": unknown name",
                guess.empty() ? "rnngan losses lists all of them" : guess);
  }
  print_out("{}", arguments.json ? losses_json(arguments.name).dump(2) + "\n" : text);
  return 0;
}

}  // namespace rnngan
