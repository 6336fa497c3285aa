// Sigmoid and tanh of the kernels, over the whole range of floats.
#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "nn/lstm/cpu/instruction_set.h"

namespace rnngan {
namespace vector_math_test {

using lstm::cpu::InstructionSet;
using lstm::cpu::Kernels;

long double exact_sigmoid(long double x) {
  return 1 / (1 + std::exp(-x));
}

long double exact_tanh(long double x) {
  return std::tanh(x);
}

// Largest error in units of the last place. Below the smallest normal number, zero will do.
template <class Real>
double worst_error(const std::vector<Real>& x, const std::vector<Real>& y,
                   long double (*exact)(long double)) {
  double worst = 0;
  for (size_t k = 0; k < x.size(); ++k) {
    const long double expected = exact(static_cast<long double>(x[k]));
    constexpr int kSmallest = std::numeric_limits<Real>::min_exponent - 1;
    constexpr int kDigits = std::numeric_limits<Real>::digits - 1;
    const bool tiny =
        std::abs(expected) < static_cast<long double>(std::numeric_limits<Real>::min());
    if (tiny && y[k] == 0) continue;
    const int exponent = expected == 0 ? kSmallest : std::max(kSmallest, std::ilogb(expected));
    const long double unit = std::ldexp(1.0L, exponent - kDigits);
    const double error =
        static_cast<double>(std::abs(static_cast<long double>(y[k]) - expected) / unit);
    if (!(error <= worst)) worst = error;  // NaN stays
    if (std::isnan(worst)) return worst;
  }
  return worst;
}

// Every 997th float of either sign, and all orders of magnitude of doubles.
template <class Real>
std::vector<Real> all_sizes() {
  std::vector<Real> values;
  if constexpr (sizeof(Real) == 4) {
    for (uint32_t bits = 0; bits < 0x7f800000u; bits += 997) {
      values.push_back(std::bit_cast<float>(bits));
      values.push_back(-values.back());
    }
  } else {
    for (double size = 1e-320; size < 1e300; size *= 1.0037) {
      values.push_back(size);
      values.push_back(-size);
    }
    for (double x = -750; x < 750; x += 0.0173) values.push_back(x);
  }
  while (values.size() % 16 != 0) values.push_back(0);
  return values;
}

class VectorMath : public ::testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!lstm::cpu::has_instruction_set(GetParam())) GTEST_SKIP() << "not on this processor";
  }

  template <class Real>
  std::vector<Real> map(typename Kernels<Real>::Map Kernels<Real>::*function,
                        const std::vector<Real>& x) const {
    std::vector<Real> y(x.size());
    (lstm::cpu::kernels_of<Real>(GetParam()).*function)(x.data(), y.data(),
                                                        static_cast<int64_t>(x.size()));
    return y;
  }

  template <class Real>
  void expect_accurate(double tolerance) const {
    const std::vector<Real> x = all_sizes<Real>();
    EXPECT_LE(worst_error(x, map(&Kernels<Real>::sigmoid, x), exact_sigmoid), tolerance);
    EXPECT_LE(worst_error(x, map(&Kernels<Real>::tanh, x), exact_tanh), tolerance);
  }

  template <class Real>
  void expect_special_values() const {
    const Real infinity = std::numeric_limits<Real>::infinity();
    const Real nan = std::numeric_limits<Real>::quiet_NaN();
    std::vector<Real> x = {nan, -nan, infinity, -infinity, 0, -Real{0}};
    x.resize(16, 1);
    const std::vector<Real> sigmoid = map(&Kernels<Real>::sigmoid, x);
    const std::vector<Real> tanh = map(&Kernels<Real>::tanh, x);
    EXPECT_TRUE(std::isnan(sigmoid[0]) && std::isnan(sigmoid[1]));
    EXPECT_TRUE(std::isnan(tanh[0]) && std::isnan(tanh[1]));
    EXPECT_EQ(sigmoid[2], 1);
    EXPECT_EQ(sigmoid[3], 0);
    EXPECT_EQ(sigmoid[4], Real{0.5});
    EXPECT_EQ(tanh[2], 1);
    EXPECT_EQ(tanh[3], -1);
    EXPECT_TRUE(tanh[4] == 0 && !std::signbit(tanh[4]));
    EXPECT_TRUE(tanh[5] == 0 && std::signbit(tanh[5]));
  }
};

TEST_P(VectorMath, FloatIsAccurate) {
  expect_accurate<float>(2.5);
}

TEST_P(VectorMath, DoubleIsAccurate) {
  expect_accurate<double>(2.5);
}

TEST_P(VectorMath, SpecialValues) {
  expect_special_values<float>();
  expect_special_values<double>();
}

INSTANTIATE_TEST_SUITE_P(On, VectorMath,
                         ::testing::Values(InstructionSet::portable, InstructionSet::avx2,
                                           InstructionSet::avx512));

}  // namespace vector_math_test
}  // namespace rnngan
