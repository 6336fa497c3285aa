#include "cli/training_view.h"

#include <filesystem>

#include <fmt/format.h>

#include "cli/setup.h"
#include "cli/signals.h"
#include "config/objective_config.h"
#include "core/free_memory.h"
#include "core/text.h"
#include "data/describe.h"
#include "objective/objective.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// "generator lstm 1x32, 11,204 parameters"
std::string describe_network(const std::string& name, bool bidirectional, int64_t layers,
                             int64_t hidden, int64_t parameters) {
  return fmt::format("{} {} {}x{}, {} parameters", name, bidirectional ? "bilstm" : "lstm", layers,
                     hidden, grouped(parameters));
}

std::string describe_model(const RunStart& start) {
  const auto& [generator, discriminator] = start.config.model;
  return describe_network("generator", false, generator.layers, generator.hidden,
                          start.generator_parameters) +
         "; " +
         describe_network("discriminator", discriminator.bidirectional, discriminator.layers,
                          discriminator.hidden, start.discriminator_parameters);
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

}  // namespace

void TrainingView::begin(const RunConfig& config) {
  threads_ = use_threads(config.train.threads, config.model, place_.local_ranks);
  steps_ = config.train.steps;
  data_path_ = config.data.path;
}

/// "2 threads", "3 ranks of 1 thread".
std::string TrainingView::workers() const {
  const std::string threads = fmt::format("{} {}", threads_, threads_ == 1 ? "thread" : "threads");
  return place_.ranks == 1 ? threads : fmt::format("{} ranks of {}", place_.ranks, threads);
}

void TrainingView::show_start(const RunStart& start) {
  const RunConfig& config = start.config;
  console_.line("data", summary_line(start.data));
  needs_covariates_ = !start.data.schema.covariates.empty();
  for (const std::string& note : start.data.notes) console_.line("note", note);
  console_.line("model", describe_model(start));
  console_.line("train",
                fmt::format("{}; {} steps of {}; {}, {}; seed {}",
                            describe_objective(config.objective, catalogs()), config.train.steps,
                            config.train.batch, start.device.str(), workers(), config.train.seed));
  if (config.evaluate.every > 0) {
    console_.line("monitor", describe_monitor(start.monitor, config.evaluate));
  }
  if (start.memory.total() > 0) {
    console_.detail(fmt::format("memory   {}: weights {}, a step {}, scores {}; beside the data",
                                memory_text(start.memory.total()),
                                memory_text(start.memory.weights), memory_text(start.memory.step),
                                memory_text(start.memory.scores)));
  }
  console_.line("run", start.run.string());
  if (!start.resumed.empty()) {
    console_.line("resume", fmt::format("{} at step {}", start.resumed.string(), start.step));
  }
  if (!start.aside.empty()) {
    console_.line("aside", fmt::format("what the run had after step {} is in {}", start.step,
                                       start.aside.string()));
  }
}

void TrainingView::show_row(const nlohmann::json& row) {
  last_row_ = row_summary(row);
  const std::string text = fmt::format("{}/{}  {}  {}", row["step"].get<int64_t>(), steps_,
                                       last_row_, rate(row.value("steps_per_second", 0.0), "step"));
  if (console_.is_terminal()) {
    console_.detail("step     " + text);
  } else {
    console_.line("step", text);
  }
}

TrainSinks TrainingView::sinks() {
  TrainSinks sinks;
  sinks.stop = &stop_flag();
  sinks.on_config = [this](const RunConfig& config) { begin(config); };
  if (place_.rank > 0) {
    sinks.on_directory = [](const fs::path&) { install_signal_handlers(); };
    return sinks;
  }
  sinks.on_rows = [this](int64_t rows) { reading_progress(console_, data_path_)(rows); };
  sinks.on_directory = [this](const fs::path& run) {
    console_.clear_progress();
    install_signal_handlers();
    console_.open_log(run / "run.log");
  };
  sinks.on_start = [this](const RunStart& start) { show_start(start); };
  sinks.on_step = [this](int64_t step) { console_.progress(step, steps_, "step", last_row_); };
  sinks.on_row = [this](const nlohmann::json& row) { show_row(row); };
  sinks.on_scores = [this](const MonitorReport& report) {
    console_.line("score", fmt::format("{}/{}  {}", report.step, steps_, score_summary(report)));
  };
  sinks.note = [this](const std::string& text) { console_.detail(text); };
  sinks.on_report = [this] { console_.status("report   report.html"); };
  return sinks;
}

void TrainingView::show_end(const RunSummary& run) {
  if (place_.rank > 0) return;
  console_.clear_progress();
  if (!run.report.empty()) console_.line("report", run.report.string());
  if (!run.report_lacks.empty()) console_.line("report", "none: " + run.report_lacks);
  console_.line(run.signal == 0 ? "done" : "stopped",
                fmt::format("{}; checkpoint {}", duration(run.seconds), run.checkpoint.string()));
  if (!run.not_selecting.empty()) {
    console_.line("monitor", join(run.not_selecting) +
                                 " had no part in the selection: training sequences "
                                 "are hardly better than noise there");
  }
  if (run.best_step) {
    console_.line("best", fmt::format("step {} (selection {:.4g}): {}", *run.best_step,
                                      *run.best_selection, run.best_checkpoint.string()));
  }
  std::vector<std::string> sample = {"rnngan", "sample", "--checkpoint", run.run.string(),
                                     "-n",     "100",    "--out",        "samples.csv"};
  if (needs_covariates_) sample.insert(sample.end(), {"--covariates", "FILE"});
  console_.line("next", run.signal == 0
                            ? shell_words(sample)
                            : shell_words({"rnngan", "train", "--resume", run.run.string()}));
}

}  // namespace rnngan
