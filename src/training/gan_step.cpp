#include "training/gan_step.h"

#include "tensor/random.h"
#include "training/phase_context.h"

namespace rnngan {

namespace {

const char* name(Side side) {
  return side == Side::discriminator ? "discriminator" : "generator";
}

std::string stream_name(const char* what, Side side) {
  return std::string(what) + "." + name(side);
}

std::vector<Span> pick(const std::vector<Span>& spans, const std::vector<int64_t>& indices) {
  std::vector<Span> picked;
  picked.reserve(indices.size());
  for (const int64_t index : indices) picked.push_back(spans[static_cast<size_t>(index)]);
  return picked;
}

}  // namespace

Noise draw_noise(const GeneratorConfig& config, int64_t batch, int64_t steps, at::Generator& stream,
                 const at::Device& device) {
  Noise noise;
  noise.step = normal({batch, steps, config.noise_step}, stream, device);
  if (config.noise_global > 0) noise.global = normal({batch, config.noise_global}, stream, device);
  return noise;
}

GanStep::GanStep(Networks& networks, Objective& objective, const Dataset& data,
                 const TrainConfig& train, const at::Device& device)
    : networks_(networks),
      objective_(objective),
      data_(data),
      train_(train),
      device_(device),
      discriminator_order_(
          static_cast<int64_t>(data.train.size()), train.batch,
          stream_key(static_cast<uint64_t>(train.seed), "data_order.discriminator", 0)),
      generator_order_(static_cast<int64_t>(data.train.size()), train.batch,
                       stream_key(static_cast<uint64_t>(train.seed), "data_order.generator", 0)) {}

std::vector<Statistic> GanStep::take(Side side, int64_t step, double lr_factor) {
  const auto seed = static_cast<uint64_t>(train_.seed);
  const auto key = static_cast<uint64_t>(step);
  const Batcher& order = side == Side::discriminator ? discriminator_order_ : generator_order_;
  PhaseInputs inputs;
  inputs.side = side;
  inputs.step = step;
  // Fakes take length and condition from real sequences drawn for them: the data's own law, and one
  // pair shares both.
  inputs.real = gather_batch(data_, pick(data_.train, order.batch(step)), device_);
  if (side == Side::generator && !objective_.needs(Need::real_in_g)) inputs.real.x.reset();
  auto noise_stream = stream_generator(seed, stream_name("noise", side), key);
  inputs.noise = draw_noise(networks_.generator().config(), train_.batch, inputs.real.steps.steps(),
                            noise_stream, device_);
  auto weight_stream = stream_generator(seed, stream_name("interpolation", side), key);
  inputs.interpolation_weights = uniform({train_.batch}, weight_stream, device_);
  if (side == Side::discriminator && objective_.needs(Need::perturbation)) {
    auto stream = stream_generator(seed, stream_name("perturbation", side), key);
    const at::Tensor& x = inputs.real.x;
    inputs.perturbation =
        normal({x.size(0), x.size(1), networks_.discriminator().point_width()}, stream, device_);
  }

  networks_.set_training_side(side);
  PhaseContext context(networks_, objective_, std::move(inputs));
  SideResult result = objective_.evaluate(context);
  if (!result.total.defined()) return result.statistics;

  std::vector<FlatParameters*> trained;
  for (const auto& network : networks_.all())
    if (network.group == side) trained.push_back(network.flat.get());
  for (auto* flat : trained) flat->zero_gradient();
  result.total.backward();
  result.statistics.push_back({"grad_norm", clip_gradients(trained, train_.grad_clip)});
  for (const auto& network : networks_.all())
    if (network.group == side) network.optimizer->step(network.optimizer->base_lr() * lr_factor);
  const torch::NoGradGuard no_grad;
  objective_.after_step(context);
  return result.statistics;
}

}  // namespace rnngan
