#include "training/trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/period.h"
#include "data/sequence_writer.h"
#include "training/sampler.h"
#include "training/schedule.h"

namespace rnngan {

namespace {

double seconds_now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

Trainer::Trainer(const ResolvedConfig& config, const Dataset& data, const RunDirectory& run,
                 const at::Device& device, TrainerHooks hooks, const Communicator& ranks)
    : config_(config),
      train_(config.config.train),
      data_(data),
      run_(run),
      device_(device),
      hooks_(std::move(hooks)),
      ranks_(ranks),
      objective_(config.config.objective, train_.topk),
      networks_(config.config.model, train_.optim, data.schema, static_cast<uint64_t>(train_.seed),
                device, plan_of(objective_, config.config.model, data.schema)),
      ahead_(make_look_ahead()),
      gan_step_(networks_, objective_, data, train_, device, ahead_.get(), ranks),
      monitor_(config.config.evaluate, data, static_cast<uint64_t>(train_.seed)) {
  for (const auto& term : objective_.terms()) {
    term.term->attach([this](Side side) { return networks_.parameters(side); });
    term.term->to(device);
  }
  if (train_.ema.decay > 0) {
    averaged_ = make_generator(config.config.model.generator, data.schema,
                               static_cast<uint64_t>(train_.seed), device);
    average_ = std::make_unique<FlatParameters>(*averaged_);
  }
}

std::unique_ptr<LookAhead> Trainer::make_look_ahead() const {
  if (train_.unroll.steps == 0) return nullptr;
  const ModelConfig& model = config_.config.model;
  const auto make = [&] {
    return make_discriminator(model.discriminator, plan_of(objective_, model, data_.schema).heads,
                              data_.schema, static_cast<uint64_t>(train_.seed), device_);
  };
  return std::make_unique<LookAhead>(train_.unroll.steps, train_.unroll.rate, make, ranks_);
}

void Trainer::note(const std::string& text) const {
  if (hooks_.note) hooks_.note(text);
}

TrainResult Trainer::run() {
  std::filesystem::path checkpoint;
  if (last_checkpoint_ < 0) checkpoint = write_checkpoint_file();
  row_started_seconds_ = seconds_now();
  row_started_step_ = step_;
  int signal = 0;
  while (step_ < train_.steps && (signal = asked_to_stop()) == 0) {
    take_step();
    const bool last = step_ == train_.steps;
    if (last || crossed(step_ - 1, step_, train_.log.every)) write_row();
    if (monitor_.due(step_, last)) write_scores();
    if (last || crossed(step_ - 1, step_, train_.sample.every)) write_samples();
    if (last || crossed(step_ - 1, step_, train_.checkpoint.every)) {
      checkpoint = write_checkpoint_file();
    }
    if (hooks_.on_step) hooks_.on_step(step_);
  }
  if (signal != 0 && last_checkpoint_ != step_) checkpoint = write_checkpoint_file();
  if (checkpoint.empty() && ranks_.leads()) checkpoint = newest_checkpoint(run_.path());
  return {step_, checkpoint, signal};
}

// One that stopped alone would leave the others waiting.
int Trainer::asked_to_stop() const {
  const int own = hooks_.stop == nullptr ? 0 : hooks_.stop->signal();
  return ranks_.largest(torch::tensor(own)).item<int>();
}

void Trainer::write_first_checkpoint() {
  if (ranks_.leads()) write_checkpoint(run_.checkpoint(step_), capture());
  last_checkpoint_ = step_;
}

StepRequest Trainer::request(Side side, int64_t step) const {
  StepRequest request;
  request.side = side;
  request.step = step;
  request.lr_factor = schedule_factor(train_.schedule, step_, train_.steps);
  const auto noise_steps = train_.instance_noise.share * static_cast<double>(train_.steps);
  if (noise_steps > 0) {
    const double left = 1 - static_cast<double>(step_) / noise_steps;
    request.instance_noise = train_.instance_noise.sd * std::max(0.0, left);
  }
  request.dead_bands =
      static_cast<double>(step_) >= train_.dead_bands_from * static_cast<double>(train_.steps);
  request.supervised = step_ < train_.pretrain;
  request.measure_parts = crossed(step_, step_ + 1, train_.log.every);
  return request;
}

void Trainer::take_step() {
  double accuracy = 1;  // of the discriminator, for the rule that stops the generator
  if (objective_.trains(Side::discriminator) && step_ >= train_.pretrain) {
    for (int64_t i = 0; i < train_.n_critic; ++i) {
      const auto statistics = gan_step_.take(request(Side::discriminator, discriminator_step_));
      statistics_.add(Side::discriminator, discriminator_step_, statistics);
      if (train_.freeze.generator_below > 0) {
        accuracy = value_of("accuracy", statistics, ranks_).value_or(1);
      }
      ++discriminator_step_;
    }
  }
  const bool frozen = accuracy < train_.freeze.generator_below;
  if (train_.freeze.generator_below > 0) {
    statistics_.add(Side::generator, step_, {{"frozen", torch::tensor(frozen ? 1.0F : 0.0F)}});
  }
  if (!frozen) {
    statistics_.add(Side::generator, step_, gan_step_.take(request(Side::generator, step_)));
  }
  if (average_) {
    torch::Tensor average = average_->values();
    update_average(average, networks_.at("generator").flat->values(), train_.ema.decay, step_);
  }
  ++step_;
}

void Trainer::require_finite() {
  statistics_.join(ranks_);
  const auto bad = statistics_.first_non_finite(train_.n_critic, train_.pretrain);
  if (!bad) return;
  throw Error(ErrorKind::diverged, run_.path().string(),
              fmt::format("training diverged at step {}: \"{}\" of the {} was the first value that "
                          "was not finite; the checkpoint at step {} is kept",
                          bad->step + 1, bad->name,
                          bad->side == Side::discriminator ? "discriminator" : "generator",
                          last_checkpoint_),
              "lower train.optim.*.lr, set train.grad_clip, or raise the weight of a penalty");
}

void Trainer::write_row() {
  require_finite();
  const double now = seconds_now();
  const double elapsed = now - row_started_seconds_;
  nlohmann::json row = {{"step", step_}, {"discriminator_step", discriminator_step_}};
  const auto means = statistics_.means();
  for (const auto& [name, value] : means) row[name] = value;
  const auto& adversarial = objective_.adversarial();
  if (adversarial && adversarial->estimate && means.contains("d.adversarial")) {
    row["d." + adversarial->divergence] = adversarial->estimate(means.at("d.adversarial"));
  }
  for (const auto& active : objective_.terms()) {
    for (const Side side : {Side::discriminator, Side::generator}) {
      const std::string key = (side == Side::discriminator ? "d." : "g.") + active.name;
      const int64_t last = (side == Side::discriminator ? discriminator_step_ : step_) - 1;
      if (means.contains(key)) row[key + ".weight"] = active.weight_at(last);
    }
  }
  const double factor = schedule_factor(train_.schedule, step_ - 1, train_.steps);
  for (const auto& network : networks_.all()) {
    row["lr." + network.name] = network.optimizer->base_lr() * factor;
  }
  if (elapsed > 0) {
    row["steps_per_second"] = static_cast<double>(step_ - row_started_step_) / elapsed;
  }
  for (const auto& sink : hooks_.sinks) sink(row);
  statistics_.clear();
  row_started_seconds_ = now;
  row_started_step_ = step_;
}

// Behind the row of the log, so that the best checkpoint is one that could be resumed as well.
void Trainer::write_scores() {
  require_finite();
  if (!ranks_.leads()) return;
  const double started = seconds_now();
  const MonitorReport report = monitor_.score(sampled_generator(), step_, device_);
  if (report.best) write_checkpoint(run_.best_checkpoint(), capture());
  if (hooks_.on_scores) hooks_.on_scores(report);
  row_started_seconds_ += seconds_now() - started;  // steps per second are those of training
}

Generator& Trainer::sampled_generator() const {
  Generator& generator = averaged_ ? *averaged_ : networks_.generator();
  generator.use_dead_bands(true);
  return generator;
}

void Trainer::write_samples() {
  require_finite();
  if (!ranks_.leads()) return;
  const auto path = run_.samples() / fmt::format("{}.csv", step_);
  SampleRequest request;
  request.count = train_.sample.count;
  request.seed = static_cast<uint64_t>(train_.seed);
  request = with_covariates_of(data_.train, data_.schema, request);
  write_sequences(sample(sampled_generator(), data_.schema, request, device_), path);
  note("samples    " + path.string());
}

std::filesystem::path Trainer::write_checkpoint_file() {
  require_finite();
  last_checkpoint_ = step_;
  if (!ranks_.leads()) return {};
  const auto path = run_.checkpoint(step_);
  write_checkpoint(path, capture());
  run_.rotate_checkpoints(train_.checkpoint.keep, train_.checkpoint.milestone);
  note("checkpoint " + path.string());
  if (step_ > 0) note("profile    " + describe(gan_step_.phase_seconds()));
  return path;
}

std::map<std::string, at::Tensor> Trainer::state_tensors() const {
  std::map<std::string, at::Tensor> tensors;
  const auto add = [&](const std::string& prefix, const std::map<std::string, at::Tensor>& more) {
    for (const auto& [name, tensor] : more) tensors[prefix + name] = tensor;
  };
  for (const auto& network : networks_.all()) {
    add("", module_tensors(*network.module, network.name + "."));
    add("optim." + network.name + ".", network.optimizer->moments());
  }
  if (averaged_) add("", module_tensors(*averaged_, "ema.generator."));
  if (gan_step_.augment_control().adapts()) {
    tensors["augment.state"] = gan_step_.augment_control().state();
  }
  for (const auto& term : objective_.terms()) {
    add("", module_tensors(*term.term, "terms." + term.name + "."));
  }
  return tensors;
}

Checkpoint Trainer::capture() const {
  Checkpoint checkpoint;
  checkpoint.config = config_.document;
  checkpoint.schema = data_.schema;
  checkpoint.data_hash = data_.hash;
  checkpoint.log = statistics_.state();
  checkpoint.best = monitor_.state();
  checkpoint.program = program_version();
  checkpoint.libtorch = libtorch_version();
  checkpoint.tensors = state_tensors();
  const auto count = [&](const std::string& name, int64_t value) {
    checkpoint.tensors["state." + name] = torch::tensor(value, torch::kInt64);
  };
  count("step", step_);
  count("discriminator_step", discriminator_step_);
  for (const auto& network : networks_.all()) {
    count("optim." + network.name + ".step", network.optimizer->steps());
  }
  return checkpoint;
}

void Trainer::restore(const Checkpoint& checkpoint, const std::string& origin) {
  load_tensors(checkpoint.tensors, state_tensors(), origin);
  step_ = checkpoint.counter("step");
  discriminator_step_ = checkpoint.counter("discriminator_step");
  for (const auto& network : networks_.all()) {
    network.optimizer->set_steps(checkpoint.counter("optim." + network.name + ".step"));
  }
  statistics_.restore(checkpoint.log, device_);
  monitor_.restore(checkpoint.best, origin);
  last_checkpoint_ = step_;
}

}  // namespace rnngan
