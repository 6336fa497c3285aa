#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/report.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "core/period.h"
#include "core/text.h"
#include "data/describe.h"
#include "objective/objective.h"
#include "training/device.h"
#include "training/trainer.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;

// What a resumed run may change; everything else would make it another run.
const std::set<std::string> kMayChange = {"train.steps",
                                          "train.device",
                                          "train.threads",
                                          "train.log.every",
                                          "train.checkpoint.every",
                                          "train.checkpoint.keep",
                                          "train.checkpoint.milestone",
                                          "train.sample.every",
                                          "train.sample.count",
                                          "evaluate.every",
                                          "evaluate.metrics",
                                          "data.path"};

void require_resumable(const ResolvedConfig& now, const nlohmann::json& then,
                       const std::string& origin) {
  std::vector<Problem> problems;
  for (const auto& key : differing_keys(then, now.document)) {
    if (key == "train.steps" && now.config.train.schedule.kind != ScheduleKind::constant) {
      problems.push_back(
          {origin + ": train.steps: cannot change under a learning-rate schedule that ends "
                    "with the run (train.schedule.kind)",
           "start a new run, or train with train.schedule.kind=constant from the start"});
    } else if (!kMayChange.contains(key)) {
      problems.push_back({origin + ": " + key + ": differs from the run's config",
                          "a resumed run keeps its config; start a new run for another one"});
    }
  }
  if (!problems.empty()) throw Error(ErrorKind::config, problems);
}

// The run to go on with: locked before its checkpoint is read.
struct Resumed {
  RunDirectory run;
  fs::path file;
  Checkpoint checkpoint;
};

// The run that RUN/checkpoints/FILE belongs to; absolute or relative as the file was named.
fs::path run_of(const fs::path& file) {
  const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  if (folder.filename() != "checkpoints") {
    throw Error(ErrorKind::checkpoint,
                file.string() + ": is not in the checkpoints/ folder of a run",
                "give the run directory that rnngan train printed, or a file of its checkpoints/");
  }
  return file.is_absolute() ? folder.parent_path() : fs::proximate(folder.parent_path());
}

// --resume takes a run directory (its newest checkpoint) or one checkpoint file of it.
std::optional<Resumed> open_resumed(const fs::path& resume) {
  if (resume.empty()) return std::nullopt;
  const bool is_file = fs::is_regular_file(resume);
  RunDirectory run = RunDirectory::open(is_file ? run_of(resume) : resume);
  const fs::path file = is_file ? resume : newest_checkpoint(resume);
  Checkpoint checkpoint = read_checkpoint(file);
  return Resumed{std::move(run), file, std::move(checkpoint)};
}

ResolvedConfig resolve(const TrainArguments& arguments, const std::optional<Resumed>& resumed) {
  const auto sets = with_common_sets(arguments.sets, arguments.common);
  if (!resumed) return load_config(arguments.config, sets, catalogs());
  ResolvedConfig config =
      arguments.config.empty()
          ? resolve_config(resumed->checkpoint.config, sets, catalogs(), resumed->file.string())
          : load_config(arguments.config, sets, catalogs());
  // In today's terms: a key that the run's program did not know yet had its default.
  const ResolvedConfig then =
      resolve_config(resumed->checkpoint.config, {}, catalogs(), resumed->file.string());
  require_resumable(config, then.document, arguments.resume);
  return config;
}

int64_t parameter_count(const Networks& networks, const std::string& name) {
  return networks.at(name).flat->values().numel();
}

void show_model(Console& console, const Trainer& trainer, const ModelConfig& model) {
  const Networks& networks = trainer.networks();
  console.line("model",
               describe_network("generator", false, model.generator.layers, model.generator.hidden,
                                parameter_count(networks, "generator")) +
                   "; " +
                   describe_network("discriminator", model.discriminator.bidirectional,
                                    model.discriminator.layers, model.discriminator.hidden,
                                    parameter_count(networks, "discriminator")));
}

/// "D 0.412  G 0.982  accuracy 0.66": what there is of it.
std::string row_summary(const nlohmann::json& row) {
  std::vector<std::string> parts;
  const auto add = [&](const char* title, const char* key, const char* format) {
    if (row.contains(key)) {
      parts.push_back(title + fmt::format(fmt::runtime(format), row[key].get<double>()));
    }
  };
  add("D ", "d.total", "{:.4g}");
  add("G ", "g.total", "{:.4g}");
  add("accuracy ", "d.accuracy", "{:.2f}");
  return fmt::format("{}", fmt::join(parts, "  "));
}

/// "mmd2_d1 0.012 (floor 0.0007)  ...  selection 0.031, the best so far": the scores that select,
/// or all where none does.
std::string score_summary(const MonitorReport& report) {
  std::vector<std::string> parts;
  for (const auto& score : report.scores) {
    if (report.selection && !score.selects) continue;
    parts.push_back(fmt::format("{} {:.3g}", score.metric, score.value));
    if (score.floor) parts.back() += fmt::format(" (floor {:.3g})", *score.floor);
  }
  if (report.selection) {
    parts.push_back(fmt::format("selection {:.4g}{}", *report.selection,
                                report.best ? ", the best so far" : ""));
  }
  return fmt::format("{}", fmt::join(parts, "  "));
}

/// "fast of 140 validation sequences every 500 steps; the best step by mmd2, mmd2_d1", or why not.
std::string describe_monitor(const Monitor& monitor, const EvaluateConfig& config) {
  if (!monitor.why_off().empty()) return "off: " + monitor.why_off();
  std::string text = fmt::format("{} of {} validation sequences every {} steps",
                                 join(config.metrics), grouped(monitor.count()), config.every);
  if (!config.select_by.empty()) text += "; the best step by " + join(config.select_by);
  return text;
}

// Screen and files of a training run.
TrainerHooks make_hooks(Console& console, std::optional<MetricsFile>& metrics,
                        const RunConfig& config, std::string& last_row, const StopFlag& stop) {
  const TrainConfig& train = config.train;
  TrainerHooks hooks;
  hooks.stop = &stop;
  hooks.note = [&](const std::string& text) { console.detail(text); };
  hooks.on_step = [&](int64_t step) { console.progress(step, train.steps, "steps", last_row); };
  hooks.sinks.push_back([&](const nlohmann::json& row) { metrics->append(row.dump()); });
  hooks.sinks.push_back([&](const nlohmann::json& row) {
    last_row = row_summary(row);
    const std::string text = fmt::format("{}/{}  {}  {:.0f} steps/s", row["step"].get<int64_t>(),
                                         train.steps, last_row, row.value("steps_per_second", 0.0));
    if (console.is_terminal()) {
      console.detail("step     " + text);
    } else {
      console.line("step", text);
    }
  });
  hooks.on_scores = [&](const MonitorReport& report) {
    metrics->append(to_json(report).dump());
    console.line("score",
                 fmt::format("{}/{}  {}", report.step, train.steps, score_summary(report)));
  };
  return hooks;
}

void show_end(Console& console, const TrainResult& result, const Monitor& monitor,
              const RunDirectory& run_directory, double seconds) {
  const fs::path& run = run_directory.path();
  console.clear_progress();
  console.line(result.signal == 0 ? "done" : "stopped",
               fmt::format("{}; checkpoint {}", duration(seconds), result.checkpoint.string()));
  const auto left_out = monitor.left_out();
  if (!left_out.empty()) {
    console.line("monitor", join(left_out) +
                                " had no part in the selection: training sequences "
                                "are hardly better than noise there");
  }
  if (monitor.best_step()) {
    console.line("best",
                 fmt::format("step {} (selection {:.4g}): {}", *monitor.best_step(),
                             *monitor.best_selection(), run_directory.best_checkpoint().string()));
  }
  if (result.signal == 0) {
    console.line("next", shell_words({"rnngan", "sample", "--checkpoint", run.string(), "-n", "100",
                                      "--out", "samples.csv"}));
  } else {
    console.line("next", shell_words({"rnngan", "train", "--resume", run.string()}));
  }
}

void require_something_to_do(int64_t step, const TrainConfig& train, const std::string& run) {
  if (step < train.steps) return;
  throw Error(ErrorKind::config,
              fmt::format("{}: the run is complete ({} of {} steps)", run, step, train.steps),
              train.schedule.kind == ScheduleKind::constant
                  ? fmt::format("extend it: rnngan train --resume {} --set train.steps=N", run)
                  : "start a new run; one with train.schedule.kind=constant could be extended");
}

RunDirectory create_run(const TrainArguments& arguments, const ResolvedConfig& config) {
  const std::string objective =
      config.config.objective.preset.empty() ? "custom" : config.config.objective.preset;
  return RunDirectory::create(
      arguments.out.empty()
          ? default_run_path(fs::path(arguments.config).stem().string(), objective)
          : fs::path(arguments.out));
}

// Everything that can be refused is refused here, before anything is written.
Dataset check_and_load(const ResolvedConfig& config, const std::optional<Resumed>& resumed,
                       const std::string& run, Console& console) {
  const DataConfig& data_config = config.config.data;
  require_data_path(config.config);
  const Objective objective(config.config.objective);  // throws what only the objective can know
  if (resumed) {
    require_something_to_do(resumed->checkpoint.counter("step"), config.config.train, run);
    if (!fs::exists(data_config.path)) {
      throw Error(ErrorKind::data, data_config.path + ": no such file",
                  "the run names it relative to the working directory: go there, or give "
                  "--set data.path=FILE");
    }
  }
  Dataset data = load_with_progress(data_config, console);
  if (resumed && data.hash != resumed->checkpoint.data_hash) {
    throw Error(ErrorKind::data, data_config.path + ": is not the file that the run was trained on",
                "give the same file, or start a new run");
  }
  rehearse_networks(config.config, objective, data.schema);
  require_known_scores(config.config.evaluate);
  return data;
}

void check_arguments(const TrainArguments& arguments) {
  if (arguments.config.empty() && arguments.resume.empty()) {
    throw Error(ErrorKind::usage, "rnngan train: --config is required",
                "rnngan train --config configs/eustockmarkets.json, or --resume RUN");
  }
  if (!arguments.out.empty() && !arguments.resume.empty()) {
    throw Error(ErrorKind::usage, "rnngan train: --out and --resume exclude each other",
                "a resumed run stays in its directory");
  }
  if (!arguments.out.empty()) RunDirectory::require_creatable(arguments.out);
}

void announce(Console& console, const Dataset& data, const Trainer& trainer,
              const RunConfig& config, const at::Device& device, int threads) {
  console.line("data", summary_line(data));
  show_model(console, trainer, config.model);
  console.line("train", fmt::format("{}; {} steps of {}; {}, {} {}; seed {}",
                                    describe_objective(config.objective), config.train.steps,
                                    config.train.batch, device.str(), threads,
                                    threads == 1 ? "thread" : "threads", config.train.seed));
  if (config.evaluate.every > 0) {
    console.line("monitor", describe_monitor(trainer.monitor(), config.evaluate));
  }
}

}  // namespace

int train_verb(const TrainArguments& arguments) {
  check_arguments(arguments);
  std::optional<Resumed> resumed = open_resumed(arguments.resume);
  const ResolvedConfig config = resolve(arguments, resumed);
  const TrainConfig& train = config.config.train;
  const at::Device device = resolve_device(train.device);
  const int threads = use_threads(train.threads, config.config.model);
  Console console(stdout, arguments.common);
  const Dataset data = check_and_load(config, resumed, arguments.resume, console);

  const StopFlag& stop = install_signal_handlers();
  std::signal(SIGPIPE, SIG_IGN);  // a run outlives whoever reads its progress
  const RunDirectory run = resumed ? std::move(resumed->run) : create_run(arguments, config);
  console.open_log(run.log());
  std::optional<MetricsFile> metrics;
  std::string last_row;
  Trainer trainer(config, data, run, device,
                  make_hooks(console, metrics, config.config, last_row, stop));
  if (resumed) {
    trainer.restore(resumed->checkpoint, resumed->file.string());
    run.cut_metrics(trainer.step());
  }
  metrics.emplace(run.metrics());  // behind the cut, which puts a new file in place
  write_file(run.config(), print_document(config.document) + "\n");

  announce(console, data, trainer, config.config, device, threads);
  console.line("run", run.path().string());
  if (resumed) {
    console.line("resume", fmt::format("{} at step {}", resumed->file.string(), trainer.step()));
  }
  const auto started = std::chrono::steady_clock::now();
  const TrainResult result = trainer.run();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  if (result.signal == 0 && !arguments.no_report) {
    write_report_of({config, data, run.path(), find_checkpoint(run.path())}, console, stop);
  }
  show_end(console, result, trainer.monitor(), run, elapsed.count());
  return result.signal == 0 ? 0 : 128 + result.signal;
}

}  // namespace rnngan
