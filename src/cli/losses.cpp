#include <fmt/format.h>

#include "cli/console.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "core/error.h"
#include "core/text.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

std::string needs_text(const LossDescription& row) {
  std::vector<std::string> names;
  for (const Need need : row.needs) names.push_back(to_string(need));
  return names.empty() ? "nothing" : join(names);
}

nlohmann::json default_options(const LossDescription& row) {
  const auto options = row.options.make();
  nlohmann::json json = nlohmann::json::object();
  for (const auto& field : row.options.fields) json[field.path] = field.get(options.get());
  return json;
}

void show_row(const LossDescription& row, bool is_term) {
  print_out("{}: {}\n\n  formula  {}\n  paper    {}\n  needs    {}\n", row.name, row.summary,
            row.formula, row.paper, needs_text(row));
  const auto defaults = default_options(row);
  for (const auto& field : row.options.fields) {
    print_out("  option   {} = {} ({})\n", field.path, defaults[field.path].dump(), field.help);
  }
  nlohmann::json snippet = defaults;
  nlohmann::json objective;
  if (is_term) {
    snippet["weight"] = row.weight;
    objective["terms"][row.name] = snippet;
  } else {
    snippet["type"] = row.name;
    objective["adversarial"] = snippet;
  }
  print_out("\n  \"objective\": {}\n", objective.dump());
}

void show_preset(const PresetDescription& preset) {
  print_out("{}: {}\n\n  \"objective\": \"{}\"\n\nlays this over the defaults:\n{}\n", preset.name,
            preset.summary, preset.name, nlohmann::json::parse(preset.patch).dump(2));
}

void list_all() {
  const auto print = [](const char* title, const auto& rows) {
    print_out("{}\n", title);
    for (const auto& row : rows) print_out("  {:<20} {}\n", row.name, row.summary);
  };
  print("presets (\"objective\": NAME)", catalogs().presets);
  print("\nadversarial losses (\"objective\": {\"adversarial\": {\"type\": NAME}})",
        catalogs().adversarial);
  print("\nterms (\"objective\": {\"terms\": {NAME: {\"weight\": 1}}})", catalogs().terms);
}

}  // namespace

int losses_verb(const LossesArguments& arguments) {
  if (arguments.name.empty()) {
    list_all();
    return 0;
  }
  bool found = false;
  std::vector<std::string> names;
  // A preset may share its name with the loss it is built on: both are shown.
  const auto show = [&](const auto& rows, const auto& print) {
    for (const auto& row : rows) {
      names.push_back(row.name);
      if (row.name != arguments.name) continue;
      if (found) print_out("\n");
      print(row);
      found = true;
    }
  };
  show(catalogs().presets, show_preset);
  show(catalogs().adversarial, [](const auto& row) { show_row(row, false); });
  show(catalogs().terms, [](const auto& row) { show_row(row, true); });
  if (!found) {
    const std::string guess = did_you_mean(arguments.name, names);
    throw Error(ErrorKind::usage, "rnngan losses: " + arguments.name + ": unknown name",
                guess.empty() ? "rnngan losses lists all of them" : guess);
  }
  return 0;
}

}  // namespace rnngan
