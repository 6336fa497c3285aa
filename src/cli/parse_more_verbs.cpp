#include <CLI/CLI.hpp>

#include "cli/parse_options.h"
#include "cli/parse_verbs.h"

namespace rnngan {

void define_export(CLI::App& app, ExportArguments& arguments) {
  app.add_option("checkpoint,--checkpoint", arguments.checkpoint, "checkpoint or run directory")
      ->required()
      ->type_name("CHECKPOINT");
  app.add_option("-o,--out", arguments.out, "FILE.onnx")->required()->type_name("FILE");
  app.add_option("--example", arguments.example,
                 "FILE.safetensors: inputs for a few sequences and what this program makes of "
                 "them, by the names of the model, to check another runtime")
      ->type_name("FILE");
  app.add_option("--weights", arguments.weights, "averaged (EMA) or raw")
      ->check(CLI::IsMember({"averaged", "raw"}))
      ->capture_default_str();
  add_common(app, arguments.common);
}

void define_tune(CLI::App& app, TuneArguments& arguments) {
  app.add_option("-c,--config", arguments.config, "search file, see below")->type_name("CONFIG");
  app.add_option("-s,--set", arguments.sets, "KEY=VALUE over the base config; repeatable")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  app.add_option("-o,--out", arguments.out,
                 "directory; runs/tune-CONFIG-N if not given. One that holds the same search is "
                 "continued")
      ->type_name("DIR");
  app.add_option("--resume", arguments.resume, "directory of a search to go on with")
      ->type_name("DIR");
  app.add_option("-j,--jobs", arguments.jobs, "runs at a time; one per core if not given")
      ->check(positive_number)
      ->type_name("N");
  add_common(app, arguments.common);
  app.footer(R"(
A search file is a config, or a comparison file without variants, with
  {"tune": {"train.optim.generator.lr": {"log": [1e-4, 1e-2]},
            "train.ema.decay": {"uniform": [0.99, 0.9999]},
            "train.n_critic": {"integer": [1, 3]},
            "model.generator.hidden": {"log_integer": [16, 128]},
            "objective": ["hinge", "r3gan"]},   one of these
   "trials": 16,       candidates of the first rung; the base is one of them
   "keep": 4,          one in so many goes on, to so many times the steps
   "draw_seed": 1,
   "seeds": 1, "metrics": [...], "rank_by": [...]}   as of a comparison
Scores are against the validation split; the last rung has train.steps.)");
}

}  // namespace rnngan
