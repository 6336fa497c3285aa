#include "evaluation/evaluate.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/report.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "config/config.h"
#include "core/file.h"
#include "core/text.h"
#include "evaluation/cmp_rmmd.h"
#include "evaluation/mismatch.h"
#include "objective/objective.h"
#include "report/run_report.h"
#include "training/device.h"
#include "training/evaluation_sets.h"
#include "training/sampler.h"

namespace rnngan {

namespace {

constexpr int64_t kDefaultWindow = 24;

/// The sets to compare, and how messages call them.
struct Sets {
  EvaluationData data;
  std::optional<Sequences> versus;  // samples of another model
  std::string real, synthetic;
  std::vector<std::string> columns;
  nlohmann::json config;            // of a checkpoint's run; null for files
  std::filesystem::path directory;  // of that run; empty where the checkpoint is in none
};

[[noreturn]] void refuse_usage(const std::string& fact, const std::string& hint) {
  throw Error(ErrorKind::usage, "rnngan evaluate: " + fact, hint);
}

std::string describe_sequences(const Sequences& sequences) {
  return fmt::format("{} sequences of {} steps, {} columns", grouped(sequences.count()),
                     sequences.ragged() ? fmt::format("up to {}", sequences.steps())
                                        : std::to_string(sequences.steps()),
                     sequences.features());
}

// Under the policy `none` all splits are the same sequences, which are no floor for themselves.
void take_splits(const Dataset& data, Sets& sets) {
  sets.data.real = sequences_of(data, data.test);
  if (data.split_policy != "none") sets.data.train = sequences_of(data, data.train);
  sets.real = fmt::format("{} ({})", data.path,
                          data.split_policy == "none" ? "all of it" : "the test split");
}

Sets sets_of_checkpoint(const EvaluateArguments& arguments, Console& console) {
  const auto file = find_checkpoint(arguments.checkpoint);
  const Checkpoint checkpoint = read_checkpoint(file);
  const ResolvedConfig config =
      resolve_config(checkpoint.config, with_common_sets(arguments.sets, arguments.common),
                     catalogs(), file.string());
  const at::Device device =
      resolve_device(arguments.common.device.empty() ? "auto" : arguments.common.device);
  const Dataset data = load_with_progress(config.config.data, console);
  if (data.hash != checkpoint.data_hash) {
    throw Error(
        ErrorKind::checkpoint,
        fmt::format("{}: was trained on other data than {} holds now", file.string(), data.path),
        "name where the same file is by --set data.path=FILE");
  }
  Sets sets;
  take_splits(data, sets);
  const auto generator = load_generator(
      checkpoint, config.config.model.generator,
      arguments.weights == "raw" ? Weights::raw : Weights::averaged, device, file.string());
  const int64_t count =
      arguments.count > 0 ? arguments.count : std::max<int64_t>(sets.data.real.count(), 1);
  sets.data.synthetic =
      sample_sequences(*generator, checkpoint.schema, count, arguments.seed, device);
  sets.synthetic = file.string();
  for (const Column& column : checkpoint.schema.columns) sets.columns.push_back(column.name);
  sets.config = config.document;
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (folder.filename() == "checkpoints") sets.directory = folder.parent_path();
  return sets;
}

DataConfig with_path(DataConfig config, const std::string& path) {
  config.path = path;
  return config;
}

/// Windows as long as the synthetic sequences, where neither file nor config says.
int64_t window_of(const DataConfig& config, const SequenceFile& synthetic) {
  if (config.window.length > 0) return config.window.length;
  return synthetic.several ? synthetic.sequences.steps() : kDefaultWindow;
}

/// A sample need not have every column that the roles of the real file name.
SequenceFile read_samples(const DataConfig& config, const std::string& path) {
  DataConfig plain = with_path(config, path);
  plain.id.clear();
  plain.time.clear();
  plain.columns.clear();
  return read_sequences(plain, config.window.length > 0 ? config.window.length : kDefaultWindow,
                        /*keep_invalid=*/true);
}

/// Rows of different files are not the same rows.
Sequences of_another_file(Sequences sequences) {
  constexpr int64_t kMoreThanAnyFile = int64_t{1} << 40;
  sequences.first_row = sequences.first_row + kMoreThanAnyFile;
  return sequences;
}

Sets sets_of_files(const EvaluateArguments& arguments, Console& console) {
  const auto texts = with_common_sets(arguments.sets, arguments.common);
  const RunConfig config =
      arguments.config.empty()
          ? resolve_config(nlohmann::json::object(), texts, catalogs(), "defaults").config
          : load_config(arguments.config, texts, catalogs()).config;
  const SequenceFile synthetic = read_samples(config.data, arguments.synthetic);
  Sets sets;
  sets.synthetic = arguments.synthetic;
  std::vector<std::string> columns, labels;
  if (arguments.real.empty()) {
    const Dataset data = load_with_progress(config.data, console);
    take_splits(data, sets);
    for (const Column& column : data.schema.columns) columns.push_back(column.name);
    labels = data.schema.labels;
  } else {
    const int64_t window = window_of(config.data, synthetic);
    const SequenceFile real = read_sequences(with_path(config.data, arguments.real), window);
    columns = real.columns;
    labels = real.labels;
    sets.real = arguments.real;
    sets.data.real = in_terms_of(real, columns, labels, arguments.real);
    if (!arguments.train.empty()) {
      const SequenceFile train = read_sequences(with_path(config.data, arguments.train), window);
      sets.data.train = of_another_file(in_terms_of(train, columns, labels, arguments.train));
    }
  }
  sets.data.synthetic =
      of_another_file(in_terms_of(synthetic, columns, labels, arguments.synthetic));
  sets.columns = columns;
  if (!arguments.versus.empty()) {
    sets.versus =
        in_terms_of(read_samples(config.data, arguments.versus), columns, labels, arguments.versus);
  }
  return sets;
}

Sets load_sets(const EvaluateArguments& arguments, Console& console) {
  if (!arguments.checkpoint.empty()) return sets_of_checkpoint(arguments, console);
  if (arguments.synthetic.empty()) {
    refuse_usage("nothing to score", "name --checkpoint RUN, or --real FILE --synthetic FILE");
  }
  if (arguments.real.empty() && arguments.config.empty()) {
    refuse_usage("no real sequences to compare with", "name them by --real FILE or --config FILE");
  }
  return sets_of_files(arguments, console);
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

std::string with_sd(const MetricResult& result) {
  return result.sd ? fmt::format("{} ±{:.2g}", number(result.value), *result.sd)
                   : number(result.value);
}

constexpr const char* kRow = "{:<16} {:<16} {:>10} {:>10} {:>8}  {}\n";

std::string row_text(const MetricRecord& record) {
  std::string remark = record.result.reason;
  if (record.result.status == MetricStatus::skipped) remark = "skipped: " + remark;
  if (record.result.detail.contains("verdict")) {
    remark = record.result.detail["verdict"].get<std::string>();
  }
  return fmt::format(kRow, record.metric, with_sd(record.result), number(record.floor),
                     number(record.ceiling),
                     record.norm() ? fmt::format("{:.3f}", *record.norm()) : "-", remark);
}

/// The call that gave these numbers, without what only changes how it looks on screen.
std::string command_of(const EvaluateArguments& arguments) {
  std::vector<std::string> words = {"rnngan", "evaluate"};
  const auto add = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.insert(words.end(), {option, value});
  };
  const auto count = [](int64_t value) { return value > 0 ? std::to_string(value) : ""; };
  add("--checkpoint", arguments.checkpoint);
  add("--real", arguments.real);
  add("--synthetic", arguments.synthetic);
  add("--train", arguments.train);
  add("--config", arguments.config);
  for (const auto& set : arguments.sets) add("--set", set);
  add("--metrics", join(arguments.metrics, ","));
  add("--repeats", count(arguments.repeats));
  add("--max-n", count(arguments.max_count));
  add("--count", count(arguments.count));
  add("--seed", arguments.seed == 1 ? "" : std::to_string(arguments.seed));
  add("--weights", arguments.weights == "averaged" ? "" : arguments.weights);
  add("--report", arguments.report);
  return shell_words(words);
}

void write_report(const EvaluateArguments& arguments, const Sets& sets,
                  const nlohmann::json& records) {
  RunReport report;
  report.title = sets.synthetic + " beside " + sets.real;
  report.subtitle = fmt::format("Synthetic: {}. Real: {}.", describe_sequences(sets.data.synthetic),
                                describe_sequences(sets.data.real));
  report.columns = sets.columns;
  report.real = sets.data.real;
  report.synthetic = sets.data.synthetic;
  report.scores = records;
  if (!sets.directory.empty()) report.run_directory = sets.directory;
  report.commands = {command_of(arguments)};
  report.config = sets.config;
  write_file(arguments.report, run_report(report));
}

}  // namespace

int evaluate_verb(const EvaluateArguments& arguments) {
  EvaluationRequest request;
  request.metrics = arguments.metrics;
  request.seed = arguments.seed;
  request.repeats = arguments.repeats;
  request.max_count = arguments.max_count;
  request.bounds = !arguments.no_bounds;
  request.counts_as_with_bounds = true;
  const auto names = resolve_metrics(arguments.metrics);
  if (!arguments.report.empty()) require_writable(arguments.report);
  Console console(arguments.json ? stderr : stdout, arguments.common);
  use_all_threads(arguments.common.threads);
  const StopFlag& stop = install_signal_handlers();
  const Sets sets = load_sets(arguments, console);
  if (!arguments.json) {
    console.line("real", sets.real + ": " + describe_sequences(sets.data.real));
    console.line("synthetic", sets.synthetic + ": " + describe_sequences(sets.data.synthetic));
  }
  if (arguments.checkpoint.empty()) {
    for (const auto& odd : mismatches(sets.data.real, sets.data.synthetic, sets.columns)) {
      console.line("warning", odd);
    }
  }
  if (!arguments.json) {
    print_out("\n");
    print_out(kRow, "score", "value", "floor", "ceiling", "norm", "");
  }
  nlohmann::json all = nlohmann::json::array();
  const auto show = [&](const MetricRecord& record) {
    console.clear_progress();
    all.push_back(to_json(record));
    if (!arguments.json) print_out("{}", row_text(record));
    if (all.size() < names.size()) console.status("scoring  " + names[all.size()]);
  };
  console.status(fmt::format("scoring  {}", names.front()));
  evaluate(sets.data, request, show, &stop);
  for (const bool differenced : {false, true}) {
    if (!sets.versus || stop.requested()) break;
    const auto comparison =
        compare_by_rmmd(sets.data.real, sets.data.synthetic, *sets.versus, differenced, request);
    show(to_record(comparison, differenced, request.seed));
  }
  console.clear_progress();
  if (arguments.json) print_out("{}\n", all.dump(2));
  if (stop.requested()) return 128 + stop.signal();
  if (!arguments.report.empty()) {
    console.status("writing  " + arguments.report);
    write_report(arguments, sets, all);
    console.clear_progress();
  }
  if (!arguments.json) {
    if (sets.versus) {
      print_out("\na: {}; b: {}; p below 0.05: b is closer to the real ones, above 0.95: a is\n",
                arguments.synthetic, arguments.versus);
    }
    print_out(
        "\nfloor: what real sequences score; ceiling: white noise; norm: 0 = as good as real, "
        "1 = as bad as noise.\nrnngan metrics NAME says what a score means.\n");
    if (!arguments.report.empty()) console.line("report", arguments.report);
  }
  return 0;
}

}  // namespace rnngan
