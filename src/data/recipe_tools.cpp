#include "data/recipe_tools.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "tensor/random.h"

namespace rnngan {

Draws::Draws(uint64_t seed, std::string_view recipe)
    : generator_(stream_generator(seed, recipe, 0)) {}

at::Tensor Draws::uniform(at::IntArrayRef sizes, double low, double high) {
  return torch::empty(sizes, torch::kDouble).uniform_(low, high, generator_);
}

at::Tensor Draws::normal(at::IntArrayRef sizes) {
  return torch::empty(sizes, torch::kDouble).normal_(0, 1, generator_);
}

at::Tensor Draws::integer(at::IntArrayRef sizes, int64_t low, int64_t high) {
  return torch::empty(sizes, torch::kLong).random_(low, high + 1, generator_);
}

at::Tensor Draws::poisson(const at::Tensor& means) {
  return at::poisson(means, generator_);
}

Column column_of(std::string name, const at::Tensor& values, int decimals) {
  Column column;
  column.name = std::move(name);
  column.integer = at::equal(values, values.round());
  column.decimals = decimals;
  return column;
}

SequenceSet full_set(const at::Tensor& x, const std::vector<std::string>& names, int decimals) {
  SequenceSet set(x, torch::full({x.size(0)}, x.size(1), torch::kLong));
  for (int64_t f = 0; f < x.size(2); ++f) {
    set.columns.push_back(
        column_of(names.empty() ? fmt::format("x{}", f + 1) : names[static_cast<size_t>(f)],
                  x.select(2, f), decimals));
  }
  return set;
}

at::Tensor autoregression(double phi, const at::Tensor& noise) {
  const double innovation = std::sqrt(1 - phi * phi);
  at::Tensor state = noise.select(1, 0);
  std::vector<at::Tensor> steps{state};
  for (int64_t t = 1; t < noise.size(1); ++t) {
    state = phi * state + innovation * noise.select(1, t);
    steps.push_back(state);
  }
  return at::stack(steps, 1);
}

}  // namespace rnngan
