#include "cli/parse.h"

#include <charconv>
#include <memory>

#include <CLI/CLI.hpp>

#include "cli/arguments.h"
#include "cli/errors.h"
#include "cli/verbs.h"
#include "config/check.h"
#include "config/config.h"
#include "core/error.h"
#include "core/text.h"
#include "training/checkpoint.h"

namespace rnngan {

namespace {

// What of an option is written after "--".
std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) flags.push_back(name);
  return flags;
}

// Where the words that were understood ended: the verb whose help is worth reading.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? "rnngan"
                                     : full_name(*app.get_parent()) + " " + app.get_name();
}

using Action = std::function<int()>;

// Adds a verb whose arguments live as long as the command; `define` declares its options.
template <class Arguments, class Define>
CLI::App* add_verb(CLI::App& parent, Action& action, const std::string& name,
                   const std::string& summary, int (*verb)(const Arguments&), Define define) {
  CLI::App* app = parent.add_subcommand(name, summary);
  auto arguments = std::make_shared<Arguments>();
  define(*app, *arguments);
  app->callback([arguments, verb, &action, app] {
    action = [arguments, verb, name = full_name(*app), flags = flags_of(*app)] {
      try {
        return verb(*arguments);
      } catch (const Error& error) {
        throw in_flags(error, name, flags);
      }
    };
  });
  return app;
}

// For CLI::Option::check: the text that is wrong, or nothing.
template <class Integer>
std::string whole_number(const std::string& text, Integer least) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status == std::errc() && rest == end && value >= least) return {};
  return text + " is not a whole number of at least " + std::to_string(least) +
         (status == std::errc::result_out_of_range ? " (it is too large)" : "");
}

std::string positive(const std::string& text) {
  return whole_number<int64_t>(text, 1);
}

std::string seed(const std::string& text) {
  return whole_number<uint64_t>(text, 0);
}

std::string device(const std::string& text) {
  return is_device(text) ? "" : text + " is not a device (auto, cpu, cuda, cuda:N)";
}

void add_common(CLI::App& app, CommonArguments& common) {
  app.add_option("--device", common.device, "auto, cpu, cuda or cuda:N")->check(device);
  app.add_option("--threads", common.threads,
                 "CPU threads; if not given, one for LSTMs of up to 64 units, else all cores")
      ->check(positive);
  auto* quiet = app.add_flag("-q,--quiet", common.quiet, "errors only");
  app.add_flag("-v,--verbose", common.verbose, "more detail")->excludes(quiet);
}

void add_config(CLI::App& app, std::string& config, std::vector<std::string>& sets) {
  app.add_option("-c,--config", config, "JSON file; // comments and \"extends\" are allowed");
  app.add_option("-s,--set", sets, "KEY=VALUE over the config, e.g. objective=wgan_gp; repeatable")
      ->allow_extra_args(false);
}

void define_train(CLI::App& app, TrainArguments& arguments) {
  add_config(app, arguments.config, arguments.sets);
  app.add_option("-o,--out", arguments.out, "run directory; runs/CONFIG-OBJECTIVE-N if not given");
  app.add_option("--resume", arguments.resume, "run directory to go on with, exactly");
  app.add_flag("--no-report", arguments.no_report, "no report.html at the end");
  add_common(app, arguments.common);
  app.footer("\nConfig keys, with ranges and defaults:\n" + config_reference_text() + "\n" +
             exit_codes_text());
}

void define_sample(CLI::App& app, SampleArguments& arguments) {
  app.add_option("checkpoint,--checkpoint", arguments.checkpoint, "checkpoint or run directory")
      ->required();
  app.add_option("-n,--count", arguments.count, "sequences")
      ->check(positive)
      ->capture_default_str();
  app.add_option("-o,--out", arguments.out, "FILE.csv, FILE.npy, or - for CSV on standard output")
      ->capture_default_str();
  app.add_option("--seed", arguments.seed, "the same seed gives the same sequences")
      ->check(seed)
      ->capture_default_str();
  app.add_option("--length", arguments.length, "steps; drawn from the training data if not given")
      ->check(positive);
  app.add_option("--label", arguments.label, "class; drawn from the training data if not given");
  app.add_option("--code", arguments.code,
                 "information code of infogan: its class counted from 0, then variables from -1 to "
                 "1, e.g. 2,-0.5; drawn if not given")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--weights", arguments.weights, "averaged (EMA) or raw")
      ->check(CLI::IsMember({"averaged", "raw"}))
      ->capture_default_str();
  add_common(app, arguments.common);
}

void define_evaluate(CLI::App& app, EvaluateArguments& arguments) {
  auto* checkpoint =
      app.add_option("--checkpoint", arguments.checkpoint,
                     "checkpoint or run directory: its samples against its held-out data");
  auto* real = app.add_option("--real", arguments.real, "real sequences, CSV or NPY");
  auto* synthetic = app.add_option("--synthetic", arguments.synthetic,
                                   "what to score, from any tool; with --config its test split is "
                                   "the reference, or name one by --real");
  app.add_option("--train", arguments.train, "real sequences that the generator was trained on")
      ->needs(real);
  app.add_option("--versus", arguments.versus,
                 "samples of another model: which of the two is closer to the real sequences?")
      ->needs(synthetic);
  checkpoint->excludes(real)->excludes(synthetic);
  add_config(app, arguments.config, arguments.sets);
  app.add_option("-m,--metrics", arguments.metrics,
                 "scores or groups (fast, default, timegan, tsgbench, privacy, all), e.g. "
                 "fast,ds; see rnngan metrics")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--repeats", arguments.repeats, "trainings of each evaluator")->check(positive);
  app.add_flag("--no-bounds", arguments.no_bounds,
               "the same values, without computing floors and ceilings");
  app.add_flag("--by-label", arguments.by_label,
               "scores of sets within each label: their mean over labels, weighed by real "
               "sequences");
  app.add_option("--max-n", arguments.max_count,
                 "sequences of each side at most; if not given, all, or 2000 for scores of all "
                 "pairs; never "
                 "more than 500 for DTW and c2st_fast")
      ->check(positive);
  app.add_option("-n,--count", arguments.count, "sequences drawn from a checkpoint")
      ->check(positive);
  app.add_option("--seed", arguments.seed, "the same seed gives the same digits")
      ->check(seed)
      ->capture_default_str();
  app.add_option("--weights", arguments.weights, "of a checkpoint: averaged (EMA) or raw")
      ->check(CLI::IsMember({"averaged", "raw"}))
      ->capture_default_str();
  app.add_flag("--json", arguments.json, "one JSON array of records on standard output");
  app.add_option("--report", arguments.report,
                 "FILE.html: scores, sequences, distributions and maps on one page");
  add_common(app, arguments.common);
}

void define_compare(CLI::App& app, CompareArguments& arguments) {
  app.add_option("-c,--config", arguments.config,
                 "comparison file: a base config, variants, seeds, scores");
  app.add_option("-s,--set", arguments.sets, "KEY=VALUE over the base config; repeatable")
      ->allow_extra_args(false);
  app.add_option("--seeds", arguments.seeds, "in place of the file's, e.g. 4,5,6")
      ->delimiter(',')
      ->check(seed)
      ->allow_extra_args(false);
  app.add_option("-o,--out", arguments.out,
                 "directory; runs/compare-CONFIG-N if not given. One that holds the same "
                 "comparison is continued");
  app.add_option("--resume", arguments.resume, "directory of a comparison to go on with");
  app.add_option("-j,--jobs", arguments.jobs, "runs at a time; one per core if not given")
      ->check(positive);
  app.add_option("--shard", arguments.shard,
                 "I/N: make only the I-th of N parts of the runs, on one of N machines");
  app.add_option("--run", arguments.run)->group("");
  app.add_flag("--no-bounds", arguments.no_bounds)->group("");
  app.add_option("--merge", arguments.merge,
                 "directories of such parts: writes the whole leaderboard into --out");
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
  add_verb<DataShowArguments>(*data, action, "show", "What a file looks like to the program",
                              data_show_verb, [](CLI::App& app, DataShowArguments& arguments) {
                                app.add_option("file", arguments.file, "CSV or NPY")->required();
                                app.add_flag("--json", arguments.json, "as JSON");
                                add_config(app, arguments.config, arguments.sets);
                                add_common(app, arguments.common);
                              });
  add_verb<DataMakeArguments>(
      *data, action, "make", "Makes a synthetic data set; lists them without a name",
      data_make_verb, [](CLI::App& app, DataMakeArguments& arguments) {
        app.add_option("name", arguments.recipe, "data set");
        app.add_flag("--json", arguments.json, "the list as JSON");
        app.add_option("-o,--out", arguments.out, "FILE.csv, FILE.npy, or - for standard output")
            ->capture_default_str();
        app.add_option("-n,--count", arguments.count, "sequences")->check(positive);
        app.add_option("--length", arguments.length, "steps")->check(positive);
        app.add_option("--seed", arguments.seed, "the same seed gives the same data")
            ->check(seed)
            ->capture_default_str();
      });
}

// Those that its help names.
std::vector<std::string> verbs_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const auto* verb :
       app.get_subcommands([](const auto* v) { return !v->get_group().empty(); }))
    names.push_back(verb->get_name());
  return names;
}

[[noreturn]] void refuse_extra(const CLI::App& root, const std::string& word) {
  const CLI::App& app = deepest(root);
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    for (const auto& flag : flags_of(app)) known.push_back("--" + flag);
  } else {
    known = verbs_of(app);
  }
  const char* const what = word.starts_with("-") ? "unknown option"
                           : known.empty()       ? "unexpected argument"
                                                 : "unknown verb";
  std::string hint = did_you_mean(word.substr(0, word.find('=')), known);
  if (hint.empty()) hint = "see " + full_name(app) + " --help";
  throw Error(ErrorKind::usage, word, what, hint);
}

// A verb is missing, or the word in its place is none.
[[noreturn]] void refuse_verb(const CLI::App& root) {
  const auto words = root.remaining(/*recurse=*/true);
  if (!words.empty()) refuse_extra(root, words.front());
  const CLI::App& app = deepest(root);
  throw Error(ErrorKind::usage, full_name(app), "names no verb (" + join(verbs_of(app)) + ")",
              "see " + full_name(app) + " --help");
}

[[noreturn]] void refuse(const CLI::App& root, const CLI::ParseError& error) {
  const std::string verb = full_name(deepest(root));
  std::string what = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    what = what.substr(0, what.find(':')) + ": takes one value and may be given once";
  }
  // Messages about one option start with its name.
  const size_t colon = what.starts_with("-") ? what.find(": ") : std::string::npos;
  if (colon == std::string::npos)
    throw Error(ErrorKind::usage, verb, what, "see " + verb + " --help");
  throw Error(ErrorKind::usage, what.substr(0, colon), what.substr(colon + 2),
              "see " + verb + " --help");
}

}  // namespace

Command parse_command_line(int argc, char** argv) {
  Command command;
  CLI::App app("rnngan trains, samples and compares sequence GANs from one JSON config.", "rnngan");
  app.require_subcommand(1);
  app.set_version_flag("--version", program_version() + " (LibTorch " + libtorch_version() + ")");
  app.footer("\nStart with: rnngan train --config configs/eustockmarkets.json\n" +
             exit_codes_text());
  add_verb<TrainArguments>(app, command.action, "train", "Trains; writes a run directory",
                           train_verb, define_train);
  add_verb<SampleArguments>(app, command.action, "sample",
                            "Writes sequences in original units from a checkpoint", sample_verb,
                            define_sample);
  define_config(app, command.action);
  define_data(app, command.action);
  add_verb<LossesArguments>(app, command.action, "losses",
                            "Lists losses, terms and presets, or shows one", losses_verb,
                            [](CLI::App& verb, LossesArguments& arguments) {
                              verb.add_option("name", arguments.name, "loss, term or preset");
                              verb.add_flag("--json", arguments.json, "as JSON");
                            });
  add_verb<EvaluateArguments>(app, command.action, "evaluate",
                              "Scores sequences against real ones, each score beside its floor",
                              evaluate_verb, define_evaluate);
  add_verb<CompareArguments>(app, command.action, "compare",
                             "Trains and scores variants of a config side by side, and ranks them",
                             compare_verb, define_compare);
  add_verb<MetricsArguments>(app, command.action, "metrics", "Lists scores, or shows one",
                             metrics_verb, [](CLI::App& verb, MetricsArguments& arguments) {
                               verb.add_option("name", arguments.name, "score or group");
                               verb.add_flag("--json", arguments.json, "as JSON");
                             });
  add_verb<InspectArguments>(
      app, command.action, "inspect", "Shows what is in a checkpoint", inspect_verb,
      [](CLI::App& verb, InspectArguments& arguments) {
        verb.add_option("checkpoint", arguments.checkpoint, "checkpoint or run directory")
            ->required();
        verb.add_flag("--json", arguments.json, "metadata and tensors as JSON");
      });
  add_verb<ReferenceArguments>(
      app, command.action, "reference", "Writes the pages of docs/reference", reference_verb,
      [](CLI::App& verb, ReferenceArguments& arguments) {
        verb.add_option("folder", arguments.folder, "where to")->required();
      })
      ->group("");  // for those who work on the program: not in its help
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    command.text = app.help();
    command.action = {};
  } catch (const CLI::CallForVersion&) {
    command.text = app.version() + "\n";
    command.action = {};
  } catch (const CLI::ExtrasError&) {
    refuse_extra(app, app.remaining(/*recurse=*/true).front());
  } catch (const CLI::ParseError& error) {
    const bool verb_missing = !deepest(app).get_subcommands(nullptr).empty();
    if (verb_missing) refuse_verb(app);
    refuse(app, error);
  }
  return command;
}

}  // namespace rnngan
