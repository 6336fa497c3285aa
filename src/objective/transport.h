// Optimal transport with entropy (Cuturi 2013, arXiv:1306.0895), in logarithms.
#pragma once

#include <cstdint>

#include <ATen/core/Tensor.h>

#include "config/field.h"
#include "objective/sequence_pairs.h"

namespace rnngan {

struct TransportOptions {
  double epsilon = 0.1;  // in units of a typical cost
  double absolute_epsilon = 0.0;
  int64_t iterations = 100;
  PairSpace space = PairSpace::data;
};

/// The weight of the entropy, a scalar: `absolute_epsilon`, or `epsilon` times the median of
/// among_real [B,B], the costs between real sequences, so that the generator cannot choose it.
at::Tensor entropy_weight(const TransportOptions& options, const at::Tensor& among_real);

/// min over couplings P of uniform distributions of sum(P c) + epsilon KL(P | uniform): costs
/// [...,B,B'] ->
/// [...]. The gradient with respect to the costs is P. Both are exact at convergence; before it
/// the value is a lower bound.
at::Tensor transport_cost(const at::Tensor& costs, const at::Tensor& epsilon, int64_t iterations);

/// The same for symmetric costs [...,B,B], those of a distribution with itself; converges sooner.
at::Tensor self_transport_cost(const at::Tensor& costs, const at::Tensor& epsilon,
                               int64_t iterations);

/// The fields of TransportOptions, for a struct that is one or derives from it.
template <class Options>
FieldTable transport_fields() {
  return {make_field<Options>(
              "epsilon", [](auto& o) -> auto& { return o.epsilon; }, greater_than(0),
              "weight of the entropy, in units of the median cost between real sequences"),
          make_field<Options>(
              "absolute_epsilon", [](auto& o) -> auto& { return o.absolute_epsilon; }, at_least(0),
              "weight of the entropy in units of the cost, a squared distance over all steps and "
              "columns; 0: epsilon counts"),
          make_field<Options>(
              "iterations", [](auto& o) -> auto& { return o.iterations; }, at_least(1),
              "Sinkhorn iterations; a small epsilon takes more"),
          space_field<Options>()};
}

}  // namespace rnngan
