// Sets whose columns are what real ones are like: zeros, caps, classes, counts, gaps.
#include <cmath>
#include <numbers>
#include <utility>

#include <torch/types.h>

#include "data/recipe_tools.h"

namespace rnngan {

namespace {

/// What does not depend on the day before: [N,T] each.
struct WeatherDraws {
  at::Tensor starts, amount, heat, guests;
};

/// One day of weather per step. A wet spell sets in with a downpour and peters out; it cools at
/// once and warms up slowly, so that days in reverse look otherwise.
void weather_days(const WeatherDraws& draws, const at::Tensor& summer, const at::Tensor& x) {
  auto out = x.accessor<double, 3>();
  const auto starts = draws.starts.accessor<double, 2>(),
             amount = draws.amount.accessor<double, 2>(), heat = draws.heat.accessor<double, 2>(),
             guests = draws.guests.accessor<double, 2>();
  const auto tenths = [](double value) { return std::round(value * 10) / 10; };
  constexpr int64_t kBefore = 20;  // days, so that the first of a sequence is like any other
  const int64_t steps = x.size(1);
  for (int64_t i = 0; i < x.size(0); ++i) {
    const bool in_summer = summer[i].item<int64_t>() == 1;
    const double usual = in_summer ? 19 : 5;
    double rain = 0, heat_now = usual;
    for (int64_t t = -kBefore; t < steps; ++t) {
      const int64_t at = t + kBefore;
      const bool was_wet = rain > 0;
      const bool wet = starts[i][at] < (was_wet ? 0.65 : in_summer ? 0.2 : 0.3);
      const double downpour = 2 * (std::pow(amount[i][at], -0.45) - 1);
      rain = !wet ? 0 : std::max(0.1, tenths(was_wet ? 0.5 * rain + 0.2 * downpour : downpour));
      heat_now += 0.3 * (usual - heat_now) - (wet && !was_wet ? 4 : 0) + 0.8 * heat[i][at];
      if (t < 0) continue;
      const double crowd = std::exp(1.5 + 0.05 * heat_now + 0.5 * guests[i][at]);
      out[i][t][0] = rain;
      out[i][t][1] = wet ? 1 : 0;
      out[i][t][2] = tenths(heat_now);
      out[i][t][3] = std::min(24.0, std::floor(crowd * (wet ? 0.3 : 1)));
    }
  }
}

/// A column of codes.
void make_category(Column& column, std::vector<std::string> classes) {
  column.kind = ColumnKind::category;
  column.classes = std::move(classes);
}

at::Tensor rounded(const at::Tensor& x, double per_unit) {
  return (x * per_unit).round() / per_unit;
}

/// [N,T] of t with 3 degrees of freedom, divided by its standard deviation.
at::Tensor student(const at::Tensor& noise, const at::Tensor& three) {
  return noise / three.square().sum(2).sqrt();
}

/// [N,T] 0 or 1: a two-state chain from its stationary distribution. u [N,T] uniform.
at::Tensor spells(const at::Tensor& u, double enter, double leave) {
  at::Tensor on = u.select(1, 0).lt(enter / (enter + leave));
  std::vector<at::Tensor> steps{on};
  for (int64_t t = 1; t < u.size(1); ++t) {
    const at::Tensor draw = u.select(1, t);
    on = at::where(on, draw.ge(leave), draw.lt(enter));
    steps.push_back(on);
  }
  return at::stack(steps, 1).to(torch::kDouble);
}

constexpr int64_t kModes = 5;  // idle, low, medium, high, fault: a ring in this order

/// [N,T] place in the ring: stays with .8, moves on with .15, else to one of the other three.
at::Tensor ring(const at::Tensor& u) {
  at::Tensor state = (u.select(1, 0) * kModes).floor();
  std::vector<at::Tensor> steps{state};
  for (int64_t t = 1; t < u.size(1); ++t) {
    const at::Tensor draw = u.select(1, t);
    const at::Tensor far = 2 + ((draw - 0.95) / 0.05 * 3).floor().clamp(0, 2);
    const at::Tensor move = at::where(draw.lt(0.8), at::zeros_like(draw),
                                      at::where(draw.lt(0.95), at::ones_like(draw), far));
    state = (state + move).remainder(kModes);
    steps.push_back(state);
  }
  return at::stack(steps, 1);
}

}  // namespace

SequenceSet weather(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "weather");
  const int64_t days = steps + 20;
  const at::Tensor x = torch::zeros({sequences, steps, 4}, torch::kDouble);
  const at::Tensor labels = torch::arange(sequences) % 2;
  const WeatherDraws of_days{draws.uniform({sequences, days}, 0, 1),
                             draws.uniform({sequences, days}, 3e-4, 1),
                             draws.normal({sequences, days}), draws.normal({sequences, days})};
  weather_days(of_days, 1 - labels, x);
  SequenceSet set = full_set(x, {"rain", "wet", "temp", "guests"}, 1);
  set.label_name = "season";
  set.classes = {"summer", "winter"};
  set.labels = labels;
  return set;
}

SequenceSet mixed(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "mixed");
  const std::vector<int64_t> size = {sequences, steps};
  const auto smooth = [&] { return autoregression(0.9, draws.normal(size)); };
  // A Poisson count whose mean has a gamma distribution of shape 2.
  const at::Tensor gamma = -draws.uniform({sequences, steps, 2}, 1e-12, 1).log().sum(2) / 2;
  const at::Tensor calls = draws.poisson(3 * (0.6 * smooth() - 0.18).exp() * gamma);
  const at::Tensor change =
      autoregression(0.6, student(draws.normal(size), draws.normal({sequences, steps, 3})));
  const at::Tensor level = (0.5 + 0.35 * smooth()).clamp(0, 1);
  const at::Tensor place = ring(draws.uniform(size, 0, 1));
  // Codes are places among the sorted names: fault, high, idle, low, medium.
  const at::Tensor codes = torch::tensor({2.0, 3.0, 4.0, 1.0, 0.0}, torch::kDouble);
  const at::Tensor mode = codes.index_select(0, place.to(torch::kLong).reshape({-1})).view(size);
  const at::Tensor alarm = mode.eq(0).to(torch::kDouble);  // of {off, on}
  const at::Tensor gaps = spells(draws.uniform(size, 0, 1), 0.1, 0.7 / 3);
  const at::Tensor flow = rounded(20 + 5 * smooth(), 100).masked_fill(gaps.eq(1), NAN);
  SequenceSet set = full_set(
      at::stack({calls, rounded(change, 1000), rounded(level, 1000), mode, alarm, flow}, 2),
      {"calls", "change", "level", "mode", "alarm", "flow"}, 3);
  make_category(set.columns[3], {"fault", "high", "idle", "low", "medium"});
  make_category(set.columns[4], {"off", "on"});
  set.columns[5].decimals = 2;
  return set;
}

SequenceSet weather_like(int64_t sequences, int64_t steps, uint64_t seed) {
  constexpr double kYear = 365.25;
  Draws draws(seed, "weather_like");
  const std::vector<int64_t> size = {sequences, steps};
  const at::Tensor day =
      draws.uniform({sequences, 1}, 0, kYear) + torch::arange(steps, torch::kDouble);
  const at::Tensor season = (2 * std::numbers::pi * (day - 110) / kYear).sin();
  const at::Tensor wet = spells(draws.uniform(size, 0, 1), 0.2, 0.3);
  const at::Tensor amount = 5 * (-draws.uniform(size, 1e-12, 1).log()).pow(1 / 0.7);
  const at::Tensor rain = wet * rounded(0.1 + amount, 10);
  const at::Tensor high =
      rounded(14 + 10 * season + 3 * autoregression(0.8, draws.normal(size)) - 2 * wet, 10);
  const at::Tensor span = (2 + 0.35 * draws.normal(size)).exp() * (1 - 0.4 * wet);
  const at::Tensor low = rounded(high - span, 10);
  const at::Tensor wind =
      (1.2 + 0.5 * autoregression(0.6, draws.normal(size))).exp() * (1 + 0.3 * wet);
  return full_set(at::stack({rain, wet, high, low, rounded(wind, 10)}, 2),
                  {"rain", "wet", "temp_max", "temp_min", "wind"}, 1);
}

}  // namespace rnngan
