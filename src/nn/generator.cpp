#include "nn/generator.h"

#include <algorithm>
#include <vector>

#include "core/error.h"

namespace rnngan {
namespace {

constexpr double kLeak = 0.2;
constexpr int64_t kMinStateWidth = 32;

}  // namespace

Generator::Generator(const GeneratorConfig& config, const Schema& schema) : config_(config) {
  const int64_t context = config.noise_global + schema.condition_width();
  const int64_t input = config.noise_step + context;
  if (input == 0) {
    throw Error(ErrorKind::config,
                "model.generator: noise_step and noise_global are 0 and the data has no condition",
                "give the generator noise");
  }
  LstmOptions lstm;
  lstm.input = input;
  lstm.hidden = config.hidden;
  lstm.layers = config.layers;
  lstm_ = register_module("lstm", std::make_shared<Lstm>(lstm));
  if (context > 0) {
    const int64_t width = std::max(kMinStateWidth, config.hidden);
    state_in_ = register_module("state_in", torch::nn::Linear(context, width));
    state_out_ =
        register_module("state_out", torch::nn::Linear(width, 2 * config.layers * config.hidden));
  }
  head_ = register_module("head", torch::nn::Linear(config.hidden + context, schema.features()));
  if (config.output == OutputActivation::range) {
    const ScaledRange range = scaled_range(schema);
    range_low_ = register_buffer("range_low", range.low);
    range_high_ = register_buffer("range_high", range.high);
  }
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

torch::Tensor Generator::forward(const Noise& noise, const torch::Tensor& condition,
                                 const StepMask& steps, Differentiation differentiation) {
  std::vector<torch::Tensor> parts;
  if (config_.noise_global > 0) parts.push_back(noise.global);
  if (condition.defined()) parts.push_back(condition);
  torch::Tensor context;  // [B,Zg+C]
  if (!parts.empty()) context = parts.size() == 1 ? parts[0] : torch::cat(parts, 1);

  torch::Tensor input = noise.step;
  if (context.defined()) {
    const torch::Tensor every_step = context.unsqueeze(1).expand({-1, steps.steps(), -1});
    input = config_.noise_step > 0 ? torch::cat({noise.step, every_step}, 2) : every_step;
  }
  const LstmOutput states = lstm_->forward(input, steps, initial_state(context), differentiation,
                                           /*want_final=*/false);

  // linear([h, context]): the context's share once per sequence.
  const torch::Tensor& weight = head_->weight;
  torch::Tensor offset = head_->bias;
  if (context.defined()) {
    const torch::Tensor share = weight.narrow(1, config_.hidden, context.size(1));
    offset = torch::linear(context, share, head_->bias).unsqueeze(1);
  }
  torch::Tensor x = torch::matmul(states.y, weight.narrow(1, 0, config_.hidden).t()) + offset;
  if (config_.output == OutputActivation::range) {
    x = range_low_ + (range_high_ - range_low_) * x.sigmoid();
  }
  return zero_padding(x, steps);
}

}  // namespace rnngan
