#include "training/phase_context.h"

#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

namespace {

size_t index(Which which) {
  return which == Which::real ? 0 : 1;
}

at::Tensor twice(const at::Tensor& tensor) {
  return tensor.defined() ? torch::cat({tensor, tensor}) : tensor;
}

}  // namespace

PhaseContext::PhaseContext(Networks& networks, const Objective& objective, PhaseInputs inputs)
    : networks_(networks), objective_(objective), inputs_(std::move(inputs)) {}

const SequenceBatch& PhaseContext::batch(Which which) {
  if (which == Which::real) {
    if (!inputs_.real.x.defined()) {
      throw Error(ErrorKind::bug, "a loss reads the real batch without declaring real_in_g");
    }
    return inputs_.real;
  }
  if (!fake_) {
    const bool graph = inputs_.side == Side::generator;
    const torch::AutoGradMode mode(graph);
    const at::Tensor x =
        networks_.generator().forward(inputs_.noise, inputs_.real.condition, inputs_.real.steps);
    fake_ = SequenceBatch{x, inputs_.real.steps, inputs_.real.condition};
  }
  return *fake_;
}

void PhaseContext::make_joint_point() {
  if (joint_point_.defined()) return;
  const StepMask& steps = inputs_.real.steps;
  const int64_t count = steps.batch();
  {
    const torch::NoGradGuard no_grad;
    const Discriminator& discriminator = networks_.discriminator();
    joint_point_ = torch::cat({discriminator.embed(batch(Which::real).x, steps),
                               discriminator.embed(batch(Which::fake).x, steps)});
  }
  joint_point_.requires_grad_(objective_.needs(Need::input_grad));
  points_[0] = joint_point_.narrow(0, 0, count);
  points_[1] = joint_point_.narrow(0, count, count);
}

const at::Tensor& PhaseContext::point(Which which) {
  at::Tensor& point = points_[index(which)];
  if (point.defined()) return point;
  if (joint()) {
    make_joint_point();
  } else {
    point = networks_.discriminator().embed(batch(which).x, inputs_.real.steps);
  }
  return point;
}

Scores PhaseContext::judge(const at::Tensor& point, const at::Tensor& condition,
                           const StepMask& steps) {
  const auto differentiation = objective_.needs(Need::double_backward) && joint()
                                   ? Differentiation::twice
                                   : Differentiation::once;
  auto [score, features] =
      networks_.discriminator().judge(point, condition, steps, differentiation);
  return {score, features};
}

void PhaseContext::judge_joint() {
  const StepMask& steps = inputs_.real.steps;
  const int64_t count = steps.batch();
  make_joint_point();
  const StepMask both{twice(steps.lengths), twice(steps.mask), steps.ragged};
  const Scores joint = judge(joint_point_, twice(inputs_.real.condition), both);
  joint_score_ = joint.score;
  for (const int64_t half : {0, 1}) {
    scores_[half] = Scores{joint.score.narrow(0, half * count, count),
                           joint.features.narrow(0, half * count, count)};
  }
}

const Scores& PhaseContext::scores(Which which) {
  auto& scores = scores_[index(which)];
  if (scores) return *scores;
  if (joint()) {
    judge_joint();
  } else {
    // The real batch moves nothing in the generator's step: the discriminator is frozen and the
    // data are data.
    const torch::AutoGradMode mode(which == Which::fake);
    scores = judge(point(which), inputs_.real.condition, inputs_.real.steps);
  }
  return *scores;
}

const at::Tensor& PhaseContext::input_gradient(Which which) {
  at::Tensor& gradient = gradients_[index(which)];
  if (gradient.defined()) return gradient;
  if (joint()) {
    if (!joint_score_.defined()) judge_joint();
    const at::Tensor both = gradient_of_sum(joint_score_, joint_point_);
    const int64_t count = inputs_.real.steps.batch();
    gradients_[0] = both.narrow(0, 0, count);
    gradients_[1] = both.narrow(0, count, count);
  } else {
    gradient = gradient_of_sum(scores(which).score, point(which));
  }
  return gradient;
}

Scores PhaseContext::scores_at(const at::Tensor& point) {
  return judge(point, inputs_.real.condition, inputs_.real.steps);
}

at::Tensor PhaseContext::per_sequence(const at::Tensor& elementwise) {
  return elementwise.dim() == 2 ? masked_mean(elementwise, inputs_.real.steps) : elementwise;
}

const at::Tensor& PhaseContext::perturbation() {
  if (!inputs_.perturbation.defined()) {
    throw Error(ErrorKind::bug, "a loss reads the perturbation without declaring it");
  }
  return inputs_.perturbation;
}

std::vector<NamedParameter> PhaseContext::parameters(Side side) {
  return networks_.parameters(side);
}

}  // namespace rnngan
