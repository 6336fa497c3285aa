#include "app/train.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "app/finished_run.h"
#include "app/ranks_agree.h"
#include "app/resumed_run.h"
#include "app/run_logs.h"
#include "app/run_memory.h"
#include "columns/layout.h"
#include "config/follow_data.h"
#include "core/file.h"
#include "core/out_of_memory.h"
#include "objective/objective.h"
#include "training/device.h"
#include "training/trainer.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;

/// Sizes that follow the data get their numbers.
void settle_sizes(ResolvedConfig& config, const Schema& schema) {
  follow_data(config.config.model, Layout(schema).width());
  config.document = dump_config(config.config, catalogs());
}

ResolvedConfig resolve(const TrainRequest& request, const std::optional<Resumed>& resumed) {
  if (!resumed) return load_config(request.config, request.sets, catalogs());
  const std::string origin = resumed->file.string();
  ResolvedConfig config =
      request.config.empty()
          ? resolve_config(resumed->checkpoint.config, request.sets, catalogs(), origin)
          : load_config(request.config, request.sets, catalogs());
  settle_sizes(config, resumed->checkpoint.schema);
  // In today's terms: a key that the run's program did not know yet had its default.
  const ResolvedConfig then = resolve_config(resumed->checkpoint.config, {}, catalogs(), origin);
  require_resumable(config, then.document, request.resume.string());
  return config;
}

bool is_complete(const Resumed& resumed, const TrainConfig& train) {
  return resumed.checkpoint.counter("step") >= train.steps;
}

[[noreturn]] void refuse_complete(const Resumed& resumed, const TrainConfig& train) {
  throw Error(ErrorKind::config, resumed.run.path().string(),
              fmt::format("the run is complete ({} of {} steps)",
                          resumed.checkpoint.counter("step"), train.steps),
              train.schedule.kind == ScheduleKind::constant
                  ? "to extend it, resume it with more train.steps"
                  : "start a new run; one with train.schedule.kind=constant could be extended");
}

/// A complete run may lack its report: it was killed while that was written.
bool lacks_report(const TrainRequest& request, const Resumed& resumed) {
  return request.report && !is_there(resumed.run.path() / "report.html", ErrorKind::output);
}

void require_run_data_there(const RunConfig& config) {
  if (is_there(config.data.path, ErrorKind::data)) return;
  throw Error(ErrorKind::data, config.data.path, "no such file",
              "the run names it relative to the working directory: go there, or set "
              "data.path");
}

void require_data_of_run(const Resumed& resumed, const Dataset& data) {
  const auto same = [](const Column& a, const Column& b) { return a.name == b.name; };
  if (!std::ranges::equal(data.schema.columns, resumed.checkpoint.schema.columns, same)) {
    throw Error(ErrorKind::data, data.path, "has other columns than the run was trained on",
                "read it as the run did: leave out --config, or set data.delimiter as it was");
  }
  if (data.hash == resumed.checkpoint.data_hash) return;
  throw Error(ErrorKind::data, data.path, "is not the file that the run was trained on",
              "give the same file, or start a new run");
}

/// A run of a version that learnt no times goes on without them.
void forget_times(Dataset& data) {
  for (SequenceSet* set : {&data.file, &data.train, &data.validation, &data.test}) {
    *set = without_gaps(*set);
    set->time = TimeAxis();
    set->times = at::Tensor();
  }
  data.schema.columns.resize(data.file.columns.size());
  data.schema.time = TimeAxis();
}

RunDirectory stage_run(const TrainRequest& request, const ObjectiveConfig& objective) {
  const std::string name = objective.preset.empty() ? "custom" : objective.preset;
  return RunDirectory::stage(
      request.out.empty() ? default_run_path(request.config.stem().string(), name) : request.out);
}

void check_request(const TrainRequest& request, bool leads) {
  if (request.config.empty() && request.resume.empty()) {
    throw Error(ErrorKind::usage, "", "neither a config nor a run to resume is given",
                "name a config file, or a run directory to go on with");
  }
  if (!request.out.empty() && !request.resume.empty()) {
    throw Error(ErrorKind::usage, "", "a resumed run stays in its directory",
                "leave out the directory of a new run, or the run to resume");
  }
  if (!request.out.empty() && leads) RunDirectory::require_creatable(request.out);
}

// What the trainer tells, to the run's files and to the caller.
TrainerHooks make_hooks(const TrainSinks& sinks, bool leads, RunLogs& logs) {
  TrainerHooks hooks;
  hooks.stop = sinks.stop;
  if (!leads) return hooks;
  hooks.note = sinks.note;
  hooks.on_step = sinks.on_step;
  hooks.sinks.push_back([&logs](const nlohmann::json& row) { logs.add_row(row); });
  if (sinks.on_row) hooks.sinks.push_back(sinks.on_row);
  hooks.on_scores = [&](const MonitorReport& report) {
    logs.add_scores(report);
    if (sinks.on_scores) sinks.on_scores(report);
  };
  return hooks;
}

int64_t parameter_count(const Networks& networks, const std::string& name) {
  return networks.at(name).flat->values().numel();
}

/// A new run is there once it can be resumed.
void begin_run(RunDirectory& run, const ResolvedConfig& config, Trainer& trainer) {
  try {
    write_file(run.config(), print_document(config.document) + "\n");
    trainer.write_first_checkpoint();
  } catch (const Error& error) {
    throw run.at_target(error);
  }
  run.publish();
}

/// The best checkpoint is that of a step that is no more: the run was killed while it was set
/// aside.
bool is_stale(const fs::path& best, int64_t step) {
  try {
    return read_checkpoint(best).counter("step") > step;
  } catch (const Error&) {
    return false;
  }
}

/// What the run had done after the checkpoint stays, in the folder that is named.
std::string set_aside_later_work(const RunDirectory& run, Trainer& trainer) {
  const std::string name = run.set_aside(trainer.step());
  const fs::path best = run.best_checkpoint();
  if (is_there(best, ErrorKind::output) && !is_stale(best, trainer.step())) return name;
  const auto step = trainer.monitor().best_step();
  const fs::path same = run.checkpoint(step.value_or(trainer.step()));
  std::error_code ignored;
  if (step && is_there(same, ErrorKind::output)) {
    write_file(best, read_file(same, ErrorKind::checkpoint));
  } else {
    fs::remove(best, ignored);
    if (step) trainer.forget_best();
  }
  return name;
}

/// The same bits as if the run had never stopped.
std::string go_on(const RunDirectory& run, const ResolvedConfig& config, Trainer& trainer) {
  std::error_code ignored;
  fs::create_directory(run.samples(), ignored);  // which none had been written to
  std::string aside = set_aside_later_work(run, trainer);
  run.cut_metrics(trainer.step());
  cut_event_files(run.path(), trainer.step());
  write_file(run.config(), print_document(config.document) + "\n");
  return aside;
}

RunSummary summary_of(const TrainResult& result, const Monitor& monitor, const RunDirectory& run,
                      double seconds) {
  RunSummary summary;
  summary.run = run.path();
  summary.checkpoint = result.checkpoint;
  summary.step = result.step;
  summary.signal = result.signal;
  summary.seconds = seconds;
  summary.best_step = monitor.best_step();
  summary.best_selection = monitor.best_selection();
  if (summary.best_step) summary.best_checkpoint = run.best_checkpoint();
  summary.not_selecting = monitor.left_out();
  return summary;
}

void add_report(const FinishedRun& finished, const TrainSinks& sinks, RunSummary& summary) {
  summary.report_lacks = lacks_for_report(finished.data);
  if (!summary.report_lacks.empty()) return;
  if (sinks.on_report) sinks.on_report();
  try {
    summary.report = write_report(finished, sinks.stop);
  } catch (const std::exception& error) {  // the run itself is done
    summary.no_report = as_error(error).what();
  }
}

/// What a complete run lacks.
RunSummary finish(const Resumed& resumed, const ResolvedConfig& config, const Dataset& data,
                  const TrainSinks& sinks) {
  if (!has_report(data)) refuse_complete(resumed, config.config.train);
  RunSummary summary;
  summary.run = resumed.run.path();
  summary.checkpoint = resumed.file;
  summary.step = resumed.checkpoint.counter("step");
  if (sinks.on_directory) sinks.on_directory(summary.run);
  add_report({config, data, summary.run, find_checkpoint(summary.run)}, sinks, summary);
  return summary;
}

Dataset load(const RunConfig& config, const TrainSinks& sinks) {
  require_data_path(config);
  require_room_to_read(config.data.path);
  return within_memory(ErrorKind::data, config.data.path, "use fewer rows or columns",
                       [&] { return load_checked(config, sinks.on_rows); });
}

/// The data as the run was trained on them.
void match_run(const Resumed& resumed, Dataset& data) {
  if (!resumed.checkpoint.schema.time.known()) forget_times(data);
  require_data_of_run(resumed, data);
  // That of another version of the program may encode the same data otherwise.
  data.schema = resumed.checkpoint.schema;
  for (SequenceSet* set : {&data.train, &data.validation, &data.test}) {
    keep_known(*set, data.schema);
  }
}

/// What it will take on the CPU.
MemoryNeed check_memory(const RunConfig& config, const Dataset& data, const at::Device& device,
                        bool report) {
  if (!device.is_cpu()) return {};
  const Objective objective(config.objective);
  return require_room(config, memory_shape(config, objective, data, report && has_report(data)));
}

/// From the first file of a run to its last checkpoint.
RunSummary run_training(const TrainRequest& request, const ResolvedConfig& resolved,
                        const Dataset& data, std::optional<Resumed> resumed,
                        const at::Device& device, const MemoryNeed& memory, const TrainSinks& sinks,
                        const Communicator& ranks) {
  const RunConfig& config = resolved.config;
  const bool leads = ranks.leads();
  RunDirectory run = resumed ? std::move(resumed->run)
                     : leads ? stage_run(request, config.objective)
                             : RunDirectory::followed(request.out);
  RunLogs logs;
  std::optional<Trainer> trainer(std::in_place, resolved, data, run, device,
                                 make_hooks(sinks, leads, logs), ranks);
  if (resumed) {
    trainer->restore(resumed->checkpoint, resumed->file.string());
    resumed->checkpoint.tensors.clear();
  } else if (leads) {
    begin_run(run, resolved, *trainer);
  } else {
    trainer->write_first_checkpoint();
  }
  if (sinks.on_directory) sinks.on_directory(run.path());
  const std::string aside = resumed && leads ? go_on(run, resolved, *trainer) : "";
  if (leads) logs.open(run, config.train.log, trainer->step());
  if (sinks.on_start) {
    sinks.on_start({config, data, trainer->monitor(), run.path(), device,
                    parameter_count(trainer->networks(), "generator"),
                    parameter_count(trainer->networks(), "discriminator"),
                    resumed ? resumed->file : fs::path(), trainer->step(),
                    aside.empty() ? fs::path() : run.path() / aside, memory});
  }
  const auto started = std::chrono::steady_clock::now();
  const TrainResult result = trainer->run();
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - started;
  RunSummary summary = summary_of(result, trainer->monitor(), run, elapsed.count());
  trainer.reset();  // its memory is for the report
  if (result.signal == 0 && request.report && leads) {
    add_report({resolved, data, run.path(), find_checkpoint(run.path())}, sinks, summary);
  }
  return summary;
}

}  // namespace

Dataset load_checked(const RunConfig& config, const std::function<void(int64_t)>& on_rows) {
  require_data_path(config);
  const Objective objective(config.objective);  // throws what only the objective can know
  Dataset data = load_dataset(config.data, on_rows);
  require_buildable(config, objective, data.schema);
  require_known_scores(config.evaluate);
  return data;
}

RunSummary train(const TrainRequest& request, const TrainSinks& sinks, const Communicator& ranks) {
  const bool leads = ranks.leads();
  check_request(request, leads);
  std::optional<Resumed> resumed = open_resumed(request.resume, leads);
  ResolvedConfig resolved = resolve(request, resumed);
  const RunConfig& config = resolved.config;
  const at::Device device = resolve_device(config.train.device);
  require_dealt(config, device, ranks);
  if (sinks.on_config) sinks.on_config(config);
  const bool complete = resumed && is_complete(*resumed, config.train);
  if (complete && !lacks_report(request, *resumed)) refuse_complete(*resumed, config.train);
  if (resumed) require_run_data_there(config);
  Dataset data = load(config, sinks);
  if (resumed) {
    match_run(*resumed, data);
  } else {
    settle_sizes(resolved, data.schema);
  }
  require_agreement(resolved, data, resumed ? resumed->checkpoint.counter("step") : -1, ranks);
  if (complete) return leads ? finish(*resumed, resolved, data, sinks) : RunSummary();
  const MemoryNeed memory = check_memory(config, data, device, request.report);
  return within_memory(ErrorKind::config, "model",
                       "make the model, train.batch or data.window.length smaller", [&] {
                         return run_training(request, resolved, data, std::move(resumed), device,
                                             memory, sinks, ranks);
                       });
}

}  // namespace rnngan
