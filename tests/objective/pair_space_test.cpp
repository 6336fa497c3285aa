// Terms that compare sequences by their values or, under `space: point`, by what the critic sees.
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "objective/sequence_pairs.h"
#include "objective/term_support.h"

namespace rnngan {
namespace pair_space_test {

using at::Tensor;

/// Values and, twice as large, their differences, the first one from 0: [B,T,F] -> [B,T,2F].
Tensor with_differences(const Tensor& x) {
  const Tensor before = at::cat({at::zeros_like(x.narrow(1, 0, 1)), x.slice(1, 0, -1)}, 1);
  return at::cat({x, 2 * (x - before)}, 2);
}

/// Two outputs per step of the first two columns, which both spaces have.
Critic of_values(double phase) {
  return [phase](const Tensor& x, const StepMask& steps) {
    return (zero_padding(x, steps).narrow(2, 0, 2).cumsum(1) + phase).sin();
  };
}

/// Six matrices of 4 x 4, linear in a step.
Critic of_steps() {
  return [](const Tensor& x, const StepMask&) {
    const Tensor column = at::arange(x.size(2), at::kDouble).unsqueeze(1);
    return x.matmul((column + 1.3 * at::arange(6 * 16, at::kDouble)).sin());
  };
}

/// A number and a category of four classes.
Layout number_and_category() {
  Schema schema;
  schema.columns.resize(2);
  schema.columns[1].kind = ColumnKind::category;
  schema.columns[1].classes = {"a", "b", "c", "d"};
  return Layout(schema);
}

TEST(Pairs, MeansAndDistancesCountAColumnOnce) {
  const Layout layout = number_and_category();
  const StepMask steps = lengths({1}, 1);
  const Tensor number = doubles({1, 0, 0, 0, 0}).view({1, 1, 5});
  const Tensor category = doubles({0, 1, 1, 1, 1}).view({1, 1, 5});
  EXPECT_NEAR(mean_entry(number, steps, layout).item<double>(), 0.5, 1e-6);
  EXPECT_NEAR(mean_entry(category, steps, layout).item<double>(), 0.5, 1e-6);
  for (const bool differences : {false, true}) {
    const auto row_of = [&](const Tensor& x) {
      FakeContext context(kG, of_values(0), x, x, steps);
      context.set_layout(layout);
      if (differences) {
        context.set_embedding([](const Tensor& of) {
          return at::cat({of, of.narrow(2, 0, 1)}, 2);
        });
      }
      return flat(context, Which::real, differences ? PairSpace::point : PairSpace::data);
    };
    // Of the weights 2.5 and 4 times .625; the difference counts as its value.
    EXPECT_NEAR(row_of(category).square().sum().item<double>(), 2.5, 1e-6);
    EXPECT_NEAR(row_of(number).square().sum().item<double>(), differences ? 5 : 2.5, 1e-6);
  }
}

std::vector<std::string> rows_with_pair_space() {
  std::vector<std::string> names;
  for (const TermRow& row : term_catalog()) {
    for (const Field& field : row.description.options.fields) {
      if (field.path == "space" && !check_value(field, "point")) {
        names.push_back(row.description.name);
      }
    }
  }
  return names;
}

class EveryPairSpace : public testing::TestWithParam<std::string> {
 protected:
  static double value(Side side, FakeContext& context, const char* space) {
    context.set_network("cot_h", of_values(0.3));
    context.set_network("cot_m", of_values(1.1));
    context.set_network("pcf_maps", of_steps());
    const auto term = make(GetParam(), {{"space", space}});
    return term->acts_on(side) ? term->value(context).item<double>() : 0;
  }
};

TEST_P(EveryPairSpace, PointIsDataOfTheSequencesThatTheCriticSees) {
  const StepMask steps = lengths({4, 4, 3, 4, 4, 2, 4, 4}, 4);
  const Tensor nan = doubles({std::numeric_limits<double>::quiet_NaN()});
  const Tensor real = at::where(steps.mask.unsqueeze(2), wavy(8, 4, 0), nan);
  const Tensor fake = at::where(steps.mask.unsqueeze(2), 1.3 * wavy(8, 4, 1), nan);
  for (const Side side : {kD, kG}) {
    FakeContext plain(side, {}, real, fake, steps);
    plain.set_embedding(with_differences);
    FakeContext embedded(side, {}, with_differences(real), with_differences(fake), steps);
    const double by_points = value(side, plain, "point");
    EXPECT_NEAR(by_points, value(side, embedded, "data"), 1e-12);
    const double by_values = value(side, plain, "data");
    if (!make(GetParam())->acts_on(side)) continue;
    EXPECT_GT(std::abs(by_points - by_values), 1e-3);
    // The values do not depend on what the critic makes of them.
    FakeContext bare(side, {}, real, fake, steps);
    EXPECT_EQ(by_values, value(side, bare, "data"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, EveryPairSpace, testing::ValuesIn(rows_with_pair_space()),
                         [](const auto& row) { return row.param; });

TEST(PairSpace, IsAnOptionOfTheTermsOfPairs) {
  EXPECT_THAT(rows_with_pair_space(),
              testing::IsSupersetOf(
                  {"cot_gan", "energy_distance", "imle", "kl_gaussian", "mmd", "pcf", "sinkhorn"}));
}

}  // namespace pair_space_test
}  // namespace rnngan
