#include "evaluation/evaluator_kernels.h"

#include <vector>

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace rnngan {
namespace evaluator_kernels_test {

using at::Tensor;

std::vector<const EvaluatorKernels*> all_kernels() {
  std::vector<const EvaluatorKernels*> all;
  for (const auto set : {EvaluatorInstructions::portable, EvaluatorInstructions::avx2,
                         EvaluatorInstructions::avx512}) {
    if (const EvaluatorKernels* kernels = evaluator_kernels(set)) all.push_back(kernels);
  }
  return all;
}

Tensor waves(at::IntArrayRef sizes, double speed) {
  const int64_t count = c10::multiply_integers(sizes);
  return (at::arange(count, at::kDouble) * speed + 0.5).sin().reshape(sizes).to(at::kFloat);
}

float* data(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

TEST(EvaluatorKernels, ProductsAddUp) {
  for (const EvaluatorKernels* kernels : all_kernels()) {
    for (const int64_t m : {1, 4, 7}) {
      for (const int64_t n : {1, 3, 16, 37, 64}) {
        for (const int64_t k : {1, 5, 40}) {
          const Tensor a = waves({m, k}, 1.3), turned = a.t().contiguous(), b = waves({k, n}, 0.7),
                       c = waves({m + 1, n}, 2.1);
          const Tensor expected =
              at::cat({c.narrow(0, 0, m) + at::mm(a, b), c.narrow(0, m, 1)});  // nothing beyond
          const Tensor by_rows = c.clone(), by_columns = c.clone();
          kernels->add_product(data(by_rows), {data(a), k, 1}, data(b), m, n, k);
          kernels->add_product(data(by_columns), {data(turned), 1, m}, data(b), m, n, k);
          EXPECT_TRUE(at::allclose(by_rows, expected, 1e-5, 1e-5)) << m << " " << n << " " << k;
          EXPECT_TRUE(at::equal(by_columns, by_rows)) << m << " " << n << " " << k;
        }
      }
    }
  }
}

TEST(EvaluatorKernels, TurnsMatricesRound) {
  const Tensor from = waves({19, 21}, 1.1), indices = at::tensor({3, 0, 18, 3}, at::kLong);
  for (const EvaluatorKernels* kernels : all_kernels()) {
    const Tensor gathered = at::empty({21, 4}), turned = at::full({21, 25}, 7.0F);
    kernels->gather_columns(data(gathered), data(from), indices.data_ptr<int64_t>(), 4, 21);
    EXPECT_TRUE(at::equal(gathered, from.index_select(0, indices).t()));
    kernels->turn(data(turned), 25, data(from), 19, 21);
    EXPECT_TRUE(at::equal(turned.narrow(1, 0, 19), from.t()));
    EXPECT_TRUE(turned.narrow(1, 19, 6).eq(7).all().item<bool>());
  }
}

// What the protocols of the literature compute must not depend on the processor any more than
// LibTorch does.
TEST(EvaluatorKernels, AllButProductsHaveTheSameDigits) {
  const int64_t block = 45;
  std::vector<std::vector<Tensor>> found;
  for (const EvaluatorKernels* kernels : all_kernels()) {
    const Tensor gates = waves({3, block}, 1.3).abs(), hidden = waves({block}, 0.3),
                 previous = waves({block}, 0.4), total = waves({block}, 0.6),
                 input = at::empty({3, block}), state = at::empty({3, block}),
                 reset = waves({block}, 0.8), next = at::empty({block}),
                 candidate = waves({block}, 1.9);
    kernels->step_back(data(total), data(gates), data(hidden), data(previous), data(input),
                       data(state), block);
    kernels->add_reset(data(reset), data(gates), data(hidden), block);
    kernels->blend(data(next), data(previous), data(gates), data(candidate), block);
    found.push_back({total, input, state, reset, next, candidate});
  }
  for (const auto& tensors : found) {
    for (size_t i = 0; i < tensors.size(); ++i)
      EXPECT_TRUE(at::equal(tensors[i], found[0][i])) << i;
  }
}

}  // namespace evaluator_kernels_test
}  // namespace rnngan
