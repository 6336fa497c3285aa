#include "training/gan_step.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

#include "columns/activation.h"
#include "tensor/random.h"
#include "training/noise.h"
#include "training/statistics.h"

namespace rnngan {

namespace {

/// Adds the time since it was made, or since the last lap, to a phase.
class Stopwatch {
 public:
  void lap(double& phase) {
    const auto now = std::chrono::steady_clock::now();
    phase += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace

std::string describe(const PhaseSeconds& s) {
  const double all = std::max(s.draw + s.forward + s.backward + s.update, 1e-9) / 100;
  return fmt::format("draw {:.0f} %, forward {:.0f} %, backward {:.0f} %, update {:.0f} %",
                     s.draw / all, s.forward / all, s.backward / all, s.update / all);
}

GanStep::GanStep(Networks& networks, Objective& objective, const Dataset& data,
                 const TrainConfig& train, const at::Device& device, LookAhead* ahead,
                 const Communicator& ranks)
    : networks_(networks),
      objective_(objective),
      data_(data),
      train_(train),
      device_(device),
      ahead_(ahead),
      ranks_(ranks),
      augment_control_(train.augment),
      discriminator_order_(
          data.train.count(), train.batch,
          stream_key(static_cast<uint64_t>(train.seed), "data_order.discriminator", 0)),
      generator_order_(data.train.count(), train.batch,
                       stream_key(static_cast<uint64_t>(train.seed), "data_order.generator", 0)) {
  if (train.instance_noise.grid > 0) grid_noise_ = coarse_grids(data.schema);
  if (grid_noise_.defined()) grid_noise_ = grid_noise_.mul(train.instance_noise.grid).to(device);
}

PhaseInputs GanStep::draw_inputs(const StepRequest& request) const {
  const bool is_generator = request.side == Side::generator;
  const Batcher& order = is_generator ? generator_order_ : discriminator_order_;
  PhaseInputs inputs;
  inputs.streams = {static_cast<uint64_t>(train_.seed), request.side, request.step, device_,
                    &ranks_};
  inputs.epoch =
      static_cast<double>(request.step * train_.batch) / static_cast<double>(data_.train.count());
  inputs.instance_noise = request.instance_noise;
  inputs.grid_noise = grid_noise_;
  inputs.augment = train_.augment;
  inputs.augment_probability = augment_control_.probability();
  // Fakes take length and condition from real sequences drawn for them: the data's own
  // distribution, and one pair shares both.
  const bool reads_real = !is_generator || objective_.needs(Need::real_in_g) ||
                          objective_.needs(Need::encoder) || ahead_ != nullptr;
  inputs.real = gather(data_.train, order.batch(request.step), data_.schema, device_,
                       reads_real ? BatchParts::all : BatchParts::conditions, ranks_);
  const int64_t steps = inputs.real.steps.steps();
  at::Generator noise = inputs.streams.stream("noise");
  inputs.noise =
      draw_noise(networks_.generator().config(), train_.batch, steps, noise, device_, ranks_);
  if (!is_generator && objective_.needs(Need::perturbation)) {
    const int64_t packs = inputs.real.steps.batch() / networks_.discriminator().config().pac;
    inputs.perturbation = inputs.streams.normal(
        "perturbation", {packs, steps, networks_.discriminator().input_width()});
  }
  return inputs;
}

/// The adversarial loss alone moves the discriminator that looks ahead; penalties do not.
void GanStep::look_ahead(PhaseContext& context) {
  StepContext& seen = objective_.adversarial_context(context);
  const at::Tensor real = seen.embed(seen.batch(Which::real).x);
  const at::Tensor fake = seen.embed(seen.batch(Which::fake).x);
  Discriminator& ahead = ahead_->from(networks_.discriminator(), [&](Discriminator& critic) {
    context.score_by(critic);
    return objective_.adversarial_loss(seen, seen.scores_at(real), seen.scores_at(fake));
  });
  context.score_by(ahead);
}

/// The log has the share of this step, not that of the next.
void GanStep::control_augmentation(PhaseContext& context, SideResult& result) {
  const at::Tensor score = context.scores(Which::real).score.detach();
  result.statistics.push_back(
      {"augment", at::full({}, augment_control_.probability(), score.options())});
  const double sign = context.batch_mean(context.per_sequence(score.sign())).item<double>();
  augment_control_.observe(sign, context.step(), train_.batch);
}

bool GanStep::is_frozen(const SideResult& result) const {
  const auto accuracy = value_of("accuracy", result.statistics, ranks_);
  return accuracy && *accuracy > train_.freeze.discriminator_above;
}

namespace {

void clear_gradients(const std::vector<FlatParameters*>& trained) {
  for (auto* flat : trained) flat->zero_gradient();
}

/// Adds to the gradients of trained parameters. The discriminator's input, a leaf where it is
/// penalised, gets none.
void add_gradients(const at::Tensor& loss, const std::vector<FlatParameters*>& trained,
                   bool retain_graph) {
  std::vector<at::Tensor> parameters;
  for (const auto* flat : trained) {
    parameters.insert(parameters.end(), flat->parameters().begin(), flat->parameters().end());
  }
  loss.backward({}, retain_graph, /*create_graph=*/false, parameters);
}

}  // namespace

/// From those of own rows to those of the whole batch.
void GanStep::average_gradients(const std::vector<FlatParameters*>& trained) const {
  std::vector<at::Tensor> gradients;
  for (const auto* flat : trained) gradients.push_back(flat->gradient());
  ranks_.average(gradients);
}

/// The gradient's norm for each part of the total alone, and its share of their sum.
void GanStep::measure_parts(const std::vector<FlatParameters*>& trained, SideResult& result) const {
  std::vector<at::Tensor> norms;
  for (const Statistic& part : result.parts) {
    clear_gradients(trained);
    if (part.value.requires_grad()) add_gradients(part.value, trained, /*retain_graph=*/true);
    average_gradients(trained);
    norms.push_back(clip_gradients(trained, 0));
  }
  const at::Tensor shares = torch::stack(norms) / torch::stack(norms).sum().clamp_min(1e-30);
  for (size_t i = 0; i < norms.size(); ++i) {
    const std::string& name = result.parts[i].name;
    result.statistics.push_back({name + ".grad_norm", norms[i]});
    result.statistics.push_back({name + ".share", shares[static_cast<int64_t>(i)]});
  }
}

void GanStep::descend(const StepRequest& request, SideResult& result) {
  std::vector<FlatParameters*> trained;
  for (const auto& network : networks_.all())
    if (network.group == request.side) trained.push_back(network.flat.get());
  if (request.measure_parts) measure_parts(trained, result);
  Stopwatch watch;
  clear_gradients(trained);
  add_gradients(result.total, trained, /*retain_graph=*/false);
  average_gradients(trained);
  watch.lap(seconds_.backward);
  result.statistics.push_back({"grad_norm", clip_gradients(trained, train_.grad_clip)});
  for (const auto& network : networks_.all()) {
    if (network.group != request.side) continue;
    network.optimizer->step(network.optimizer->base_lr() * request.lr_factor);
  }
  watch.lap(seconds_.update);
}

std::vector<Statistic> GanStep::take(const StepRequest& request) {
  Stopwatch watch;
  networks_.set_training_side(request.side);
  networks_.generator().use_dead_bands(request.dead_bands);
  const bool is_generator = request.side == Side::generator;
  if (!is_generator) networks_.discriminator().advance_spectral_norm();
  PhaseContext context(networks_, objective_, draw_inputs(request));
  watch.lap(seconds_.draw);
  if (is_generator && ahead_ != nullptr && !request.supervised) look_ahead(context);
  SideResult result = objective_.evaluate(context, request.supervised);
  watch.lap(seconds_.forward);
  if (!result.total.defined()) return result.statistics;
  if (!is_generator && augment_control_.adapts()) control_augmentation(context, result);

  const bool may_freeze = !is_generator && train_.freeze.discriminator_above < 1;
  const bool frozen = may_freeze && is_frozen(result);
  if (may_freeze)
    result.statistics.push_back(
        {"frozen", at::full({}, frozen ? 1.0 : 0.0, result.total.detach().options())});
  if (frozen) return result.statistics;

  descend(request, result);
  if (ahead_ != nullptr) ahead_->release();
  const torch::NoGradGuard no_grad;
  objective_.after_step(context, request.supervised);
  return result.statistics;
}

}  // namespace rnngan
