#include "cli/reference_pages.h"

#include <sstream>

#include <fmt/format.h>

#include "cli/catalog_texts.h"
#include "cli/console.h"
#include "cli/parse.h"
#include "cli/sheet.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "config/option_rows.h"
#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

using nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
  return text;
}

std::string code(const std::string& text) {
  return "`" + text + "`";
}

std::string block(const std::string& language, const std::string& text) {
  return fmt::format("\n```{}\n{}\n```\n", language, text);
}

/// The text as a link to arXiv where it names a paper there.
std::string paper_link(const std::string& paper) {
  const std::string id = arxiv_id(paper);
  if (id.empty()) return paper;
  return replaced(paper, "arXiv:" + id, fmt::format("[arXiv:{0}](https://arxiv.org/abs/{0})", id));
}

/// "* **label**: text", nothing without a text.
std::string item(const std::string& label, const std::string& text) {
  return text.empty() ? "" : fmt::format("* **{}**: {}\n", label, text);
}

std::string formula_item(const std::string& formula) {
  std::vector<std::string> sides;
  for (const std::string& side : formula_sides(formula)) sides.push_back(code(side));
  return item("Formula", join(sides, "; "));
}

std::string needs_item(const std::vector<Need>& needs) {
  std::vector<std::string> texts;
  for (const Need need : needs) texts.push_back(code(to_string(need)) + ", " + explain(need));
  return item("Needs", join(texts, "; "));
}

std::string fields_table(const FieldTable& fields, const void* defaults) {
  Rows rows;
  for (const Field& field : fields) {
    rows.push_back(
        {code(field.path), describe_type(field), code(field.get(defaults).dump()), field.help});
  }
  return fmt::format("\n{}",
                     markdown_table({"option", "type and range", "default", "meaning"}, rows));
}

std::string preset_section(const PresetDescription& preset) {
  return fmt::format("\n### preset {}\n\n*{}*\n{}", preset.name, preset.summary,
                     block("json", layout(ordered_json::parse(preset.patch), 0, 0)));
}

std::string loss_section(const LossDescription& row, bool is_term) {
  std::string text = fmt::format("\n### {}\n\n*{}*\n\n", row.name, row.summary);
  text += formula_item(row.formula) + item("Paper", paper_link(row.paper)) + needs_item(row.needs);
  if (is_term) text += item("Weight", code(shortest(row.weight)) + " if not given");
  text += item("At equilibrium", row.equilibrium) + item("Watch", row.watch);
  if (!row.options.fields.empty()) {
    text += fields_table(row.options.fields, row.options.make().get());
  }
  return text;
}

std::string option_section(const OptionRow& row) {
  std::vector<std::string> sets;
  for (const auto& [key, value] : row.settings) sets.push_back(code("--set " + key + "=" + value));
  return fmt::format("\n### {}\n\n*{}*\n\n{}{}{}{}{}", row.name, row.summary,
                     item("Set", join(sets, " ")), formula_item(row.formula),
                     item("Paper", paper_link(row.paper)), item("Needs", row.needs),
                     item("Watch", row.watch));
}

/// Names that link to their sections, whose titles may begin with a word of their own.
template <class Catalog>
std::string contents(const std::string& title, const Catalog& catalog, const char* prefix = "") {
  std::vector<std::string> links;
  for (const auto& row : catalog) links.push_back(fmt::format("[{1}](#{0}{1})", prefix, row.name));
  return fmt::format("\n**{}**: {}\n", title, join(links));
}

ReferencePage losses_page() {
  const Catalogs& all = catalogs();
  std::string text = page_head(
      "Losses",
      "An objective is a preset, or one adversarial loss and any number of terms; options are keys "
      "of networks and of the training loop. How to put them together: "
      "[guide/losses.md](../guide/losses.md). `rnngan losses NAME` prints the same in a "
      "terminal.\n\n"
      "In the formulas: " +
          formula_symbols());
  text += contents("Presets", all.presets, "preset-");
  text += contents("Adversarial losses", all.adversarial);
  text += contents("Terms", all.terms) + contents("Options", option_rows());
  text +=
      "\n## Presets\n\nA preset is laid over the defaults, beneath the config file and "
      "`--set`.\n";
  for (const auto& preset : all.presets) text += preset_section(preset);
  text += "\n## Adversarial losses\n\n`\"objective\": {\"adversarial\": {\"type\": NAME}}`\n";
  for (const auto& row : all.adversarial) text += loss_section(row, false);
  text +=
      "\n## Terms\n\n`\"objective\": {\"terms\": {NAME: {\"weight\": W}}}`; every term also has "
      "`every`, `start`, `stop` and `warmup`.\n";
  for (const auto& row : all.terms) text += loss_section(row, true);
  text += "\n## Options\n";
  for (const auto& row : option_rows()) text += option_section(row);
  return {"losses.md", text};
}

std::string metric_section(const MetricRow& row) {
  const std::string count = row.max_count == kAllSequences
                                ? "all"
                                : fmt::format("at most {} of each side", grouped(row.max_count));
  std::string text = fmt::format("\n### {}\n\n*{}*\n\n", row.name, row.question);
  text += item("Formula", code(row.formula)) + item("Paper", paper_link(row.paper));
  text += item("Ideal", describe_ideal(row)) + item("Needs", join(metric_needs(row), "; "));
  text += item("Sequences",
               count + (row.depends_on_size ? "; the value depends on their number"
                                            : "; the value is about the same for any number"));
  if (row.trained) text += item("Trained", "an evaluator is trained for it, with repeats");
  if (row.has_d1) text += item("Also", code(row.name + "_d1") + ", of the differences");
  return text;
}

ReferencePage metrics_page() {
  std::string text = page_head(
      "Metrics",
      "What the columns of `rnngan evaluate` mean, and how to read them: "
      "[guide/scores.md](../guide/scores.md). Names that end in `_d1` score the differences from "
      "step to step. `rnngan metrics NAME` prints the same in a terminal.");
  text += "\n## Groups\n\n";
  Rows groups;
  for (const MetricGroup& group : metric_groups()) {
    groups.push_back(
        {code(group.name), group.name == "all" ? "every one of them" : join(group.metrics, " ")});
  }
  text += markdown_table({"group", "scores"}, groups) + "\n## Scores\n\n";
  Rows rows;
  for (const MetricRow& row : metric_catalog()) {
    rows.push_back({fmt::format("[{0}](#{0})", row.name), row.has_d1 ? "yes" : "",
                    describe_ideal(row), row.question});
  }
  text += markdown_table({"score", "d1", "ideal", "question"}, rows);
  for (const MetricRow& row : metric_catalog()) text += metric_section(row);
  return {"metrics.md", text};
}

std::string help_of(const std::vector<std::string>& verb) {
  std::vector<std::string> words = {"rnngan"};
  words.insert(words.end(), verb.begin(), verb.end());
  words.emplace_back("--help");
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  return parse_command_line(static_cast<int>(arguments.size()), arguments.data()).text;
}

/// The first words of the lines under "Subcommands:".
std::vector<std::string> verbs_in(const std::string& help) {
  std::vector<std::string> verbs;
  std::istringstream lines(help);
  std::string line;
  while (std::getline(lines, line) && line != "Subcommands:") {
  }
  while (std::getline(lines, line) && line.starts_with("  ")) {
    if (line[2] != ' ') verbs.push_back(line.substr(2, line.find(' ', 2) - 2));
  }
  return verbs;
}

void add_help(const std::vector<std::string>& verb, std::string& text) {
  const std::string help = help_of(verb);
  // What stands below the options is in the other pages and in the guide.
  const std::string options = help.substr(0, help.find("\n\n\n"));
  text += fmt::format("\n## {}\n", verb.empty() ? "rnngan" : join(verb, " "));
  text += block("", options.substr(0, options.find_last_not_of('\n') + 1));
  for (const std::string& name : verbs_in(help)) {
    std::vector<std::string> deeper = verb;
    deeper.push_back(name);
    add_help(deeper, text);
  }
}

ReferencePage commands_page() {
  std::string text = page_head("Commands", "What `--help` says of each verb.");
  add_help({}, text);
  return {"commands.md", text};
}

ReferencePage config_keys_page() {
  return {
      "config_keys.md",
      page_head("Config keys",
                "Every key of a config file, and of `--set KEY=VALUE`. A file says what differs "
                "from the defaults; `rnngan config show --config FILE` prints what a run would "
                "use, `rnngan config schema` a JSON Schema for editors.") +
          "\n" + config_reference_markdown()};
}

}  // namespace

std::string page_head(const std::string& title, const std::string& text) {
  return fmt::format(
      "<!-- Written by `rnngan reference`; edit the program's tables instead. -->\n\n# {}\n\n{}\n",
      title, text);
}

std::string markdown_table(const std::vector<std::string>& head,
                           const std::vector<std::vector<std::string>>& rows) {
  const auto line = [](const std::vector<std::string>& cells) {
    std::string text = "|";
    for (const std::string& cell : cells) text += fmt::format(" {} |", replaced(cell, "|", "\\|"));
    return text + "\n";
  };
  std::string text = line(head) + "|";
  for (size_t i = 0; i < head.size(); ++i) text += "---|";
  text += "\n";
  for (const auto& row : rows) text += line(row);
  return text;
}

std::vector<ReferencePage> reference_pages() {
  return {commands_page(), config_keys_page(),  losses_page(),
          metrics_page(),  file_formats_page(), exit_codes_page()};
}

int reference_verb(const ReferenceArguments& arguments) {
  const std::filesystem::path folder = arguments.folder;
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  for (const ReferencePage& page : reference_pages()) write_file(folder / page.file, page.text);
  return 0;
}

}  // namespace rnngan
