#include "nn/auxiliary_network.h"

#include <torch/nn/init.h>

#include "columns/layout.h"
#include "nn/pooling.h"

namespace rnngan {

AuxiliaryNetwork::AuxiliaryNetwork(const NetworkRequest& request, const ModelShape& shape,
                                   int64_t features)
    : causal_(request.causal) {
  if (request.on_classes) {
    const auto classes = static_cast<int64_t>(shape.schema.labels.size());
    classes_ = register_module("classes", torch::nn::Embedding(classes, request.outputs));
    return;
  }
  if (request.step_inputs > 0) {
    const auto options = torch::nn::LinearOptions(request.step_inputs, request.outputs).bias(false);
    output_ = register_module("output", torch::nn::Linear(options));
    torch::nn::init::normal_(output_->weight);
    return;
  }
  if (request.on_features) {
    output_ = register_module("output", torch::nn::Linear(features, request.outputs));
    return;
  }
  LstmOptions lstm;
  lstm.input = Layout(shape.schema).width() + shape.schema.condition_width();
  lstm.hidden = shape.model.discriminator.hidden;
  lstm.layers = shape.model.discriminator.layers;
  lstm.bidirectional = !causal_;
  lstm_ = register_module("lstm", std::make_shared<Lstm>(lstm));
  const int64_t state = lstm.hidden * lstm.directions();
  output_ =
      register_module("output", torch::nn::Linear(causal_ ? state : 2 * state, request.outputs));
}

torch::Tensor AuxiliaryNetwork::forward(const torch::Tensor& x, const torch::Tensor& condition,
                                        const StepMask& steps) {
  if (classes_) return classes_(x);
  if (!lstm_) return output_(x);
  const torch::Tensor y = lstm_->outputs({x, condition}, steps, {}, Differentiation::once);
  if (causal_) return zero_padding(output_(y), steps);
  return output_(pooled_states(y, lstm_->options(), steps));
}

}  // namespace rnngan
