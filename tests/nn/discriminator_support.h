// Discriminators with set weights, and their parts worked out by other means.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "nn/discriminator.h"
#include "nn/support.h"

namespace rnngan::testing {

/// The policies that score the states; not `energy`.
inline constexpr ScorePolicy kPolicies[] = {ScorePolicy::pooled, ScorePolicy::seq_mean,
                                            ScorePolicy::seq_last, ScorePolicy::step};

inline DiscriminatorConfig small_config(ScorePolicy score = ScorePolicy::pooled,
                                        bool bidirectional = true) {
  DiscriminatorConfig config;
  config.hidden = 3;
  config.layers = 1;
  config.bidirectional = bidirectional;
  config.score = score;
  config.head = 5;
  config.input_variance = 0;
  return config;
}

inline std::shared_ptr<Discriminator> make_discriminator(const DiscriminatorConfig& config,
                                                         const Schema& schema,
                                                         const DiscriminatorHeads& heads = {}) {
  auto discriminator = std::make_shared<Discriminator>(config, schema, heads);
  discriminator->to(torch::kFloat64);
  set_numbers(*discriminator);
  return discriminator;
}

/// small_schema() and one static column behind the label.
inline Schema schema_with_static(int64_t classes) {
  Schema schema = small_schema(classes);
  schema.statics = {column(0.0, 1.0, -2.0, 2.0, 0.0)};
  return schema;
}

inline torch::Tensor parameter(const torch::nn::Module& module, const std::string& name) {
  return module.named_parameters()[name];
}

inline torch::Tensor linear(const torch::nn::Module& module, const std::string& name,
                            const torch::Tensor& values) {
  return torch::linear(values, parameter(module, name + ".weight"),
                       parameter(module, name + ".bias"));
}

/// States of the LSTM `name`, from one of its own with the discriminator's weights.
inline torch::Tensor states(const Discriminator& discriminator, const torch::Tensor& input,
                            const StepMask& steps, const std::string& name = "lstm") {
  LstmOptions options;
  options.input = input.size(2);
  options.hidden = discriminator.config().hidden;
  options.layers = discriminator.config().layers;
  options.bidirectional = name == "lstm" && discriminator.config().bidirectional;
  Lstm lstm(options);
  lstm.to(torch::kFloat64);
  const torch::NoGradGuard no_grad;
  for (auto& item : lstm.named_parameters()) {
    item.value().copy_(parameter(discriminator, name + "." + item.key()));
  }
  return lstm.forward(input, steps).y;
}

/// values [B,T,n] and context [B,C] at every step, by repetition.
inline torch::Tensor beside(const torch::Tensor& values, const torch::Tensor& context) {
  return torch::cat({values, context.unsqueeze(1).repeat({1, values.size(1), 1})}, 2);
}

/// Features of a discriminator with two directions of H units, from its states y [B,T,2H], one
/// sequence at a time.
inline torch::Tensor features_of(const torch::Tensor& y, const StepMask& steps) {
  const int64_t hidden = y.size(2) / 2;
  std::vector<torch::Tensor> rows;
  for (int64_t b = 0; b < y.size(0); ++b) {
    const torch::Tensor valid = y[b].narrow(0, 0, steps.lengths[b].item<int64_t>());
    rows.push_back(torch::cat({valid.mean(0), valid[valid.size(0) - 1].narrow(0, 0, hidden),
                               valid[0].narrow(0, hidden, hidden)}));
  }
  return torch::stack(rows);
}

/// The score under `pooled`.
inline torch::Tensor pooled_score(const torch::nn::Module& module, const torch::Tensor& features) {
  return linear(module, "score", torch::leaky_relu(linear(module, "hidden", features), 0.2));
}

/// The condition of three sequences of three classes, with a static column.
inline torch::Tensor labelled_condition() {
  return torch::cat(
      {torch::eye(3, float64()).index({torch::tensor({2, 0, 1})}), numbers({3, 1}, 0.8)}, 1);
}

/// The score layer's numbers under each policy, from the states of two directions.
inline torch::Tensor numbers_of_policy(const Discriminator& d, const torch::Tensor& y,
                                       const StepMask& steps) {
  const torch::Tensor features = features_of(y, steps);
  switch (d.config().score) {
    case ScorePolicy::pooled:
      return pooled_score(d, features);
    case ScorePolicy::seq_last:
      return linear(d, "score", features.narrow(1, features.size(1) / 2, features.size(1) / 2));
    case ScorePolicy::seq_mean:
      return masked_mean(linear(d, "score", y), steps);
    default:
      return linear(d, "score", y);
  }
}

}  // namespace rnngan::testing
