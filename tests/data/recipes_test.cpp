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

TEST(Recipes, EveryRowMakesWhatItSays) {
  for (const auto& row : recipes()) {
    SCOPED_TRACE(row.name);
    EXPECT_FALSE(row.summary.empty());
    const auto set = row.make(20, row.steps, 7);
    EXPECT_EQ(set.padded().sizes(), (at::IntArrayRef{20, row.steps, row.features}));
    EXPECT_EQ(set.rows.scalar_type(), torch::kDouble);
    EXPECT_TRUE(at::isfinite(set.rows).all().item<bool>());
    EXPECT_EQ(static_cast<int64_t>(set.columns.size()), row.features);
    EXPECT_LE(set.lengths.max().item<int64_t>(), row.steps);
    EXPECT_GE(set.lengths.min().item<int64_t>(), 1);
    EXPECT_TRUE(at::equal(row.make(20, row.steps, 7).rows, set.rows));
    EXPECT_FALSE(at::equal(row.make(20, row.steps, 8).rows, set.rows));
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
                               std::pow(10, -set.columns[0].decimals)));
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

}  // namespace recipes_test
}  // namespace rnngan
