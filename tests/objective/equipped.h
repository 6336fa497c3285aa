// Gives a step whatever a row may ask for, made of the critic and the batches that are there: so
// that one test can go through every row of a catalog.
#pragma once

#include <cmath>

#include "objective/fake_context.h"

namespace rnngan {

inline constexpr int64_t kClasses = 3;

/// Data of three classes and a generator of two numbers of global noise and a code of 2 + 1.
inline ModelShape test_shape() {
  static const Schema schema = [] {
    Schema made;
    made.label_name = "class";
    made.labels = {"a", "b", "c"};
    return made;
  }();
  static const ModelConfig model = [] {
    ModelConfig made;
    made.generator.noise_global = 2;
    made.generator.code_categories = 2;
    made.generator.code_continuous = 1;
    return made;
  }();
  return {schema, model};
}

/// n numbers per sequence that vary with its score: [B,n]; others for another phase.
inline Critic several(const Critic& critic, int64_t n, double phase = 0) {
  return [critic, n, phase](const at::Tensor& input, const StepMask& steps) {
    const at::Tensor scores = critic(input, steps);
    const at::Tensor score = scores.dim() == 1 ? scores : masked_mean(scores, steps);
    const at::Tensor i = at::arange(n, score.options().requires_grad(false));
    return (score.unsqueeze(1) * (1 + 0.3 * i) + 0.7 * i + phase).sin() * (1 + 0.2 * i);
  };
}

/// The same for every sequence, and for a step whatever comes after it.
inline at::Tensor even_noise(const std::string& name, at::IntArrayRef sizes) {
  const auto phase = static_cast<double>(name.size());
  std::vector<int64_t> one(sizes.begin(), sizes.end());
  one[0] = 1;
  at::Tensor noise = at::full(one, phase, at::kDouble);
  for (size_t d = 1; d < one.size(); ++d) {
    std::vector<int64_t> along(one.size(), 1);
    along[d] = one[d];
    const double pace = static_cast<double>(d) + 0.7;
    noise = noise + pace * at::arange(one[d], at::kDouble).view(along);
  }
  return noise.sin().expand(sizes);
}

/// n numbers per sequence, for each step of it, alone or with those before, or per class.
inline Critic reader(const NetworkRequest& request) {
  return [request](const at::Tensor& x, const StepMask& steps) {
    if (request.on_classes) {
      return (0.9 * x.unsqueeze(1) + at::arange(request.outputs, at::kDouble)).sin();
    }
    const at::Tensor i = at::arange(request.outputs, x.options().requires_grad(false));
    if (request.step_inputs > 0) {
      const at::Tensor j = at::arange(x.size(2), i.options()).unsqueeze(1);
      return x.matmul((1.7 * i + 0.9 * j).sin());
    }
    if (request.on_features) return (x.sum(1, true) + i).sin();
    const at::Tensor sums = zero_padding(x, steps).sum(2, true);
    return request.causal ? (sums.cumsum(1) + i).sin() : (sums.sum(1) + i).sin();
  };
}

/// `fake`: the tensor that the context was made with.
inline void equip(FakeContext& context, const Critic& critic, const at::Tensor& fake,
                  const Objective& objective) {
  const at::Tensor x = context.side() == Side::discriminator ? fake.detach() : fake;
  context.set_labels(at::arange(fake.size(0), at::kLong).remainder(kClasses), kClasses);
  for (const HeadRequest& head : objective.heads(test_shape())) {
    context.set_head(head.name,
                     several(critic, head.outputs, static_cast<double>(head.name.size())));
  }
  if (objective.adversarial() && objective.adversarial()->outputs) {
    context.set_outputs(several(critic, objective.outputs(test_shape())),
                        objective.adversarial()->score);
  }
  context.set_normal(even_noise);
  const at::Tensor noise = at::ones({fake.size(0), 2}, x.options().requires_grad(false));
  context.set_posterior({noise, noise, noise});
  context.set_global_noise(noise);
  context.set_generate([x](const at::Tensor& z) {
    return (0.8 + 0.3 * (z.sum(1) - 2).sin()).view({-1, 1, 1}) * x + 0.1;
  });
  context.set_other_fake({0.9 * x, 0.5 * noise.select(1, 0)});
  const at::Tensor index = at::arange(fake.size(0), at::kLong);
  context.set_code(at::cat({at::one_hot(index.remainder(2), 2).to(x.scalar_type()),
                            (0.7 * index).sin().unsqueeze(1).to(x.scalar_type())},
                           1));
  context.set_forced({0.9 * x, 1.1 * x});
  for (const NetworkRequest& network : objective.networks(test_shape())) {
    context.set_network(network.name, reader(network));
  }
}

/// A term alone, without an adversarial loss that would ask for things too.
inline Objective term_alone(const std::string& type) {
  ObjectiveConfig config = objective_config("bce");
  config.terms["term"] = term_config(type, 1);
  return Objective(config);
}

/// Whether it reads more of a step than scores, batches and other fakes: codes, encodings, networks
/// beside the critic. The tests of such terms set these up themselves.
inline bool reads_more(const std::string& type) {
  const Objective objective = term_alone(type);
  for (const Need need :
       {Need::code, Need::encoder, Need::autoregressive_g, Need::double_backward_g}) {
    if (objective.needs(need)) return true;
  }
  return !objective.networks(test_shape()).empty();
}

/// Whether its value is one of batches, not of the parameters of a side.
inline bool reads_batches(const std::string& type) {
  const Objective objective = term_alone(type);
  Term& term = *objective.terms()[0].term;
  for (const Side side : {Side::discriminator, Side::generator}) {
    if (!term.acts_on(side)) continue;
    const at::Tensor x = at::ones({4, 3, 2}, at::kDouble);
    const Critic critic = [](const at::Tensor& input, const StepMask& steps) {
      return masked_mean(input.sum(2), steps);
    };
    FakeContext context(side, critic, x, x);
    equip(context, critic, x, objective);
    term.value(context);
    if (context.reads() > 0 || context.passes() > 0) return true;
  }
  return false;
}

}  // namespace rnngan
