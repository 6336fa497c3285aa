#include <fmt/format.h>

#include "cli/catalog_json.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/verbs.h"
#include "core/file.h"
#include "core/text.h"
#include "core/utf8.h"
#include "data/describe.h"
#include "data/recipes.h"
#include "data/sequence_writer.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

void list_recipes() {
  print_out("{:<20} {:>9} {:>6} {:>8}  {}\n", "NAME", "SEQUENCES", "STEPS", "COLUMNS", "");
  for (const auto& recipe : recipes()) {
    print_out("{:<20} {:>9} {:>6} {:>8}  {}\n", recipe.name, recipe.sequences, recipe.steps,
              recipe.features, recipe.summary);
  }
}

const Recipe& find_recipe(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& recipe : recipes()) {
    if (recipe.name == name) return recipe;
    names.push_back(recipe.name);
  }
  throw Error(ErrorKind::usage, "", fmt::format("{}: unknown data set ({})", name, join(names)),
              did_you_mean(name, names));
}

}  // namespace

int data_show_verb(const DataShowArguments& arguments) {
  if (!is_utf8(arguments.file)) {
    throw Error(ErrorKind::data, arguments.file, "the name is not UTF-8, as configs are",
                "give the file another name");
  }
  auto sets = with_common_sets(arguments.sets, arguments.common);
  sets.push_back("data.path=" + nlohmann::json(arguments.file).dump());
  const ResolvedConfig config =
      arguments.config.empty()
          ? resolve_config(nlohmann::json::object(), sets, catalogs(), "defaults")
          : load_config(arguments.config, sets, catalogs());
  Console console(stderr, arguments.common);
  const Dataset data = load_dataset(config.config.data, reading_progress(console, arguments.file));
  console.clear_progress();
  print_out("{}", arguments.json ? dataset_json(data).dump(2) + "\n" : describe(data));
  return 0;
}

int data_make_verb(const DataMakeArguments& arguments) {
  if (arguments.recipe.empty()) {
    if (arguments.json) {
      print_out("{}\n", recipes_json().dump(2));
    } else {
      list_recipes();
    }
    return 0;
  }
  if (arguments.json) {
    throw Error(ErrorKind::usage, "", "--json is for the list of data sets",
                "leave out the name, or --json");
  }
  const Recipe& recipe = find_recipe(arguments.recipe);
  require_writable(arguments.out);
  const SequenceSet set = recipe.make(arguments.count.value_or(recipe.sequences),
                                      arguments.length.value_or(recipe.steps), arguments.seed);
  write_sequences(set, arguments.out);
  return 0;
}

}  // namespace rnngan
