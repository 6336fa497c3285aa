#include "app/run_variant.h"

#include <algorithm>
#include <utility>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "app/model.h"
#include "app/scored_sets.h"
#include "comparison/hparams.h"
#include "core/error.h"
#include "data/sequence_writer.h"
#include "evaluation/scoring.h"
#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMostWritten = 500;

class VariantRun {
 public:
  VariantRun(const Plan& plan, const RunKey& key, const RunPaths& paths,
             const VariantOptions& options, const TrainSinks& sinks)
      : plan_(plan), key_(key), paths_(paths), options_(options), sinks_(sinks) {}

  /// Its scores; nothing when it was stopped.
  std::optional<std::vector<Score>> make();

 private:
  uint64_t seed() const { return plan_.seeds.at(key_.seed); }
  std::vector<std::string> sets() const;
  bool train_as(const TrainRequest& request);
  bool train_anew();
  std::optional<std::vector<Score>> go_on(int64_t step);
  std::optional<std::vector<Score>> score();
  SequenceSet draw_samples(const Model& model, const SequenceSet& real, int64_t count) const;

  const Plan& plan_;
  const RunKey& key_;
  const RunPaths& paths_;
  const VariantOptions& options_;
  const TrainSinks& sinks_;
};

std::vector<std::string> VariantRun::sets() const {
  std::vector<std::string> sets = {"train.threads=" + std::to_string(options_.threads)};
  if (!options_.device.empty()) sets.push_back("train.device=\"" + options_.device + "\"");
  return sets;
}

std::optional<std::vector<Score>> VariantRun::make() {
  for (const int64_t step : checkpoint_steps(paths_.directory)) {
    try {
      return go_on(step);
    } catch (const Error& error) {
      if (error.kind() == ErrorKind::config) break;  // checkpoints of another config
      if (error.kind() != ErrorKind::checkpoint) throw;
    }
  }
  return train_anew() ? score() : std::nullopt;
}

/// Whether it came to its last step.
bool VariantRun::train_as(const TrainRequest& request) {
  const RunSummary run = train(request, sinks_);
  if (options_.on_trained) options_.on_trained(run);
  return run.signal == 0;
}

bool VariantRun::train_anew() {
  std::error_code failed;
  fs::remove_all(paths_.directory, failed);
  TrainRequest request;
  request.config = paths_.config;
  request.sets = sets();
  request.sets.push_back("train.seed=" + std::to_string(seed()));
  request.out = paths_.directory;
  request.report = false;
  return train_as(request);
}

std::optional<std::vector<Score>> VariantRun::go_on(int64_t step) {
  TrainRequest request;
  request.sets = sets();
  request.resume = paths_.directory / "checkpoints" / fmt::format("{}.safetensors", step);
  request.report = false;
  const bool trained = step >= plan_.variants.at(key_.variant).steps();
  return trained || train_as(request) ? score() : std::nullopt;
}

SequenceSet VariantRun::draw_samples(const Model& model, const SequenceSet& real,
                                     int64_t count) const {
  SequenceSet samples =
      model.sample(with_covariates_of(real, model.schema(), {.count = count, .seed = seed()}));
  const int64_t written = std::min(count, kMostWritten);
  write_sequences(select(samples, at::arange(written)), paths_.samples());
  return samples;
}

std::optional<std::vector<Score>> VariantRun::score() {
  OpenOptions open;
  if (!options_.device.empty()) open.device = options_.device;
  open.sets = sets();
  const Model model = open_model(paths_.directory, open);
  const Dataset data = load_data_of(model);
  EvaluationData compared = held_out_sets(data);
  compared.real = without_gaps(unshared(scored_split(plan_, data)));
  const int64_t held_out = std::max<int64_t>(compared.real.count(), 1);
  compared.synthetic =
      draw_samples(model, compared.real, plan_.samples > 0 ? plan_.samples : held_out);
  EvaluationRequest request;
  request.metrics = names_of(plan_.metrics);
  request.seed = seed();
  request.repeats = plan_.repeats;
  request.bounds = options_.bounds;
  auto scores = evaluate(compared, request, {}, sinks_.stop);
  if (sinks_.stop != nullptr && sinks_.stop->requested()) return std::nullopt;
  return scores;
}

/// The message without the run's own directory in front.
std::string reason_of(const Error& error, const RunPaths& paths) {
  const std::string reason = error.what(), place = paths.directory.string() + ": ";
  return reason.starts_with(place) ? reason.substr(place.size()) : reason;
}

}  // namespace

RunResult run_variant(const Plan& plan, const RunKey& key, const RunPaths& paths,
                      const VariantOptions& options, const TrainSinks& sinks) {
  RunResult result;
  try {
    auto scores = VariantRun(plan, key, paths, options, sinks).make();
    if (!scores) return result;
    result.scores = std::move(*scores);
    result.status = RunStatus::ok;
    add_training(plan, key, paths, result);
    write_hparams(plan, key, paths, result);
    write_result(paths, result);
    return result;
  } catch (const std::exception& caught) {
    const Error error = as_error(caught);
    result = {};
    result.status = error.kind() == ErrorKind::diverged ? RunStatus::diverged : RunStatus::failed;
    result.reason = reason_of(error, paths);
    result.code = static_cast<int>(error.kind());
    try {
      add_training(plan, key, paths, result);
      write_hparams(plan, key, paths, result);
    } catch (const Error&) {  // of logs that are no more than that
    }
    write_result(paths, result);
    throw;
  }
}

}  // namespace rnngan
