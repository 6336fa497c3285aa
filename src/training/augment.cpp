#include "training/augment.h"

#include <algorithm>

#include <torch/types.h>

namespace rnngan {

namespace {

constexpr int64_t kStepsPerMove = 4;  // of the discriminator, as in the paper of ADA

/// Makes the draws of one batch by name.
struct AugmentDraws {
  const StepStreams& streams;
  std::string prefix;
  double probability;

  at::Tensor normal(const char* of, at::IntArrayRef sizes) const {
    return streams.normal(prefix + of, sizes);
  }
  at::Tensor uniform(const char* of, int64_t batch) const {
    return streams.uniform(prefix + of, {batch});
  }
  /// [B,1,1] of 0 and 1; undefined: all of them.
  at::Tensor chosen(const char* of, const at::Tensor& x) const {
    if (probability >= 1) return {};
    return (uniform(of, x.size(0)) < probability).to(x.scalar_type()).view({-1, 1, 1});
  }
};

/// numbers, or 0 where a sequence is not chosen.
at::Tensor for_chosen(const at::Tensor& numbers, const at::Tensor& chosen) {
  return chosen.defined() ? numbers * chosen : numbers;
}

/// Which steps stay: [B,T,1] bool. A block of round(share * length) steps goes.
at::Tensor kept_steps(const StepMask& steps, double share, const at::Tensor& place,
                      const at::Tensor& chosen) {
  at::Tensor gap = (steps.lengths.to(place.scalar_type()) * share).round();
  if (chosen.defined()) gap = gap * chosen.flatten();
  const at::Tensor first = (place * (steps.lengths - gap + 1)).floor();
  const at::Tensor t = at::arange(steps.steps(), place.options()).unsqueeze(0);
  const at::Tensor begin = first.unsqueeze(1), end = (first + gap).unsqueeze(1);
  return t.lt(begin).logical_or(t.ge(end)).unsqueeze(2);
}

}  // namespace

at::Tensor augment(const at::Tensor& x, const StepMask& steps, const Layout& layout,
                   const AugmentConfig& config, double probability, const StepStreams& streams,
                   const std::string& name) {
  const AugmentDraws draws{streams, "augment." + name + ".", probability};
  const int64_t batch = x.size(0);
  at::Tensor changed = x;
  if (config.scale > 0) {
    const at::Tensor n = draws.normal("scale", {batch, 1, 1});
    const at::Tensor factor = (config.scale * for_chosen(n, draws.chosen("scaled", x))).exp();
    changed = layout.only_values() ? changed * factor
                                   : changed + on_values(changed * (factor - 1), x, layout);
  }
  if (config.shift > 0) {
    const at::Tensor n = draws.normal("shift", {batch, 1, x.size(2)});
    const at::Tensor shift = config.shift * for_chosen(n, draws.chosen("shifted", x));
    changed = changed + on_values(shift.expand_as(x), x, layout);
  }
  if (config.cutout > 0) {
    const at::Tensor kept =
        kept_steps(steps, config.cutout, draws.uniform("cutout", batch), draws.chosen("cut", x));
    changed = at::where(kept, changed, at::zeros({}, x.options()));
  }
  return changed;
}

AugmentControl::AugmentControl(const AugmentConfig& config)
    : config_(config), state_(at::zeros({2}, at::kDouble)) {}

double AugmentControl::probability() const {
  return adapts() ? state_[0].item<double>() : 1.0;
}

void AugmentControl::observe(double mean_sign, int64_t step, int64_t batch) {
  auto state = state_.accessor<double, 1>();
  state[1] += mean_sign;
  if ((step + 1) % kStepsPerMove != 0) return;
  const double above = state[1] / static_cast<double>(kStepsPerMove) - config_.target;
  const double sign = above > 0 ? 1 : above < 0 ? -1 : 0;
  const double move = static_cast<double>(kStepsPerMove * batch) / config_.pace;
  state[0] = std::clamp(state[0] + sign * move, 0.0, 1.0);
  state[1] = 0;
}

}  // namespace rnngan
