#include "data/recipes.h"

#include <cmath>

#include <torch/types.h>

#include "data/sequence_writer.h"
#include "data_test_util.h"

namespace rnngan {
namespace recipes_test {

using testing_data::config_for;
using testing_data::temporary_path;

const Recipe& recipe(const std::string& name) {
  for (const auto& row : recipes()) {
    if (row.name == name) return row;
  }
  throw Error(ErrorKind::bug, "", "no recipe " + name);
}

/// Missing cells in the same places too.
bool same(const at::Tensor& a, const at::Tensor& b) {
  return at::equal(a.nan_to_num(-1e9), b.nan_to_num(-1e9));
}

TEST(Recipes, EveryRowMakesWhatItSays) {
  for (const auto& row : recipes()) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(row.summary.empty());
    const auto set = row.make(20, row.steps, 7);
    EXPECT_EQ(set.padded().sizes(), (at::IntArrayRef{20, row.steps, row.features}));
    EXPECT_EQ(set.rows.scalar_type(), torch::kDouble);
    EXPECT_FALSE(set.rows.isinf().any().item<bool>());
    EXPECT_EQ(static_cast<int64_t>(set.columns.size()), row.features);
    EXPECT_LE(set.lengths.max().item<int64_t>(), row.steps);
    EXPECT_GE(set.lengths.min().item<int64_t>(), 1);
    EXPECT_TRUE(same(row.make(20, row.steps, 7).rows, set.rows));
    EXPECT_FALSE(same(row.make(20, row.steps, 8).rows, set.rows));
    EXPECT_EQ(row.make(3, 5, 1).steps(), 5);
  }
}

TEST(Recipes, EveryRowIsReadBackFromBothFormats) {
  for (const auto& row : recipes()) {
    SCOPED_TRACE(row.name);
    const auto set = row.make(15, row.steps, 7);
    for (const char* extension : {".csv", ".npy"}) {
      const std::string path = temporary_path(row.name + extension);
      write_sequences(set, path);
      auto config = config_for(path);
      if (std::string(extension) == ".csv") {
        config.label = set.label_name;
        for (const Column& column : set.attribute_columns) config.statics.push_back(column.name);
      }
      const auto data = load_dataset(config);
      ASSERT_EQ(data.train.count(), 15);
      const auto batch = gather(data.train, data.schema, at::kCPU);
      EXPECT_TRUE(at::equal(batch.steps.lengths, set.lengths));
      EXPECT_TRUE(at::allclose(data.train.padded(), set.padded(data.train.steps()), 0,
                               std::pow(10, -set.columns[0].decimals), /*equal_nan=*/true));
      for (size_t f = 0; f < set.columns.size(); ++f) {
        if (std::string(extension) == ".npy" && row.name.starts_with("sine")) continue;
        EXPECT_EQ(data.file.columns[f].name, set.columns[f].name);
        EXPECT_EQ(data.file.columns[f].kind, set.columns[f].kind);
        EXPECT_EQ(data.file.columns[f].classes, set.columns[f].classes);
      }
    }
  }
}

TEST(Recipes, SineTimeganStaysInItsBounds) {
  const auto x = recipe("sine_timegan").make(2000, 24, 1).padded();
  EXPECT_GE(x.min().item<double>(), 0.5);
  EXPECT_LE(x.max().item<double>(), 1.0);
  // Frequencies below 0.1: the angle of a step changes by less than that.
  const auto angle = (2 * x - 1).clamp(-1, 1).asin();
  const auto growth = angle.select(1, 1) - angle.select(1, 0);
  EXPECT_GE(growth.min().item<double>(), 0);
  EXPECT_LE(growth.max().item<double>(), 0.1);
  EXPECT_NEAR(growth.mean().item<double>(), 0.05, 0.002);
}

TEST(Recipes, SinesObeyTheirRecurrence) {
  // x_(t+1) + x_(t-1) = 2 cos(w) x_t for a pure sine: the ratio is the same at every step of a
  // sequence.
  for (const char* name : {"sine_paper", "sine_rgan", "sine_static"}) {
    SCOPED_TRACE(name);
    const auto x = recipe(name).make(50, 12, 3).padded();
    const auto outer = x.slice(1, 2) + x.slice(1, 0, -2);
    const auto inner = x.slice(1, 1, -1);
    const auto cross =
        outer.slice(1, 1) * inner.slice(1, 0, -1) - outer.slice(1, 0, -1) * inner.slice(1, 1);
    EXPECT_LE(cross.abs().max().item<double>(), 1e-9);
  }
}

TEST(Recipes, Ar1AutocorrelationIsPhiToTheLag) {
  const auto x =
      recipe("ar1").make(4000, 60, 5).padded().slice(1, 40);  // long after the start at N(0, I)
  for (const int64_t lag : {1, 2, 3}) {
    const auto a = x.slice(1, 0, -lag);
    const auto b = x.slice(1, lag);
    const auto correlation =
        (a * b).mean(at::IntArrayRef{0, 1}) / x.square().mean(at::IntArrayRef{0, 1});
    const auto phi = torch::linspace(0.1, 0.9, 10, torch::kDouble);
    EXPECT_TRUE(at::allclose(correlation, phi.pow(lag), 0, 0.03)) << correlation;
  }
}

TEST(Recipes, Ar1InnovationsHaveTheStatedCovariance) {
  const auto x = recipe("ar1").make(4000, 30, 5).padded();
  const auto phi = torch::linspace(0.1, 0.9, 10, torch::kDouble);
  const auto noise = (x.slice(1, 1) - phi * x.slice(1, 0, -1)).reshape({-1, 10});
  const auto covariance = noise.t().matmul(noise) / noise.size(0);
  const auto expected = 0.5 * torch::eye(10, torch::kDouble) + 0.5;
  EXPECT_TRUE(at::allclose(covariance, expected, 0, 0.02));
}

TEST(Recipes, NoisyOscillationIsBounded) {
  const auto x = recipe("noisy_oscillation").make(100, 50, 1).padded();
  EXPECT_GE(x.min().item<double>(), 0);
  EXPECT_LE(x.max().item<double>(), 1);
}

TEST(Recipes, SineClassesAreRaggedAndLabelled) {
  const auto set = recipe("sine_classes").make(120, 30, 1);
  EXPECT_GE(set.lengths.min().item<int64_t>(), 12);
  EXPECT_LT(set.lengths.min().item<int64_t>(), set.lengths.max().item<int64_t>());
  // The angle between neighbouring points tells the class: 60, 30 and 15 degrees, give or take 18
  // %.
  const auto a = set.padded().select(1, 0);
  const auto b = set.padded().select(1, 1);
  const auto cosine = (a * b).sum(1) / (a.norm(2, {1}) * b.norm(2, {1}));
  const auto degrees = cosine.clamp(-1, 1).acos() * 180 / 3.14159265358979;
  const double expected[] = {60, 30, 15};
  for (int64_t k = 0; k < 3; ++k) {
    const auto of_class = degrees.masked_select(set.labels == k);
    EXPECT_NEAR(of_class.mean().item<double>(), expected[k], 4);
  }
}

TEST(Recipes, VowelsDifferBetweenAndWithinSpeakers) {
  const auto set = recipe("vowels_like").make(900, 29, 1);
  EXPECT_EQ(set.classes.size(), 9U);
  EXPECT_GE(set.lengths.min().item<int64_t>(), 7);
  EXPECT_LT(set.lengths.min().item<int64_t>(), 10);
  EXPECT_EQ(set.lengths.max().item<int64_t>(), 29);
  // Means over steps: speakers are apart, and a speaker never speaks twice alike.
  const auto valid = set.mask().unsqueeze(2).to(torch::kDouble);
  const auto means = (set.padded() * valid).sum(1) / valid.sum(1);
  std::vector<at::Tensor> centres;
  double within = 0;
  for (int64_t k = 0; k < 9; ++k) {
    const auto of_class = means.index({set.labels.eq(k)});
    centres.push_back(of_class.mean(0));
    within += of_class.var(0, /*unbiased=*/false).sum().item<double>() / 9;
  }
  const double between = at::stack(centres, 0).var(0, /*unbiased=*/false).sum().item<double>();
  EXPECT_GT(between, within);
  EXPECT_GT(within, 0.1 * between);
  // Another seed has the same speakers.
  const auto other = recipe("vowels_like").make(900, 29, 2);
  const auto other_valid = other.mask().unsqueeze(2).to(torch::kDouble);
  const auto other_means = (other.padded() * other_valid).sum(1) / other_valid.sum(1);
  const auto first = other_means.index({other.labels.eq(0)}).mean(0);
  EXPECT_TRUE(at::allclose(first, centres[0], 0, 0.1));
}

TEST(Recipes, WeatherHasWhatRealColumnsHave) {
  const auto set = recipe("weather").make(2000, 24, 1);
  const at::Tensor rain = set.padded().select(2, 0), wet = set.padded().select(2, 1),
                   temp = set.padded().select(2, 2), guests = set.padded().select(2, 3);
  const auto share = [](const at::Tensor& of) { return of.to(at::kDouble).mean().item<double>(); };
  EXPECT_NEAR(share(rain == 0), 0.6, 0.05);
  EXPECT_TRUE(at::equal((rain > 0).to(at::kDouble), wet));
  EXPECT_TRUE(at::allclose(rain * 10, (rain * 10).round()));
  EXPECT_GT(rain.max().item<double>(), 30 * rain.mean().item<double>());
  EXPECT_TRUE(at::equal(guests, guests.floor()));
  EXPECT_EQ(guests.max().item<double>(), 24);
  EXPECT_GT(share(guests == 24), 0.005);
  const at::Tensor summer = set.labels == 0;
  EXPECT_GT(temp.index({summer}).mean().item<double>(),
            temp.index({summer.logical_not()}).mean().item<double>() + 10);
}

double share(const at::Tensor& holds) {
  return holds.to(torch::kDouble).mean().item<double>();
}

TEST(Recipes, MixedHasTheKindsItSays) {
  const auto set = recipe("mixed").make(2000, 24, 1);
  const auto x = set.padded();
  const auto calls = x.select(2, 0), change = x.select(2, 1), level = x.select(2, 2),
             mode = x.select(2, 3), alarm = x.select(2, 4), flow = x.select(2, 5);
  EXPECT_TRUE(at::equal(calls, calls.round()));
  // A gamma mean of shape 2 doubles the variance that the intensity gives, and Poisson adds the
  // mean.
  EXPECT_NEAR(calls.mean().item<double>(), 3, 0.1);
  EXPECT_GT(calls.var().item<double>(), 7);
  EXPECT_NEAR(change.std().item<double>(), 1, 0.15);
  EXPECT_GT(change.abs().max().item<double>(), 10) << "heavy tails";
  EXPECT_NEAR(share(level.eq(0)), 0.0766, 0.01);
  EXPECT_NEAR(share(level.eq(1)), 0.0766, 0.01);
  EXPECT_EQ(set.columns[3].classes.size(), 5U);
  EXPECT_NEAR(share(mode.slice(1, 1).eq(mode.slice(1, 0, -1))), 0.8, 0.01);
  const auto idle = mode.slice(1, 0, -1).eq(2);  // the next one in the ring is low
  EXPECT_NEAR(share(mode.slice(1, 1).index({idle}).eq(3)), 0.15, 0.01);
  EXPECT_TRUE(at::equal(alarm.eq(1), mode.eq(0))) << "on in mode fault";
  const auto gap = flow.isnan();
  EXPECT_NEAR(share(gap), 0.3, 0.01);
  EXPECT_NEAR(share(gap.slice(1, 1).index({gap.slice(1, 0, -1)})), 1 - 0.7 / 3, 0.01);
}

TEST(Recipes, WeatherLikeObeysItsRules) {
  const auto x = recipe("weather_like").make(2000, 30, 1).padded();
  const auto rain = x.select(2, 0), wet = x.select(2, 1), high = x.select(2, 2),
             low = x.select(2, 3), wind = x.select(2, 4);
  EXPECT_NEAR(share(rain.eq(0)), 0.6, 0.01);
  EXPECT_TRUE(at::equal(rain.gt(0), wet.eq(1)));
  EXPECT_NEAR(share(rain.slice(1, 1).gt(0).index({rain.slice(1, 0, -1).gt(0)})), 0.7, 0.01);
  EXPECT_TRUE(low.le(high).all().item<bool>());
  EXPECT_GT(wind.min().item<double>(), 0);
  const auto tenths = x * 10;
  EXPECT_TRUE(at::allclose(tenths, tenths.round(), 0, 1e-9));
}

}  // namespace recipes_test
}  // namespace rnngan
