// Distances between the distributions of what a head of the discriminator says of real and of fake
// sequences. The discriminator raises the distance and the generator lowers it, in place of an
// adversarial loss.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "config/field.h"
#include "objective/term.h"

namespace rnngan {

class VectorDistance : public Term {
 public:
  bool acts_on(Side) const override { return true; }
  std::vector<HeadRequest> heads(const ModelShape&) const override { return {head_}; }

  /// The distance, negative for the discriminator, and its penalty on the gradient norm of the
  /// witness between real and fake sequences: weight x mean (|grad f| - 1)^2, one gradient per
  /// sequence.
  at::Tensor value(StepContext& context) override;

  /// "distance" and, for the discriminator, "penalty", unweighted.
  std::vector<Statistic> statistics(Side side) const override;

 protected:
  VectorDistance(HeadRequest head, double penalty) : head_(std::move(head)), penalty_(penalty) {}

 private:
  /// Between the vectors of real and of fake sequences [B',n]: scalar.
  virtual at::Tensor distance(const at::Tensor& real, const at::Tensor& fake) const = 0;
  /// The function whose mean differs most between the two distributions, at the vectors [B',n] of
  /// points between the sequences of each pair: [B'].
  virtual at::Tensor witness(const at::Tensor& between, const at::Tensor& real,
                             const at::Tensor& fake) const = 0;

  at::Tensor vectors(StepContext& context, Which which) const;
  at::Tensor penalty(StepContext& context, const at::Tensor& real, const at::Tensor& fake) const;

  HeadRequest head_;
  double penalty_;
  std::array<std::vector<Statistic>, 2> statistics_;
};

/// Fields of an options struct with the members `dimensions` and `penalty`.
template <class Options>
Field dimensions_field() {
  return make_field<Options>(
      "dimensions", [](auto& o) -> auto& { return o.dimensions; }, at_least(1),
      "numbers per sequence of the head that the distributions are compared by");
}

template <class Options>
Field penalty_field() {
  return make_field<Options>(
      "penalty", [](auto& o) -> auto& { return o.penalty; }, at_least(0),
      "weight of the penalty that holds the gradient norm at 1; 0: none");
}

}  // namespace rnngan
