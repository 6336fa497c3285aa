// What recipes are made from: draws, columns and sets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <ATen/core/Generator.h>

#include "data/sequence_set.h"

namespace rnngan {

/// Doubles from one named stream.
class Draws {
 public:
  Draws(uint64_t seed, std::string_view recipe);

  at::Tensor uniform(at::IntArrayRef sizes, double low, double high);
  at::Tensor normal(at::IntArrayRef sizes);
  /// low..high, both included.
  at::Tensor integer(at::IntArrayRef sizes, int64_t low, int64_t high);
  /// Poisson counts of these means.
  at::Tensor poisson(const at::Tensor& means);

 private:
  at::Generator generator_;
};

inline constexpr int kRecipeDecimals = 6;  // in CSV

/// Its values, for whether they are whole numbers.
Column column_of(std::string name, const at::Tensor& values, int decimals);

/// Sequences x [N,T,F] of full length; empty names: x1, x2, ...
SequenceSet full_set(const at::Tensor& x, const std::vector<std::string>& names = {},
                     int decimals = kRecipeDecimals);

/// [N,T] x_t = phi x_(t-1) + noise from its stationary distribution, with standard deviation 1 at
/// every step. noise [N,T] standard normal or of another distribution of variance 1.
at::Tensor autoregression(double phi, const at::Tensor& noise);

/// Real columns (data/mixed_recipes.cpp), for the catalog.
SequenceSet mixed(int64_t sequences, int64_t steps, uint64_t seed);
SequenceSet weather(int64_t sequences, int64_t steps, uint64_t seed);
SequenceSet weather_like(int64_t sequences, int64_t steps, uint64_t seed);

}  // namespace rnngan
