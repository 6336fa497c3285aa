#include "nn/discriminator.h"

#include <vector>

namespace rnngan {
namespace {

constexpr double kLeak = 0.2;

// What turns scaled units into units of `spread`, a column's standard deviation in original units.
float unit_scale(const Column& column, Scaling scaling, double spread) {
  return spread > 0 ? static_cast<float>(scaler(column, scaling).scale / spread) : 1.0f;
}

}  // namespace

Discriminator::Discriminator(const DiscriminatorConfig& config, const Schema& schema)
    : config_(config) {
  const int64_t point = schema.features() * (config.differences ? 2 : 1);
  LstmOptions lstm;
  lstm.input = point + schema.condition_width();
  lstm.hidden = config.hidden;
  lstm.layers = config.layers;
  lstm.bidirectional = config.bidirectional;
  lstm_ = register_module("lstm", std::make_shared<Lstm>(lstm));
  const int64_t state = config.hidden * lstm.directions();
  if (config.score == ScorePolicy::pooled) {
    hidden_ = register_module("hidden", torch::nn::Linear(2 * state, config.head));
  }
  score_ = register_module("score", torch::nn::Linear(hidden_ ? config.head : state, 1));

  std::vector<float> value, difference;
  for (const Column& column : schema.columns) {
    value.push_back(unit_scale(column, schema.scaling, column.sd));
    difference.push_back(unit_scale(column, schema.scaling, column.difference_sd));
  }
  value_scale_ = register_buffer("value_scale", torch::tensor(value));
  if (config.differences) {
    difference_scale_ = register_buffer("difference_scale", torch::tensor(difference));
  }
}

torch::Tensor Discriminator::embed(const torch::Tensor& x, const StepMask& steps) const {
  const torch::Tensor values = zero_padding(x, steps);
  if (!config_.differences) return values * value_scale_;
  const int64_t later = values.size(1) - 1;
  const torch::Tensor differences =
      torch::cat({torch::zeros_like(values.narrow(1, 0, 1)),
                  (values.narrow(1, 1, later) - values.narrow(1, 0, later)) * difference_scale_},
                 1);
  // The first padded step would hold a difference to the last valid one.
  return zero_padding(torch::cat({values * value_scale_, differences}, 2), steps);
}

Judgement Discriminator::judge(const torch::Tensor& point, const torch::Tensor& condition,
                               const StepMask& steps, Differentiation differentiation) {
  torch::Tensor input = point;
  if (condition.defined()) {
    input = torch::cat({point, condition.unsqueeze(1).expand({-1, steps.steps(), -1})}, 2);
  }
  const torch::Tensor y = lstm_->forward(input, steps, {}, differentiation, /*want_final=*/false).y;

  const int64_t hidden = config_.hidden;
  std::vector<torch::Tensor> ends = {last_valid(y.narrow(2, 0, hidden), steps)};
  if (config_.bidirectional) ends.push_back(y.select(1, 0).narrow(1, hidden, hidden));
  const torch::Tensor last = ends.size() == 1 ? ends[0] : torch::cat(ends, 1);

  Judgement judgement;
  judgement.features = torch::cat({masked_mean(y, steps), last}, 1);
  switch (config_.score) {
    case ScorePolicy::pooled:
      judgement.score = score_(torch::leaky_relu(hidden_(judgement.features), kLeak)).squeeze(1);
      break;
    case ScorePolicy::seq_mean:
      judgement.score = masked_mean(score_(y).squeeze(2), steps);
      break;
    case ScorePolicy::seq_last:
      judgement.score = score_(last).squeeze(1);
      break;
    case ScorePolicy::step:
      judgement.score = zero_padding(score_(y).squeeze(2), steps);
      break;
  }
  return judgement;
}

}  // namespace rnngan
