#include "training/phase_context.h"

#include <algorithm>

#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

namespace {

constexpr double kLargestLogVariance = 8.0;

size_t index(Which which) {
  return static_cast<size_t>(which);
}

at::Tensor twice(const at::Tensor& tensor) {
  return tensor.defined() ? torch::cat({tensor, tensor}) : tensor;
}

at::Tensor half_of(const at::Tensor& both, int64_t half) {
  const int64_t count = both.size(0) / 2;
  return both.narrow(0, half * count, count);
}

Scores half_of(const Scores& both, int64_t half) {
  Scores scores{half_of(both.score, half), half_of(both.features, half)};
  if (both.outputs.defined()) scores.outputs = half_of(both.outputs, half);
  for (const auto& [name, head] : both.heads) scores.heads[name] = half_of(head, half);
  return scores;
}

}  // namespace

PhaseContext::PhaseContext(Networks& networks, const Objective& objective, PhaseInputs inputs)
    : networks_(networks),
      objective_(objective),
      inputs_(std::move(inputs)),
      whole_(*this, inputs_.streams),
      critic_(&networks.discriminator()),
      input_steps_(critic_->pack(inputs_.real.steps)),
      condition_(critic_->pack(inputs_.real.condition)) {}

SequenceBatch PhaseContext::pair_batch(const Activated& made) const {
  return {made.x, inputs_.real.steps, inputs_.real.condition, inputs_.real.labels, made.raw};
}

const SequenceBatch& PhaseContext::batch(Which which) {
  if (which == Which::real) {
    if (!inputs_.real.x.defined()) {
      throw Error(ErrorKind::bug, "", "a loss reads the real batch without declaring real_in_g");
    }
    return inputs_.real;
  }
  if (which == Which::reconstruction) {
    if (!reconstruction_) reconstruction_ = pair_batch(made_from(posterior().z));
    return *reconstruction_;
  }
  if (!fake_) {
    const torch::AutoGradMode mode(trains_generator());
    fake_ = pair_batch(
        networks_.generator().generate(inputs_.noise, inputs_.real.condition, inputs_.real.steps));
  }
  return *fake_;
}

const at::Tensor& PhaseContext::seen(Which which) {
  if (which != Which::reconstruction) return batch(which).x;
  if (!undeceiving_.defined()) undeceiving_ = generate(posterior().z.detach());
  return undeceiving_;
}

/// Augmented by numbers of that name, and with instance noise (Sonderby et al. 2016,
/// arXiv:1610.04490), fresh for each batch that is shown.
at::Tensor PhaseContext::shown(const at::Tensor& x, const std::string& draws) {
  const StepMask& steps = inputs_.real.steps;
  const at::Tensor changed = augment(x, steps, layout(), inputs_.augment,
                                     inputs_.augment_probability, inputs_.streams, draws);
  const int64_t order = embedded_++;
  const at::Tensor& of_grids = inputs_.grid_noise;
  if (inputs_.instance_noise == 0 && !of_grids.defined()) return critic_->embed(changed, steps);
  const std::string stream = "instance_noise." + std::to_string(order);
  at::Tensor noise = inputs_.streams.normal(stream, x.sizes());
  noise = of_grids.defined() ? noise * (of_grids.to(noise.options()) + inputs_.instance_noise)
                             : noise * inputs_.instance_noise;
  noise = on_values(noise, changed, layout());
  return critic_->embed(changed + noise, steps);
}

/// A reconstruction is changed like the sequence that it is to be.
at::Tensor PhaseContext::shown(Which which) {
  return shown(seen(which), which == Which::fake ? "fake" : "real");
}

at::Tensor PhaseContext::embed(const at::Tensor& x) {
  return shown(x, std::to_string(embedded_));
}

void PhaseContext::make_joint_input() {
  if (joint_input_.defined()) return;
  {
    const torch::NoGradGuard no_grad;
    joint_input_ = torch::cat({shown(Which::real), shown(Which::fake)});
  }
  joint_input_.requires_grad_(objective_.needs(Need::input_grad));
  critic_inputs_[0] = half_of(joint_input_, 0);
  critic_inputs_[1] = half_of(joint_input_, 1);
}

const at::Tensor& PhaseContext::critic_input(Which which) {
  at::Tensor& input = critic_inputs_[index(which)];
  if (input.defined()) return input;
  if (joint() && which != Which::reconstruction) {
    make_joint_input();
  } else {
    input = shown(which);
  }
  return input;
}

Scores PhaseContext::score_inputs(const at::Tensor& input, const Pass& pass) {
  ScoreOptions options;
  const bool ahead = critic_ != &networks_.discriminator();
  const bool penalised = objective_.needs(Need::double_backward) && joint();
  options.differentiation = ahead || penalised ? Differentiation::twice : Differentiation::once;
  options.groups = pass.groups;
  options.ranks = inputs_.streams.ranks;
  const double dropout = critic_->config().dropout;
  if (dropout > 0) {
    const at::Tensor draw =
        inputs_.streams.uniform("dropout." + std::to_string(pass.dropout_draw),
                                {input.size(0), critic_->dropout_width()}, pass.groups);
    options.dropout = (draw >= dropout).to(input.scalar_type()) / (1 - dropout);
  }
  DiscriminatorOutput output = critic_->score(input, pass.condition, pass.steps, options);
  Scores scores{output.score, output.features, output.outputs, std::move(output.heads)};
  if (scores.outputs.defined()) scores.score = objective_.adversarial()->score(scores.outputs);
  return scores;
}

void PhaseContext::score_joint() {
  make_joint_input();
  StepMask both{twice(input_steps_.lengths), twice(input_steps_.mask), input_steps_.ragged};
  if (input_steps_.covariates.defined()) both.covariates = twice(input_steps_.covariates);
  const Scores joint = score_inputs(joint_input_, {twice(condition_), both, /*groups=*/2});
  joint_score_ = joint.score;
  for (const int64_t half : {0, 1}) scores_[half] = half_of(joint, half);
}

const Scores& PhaseContext::scores(Which which) {
  auto& scores = scores_[index(which)];
  if (scores) return *scores;
  if (joint() && which != Which::reconstruction) {
    score_joint();
  } else {
    // The real batch moves nothing in the generator's step: the discriminator is frozen and the
    // data are data. One that has looked ahead depends on the fakes.
    const bool ahead = critic_ != &networks_.discriminator();
    const torch::AutoGradMode mode(joint() || which != Which::real || ahead);
    scores = score_inputs(critic_input(which), own_pass());
  }
  return *scores;
}

const at::Tensor& PhaseContext::input_gradient(Which which) {
  at::Tensor& gradient = gradients_[index(which)];
  if (gradient.defined()) return gradient;
  if (joint() && which != Which::reconstruction) {
    if (!joint_score_.defined()) score_joint();
    const at::Tensor both = gradient_of_sum(joint_score_, joint_input_);
    gradients_[0] = half_of(both, 0);
    gradients_[1] = half_of(both, 1);
  } else {
    gradient = gradient_of_sum(scores(which).score, critic_input(which));
  }
  return gradient;
}

Scores PhaseContext::scores_at(const at::Tensor& input, const PassOptions& options) {
  Pass pass = own_pass();
  if (options.condition.defined()) pass.condition = critic_->pack(options.condition);
  pass.dropout_draw = options.dropout_draw;
  return score_inputs(input, pass);
}

at::Tensor PhaseContext::per_sequence(const at::Tensor& elementwise) {
  return elementwise.dim() == 2 ? masked_mean(elementwise, input_steps_) : elementwise;
}

at::Tensor PhaseContext::batch_mean(const at::Tensor& values) {
  const torch::NoGradGuard no_grad;
  return inputs_.streams.ranks->mean(values.mean());
}

const at::Tensor& PhaseContext::interpolation_weights() {
  if (!interpolation_weights_.defined()) {
    interpolation_weights_ = inputs_.streams.uniform("interpolation", {input_steps_.batch()});
  }
  return interpolation_weights_;
}

const at::Tensor& PhaseContext::perturbation() {
  if (!inputs_.perturbation.defined()) {
    throw Error(ErrorKind::bug, "", "a loss reads the perturbation without declaring it");
  }
  return inputs_.perturbation;
}

at::Tensor PhaseContext::normal(const std::string& name, at::IntArrayRef sizes) {
  return inputs_.streams.normal("term." + name, sizes);
}

const Posterior& PhaseContext::posterior() {
  if (posterior_) return *posterior_;
  const torch::AutoGradMode mode(trains_generator());
  const at::Tensor both = network("encoder", batch(Which::real).x);
  const int64_t width = both.size(1) / 2;
  const at::Tensor mean = both.narrow(1, 0, width);
  const at::Tensor log_variance =
      both.narrow(1, width, width).clamp(-kLargestLogVariance, kLargestLogVariance);
  const at::Tensor noise = inputs_.streams.normal("posterior", mean.sizes());
  posterior_ = Posterior{mean, log_variance, mean + (0.5 * log_variance).exp() * noise};
  return *posterior_;
}

at::Tensor PhaseContext::generate(const at::Tensor& global_noise) {
  return made_from(global_noise).x;
}

Activated PhaseContext::made_from(const at::Tensor& global_noise) {
  const torch::AutoGradMode mode(trains_generator());
  Noise noise = inputs_.noise;
  noise.step = torch::zeros_like(noise.step);
  noise.global = global_noise;
  const bool twice = objective_.needs(Need::double_backward_g) && trains_generator();
  return networks_.generator().generate(noise, inputs_.real.condition, inputs_.real.steps,
                                        twice ? Differentiation::twice : Differentiation::once);
}

at::Tensor PhaseContext::noise_distance(const Noise& other) const {
  const StepMask& steps = inputs_.real.steps;
  at::Tensor squares = zero_padding((other.step - inputs_.noise.step).square(), steps).sum({1, 2});
  at::Tensor count = steps.lengths.to(squares.scalar_type()) * other.step.size(2);
  if (other.global.defined()) {
    squares = squares + (other.global - inputs_.noise.global).square().sum(1);
    count = count + other.global.size(1);
  }
  return (squares / count).sqrt();
}

const OtherFake& PhaseContext::other_fake(double radius) {
  const auto found = other_fakes_.find(radius);
  if (found != other_fakes_.end()) return found->second;
  Noise noise = inputs_.noise;
  const auto move = [&](at::Tensor& values, const char* name) {
    if (!values.defined()) return;
    const at::Tensor drawn = inputs_.streams.normal(name, values.sizes());
    values = radius == 0 ? drawn : values + radius * drawn;
  };
  move(noise.step, "other_fake.step");
  move(noise.global, "other_fake.global");
  const torch::AutoGradMode mode(trains_generator());
  const at::Tensor x =
      networks_.generator().forward(noise, inputs_.real.condition, inputs_.real.steps);
  return other_fakes_[radius] = {x, noise_distance(noise)};
}

Activated PhaseContext::forced(int64_t draw) {
  Noise noise = inputs_.noise;
  if (draw > 0) {
    noise.step = inputs_.streams.normal("forced." + std::to_string(draw), noise.step.sizes());
  }
  const torch::AutoGradMode mode(trains_generator());
  return networks_.generator().forced(noise, inputs_.real.condition, inputs_.real.steps,
                                      batch(Which::real).x);
}

at::Tensor PhaseContext::network(const std::string& name, const at::Tensor& x) {
  return networks_.auxiliary(name).forward(x, inputs_.real.condition, inputs_.real.steps);
}

std::vector<NamedParameter> PhaseContext::parameters(Side side) {
  return networks_.parameters(side);
}

}  // namespace rnngan
