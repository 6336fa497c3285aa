// A step without networks: a critic that is any function of its input, and batches that are given.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "objective/objective.h"
#include "objective/step_context.h"
#include "tensor/random.h"

namespace rnngan {

inline constexpr auto kD = Side::discriminator;
inline constexpr auto kG = Side::generator;

/// critic input [B,T,E] and its mask -> score [B] or [B,T].
using Critic = std::function<at::Tensor(const at::Tensor& input, const StepMask& steps)>;

/// Features are the means of a critic input over its valid steps unless others are set.
class FakeContext : public StepContext {
 public:
  /// In the discriminator's step both points become leaves that require grad; in the generator's
  /// the fake keeps its graph.
  FakeContext(Side side, Critic critic, const at::Tensor& real, const at::Tensor& fake,
              StepMask steps)
      : side_(side), critic_(std::move(critic)) {
    const bool leaves = side == Side::discriminator;
    points_ = {real.detach().clone().requires_grad_(leaves),
               leaves ? fake.detach().clone().requires_grad_() : fake};
    for (size_t i = 0; i < 2; ++i) batches_[i] = {points_[i], steps, {}, {}, points_[i]};
    const auto options = real.options().requires_grad(false);
    interpolation_weights_ = at::full({real.size(0)}, 0.25, options);
    perturbation_ = at::full(real.sizes(), 0.3, options);
  }

  FakeContext(Side side, Critic critic, const at::Tensor& real, const at::Tensor& fake)
      : FakeContext(side, std::move(critic), real, fake,
                    full_step_mask(real.size(0), real.size(1), at::kCPU)) {}

  Side side() const override { return side_; }
  int64_t step() const override { return step_; }
  const SequenceBatch& batch(Which which) override {
    make_reconstruction(which);
    ++reads_;
    return batches_[index(which)];
  }
  const at::Tensor& critic_input(Which which) override {
    make_reconstruction(which);
    ++reads_;
    return points_[index(which)];
  }

  const Scores& scores(Which which) override {
    Scores& scores = scores_[index(which)];
    if (!scores.score.defined()) scores = scores_at(critic_input(which));
    return scores;
  }

  const at::Tensor& input_gradient(Which which) override {
    at::Tensor& gradient = gradients_[index(which)];
    if (!gradient.defined()) {
      gradient = gradient_of_sum(per_sequence(scores(which).score), critic_input(which));
    }
    return gradient;
  }

  using StepContext::scores_at;
  Scores scores_at(const at::Tensor& input, const PassOptions& options) override {
    ++passes_;
    passed_.push_back(options);
    const StepMask& steps = batches_[0].steps;
    const double draw = 0.1 * static_cast<double>(options.dropout_draw);
    const at::Tensor seen = draw == 0 ? input : input * (1 + draw);
    Scores scores{critic_(seen, steps),
                  features_ ? features_(seen, steps) : masked_mean(seen, steps)};
    if (outputs_) {
      scores.outputs = outputs_(seen, steps);
      scores.score = score_of_(scores.outputs);
    }
    for (const auto& [name, head] : heads_) scores.heads[name] = head(seen, steps);
    return scores;
  }

  const StepMask& critic_input_steps() override { return batches_[0].steps; }
  double epoch() const override { return epoch_; }
  at::Tensor embed(const at::Tensor& x) override { return embedding_ ? embedding_(x) : x; }
  at::Tensor normal(const std::string& name, at::IntArrayRef sizes) override {
    if (normal_) return normal_(name, sizes);
    at::Generator generator = stream_generator(1, "test." + name, static_cast<uint64_t>(step_));
    return rnngan::normal(sizes, generator, at::kCPU).to(points_[0].scalar_type());
  }
  const at::Tensor& code() override { return code_; }
  const at::Tensor& global_noise() override { return global_noise_; }
  const Posterior& posterior() override { return posterior_; }
  at::Tensor generate(const at::Tensor& global_noise) override {
    ++reads_;
    return generate_(global_noise);
  }
  const OtherFake& other_fake(double radius) override {
    radii_.push_back(radius);
    return other_fake_;
  }
  Activated forced(int64_t draw) override {
    const at::Tensor& x = forced_.at(static_cast<size_t>(draw));
    return {x, x};
  }
  const Layout& layout() const override { return layout_; }
  at::Tensor network(const std::string& name, const at::Tensor& x) override {
    return networks_.at(name)(x, batches_[0].steps);
  }

  const at::Tensor& interpolation_weights() override { return interpolation_weights_; }
  const at::Tensor& perturbation() override { return perturbation_; }

  at::Tensor per_sequence(const at::Tensor& elementwise) override {
    return elementwise.dim() == 1 ? elementwise : masked_mean(elementwise, batches_[0].steps);
  }

  std::vector<NamedParameter> parameters(Side side) override { return parameters_[side]; }

  void set_layout(Layout layout) { layout_ = std::move(layout); }
  void set_step(int64_t step) { step_ = step; }
  void set_parameters(std::vector<NamedParameter> parameters, Side side = Side::discriminator) {
    parameters_[side] = std::move(parameters);
  }
  /// What the critic sees of sequences; they themselves unless set.
  void set_embedding(std::function<at::Tensor(const at::Tensor&)> embedding) {
    embedding_ = std::move(embedding);
    for (size_t i = 0; i < 2; ++i) points_[i] = embedding_(batches_[i].x);
  }
  void set_interpolation_weights(at::Tensor weights) {
    interpolation_weights_ = std::move(weights);
  }
  void set_perturbation(at::Tensor perturbation) { perturbation_ = std::move(perturbation); }
  void set_features(Critic features) { features_ = std::move(features); }
  void set_epoch(double epoch) { epoch_ = epoch; }
  void set_head(const std::string& name, Critic head) { heads_[name] = std::move(head); }
  /// Several outputs per sequence and the score that is made of them.
  void set_outputs(Critic outputs, std::function<at::Tensor(const at::Tensor&)> score) {
    outputs_ = std::move(outputs);
    score_of_ = std::move(score);
  }
  void set_normal(std::function<at::Tensor(const std::string&, at::IntArrayRef)> normal) {
    normal_ = std::move(normal);
  }
  void set_network(const std::string& name, Critic network) {
    networks_[name] = std::move(network);
  }
  void set_labels(const at::Tensor& labels, int64_t classes) {
    for (SequenceBatch& batch : batches_) {
      batch.labels = labels;
      batch.condition = at::one_hot(labels, classes).to(points_[0].scalar_type());
    }
  }
  void set_code(at::Tensor code) { code_ = std::move(code); }
  void set_global_noise(at::Tensor noise) { global_noise_ = std::move(noise); }
  void set_posterior(Posterior posterior) { posterior_ = std::move(posterior); }
  /// Also what the reconstruction is made by: generate(posterior().z).
  void set_generate(std::function<at::Tensor(const at::Tensor&)> generate) {
    generate_ = std::move(generate);
  }
  void set_other_fake(OtherFake other) { other_fake_ = std::move(other); }
  void set_forced(std::vector<at::Tensor> draws) { forced_ = std::move(draws); }
  /// The radius of each other fake asked for so far.
  const std::vector<double>& radii() const { return radii_; }
  /// The options of each pass so far.
  const std::vector<PassOptions>& passed() const { return passed_; }
  /// How often the critic has run.
  int passes() const { return passes_; }
  /// How often a batch, its critic input or a sequence from other noise was asked for.
  int reads() const { return reads_; }

 private:
  static size_t index(Which which) { return static_cast<size_t>(which); }

  void make_reconstruction(Which which) {
    if (which != Which::reconstruction || points_[2].defined()) return;
    points_[2] = generate_(posterior_.z);
    batches_[2] = {points_[2], batches_[0].steps, batches_[0].condition, batches_[0].labels,
                   points_[2]};
  }

  Layout layout_;  // each channel is a column
  Side side_;
  Critic critic_, features_, outputs_;
  std::function<at::Tensor(const at::Tensor&)> score_of_;
  std::function<at::Tensor(const std::string&, at::IntArrayRef)> normal_;
  int64_t step_ = 0;
  int passes_ = 0, reads_ = 0;
  std::array<at::Tensor, 3> points_, gradients_;
  std::array<SequenceBatch, 3> batches_;
  std::array<Scores, 3> scores_;
  double epoch_ = 0;
  std::map<std::string, Critic> heads_, networks_;
  std::vector<PassOptions> passed_;
  at::Tensor code_, global_noise_;
  Posterior posterior_;
  std::function<at::Tensor(const at::Tensor&)> generate_;
  OtherFake other_fake_;
  std::vector<double> radii_;
  std::function<at::Tensor(const at::Tensor&)> embedding_;
  std::vector<at::Tensor> forced_;
  at::Tensor interpolation_weights_;
  at::Tensor perturbation_;
  std::map<Side, std::vector<NamedParameter>> parameters_;
};

/// A step whose scores are given, with their graphs: r and f [B].
class TableContext : public FakeContext {
 public:
  TableContext(Side side, const at::Tensor& r, const at::Tensor& f)
      : FakeContext(side, {}, r.reshape({-1, 1, 1}), f.reshape({-1, 1, 1})),
        given_{Scores{r, {}}, Scores{f, {}}, Scores{}} {}

  const Scores& scores(Which which) override { return given_[static_cast<size_t>(which)]; }
  /// Scores of reconstructions.
  void set_reconstruction(const at::Tensor& scores) { given_[2].score = scores; }
  /// Several outputs per sequence: r and f [B,n].
  void set_outputs(const at::Tensor& r, const at::Tensor& f) {
    given_[0].outputs = r;
    given_[1].outputs = f;
  }

 private:
  std::array<Scores, 3> given_;
};

/// Reconstructions score like fakes.
inline at::Tensor total_at(Objective& objective, Side side, const at::Tensor& r,
                           const at::Tensor& f) {
  TableContext context(side, r, f);
  context.set_reconstruction(f);
  return objective.evaluate(context).total;
}

/// An options struct of a row with some members set: options_of(row, {{"margin", 2.0}}).
inline std::shared_ptr<void> options_of(const LossDescription& description,
                                        const nlohmann::json& values) {
  std::shared_ptr<void> options = description.options.make();
  for (const Field& field : description.options.fields) {
    if (values.contains(field.path)) field.set(options.get(), values.at(field.path));
  }
  return options;
}

template <class Row>
const Row& row_named(const std::vector<Row>& rows, const std::string& name) {
  for (const Row& row : rows) {
    if (row.description.name == name) return row;
  }
  throw std::out_of_range(name);
}

/// The adversarial losses of one score per sequence.
inline std::vector<std::string> losses_of_one_score() {
  std::vector<std::string> names;
  for (const AdversarialRow& row : adversarial_catalog()) {
    const auto options = row.description.options.make();
    if (!row.make(options.get()).outputs) names.push_back(row.description.name);
  }
  return names;
}

inline bool is_listed(const std::vector<Need>& needs, Need need) {
  return std::find(needs.begin(), needs.end(), need) != needs.end();
}

inline AdversarialConfig adversarial_config(
    const std::string& type, const nlohmann::json& options = nlohmann::json::object()) {
  return {type, options_of(row_named(adversarial_catalog(), type).description, options)};
}

inline TermConfig term_config(const std::string& type, double weight,
                              const nlohmann::json& options = nlohmann::json::object(),
                              int64_t every = 1) {
  TermConfig config;
  config.type = type;
  config.weight = weight;
  config.every = every;
  config.options = options_of(row_named(term_catalog(), type).description, options);
  return config;
}

inline ObjectiveConfig objective_config(const std::string& adversarial,
                                        std::map<std::string, TermConfig> terms = {}) {
  ObjectiveConfig config;
  config.adversarial = adversarial_config(adversarial);
  config.terms = std::move(terms);
  return config;
}

/// The statistic of this name as a number; NaN when there is none.
inline double statistic(const SideResult& result, const std::string& name) {
  for (const Statistic& s : result.statistics) {
    if (s.name == name) return s.value.item<double>();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

inline std::vector<std::string> names_of(const SideResult& result) {
  std::vector<std::string> names;
  for (const Statistic& s : result.statistics) names.push_back(s.name);
  return names;
}

inline at::Tensor doubles(const std::vector<double>& values) {
  return torch::tensor(values, at::kDouble);
}

}  // namespace rnngan
