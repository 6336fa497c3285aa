#include <fmt/format.h>
#include <fmt/ranges.h>

#include "app/model.h"
#include "cli/console.h"
#include "cli/verbs.h"
#include "config/objective_config.h"
#include "core/text.h"
#include "data/describe_columns.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

std::string shape(const at::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes().vec(), ", "));
}

nlohmann::json as_json(const Checkpoint& checkpoint) {
  nlohmann::json json = {{"program", checkpoint.program},
                         {"libtorch", checkpoint.libtorch},
                         {"data_sha256", checkpoint.data_hash},
                         {"config", checkpoint.config},
                         {"schema", checkpoint.schema}};
  for (const auto& [name, tensor] : checkpoint.tensors)
    json["tensors"][name] = tensor.sizes().vec();
  return json;
}

}  // namespace

int inspect_verb(const InspectArguments& arguments) {
  const auto [file, checkpoint, config] = open_checkpoint(arguments.checkpoint);
  if (arguments.json) {
    print_out("{}\n", as_json(checkpoint).dump(2));
    return 0;
  }
  print_out("file      {}\nprogram   {}, LibTorch {}\nstep      {} of {}\nobjective {}\n",
            file.string(), checkpoint.program, checkpoint.libtorch, checkpoint.counter("step"),
            config.config.train.steps, describe_objective(config.config.objective, catalogs()));
  print_out("data      {} (sha256 {}...)\n", config.config.data.path,
            checkpoint.data_hash.substr(0, 12));
  if (!checkpoint.schema.labels.empty()) {
    print_out("labels    {}: {}\n", checkpoint.schema.label_name, join(checkpoint.schema.labels));
  }
  if (checkpoint.schema.time.known()) {
    print_out("time      {}, {}\n", join(checkpoint.schema.time.names, " "),
              checkpoint.schema.time.grid_text());
  }
  if (!checkpoint.schema.calendar.empty()) {
    print_out("calendar  {}\n", join(checkpoint.schema.calendar));
  }
  print_out("\n{}", column_table(checkpoint.schema.columns));
  if (!checkpoint.schema.covariates.empty()) {
    print_out("\nknown beforehand, at every step:\n{}", column_table(checkpoint.schema.covariates));
  }
  if (!checkpoint.schema.statics.empty()) {
    print_out("\nstatic, per sequence:\n{}", column_table(checkpoint.schema.statics));
  }
  print_out("\n{:<56} {}\n", "TENSOR", "SHAPE");
  for (const auto& [name, tensor] : checkpoint.tensors) {
    print_out("{:<56} {}\n", name,
              tensor.dim() == 0 ? std::to_string(tensor.item<int64_t>()) : shape(tensor));
  }
  return 0;
}

}  // namespace rnngan
