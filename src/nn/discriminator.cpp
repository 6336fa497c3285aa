#include "nn/discriminator.h"

#include <cmath>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "config/check.h"
#include "core/error.h"
#include "nn/minibatch_layer.h"
#include "nn/pooling.h"

namespace rnngan {
namespace {

float unit_scale(double sd) {
  return sd > 0 ? static_cast<float>(1 / sd) : 1.0F;
}

/// The sum of the variances of a block's channels over the training split.
double block_variance(const Column& column, const ChannelBlock& block) {
  double variance = block.missing ? column.missing * (1 - column.missing) : 0;
  for (const double share : column.shares) {
    const double of_cells = share * (1 - column.missing);
    variance += of_cells * (1 - of_cells);
  }
  return variance;
}

/// What of `input_variance` a step gets: sequences of many steps are farther apart, too, by the
/// root of their number, and would be told by a smaller gradient. Up to 32 steps were fine as they
/// were.
double share_of_step(const Schema& schema) {
  constexpr double kMostInFull = 32, kStepsInFull = 24;
  double steps = 0, sequences = 0;
  for (const ConditionCount& line : schema.distribution) {
    const auto count = static_cast<double>(line.count);
    steps += count * static_cast<double>(line.length);
    sequences += count;
  }
  return steps > kMostInFull * sequences ? kStepsInFull * sequences / steps : 1;
}

// Refused when the config was read and again when the data were; here it would be a bug.
void require_checked(const DiscriminatorConfig& config, const Schema& schema, int64_t outputs) {
  std::vector<Finding> findings;
  check_discriminator(config, schema.shape(), outputs > 1, findings);
  if (findings.empty()) return;
  throw Error(ErrorKind::bug, "Discriminator",
              findings.front().path + ": " + findings.front().fact);
}

void require_packs(int64_t batch, int64_t pac) {
  if (batch % pac == 0) return;
  throw Error(ErrorKind::bug, "Discriminator",
              fmt::format("{} sequences are no packs of {}", batch, pac));
}

}  // namespace

Discriminator::Discriminator(const DiscriminatorConfig& config, const Schema& schema,
                             const DiscriminatorHeads& heads)
    : config_(config),
      classes_(static_cast<int64_t>(schema.labels.size())),
      outputs_(heads.outputs),
      layout_(schema) {
  require_checked(config, schema, heads.outputs);
  sequence_width_ = layout_.width() + (config.differences ? layout_.values() : 0);
  const int64_t condition = schema.condition_width() * config.pac;
  LstmOptions lstm;
  lstm.input = input_width() + schema.covariate_width() * config.pac;
  if (config.condition == ConditionPath::concat) lstm.input += condition;
  if (config.condition == ConditionPath::outputs || config.condition == ConditionPath::none) {
    lstm.input += condition - classes_;
  }
  lstm.hidden = config.hidden;
  lstm.layers = config.layers;
  lstm.bidirectional = config.bidirectional;
  lstm_ = register_module("lstm", std::make_shared<Lstm>(lstm));
  if (config.score == ScorePolicy::energy) {
    make_autoencoder(condition);
  } else {
    make_score(condition);
  }
  if (config.spectral_norm) normalise_weights();
  for (const HeadRequest& head : heads.heads) {
    heads_.emplace_back(
        head.name,
        register_module("head_" + head.name, torch::nn::Linear(feature_width(), head.outputs)));
  }
  make_scales(schema);
}

int64_t Discriminator::feature_width() const {
  return config_.score == ScorePolicy::energy ? config_.head : 2 * state_width();
}

void Discriminator::make_scales(const Schema& schema) {
  std::vector<float> value, difference;
  double variance = 0;
  for (const int64_t f : layout_.value_columns()) {
    const NumberCodec& codec = schema.columns[static_cast<size_t>(f)].codec;
    value.push_back(unit_scale(codec.channel_sd));
    difference.push_back(unit_scale(codec.channel_step_sd));
    variance += codec.channel_sd > 0 ? 1 : 0;
    variance += config_.differences && codec.channel_step_sd > 0 ? 1 : 0;
  }
  for (const ChannelBlock& block : layout_.blocks()) {
    variance += block_variance(schema.columns[static_cast<size_t>(block.column)], block);
  }
  value.resize(static_cast<size_t>(layout_.width()), 1.0F);
  const bool as_they_are = config_.input_variance == 0 || variance == 0;
  const double scale =
      as_they_are ? 1 : std::sqrt(config_.input_variance * share_of_step(schema) / variance);
  value_scale_ = register_buffer("value_scale", torch::tensor(value) * scale);
  if (config_.differences) {
    difference_scale_ = register_buffer("difference_scale", torch::tensor(difference) * scale);
  }
}

void Discriminator::make_score(int64_t condition) {
  const int64_t state = state_width();
  const int64_t features = 2 * state;
  int64_t extra = 0;
  if (config_.minibatch == MinibatchLayer::deviation) extra = 1;
  if (config_.minibatch == MinibatchLayer::discrimination) {
    extra = config_.minibatch_kernels;
    // A bias would cancel in the differences.
    minibatch_ = register_module(
        "minibatch",
        torch::nn::Linear(
            torch::nn::LinearOptions(features, extra * config_.minibatch_dims).bias(false)));
  }
  if (config_.score == ScorePolicy::pooled) {
    hidden_ = register_module("hidden", torch::nn::Linear(features + extra, config_.head));
  }
  const int64_t outputs = config_.condition == ConditionPath::outputs ? classes_ : outputs_;
  score_ = register_module("score", torch::nn::Linear(hidden_ ? config_.head : state, outputs));
  if (config_.condition == ConditionPath::projection) {
    projection_ = register_module(
        "projection", torch::nn::Linear(torch::nn::LinearOptions(condition, features).bias(false)));
  }
}

void Discriminator::make_autoencoder(int64_t condition) {
  code_ = register_module("code", torch::nn::Linear(2 * state_width(), config_.head));
  LstmOptions decoder;
  decoder.input = config_.head + condition;
  decoder.hidden = config_.hidden;
  decoder.layers = config_.layers;
  decoder_ = register_module("decoder", std::make_shared<Lstm>(decoder));
  reconstruction_ =
      register_module("reconstruction", torch::nn::Linear(config_.hidden, input_width()));
}

void Discriminator::normalise_weights() {
  spectral_norm_ = std::make_shared<SpectralNorm>();
  for (const auto& item : named_parameters()) {
    if (item.value().dim() == 2) spectral_norm_->add(*this, item.key(), item.value());
  }
  const auto transform = [norm = spectral_norm_](const torch::Tensor& weight) {
    return (*norm)(weight);
  };
  lstm_->transform_weights(transform);
  if (decoder_) decoder_->transform_weights(transform);
}

void Discriminator::advance_spectral_norm() {
  if (spectral_norm_) spectral_norm_->advance();
}

torch::Tensor Discriminator::differences(const torch::Tensor& x) const {
  const torch::Tensor values = x.narrow(2, 0, layout_.values());
  const int64_t later = values.size(1) - 1;
  torch::Tensor steps =
      (values.narrow(1, 1, later) - values.narrow(1, 0, later)) * difference_scale_;
  const torch::Tensor present = layout_.present(x);
  if (present.defined()) {
    const torch::Tensor both = present.narrow(1, 1, later).logical_and(present.narrow(1, 0, later));
    steps = steps.masked_fill(both.logical_not(), 0);
  }
  return torch::cat({torch::zeros_like(values.narrow(1, 0, 1)), steps}, 1);
}

torch::Tensor Discriminator::embed(const torch::Tensor& x, const StepMask& steps) const {
  const torch::Tensor channels = zero_padding(x, steps);
  torch::Tensor input = channels * value_scale_;
  if (config_.differences) {
    // The first padded step would hold a difference to the last valid one.
    input = zero_padding(torch::cat({input, differences(channels)}, 2), steps);
  }
  if (config_.pac == 1) return input;
  require_packs(input.size(0), config_.pac);
  return side_by_side(input);
}

// Steps of packed sequences: [B,T,C] -> [B/pac,T,pac*C].
torch::Tensor Discriminator::side_by_side(const torch::Tensor& of_steps) const {
  return of_steps.view({-1, config_.pac, of_steps.size(1), of_steps.size(2)})
      .transpose(1, 2)
      .reshape({-1, of_steps.size(1), config_.pac * of_steps.size(2)});
}

StepMask Discriminator::pack(const StepMask& steps) const {
  if (config_.pac == 1) return steps;
  require_packs(steps.batch(), config_.pac);
  StepMask packed{steps.lengths.view({-1, config_.pac}).amax(1),
                  steps.mask.view({-1, config_.pac, steps.steps()}).any(1), steps.ragged};
  if (steps.covariates.defined()) packed.covariates = side_by_side(steps.covariates);
  return packed;
}

torch::Tensor Discriminator::pack(const torch::Tensor& condition) const {
  if (config_.pac == 1 || !condition.defined()) return condition;
  require_packs(condition.size(0), config_.pac);
  return condition.reshape({-1, config_.pac * condition.size(1)});
}

DiscriminatorOutput Discriminator::score(const torch::Tensor& input, const torch::Tensor& condition,
                                         const StepMask& steps, const ScoreOptions& options) {
  const bool reads_condition =
      config_.condition == ConditionPath::projection || config_.condition == ConditionPath::outputs;
  if (reads_condition && !condition.defined()) {
    throw Error(ErrorKind::bug, "Discriminator", "no condition given");
  }
  const torch::Tensor seen =
      steps.covariates.defined() ? torch::cat({input, steps.covariates}, 2) : input;
  const torch::Tensor y = lstm_->outputs({seen, step_condition(condition)}, steps, {},
                                         options.differentiation, options.dropout);

  DiscriminatorOutput output;
  output.features = pooled_states(y, lstm_->options(), steps);
  if (config_.score == ScorePolicy::energy) {
    output.features = map(code_, output.features);
    output.score = energy(output.features, input, condition, steps, options.differentiation);
  } else {
    const torch::Tensor numbers = score_numbers(y, output.features, steps, options);
    if (outputs_ > 1) {
      output.outputs = numbers;
    } else {
      output.score = condition_score(numbers, output.features, condition, steps);
    }
  }
  for (const auto& [name, head] : heads_) {
    output.heads[name] = torch::linear(output.features, head->weight, head->bias);
  }
  return output;
}

torch::Tensor Discriminator::step_condition(const torch::Tensor& condition) const {
  if (!condition.defined()) return {};
  switch (config_.condition) {
    case ConditionPath::concat:
      return condition;
    case ConditionPath::projection:
      return {};
    case ConditionPath::outputs:
    case ConditionPath::none:
      if (condition.size(1) == classes_) return {};
      return condition.narrow(1, classes_, condition.size(1) - classes_);
  }
  throw Error(ErrorKind::bug, "Discriminator", "unknown path of the condition");
}

torch::Tensor Discriminator::map(const torch::nn::Linear& layer,
                                 const torch::Tensor& values) const {
  const torch::Tensor weight = spectral_norm_ ? (*spectral_norm_)(layer->weight) : layer->weight;
  return torch::linear(values, weight, layer->bias);
}

torch::Tensor Discriminator::compare(const torch::Tensor& features,
                                     const ScoreOptions& options) const {
  switch (config_.minibatch) {
    case MinibatchLayer::none:
      return features;
    case MinibatchLayer::discrimination:
      return torch::cat(
          {features, minibatch_discrimination(map(minibatch_, features), config_.minibatch_kernels,
                                              options.groups, *options.ranks)},
          1);
    case MinibatchLayer::deviation:
      return torch::cat({features, minibatch_deviation(features, options.groups, *options.ranks)},
                        1);
  }
  throw Error(ErrorKind::bug, "Discriminator", "unknown minibatch layer");
}

torch::Tensor Discriminator::score_numbers(const torch::Tensor& y, const torch::Tensor& features,
                                           const StepMask& steps,
                                           const ScoreOptions& options) const {
  switch (config_.score) {
    case ScorePolicy::pooled:
      return map(score_, torch::leaky_relu(map(hidden_, compare(features, options)), kLeak));
    case ScorePolicy::seq_mean:
      return masked_mean(map(score_, y), steps);
    case ScorePolicy::seq_last:
      return map(score_, features.narrow(1, features.size(1) / 2, features.size(1) / 2));
    case ScorePolicy::step:
      return map(score_, y);
    case ScorePolicy::energy:
      break;
  }
  throw Error(ErrorKind::bug, "Discriminator", "unknown score policy");
}

torch::Tensor Discriminator::condition_score(const torch::Tensor& numbers,
                                             const torch::Tensor& features,
                                             const torch::Tensor& condition,
                                             const StepMask& steps) const {
  const bool every_step = config_.score == ScorePolicy::step;
  torch::Tensor score;
  if (config_.condition == ConditionPath::outputs) {
    const torch::Tensor label = condition.narrow(1, 0, classes_);
    score = (numbers * (every_step ? label.unsqueeze(1) : label)).sum(-1);
  } else {
    score = numbers.squeeze(-1);
  }
  if (config_.condition == ConditionPath::projection) {
    const torch::Tensor agreement = (map(projection_, condition) * features).sum(1);
    score = score + (every_step ? agreement.unsqueeze(1) : agreement);
  }
  return every_step ? zero_padding(score, steps) : score;
}

torch::Tensor Discriminator::energy(const torch::Tensor& code, const torch::Tensor& input,
                                    const torch::Tensor& condition, const StepMask& steps,
                                    Differentiation differentiation) {
  torch::Tensor given = torch::leaky_relu(code, kLeak);
  if (condition.defined()) given = torch::cat({given, condition}, 1);
  const torch::Tensor states = decoder_->outputs(given.unsqueeze(1).expand({-1, steps.steps(), -1}),
                                                 steps, {}, differentiation);
  return masked_mean((input - map(reconstruction_, states)).abs().mean(2), steps);
}

}  // namespace rnngan
