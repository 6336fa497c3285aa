// Ways in which samples go wrong, each in rising strength from 0 (not at all) to 1 (wholly): what
// scores have to see.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <torch/types.h>

#include "data/recipes.h"
#include "evaluation/sequences.h"
#include "tensor/random.h"

namespace rnngan {

/// Days with rain, wet, temp and guests, labelled by season.
inline SequenceSet weather_sequences(int64_t count, uint64_t seed) {
  for (const Recipe& recipe : recipes()) {
    if (recipe.name != "weather") continue;
    return recipe.make(count, recipe.steps, seed);
  }
  return {};
}

struct Degradation {
  std::string name;
  std::vector<double> strengths;  // rising
  /// `fresh`: real sequences that nobody has seen; `train`: what a generator has seen.
  std::function<SequenceSet(const SequenceSet& fresh, const SequenceSet& train, double strength)>
      apply;
};

namespace degradations {

using at::Tensor;

inline at::Generator stream(const char* name) {
  return stream_generator(1, name, 0);
}

/// `wrong` in place of `right` in this share of the sequences.
inline SequenceSet in_some(const SequenceSet& right, const Tensor& wrong, double share) {
  at::Generator generator = stream("some");
  const Tensor chosen = at::rand({right.count(), 1, 1}, generator, at::kDouble) < share;
  return {at::where(chosen, wrong, right.padded()), right.lengths, right.labels};
}

inline SequenceSet zeros_moved(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("zeros");
  Tensor x = fresh.padded().clone();
  Tensor rain = x.select(2, 0);
  const Tensor moved = (rain == 0) & (at::rand(rain.sizes(), generator, at::kDouble) < strength);
  const Tensor drops = (at::rand(rain.sizes(), generator, at::kDouble) * 5).ceil() / 10;
  rain.copy_(at::where(moved, drops, rain));
  x.select(2, 1).copy_((rain > 0).to(at::kDouble));  // wet follows
  return {x, fresh.lengths, fresh.labels};
}

inline SequenceSet rule_broken(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("rule");
  Tensor x = fresh.padded().clone();
  Tensor wet = x.select(2, 1);
  const Tensor other = at::rand(wet.sizes(), generator, at::kDouble) < strength / 2;
  wet.copy_(at::where(other, 1 - wet, wet));
  return {x, fresh.lengths, fresh.labels};
}

inline SequenceSet ties_broken(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("ties");
  Tensor x = fresh.padded().clone();
  Tensor temp = x.select(2, 2);
  const Tensor broken = at::rand(temp.sizes(), generator, at::kDouble) < strength;
  temp.add_(broken * (at::rand(temp.sizes(), generator, at::kDouble) - 0.5) * 0.1);
  return {x, fresh.lengths, fresh.labels};
}

inline SequenceSet tails_cut(const SequenceSet& fresh, const SequenceSet&, double strength) {
  Tensor x = fresh.padded().clone();
  Tensor rain = x.select(2, 0);
  rain.clamp_max_(rain.quantile(1 - 0.1 * strength));
  return {x, fresh.lengths, fresh.labels};
}

inline SequenceSet labels_shuffled(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("labels");
  const Tensor chosen = at::rand({fresh.count()}, generator, at::kDouble) < strength;
  const Tensor dealt =
      fresh.labels.index_select(0, at::randperm(fresh.count(), generator, at::kLong));
  return {fresh.padded(), fresh.lengths, at::where(chosen, dealt, fresh.labels)};
}

inline SequenceSet time_reversed(const SequenceSet& fresh, const SequenceSet&, double strength) {
  return in_some(fresh, fresh.padded().flip(1), strength);
}

inline SequenceSet time_shuffled(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("shuffled");
  const Tensor keys = at::rand({fresh.count(), fresh.steps()}, generator, at::kDouble);
  const Tensor order = std::get<1>(keys.sort(1)).unsqueeze(2).expand_as(fresh.padded());
  return in_some(fresh, fresh.padded().gather(1, order), strength);
}

inline SequenceSet mode_dropped(const SequenceSet& fresh, const SequenceSet&, double strength) {
  const Tensor summer = (fresh.labels == 0).nonzero().squeeze(1),
               winter = (fresh.labels == 1).nonzero().squeeze(1);
  const auto lost = static_cast<int64_t>(strength * static_cast<double>(summer.size(0)));
  const Tensor kept = summer.narrow(0, lost, summer.size(0) - lost);
  return select(fresh, at::cat({kept, winter, winter.narrow(0, 0, lost)}));
}

inline SequenceSet column_delayed(const SequenceSet& fresh, const SequenceSet&, double strength) {
  const auto steps = static_cast<int64_t>(4 * strength);
  Tensor x = fresh.padded().clone();
  x.select(2, 3).copy_(x.select(2, 3).roll(steps, 1));
  return {x, fresh.lengths, fresh.labels};
}

inline SequenceSet means_only(const SequenceSet& fresh, const SequenceSet&, double strength) {
  const Tensor mean = fresh.padded().mean(0, true);
  return {mean + (1 - strength) * (fresh.padded() - mean), fresh.lengths, fresh.labels};
}

inline SequenceSet copies(const SequenceSet& fresh, const SequenceSet& train, double strength) {
  const auto count = static_cast<int64_t>(strength * static_cast<double>(fresh.count()));
  const int64_t rest = fresh.count() - count;
  return {at::cat({train.padded().narrow(0, 0, count), fresh.padded().narrow(0, 0, rest)}),
          at::cat({train.lengths.narrow(0, 0, count), fresh.lengths.narrow(0, 0, rest)}),
          at::cat({train.labels.narrow(0, 0, count), fresh.labels.narrow(0, 0, rest)})};
}

inline SequenceSet noise(const SequenceSet& fresh, const SequenceSet&, double strength) {
  at::Generator generator = stream("noise");
  const Tensor sd = fresh.padded().std(at::IntArrayRef{0, 1}, false);
  return {
      fresh.padded() + strength * sd * at::randn(fresh.padded().sizes(), generator, at::kDouble),
      fresh.lengths, fresh.labels};
}

}  // namespace degradations

inline std::vector<Degradation> all_degradations() {
  using namespace degradations;
  return {{"zeros moved", {0.05, 0.2, 1}, zeros_moved},
          {"rule broken", {0.02, 0.1, 1}, rule_broken},
          {"ties broken", {0.02, 0.1, 1}, ties_broken},
          {"tails cut", {0.1, 0.5, 1}, tails_cut},
          {"labels shuffled", {0.2, 0.5, 1}, labels_shuffled},
          {"time reversed", {0.2, 0.5, 1}, time_reversed},
          {"time shuffled", {0.1, 0.3, 1}, time_shuffled},
          {"mode dropped", {0.2, 0.5, 1}, mode_dropped},
          {"column delayed", {0.25, 0.5, 1}, column_delayed},
          {"means only", {0.1, 0.3, 1}, means_only},
          {"copies", {0.1, 0.5, 1}, copies},
          {"noise", {0.01, 0.02, 0.05, 0.1, 0.3}, noise}};
}

}  // namespace rnngan
