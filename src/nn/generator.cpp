#include "nn/generator.h"

#include <algorithm>
#include <vector>

#include "columns/state_chain.h"
#include "core/error.h"
#include "nn/pooling.h"

namespace rnngan {
namespace {

constexpr int64_t kMinStateWidth = 32;

int64_t code_width(const GeneratorConfig& config) {
  return config.code_categories + config.code_continuous;
}

}  // namespace

Generator::Generator(const GeneratorConfig& config, const Schema& schema)
    : config_(config), activation_(schema, config.output) {
  const int64_t width = layout().width();
  const int64_t context = config.noise_global + schema.condition_width() + code_width(config);
  const int64_t input = config.noise_step + schema.covariate_width() + context;
  if (input == 0) {
    throw Error(ErrorKind::bug, "Generator", "there is neither noise nor condition nor code");
  }
  LstmOptions lstm;
  lstm.input = input + (config.autoregressive ? width : 0);
  lstm.hidden = config.hidden;
  lstm.layers = config.layers;
  lstm_ = register_module("lstm", std::make_shared<Lstm>(lstm));
  if (context > 0) {
    const int64_t inner = std::max<int64_t>(kMinStateWidth, config.hidden);
    state_in_ = register_module("state_in", torch::nn::Linear(context, inner));
    state_out_ =
        register_module("state_out", torch::nn::Linear(inner, 2 * config.layers * config.hidden));
  }
  head_ = register_module("head", torch::nn::Linear(head_steps() + context, width));
  if (config.state_feedback && layout().any_drawn()) drawn_ = layout().drawn();
  // What an autoregressive one sees of the step before includes its states.
  if (drawn_.defined() && !config.autoregressive) {
    feedback_ = register_module("feedback", std::make_shared<StateFeedback>(schema, layout()));
  }
  const torch::NoGradGuard no_grad;
  if (feedback_) {
    // What is drawn begins as the chain, which knows the shares of all states.
    head_->weight.masked_fill_(drawn_.unsqueeze(1), 0);
    head_->bias.narrow(0, layout().values(), width - layout().values()).zero_();
  } else {
    head_->bias.add_(share_logits(schema, layout()));
  }
  // Smooth data begin without noise of single steps; others learn to use it.
  head_->weight.narrow(1, config.hidden, head_steps() - config.hidden).zero_();
  if (config.output == OutputActivation::range) {
    // The activation's own, for other programs that read a checkpoint.
    const ChannelRange range = channel_range(schema);
    register_buffer("range_low", range.low);
    register_buffer("range_high", range.high);
  }
}

torch::Tensor Generator::forward(const Noise& noise, const torch::Tensor& condition,
                                 const StepMask& steps, Differentiation differentiation) {
  return generate(noise, condition, steps, differentiation).x;
}

Activated Generator::generate(const Noise& noise, const torch::Tensor& condition,
                              const StepMask& steps, Differentiation differentiation) {
  const torch::Tensor every_step = context(noise, condition);
  if (config_.autoregressive) {
    return run_freely(noise, every_step, steps, differentiation);
  }
  const bool context_alone = config_.noise_step == 0 && !steps.covariates.defined();
  const LstmInput input = context_alone ? LstmInput(step_input(noise, every_step, steps))
                                        : LstmInput(step_input(noise, {}, steps), every_step);
  const torch::Tensor states =
      lstm_->outputs(input, steps, initial_state(every_step), differentiation);
  return activated(emit(states, head_noise(noise, steps), head_offset(every_step)), noise, steps);
}

Activated Generator::forced(const Noise& noise, const torch::Tensor& condition,
                            const StepMask& steps, const torch::Tensor& x) {
  if (!config_.autoregressive) {
    throw Error(ErrorKind::bug, "Generator", "only an autoregressive one can be forced");
  }
  const torch::Tensor every_step = context(noise, condition);
  const torch::Tensor given = x.detach();
  const torch::Tensor before = torch::cat(
      {torch::zeros_like(given.narrow(1, 0, 1)), given.narrow(1, 0, given.size(1) - 1)}, 1);
  // Without noise and context there is no generator, so there is always an input to append to.
  const torch::Tensor input = torch::cat({step_input(noise, every_step, steps), before}, 2);
  const torch::Tensor states =
      lstm_->outputs(input, steps, initial_state(every_step), Differentiation::once);
  return activated(emit(states, head_noise(noise, steps), head_offset(every_step)), noise, steps);
}

torch::Tensor Generator::context(const Noise& noise, const torch::Tensor& condition) const {
  std::vector<torch::Tensor> parts;
  if (config_.noise_global > 0) parts.push_back(noise.global);
  if (condition.defined()) parts.push_back(condition);
  if (code_width(config_) > 0) {
    if (!noise.code.defined())
      throw Error(ErrorKind::bug, "Generator", "no information code given");
    parts.push_back(noise.code);
  }
  if (parts.empty()) return {};
  return parts.size() == 1 ? parts[0] : torch::cat(parts, 1);
}

LstmState Generator::initial_state(const torch::Tensor& context) const {
  if (!context.defined()) return {};
  const torch::Tensor hidden =
      torch::leaky_relu(torch::linear(context, state_in_->weight, state_in_->bias), kLeak);
  const std::vector<torch::Tensor> half =
      torch::linear(hidden, state_out_->weight, state_out_->bias)
          .view({-1, 2, config_.layers, config_.hidden})
          .permute({1, 2, 0, 3})  // [2,layers,B,H]
          .unbind(0);
  return {half[0].tanh(), half[1]};
}

torch::Tensor Generator::step_input(const Noise& noise, const torch::Tensor& context,
                                    const StepMask& steps) const {
  const torch::Tensor& known = steps.covariates;
  if (config_.noise_step > 0) {
    return append_to_steps(known.defined() ? torch::cat({noise.step, known}, 2) : noise.step,
                           context);
  }
  if (known.defined()) return append_to_steps(known, context);
  return context.unsqueeze(1).expand({-1, steps.steps(), -1});
}

int64_t Generator::head_steps() const {
  return config_.hidden + (config_.noise_to_head ? int64_t{config_.noise_step} : 0);
}

// Without gradients from padding, whatever stands there.
torch::Tensor Generator::head_noise(const Noise& noise, const StepMask& steps) const {
  return head_steps() > config_.hidden ? zero_padding(noise.step, steps) : torch::Tensor();
}

// linear([h, noise, context]): the context's share once per sequence, [W] or [B,1,W].
torch::Tensor Generator::head_offset(const torch::Tensor& context) const {
  if (!context.defined()) return head_->bias;
  const torch::Tensor share = head_->weight.narrow(1, head_steps(), context.size(1));
  return torch::linear(context, share, head_->bias).unsqueeze(1);
}

torch::Tensor Generator::emit(const torch::Tensor& states, const torch::Tensor& step_noise,
                              const torch::Tensor& offset) const {
  if (!step_noise.defined() || !drawn_.defined()) {
    const torch::Tensor seen = step_noise.defined() ? torch::cat({states, step_noise}, 2) : states;
    return torch::matmul(seen, head_->weight.narrow(1, 0, head_steps()).t()) + offset;
  }
  const torch::Tensor raw =
      torch::matmul(states, head_->weight.narrow(1, 0, config_.hidden).t()) + offset;
  // What is drawn has random numbers of its own.
  const torch::Tensor added = head_->weight.narrow(1, config_.hidden, config_.noise_step)
                                  .masked_fill(drawn_.to(raw.device()).unsqueeze(1), 0);
  return raw + torch::matmul(step_noise, added.t());
}

// The normal numbers that the LSTM is given, as uniform ones: one per drawn block and step, over
// again where there are more blocks.
torch::Tensor Generator::draws(const Noise& noise) const {
  if (!drawn_.defined() || config_.noise_step == 0) return {};
  const int64_t blocks = std::ranges::count_if(layout().blocks(), &ChannelBlock::drawn);
  const int64_t used = std::min<int64_t>(blocks, config_.noise_step);
  const torch::Tensor uniform = 0.5 * torch::erfc(noise.step.narrow(2, 0, used) * -M_SQRT1_2);
  std::vector<torch::Tensor> draws;
  int64_t next = 0;
  for (const ChannelBlock& block : layout().blocks()) {
    const torch::Tensor draw = uniform.select(2, next % used);
    draws.push_back(block.drawn ? draw : torch::full_like(draw, -1));
    next += block.drawn ? 1 : 0;
  }
  return torch::stack(draws, 2);
}

Activated Generator::activated(const torch::Tensor& raw, const Noise& noise,
                               const StepMask& steps) const {
  const torch::Tensor drawn = draws(noise);
  Activated made = activation_(feedback_ ? feedback_->forward(raw, drawn) : raw, true, drawn);
  made.x = zero_padding(made.x, steps);
  return made;
}

Activated Generator::run_freely(const Noise& noise, const torch::Tensor& context,
                                const StepMask& steps, Differentiation differentiation) {
  const torch::Tensor input = step_input(noise, context, steps), drawn = draws(noise),
                      step_noise = head_noise(noise, steps);
  const int64_t batch = steps.batch();
  // Steps behind a sequence's end run, too, and are zeroed afterwards; what they are given must be
  // finite for that to hide them from the gradient.
  const torch::Tensor clean = zero_padding(input, steps);
  const torch::Tensor offset = head_offset(context);
  const StepMask one = full_step_mask(batch, 1, input.device());
  LstmState state = initial_state(context);
  torch::Tensor x = torch::zeros({batch, 1, head_->weight.size(0)}, input.options());
  std::vector<torch::Tensor> raw, made;
  for (int64_t t = 0; t < steps.steps(); ++t) {
    const LstmOutput after =
        lstm_->forward(torch::cat({clean.narrow(1, t, 1), x}, 2), one, state, differentiation);
    state = after.final;
    const auto of_step = [t](const torch::Tensor& of) {
      return of.defined() ? of.narrow(1, t, 1) : of;
    };
    const Activated step = activation_(emit(after.y, of_step(step_noise), offset), t == 0,
                                       of_step(drawn), t == 0 ? torch::Tensor() : x);
    x = step.x;
    raw.push_back(step.raw);
    made.push_back(x);
  }
  return {torch::cat(raw, 1), zero_padding(torch::cat(made, 1), steps)};
}

}  // namespace rnngan
