#include "training/whole_batch.h"

#include <torch/types.h>

namespace rnngan {

namespace {

template <class Map, class Key, class Make>
const auto& made_once(Map& made, const Key& key, const Make& make) {
  const auto found = made.find(key);
  return found != made.end() ? found->second : made.emplace(key, make()).first->second;
}

std::string named(const char* what, Which which) {
  return what + std::to_string(static_cast<int>(which));
}

}  // namespace

Scores WholeBatch::joined(const Scores& own) const {
  Scores scores{ranks_.whole(own.score), ranks_.whole(own.features), ranks_.whole(own.outputs)};
  for (const auto& [name, head] : own.heads) scores.heads[name] = ranks_.whole(head);
  return scores;
}

StepMask WholeBatch::joined(const StepMask& own) const {
  return {ranks_.whole(own.lengths), ranks_.whole(own.mask), own.ragged,
          ranks_.whole(own.covariates)};
}

Activated WholeBatch::joined(const Activated& own) const {
  return {ranks_.whole(own.raw), ranks_.whole(own.x)};
}

template <class Own>
const at::Tensor& WholeBatch::once(const std::string& name, const Own& own) {
  return made_once(tensors_, name, [&] { return ranks_.whole(own()); });
}

const SequenceBatch& WholeBatch::batch(Which which) {
  return made_once(batches_, which, [&]() -> SequenceBatch {
    const SequenceBatch& own = own_.batch(which);
    return {ranks_.whole(own.x), joined(own.steps), ranks_.whole(own.condition),
            ranks_.whole(own.labels), ranks_.whole(own.raw)};
  });
}

const at::Tensor& WholeBatch::critic_input(Which which) {
  return once(named("input", which), [&] { return own_.critic_input(which); });
}

const StepMask& WholeBatch::critic_input_steps() {
  if (!input_steps_) input_steps_ = joined(own_.critic_input_steps());
  return *input_steps_;
}

const Scores& WholeBatch::scores(Which which) {
  return made_once(scores_, which, [&] { return joined(own_.scores(which)); });
}

const at::Tensor& WholeBatch::input_gradient(Which which) {
  return once(named("gradient", which), [&] { return own_.input_gradient(which); });
}

at::Tensor WholeBatch::embed(const at::Tensor& x) {
  return ranks_.whole(own_.embed(ranks_.own(x)));
}

Scores WholeBatch::scores_at(const at::Tensor& input, const PassOptions& options) {
  PassOptions of_own = options;
  of_own.condition = ranks_.own(options.condition);
  return joined(own_.scores_at(ranks_.own(input), of_own));
}

const at::Tensor& WholeBatch::interpolation_weights() {
  return once("interpolation", [&] { return own_.interpolation_weights(); });
}

const at::Tensor& WholeBatch::perturbation() {
  return once("perturbation", [&] { return own_.perturbation(); });
}

at::Tensor WholeBatch::normal(const std::string& name, at::IntArrayRef sizes) {
  return streams_.common_normal("term." + name, sizes);
}

const at::Tensor& WholeBatch::code() {
  return once("code", [&] { return own_.code(); });
}

const at::Tensor& WholeBatch::global_noise() {
  return once("global_noise", [&] { return own_.global_noise(); });
}

const Posterior& WholeBatch::posterior() {
  if (!posterior_) {
    const Posterior& own = own_.posterior();
    posterior_ =
        Posterior{ranks_.whole(own.mean), ranks_.whole(own.log_variance), ranks_.whole(own.z)};
  }
  return *posterior_;
}

at::Tensor WholeBatch::generate(const at::Tensor& global_noise) {
  return ranks_.whole(own_.generate(ranks_.own(global_noise)));
}

const OtherFake& WholeBatch::other_fake(double radius) {
  return made_once(other_fakes_, radius, [&]() -> OtherFake {
    const OtherFake& own = own_.other_fake(radius);
    return {ranks_.whole(own.x), ranks_.whole(own.distance)};
  });
}

Activated WholeBatch::forced(int64_t draw) {
  return joined(own_.forced(draw));
}

at::Tensor WholeBatch::network(const std::string& name, const at::Tensor& x) {
  return ranks_.whole(own_.network(name, ranks_.own(x)));
}

at::Tensor WholeBatch::per_sequence(const at::Tensor& elementwise) {
  return elementwise.dim() == 2 ? masked_mean(elementwise, critic_input_steps()) : elementwise;
}

}  // namespace rnngan
