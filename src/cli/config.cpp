#include "config/config.h"

#include <fmt/format.h>

#include "app/train.h"
#include "cli/catalog_json.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "config/objective_config.h"
#include "data/describe.h"
#include "objective/objective.h"
#include "training/device.h"

namespace rnngan {

namespace {

ResolvedConfig read(const ConfigArguments& arguments) {
  if (arguments.config.empty()) {
    return resolve_config(nlohmann::json::object(), arguments.sets, catalogs(), "defaults");
  }
  return load_config(arguments.config, arguments.sets, catalogs());
}

void check(const ConfigArguments& arguments) {
  if (arguments.config.empty()) {
    throw Error(ErrorKind::usage, "", "--config is required",
                "rnngan config check --config configs/eustockmarkets.json");
  }
  const ResolvedConfig config = read(arguments);
  resolve_device(config.config.train.device);
  const Dataset data = load_checked(config.config);
  print_out("{}: ok\n{}\n{}\n", arguments.config, summary_line(data),
            describe_objective(config.config.objective, catalogs()));
}

}  // namespace

int config_verb(const ConfigArguments& arguments) {
  if (arguments.action == "show") {
    print_out("{}\n", print_document(read(arguments).document));
  } else if (arguments.action == "check") {
    check(arguments);
  } else if (arguments.action == "schema") {
    print_out("{}\n", config_schema(catalogs()).dump(2));
  } else if (arguments.json) {
    print_out("{}\n", config_keys_json().dump(2));
  } else {
    print_out("{}", arguments.markdown ? config_reference_markdown() : config_reference_text());
  }
  return 0;
}

}  // namespace rnngan
