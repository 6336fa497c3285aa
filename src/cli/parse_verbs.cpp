#include "cli/parse_verbs.h"

#include <memory>

#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/errors.h"
#include "cli/find_config.h"
#include "cli/parse_options.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "core/error.h"
#include "training/checkpoint.h"

namespace rnngan {

namespace {

// Adds a verb whose arguments live as long as the command; `define` declares its options.
template <class Arguments, class Define>
CLI::App* add_verb(CLI::App& parent, Action& action, const std::string& name,
                   const std::string& summary, int (*verb)(const Arguments&), Define define) {
  CLI::App* app = parent.add_subcommand(name, summary);
  auto arguments = std::make_shared<Arguments>();
  define(*app, *arguments);
  app->callback([arguments, verb, &action, app] {
    action = [arguments, verb, name = full_name(*app), flags = flags_of(*app)] {
      if constexpr (requires { arguments->config; }) {
        if (!arguments->config.empty()) arguments->config = find_config(arguments->config);
      }
      try {
        return verb(*arguments);
      } catch (const Error& error) {
        throw in_flags(error, name, flags);
      }
    };
  });
  return app;
}

void define_train(CLI::App& app, TrainArguments& arguments) {
  add_config(app, arguments.config, arguments.sets);
  app.add_option("-o,--out", arguments.out, "run directory; runs/CONFIG-OBJECTIVE-N if not given")
      ->type_name("DIR");
  app.add_option("--resume", arguments.resume, "run directory to go on with, exactly")
      ->type_name("DIR");
  app.add_flag("--no-report", arguments.no_report, "no report.html at the end");
  add_common(app, arguments.common);
  app.footer("\nConfig keys, with ranges and defaults:\n" + config_reference_text() + "\n" +
             exit_codes_text());
}

void define_sample(CLI::App& app, SampleArguments& arguments) {
  app.add_option("checkpoint,--checkpoint", arguments.checkpoint, "checkpoint or run directory")
      ->required()
      ->type_name("CHECKPOINT");
  app.add_option("-n,--count", arguments.count, "sequences; 100, or as many as --like has")
      ->check(positive_number)
      ->type_name("N");
  app.add_option("-o,--out", arguments.out, "FILE.csv, FILE.npy, or - for CSV on standard output")
      ->type_name("FILE")
      ->capture_default_str();
  add_seed(app, arguments.seed, "the same seed gives the same sequences");
  app.add_option("--length", arguments.length, "steps; drawn from the training data if not given")
      ->check(positive_number)
      ->type_name("N");
  app.add_option("--label", arguments.label, "class; drawn if not given")->type_name("CLASS");
  app.add_option("--start", arguments.start, "when all begin; else drawn")->type_name("TIME");
  app.add_option("--where", arguments.where,
                 "label or attribute: kind=a, age=30, age=30..40; of one name any, of several all")
      ->allow_extra_args(false)
      ->type_name("NAME=VALUE");
  app.add_option("--like", arguments.like, "label, attributes, length, times of FILE's sequences")
      ->type_name("FILE");
  app.add_option("--covariates", arguments.like, "the same, with covariates")->type_name("FILE");
  app.add_option("--code", arguments.code,
                 "code of infogan: its class, from 0, then variables from -1 to 1: 2,-0.5")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("CODE");
  app.add_option("--weights", arguments.weights, "averaged (EMA) or raw")
      ->check(CLI::IsMember({"averaged", "raw"}))
      ->capture_default_str();
  add_common(app, arguments.common);
}

void define_evaluate(CLI::App& app, EvaluateArguments& arguments) {
  app.add_option("--checkpoint", arguments.checkpoint,
                 "checkpoint or run directory: its samples against its held-out data; in place of "
                 "--real and --synthetic")
      ->type_name("CHECKPOINT");
  auto* real =
      app.add_option("--real", arguments.real, "real sequences, CSV or NPY")->type_name("FILE");
  auto* synthetic = app.add_option("--synthetic", arguments.synthetic,
                                   "what to score, from any tool; with --config its test split is "
                                   "the reference, or name one by --real")
                        ->type_name("FILE");
  app.add_option("--train", arguments.train, "real sequences that the generator was trained on")
      ->needs(real)
      ->type_name("FILE");
  app.add_option("--versus", arguments.versus,
                 "samples of another model: which of the two is closer to the real sequences?")
      ->needs(synthetic)
      ->type_name("FILE");
  add_config(app, arguments.config, arguments.sets);
  app.add_option("-m,--metrics", arguments.metrics,
                 "scores or groups (fast, default, timegan, tsgbench, privacy, all), e.g. "
                 "fast,ds; see rnngan metrics")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("METRICS");
  app.add_option("--repeats", arguments.repeats, "trainings of each evaluator")
      ->check(positive_number)
      ->type_name("N");
  app.add_flag("--no-bounds", arguments.no_bounds,
               "the same values, without computing floors and ceilings");
  app.add_flag("--by-label", arguments.by_label,
               "scores of sets within each label: their mean over labels, weighed by real "
               "sequences");
  app.add_option("--max-n", arguments.max_count,
                 "sequences of each side at most; if not given, all, or 2000 for scores of all "
                 "pairs; never "
                 "more than 500 for DTW and c2st_fast")
      ->check(positive_number)
      ->type_name("N");
  app.add_option("-n,--count", arguments.count, "sequences drawn from a checkpoint")
      ->check(positive_number)
      ->type_name("N");
  add_seed(app, arguments.seed, "the same seed gives the same digits");
  app.add_option("--weights", arguments.weights, "of a checkpoint: averaged (EMA) or raw")
      ->check(CLI::IsMember({"averaged", "raw"}))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "one JSON array of records on standard output");
  app.add_option("--report", arguments.report,
                 "FILE.html: scores, sequences, distributions and maps on one page")
      ->type_name("FILE");
  add_common(app, arguments.common);
}

void define_compare(CLI::App& app, CompareArguments& arguments) {
  app.add_option(
         "-c,--config", arguments.config,
         "comparison file (a base config, variants, seeds, scores), or the name of one that is "
         "shipped: compare/quick")
      ->type_name("CONFIG");
  app.add_option("-s,--set", arguments.sets, "KEY=VALUE over the base config; repeatable")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
  app.add_option("--seeds", arguments.seeds, "in place of the file's, e.g. 4,5,6")
      ->delimiter(',')
      ->check(seed_number)
      ->allow_extra_args(false)
      ->type_name("N");
  app.add_option("-o,--out", arguments.out,
                 "directory; runs/compare-CONFIG-N if not given. One that holds the same "
                 "comparison is continued")
      ->type_name("DIR");
  app.add_option("--resume", arguments.resume, "directory of a comparison to go on with")
      ->type_name("DIR");
  app.add_option("-j,--jobs", arguments.jobs, "runs at a time; one per core if not given")
      ->check(positive_number)
      ->type_name("N");
  app.add_option("--shard", arguments.shard,
                 "I/N: make only the I-th of N parts of the runs, on one of N machines")
      ->type_name("I/N");
  app.add_flag("--json", arguments.json, "the leaderboard as JSON on standard output");
  app.add_option("--run", arguments.run)->group("");
  app.add_flag("--no-bounds", arguments.no_bounds)->group("");
  app.add_option("--merge", arguments.merge,
                 "directories of such parts: writes the whole leaderboard into --out")
      ->type_name("DIR");
  add_common(app, arguments.common);
  app.footer(R"(
A comparison file:
  {"base": "base.json",            config file, relative to this one, or an object
   "set": {"train": {"steps": 1000}},  what all variants share, over the base
   "variants": {"r3gan": "r3gan",      presets, or what a variant changes
                "wide": {"model": {"generator": {"hidden": 64}}}},
   "seeds": [1, 2, 3],             or how many: 3
   "metrics": ["fast", "ds"],      scores and groups; if not given, fast and rank_by
   "rank_by": ["mmd2_d1", "marginal_w1", "tstr_next", "ds"],
   "split": "test",                or "validation": what is scored against
   "repeats": 0, "samples": 0,     as --repeats and --count of evaluate; 0: their defaults
   "equal_steps": true,            false: variants may change train.steps
   "title": "..."}
"variants" may be a list of presets.)");
}

void define_config(CLI::App& parent, Action& action) {
  CLI::App* config = parent.add_subcommand("config", "Shows, checks and documents configs");
  config->require_subcommand(1);
  const auto add = [&](const std::string& name, const std::string& summary, bool reads_file) {
    add_verb<ConfigArguments>(*config, action, name, summary, config_verb,
                              [&](CLI::App& app, ConfigArguments& arguments) {
                                arguments.action = name;
                                if (reads_file) add_config(app, arguments.config, arguments.sets);
                                if (name == "keys") {
                                  app.add_flag("--markdown", arguments.markdown,
                                               "as Markdown tables");
                                  app.add_flag("--json", arguments.json, "as JSON");
                                }
                              });
  };
  add("show", "Prints the config that a run would use, every key with its value", true);
  add("check", "Reports all problems of a config and its data at once", true);
  add("schema", "Prints a JSON Schema, for editors", false);
  add("keys", "Lists every key with its range, default and meaning", false);
}

void define_data(CLI::App& parent, Action& action) {
  CLI::App* data = parent.add_subcommand("data", "Shows and makes data files");
  data->require_subcommand(1);
  add_verb<DataShowArguments>(
      *data, action, "show", "What a file looks like to the program", data_show_verb,
      [](CLI::App& app, DataShowArguments& arguments) {
        app.add_option("file", arguments.file, "CSV or NPY")->required()->type_name("FILE");
        app.add_flag("--json", arguments.json, "as JSON");
        add_config(app, arguments.config, arguments.sets);
        add_common(app, arguments.common);
      });
  add_verb<DataMakeArguments>(
      *data, action, "make", "Makes a synthetic data set; lists them without a name",
      data_make_verb, [](CLI::App& app, DataMakeArguments& arguments) {
        app.add_option("name", arguments.recipe, "data set")->type_name("DATASET");
        app.add_flag("--json", arguments.json, "the list as JSON");
        app.add_option("-o,--out", arguments.out, "FILE.csv, FILE.npy, or - for standard output")
            ->type_name("FILE")
            ->capture_default_str();
        app.add_option("-n,--count", arguments.count, "sequences")
            ->check(positive_number)
            ->type_name("N");
        app.add_option("--length", arguments.length, "steps")
            ->check(positive_number)
            ->type_name("N");
        add_seed(app, arguments.seed, "the same seed gives the same data");
      });
}

}  // namespace

void define_program(CLI::App& app, Action& action) {
  app.require_subcommand(1);
  app.set_version_flag("--version", program_version() + " (LibTorch " + libtorch_version() + ")");
  app.footer("\nStart with: rnngan train --config eustockmarkets\n" + exit_codes_text());
  add_verb<TrainArguments>(app, action, "train", "Trains; writes a run directory", train_verb,
                           define_train);
  add_verb<SampleArguments>(app, action, "sample",
                            "Writes sequences in original units from a checkpoint", sample_verb,
                            define_sample);
  add_verb<ExportArguments>(app, action, "export",
                            "Writes the generator of a checkpoint as a model of ONNX", export_verb,
                            define_export);
  define_config(app, action);
  define_data(app, action);
  add_verb<LossesArguments>(
      app, action, "losses", "Lists losses, terms and presets, or shows one", losses_verb,
      [](CLI::App& verb, LossesArguments& arguments) {
        verb.add_option("name", arguments.name, "loss, term or preset")->type_name("LOSS");
        verb.add_flag("--json", arguments.json, "as JSON");
      });
  add_verb<EvaluateArguments>(app, action, "evaluate",
                              "Scores sequences against real ones, each score beside its floor",
                              evaluate_verb, define_evaluate);
  add_verb<CompareArguments>(app, action, "compare",
                             "Trains and scores variants of a config side by side, and ranks them",
                             compare_verb, define_compare);
  add_verb<TuneArguments>(app, action, "tune",
                          "Searches over config keys: draws, and more steps for the better ones",
                          tune_verb, define_tune);
  add_verb<MetricsArguments>(
      app, action, "metrics", "Lists scores, or shows one", metrics_verb,
      [](CLI::App& verb, MetricsArguments& arguments) {
        verb.add_option("name", arguments.name, "score or group")->type_name("METRIC");
        verb.add_flag("--json", arguments.json, "as JSON");
      });
  add_verb<ReportArguments>(
      app, action, "report", "Makes report.html of a run, or makes it again", report_verb,
      [](CLI::App& verb, ReportArguments& arguments) {
        verb.add_option("run", arguments.run, "run directory")->required()->type_name("RUN");
        verb.add_option("-s,--set", arguments.sets,
                        "KEY=VALUE over the config of the run: data.path, where the data are now")
            ->allow_extra_args(false)
            ->type_name("KEY=VALUE");
        add_common(verb, arguments.common);
      });
  add_verb<InspectArguments>(
      app, action, "inspect", "Shows what is in a checkpoint", inspect_verb,
      [](CLI::App& verb, InspectArguments& arguments) {
        verb.add_option("checkpoint", arguments.checkpoint, "checkpoint or run directory")
            ->required()
            ->type_name("CHECKPOINT");
        verb.add_flag("--json", arguments.json, "metadata and tensors as JSON");
      });
  add_verb<CompletionArguments>(
      app, action, "completion", "Prints what makes a shell complete the words of rnngan",
      completion_verb, [](CLI::App& verb, CompletionArguments& arguments) {
        verb.add_option("shell", arguments.shell, "bash, zsh or fish")
            ->required()
            ->check(CLI::IsMember({"bash", "zsh", "fish"}))
            ->type_name("SHELL");
        verb.footer(
            "\nIn bash:  source <(rnngan completion bash)\n"
            "In zsh:   source <(rnngan completion zsh)\n"
            "In fish:  rnngan completion fish | source\n");
      });
  add_verb<ManualArguments>(app, action, "manual", "Writes the manual pages", manual_verb,
                            [](CLI::App& verb, ManualArguments& arguments) {
                              verb.add_option("directory", arguments.directory, "for the files")
                                  ->required()
                                  ->type_name("DIR");
                            })
      ->group("");  // for the installation; people read the pages
  add_verb<ReferenceArguments>(
      app, action, "reference", "Writes the pages of docs/reference", reference_verb,
      [](CLI::App& verb, ReferenceArguments& arguments) {
        verb.add_option("folder", arguments.folder, "where to")->required()->type_name("DIR");
      })
      ->group("");  // for those who work on the program
}

}  // namespace rnngan
