#include "cli/completion.h"

#include <algorithm>

#include "cli/console.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "config/objective_config.h"
#include "data/recipes.h"
#include "evaluation/metric.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

std::vector<std::string> metric_words() {
  std::vector<std::string> words;
  for (const MetricGroup& group : metric_groups()) words.push_back(group.name);
  for (const MetricRow& row : metric_catalog()) {
    words.push_back(row.name);
    if (row.has_d1) words.push_back(row.name + "_d1");
  }
  return words;
}

std::vector<std::string> loss_words() {
  std::vector<std::string> words = preset_names(catalogs());
  for (const auto& names : {names_of(catalogs().adversarial), names_of(catalogs().terms)}) {
    words.insert(words.end(), names.begin(), names.end());
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return words;
}

std::vector<std::string> recipe_words() {
  std::vector<std::string> words;
  for (const Recipe& recipe : recipes()) words.push_back(recipe.name);
  return words;
}

std::vector<NamedWords> key_words() {
  std::vector<NamedWords> keys = {{"objective", preset_names(catalogs())}};
  for (const Field& field : run_fields()) {
    keys.emplace_back(field.path, field.type == FieldType::boolean
                                      ? std::vector<std::string>{"true", "false"}
                                      : field.choices);
  }
  return keys;
}

}  // namespace

Vocabulary vocabulary() {
  return {{{"DEVICE", {"auto", "cpu", "cuda"}},
           {"LOSS", loss_words()},
           {"METRIC", metric_words()},
           {"METRICS", metric_words()},
           {"DATASET", recipe_words()}},
          key_words()};
}

ValueKind kind_of(const OptionOutline& option, const Vocabulary& vocabulary,
                  std::vector<std::string>& words) {
  words = option.choices;
  if (!words.empty()) return ValueKind::words;
  for (const auto& [kind, known] : vocabulary.kinds) {
    if (kind != option.value) continue;
    words = known;
    return kind == "METRICS" ? ValueKind::list : ValueKind::words;
  }
  if (option.value == "CONFIG") return ValueKind::config;
  if (option.value == "KEY=VALUE") return ValueKind::assignment;
  const bool is_path =
      option.value == "FILE" || option.value == "DIR" || option.value == "CHECKPOINT";
  return is_path ? ValueKind::file : ValueKind::free;
}

std::string short_help(const std::string& help) {
  return help.substr(0, help.find_first_of(";\n"));
}

int completion_verb(const CompletionArguments& arguments) {
  const VerbOutline program = command_line_outline();
  const auto make = arguments.shell == "bash"  ? bash_completion
                    : arguments.shell == "zsh" ? zsh_completion
                                               : fish_completion;
  write_out(make(program, vocabulary()));
  return 0;
}

}  // namespace rnngan
