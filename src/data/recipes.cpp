#include "data/recipes.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <torch/types.h>

#include "data/recipe_tools.h"

namespace rnngan {

namespace {

constexpr double kPi = std::numbers::pi;

/// 0, 1, ... as [1,T,1].
at::Tensor step_axis(int64_t steps) {
  return torch::arange(steps, torch::kDouble).view({1, steps, 1});
}

SequenceSet with_lengths(const SequenceSet& set, const at::Tensor& lengths) {
  const at::Tensor valid = torch::arange(set.steps()).view({1, -1, 1}) < lengths.view({-1, 1, 1});
  SequenceSet shorter =
      with_values(set, torch::where(valid, set.padded(), torch::zeros({}, torch::kDouble)));
  shorter.lengths = lengths;
  return shorter;
}

SequenceSet sine_timegan(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "sine_timegan");
  const auto frequency = draws.uniform({sequences, 1, 5}, 0, 0.1);
  const auto phase = draws.uniform({sequences, 1, 5}, 0, 0.1);
  return full_set(((frequency * step_axis(steps) + phase).sin() + 1) / 2);
}

SequenceSet sine_paper(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "sine_paper");
  const auto frequency = draws.uniform({sequences, 1, 5}, 0, 1);
  const auto phase = draws.uniform({sequences, 1, 5}, -kPi, kPi);
  return full_set((2 * kPi * frequency * step_axis(steps) + phase).sin());
}

SequenceSet sine_rgan(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "sine_rgan");
  const auto amplitude = draws.uniform({sequences, 1, 1}, 0.1, 0.9);
  const auto frequency = draws.uniform({sequences, 1, 1}, 1, 5);
  const auto phase = draws.uniform({sequences, 1, 1}, -kPi, kPi);
  const auto time = (step_axis(steps) + 1) / static_cast<double>(steps);
  return full_set(amplitude * (2 * kPi * frequency * time + phase).sin());
}

SequenceSet ar1(int64_t sequences, int64_t steps, uint64_t seed) {
  constexpr int64_t kFeatures = 10;
  constexpr int64_t kBurnIn = 10;
  Draws draws(seed, "ar1");
  const auto phi = torch::linspace(0.1, 0.9, kFeatures, torch::kDouble);
  // Innovations e L^T with L L^T = I/2 + 11^T/2.
  // L is its symmetric root a I + b 11^T with a = sqrt(1/2).
  const double a = std::sqrt(0.5);
  const double b = (std::sqrt(0.5 + 0.5 * kFeatures) - a) / kFeatures;
  const auto root = a * torch::eye(kFeatures, torch::kDouble) + b;
  auto state = draws.normal({sequences, kFeatures});
  std::vector<at::Tensor> rows;
  for (int64_t t = 0; t < steps + kBurnIn; ++t) {
    if (t > 0) state = phi * state + draws.normal({sequences, kFeatures}).matmul(root);
    if (t >= kBurnIn) rows.push_back(state);
  }
  return full_set(at::stack(rows, 1));
}

SequenceSet noisy_oscillation(int64_t sequences, int64_t steps, uint64_t seed) {
  constexpr int64_t kFeatures = 10;
  Draws draws(seed, "noisy_oscillation");
  const auto angle = draws.uniform({sequences}, 0, 2 * kPi);
  auto z = at::stack({angle.cos(), angle.sin()}, 1);
  const double c = std::cos(kPi / 6);
  const double s = std::sin(kPi / 6);
  const auto rotation = torch::tensor({c, -s, s, c}, torch::kDouble).view({2, 2});
  const auto grid = torch::linspace(-1.5, 1.5, kFeatures, torch::kDouble);
  std::vector<at::Tensor> rows;
  for (int64_t t = 0; t < steps; ++t) {
    if (t > 0) {
      const auto r = z.norm(2, {1}, /*keepdim=*/true);
      const auto pull = 1 / (((-4 * (r - 0.3)).exp() + 1) * r);
      z = pull * z.matmul(rotation) + 0.1 * draws.normal({sequences, 2});
    }
    const auto distance = (z.slice(1, 0, 1) - grid) / 0.3;
    rows.push_back((-0.5 * distance * distance).exp());
  }
  return full_set(at::stack(rows, 1));
}

SequenceSet sine_static(int64_t sequences, int64_t steps, uint64_t seed) {
  Draws draws(seed, "sine_static");
  // The middle one of three uniforms is distributed as Beta(2,2).
  const auto frequency =
      std::get<0>(draws.uniform({3, sequences, 1, 5}, 0, 1).sort(0)).select(0, 1);
  const auto phase = draws.normal({sequences, 1, 5});
  SequenceSet set = full_set((frequency * step_axis(steps) + phase).sin());
  set.attributes = draws.uniform({sequences, 4}, 0, 1);
  for (int64_t i = 0; i < 4; ++i) {
    set.attribute_columns.push_back(
        column_of(fmt::format("s{}", i + 1), set.attributes.select(1, i), kRecipeDecimals));
  }
  set.label_name = "outcome";
  set.classes = {"0", "1"};
  set.labels = draws.integer({sequences}, 0, 1);
  return set;
}

SequenceSet sine_classes(int64_t sequences, int64_t steps, uint64_t seed) {
  constexpr int64_t kShortest = 12;
  Draws draws(seed, "sine_classes");
  const at::Tensor labels = torch::arange(sequences) % 3;
  // Periods of about 6, 12 and 24 steps.
  const auto base = torch::tensor({6.0, 12.0, 24.0}, torch::kDouble).index_select(0, labels);
  const auto period = base.view({-1, 1, 1}) * draws.uniform({sequences, 1, 1}, 0.85, 1.15);
  const auto amplitude = draws.uniform({sequences, 1, 1}, 0.5, 1);
  const auto angle =
      2 * kPi * step_axis(steps) / period + draws.uniform({sequences, 1, 1}, -kPi, kPi);
  const auto x = at::cat({amplitude * angle.sin(), amplitude * angle.cos()}, 2) +
                 0.02 * draws.normal({sequences, steps, 2});
  const auto lengths = draws.integer({sequences}, std::min(kShortest, steps), steps);
  SequenceSet set = with_lengths(full_set(x, {"x", "y"}, 3), lengths);
  set.label_name = "speed";
  set.classes = {"fast", "medium", "slow"};
  set.labels = labels;
  return set;
}

/// Where the mouth of a sequence is at each step [N,T,4]: from the first vowel of its speaker to
/// the second, early or late, fast or slow, and never twice the same way. ends [N,2,4]
at::Tensor vowel_path(const at::Tensor& ends, const at::Tensor& lengths, int64_t steps,
                      Draws& draws) {
  const int64_t sequences = lengths.size(0);
  const at::Tensor middle = 0.5 + 0.1 * draws.normal({sequences, 1, 1});
  const at::Tensor width = 0.12 * (0.35 * draws.normal({sequences, 1, 1})).exp();
  const at::Tensor time = step_axis(steps) / (lengths - 1).clamp_min(1).view({-1, 1, 1});
  const at::Tensor way = ((time - middle) / width).sigmoid();
  const at::Tensor from = ends.narrow(1, 0, 1), to = ends.narrow(1, 1, 1);
  const at::Tensor voice = 0.4 * draws.normal({sequences, 1, 4});
  const at::Tensor drift = autoregression(0.8, draws.normal({sequences, steps, 4}));
  return from + (to - from) * way + voice + 0.15 * drift;
}

SequenceSet vowels_like(int64_t sequences, int64_t steps, uint64_t seed) {
  constexpr int64_t kSpeakers = 9, kFeatures = 12, kShortest = 7;
  // The same speakers and the same ears whatever the seed of the sequences.
  Draws world(9, "vowels_like.world");
  const at::Tensor speakers = 0.9 * world.normal({kSpeakers, 2, 4});
  const at::Tensor pace = world.uniform({kSpeakers}, 11, 20);
  const at::Tensor bend = 0.7 * world.normal({4, kFeatures}),
                   swing = 0.6 * world.normal({4, kFeatures}),
                   at_rest = 0.5 * world.normal({2, kFeatures}),
                   scale = world.uniform({kFeatures}, 0.15, 0.6);
  Draws draws(seed, "vowels_like");
  const at::Tensor labels = torch::arange(sequences) % kSpeakers;
  const at::Tensor usual = pace.index_select(0, labels) * static_cast<double>(steps) / 29;
  const at::Tensor lengths = (usual * (0.2 * draws.normal({sequences})).exp())
                                 .round()
                                 .clamp(std::min(kShortest, steps), steps)
                                 .to(torch::kLong);
  const at::Tensor path = vowel_path(speakers.index_select(0, labels), lengths, steps, draws);
  const at::Tensor heard =
      (path.matmul(bend) + at_rest[0]).tanh() + 0.5 * (path.matmul(swing) + at_rest[1]).sin();
  const at::Tensor x = scale * heard + 0.02 * draws.normal({sequences, steps, kFeatures});
  SequenceSet set = with_lengths(full_set((x * 1e4).round() / 1e4, {}, 4), lengths);
  set.label_name = "speaker";
  for (int64_t k = 1; k <= kSpeakers; ++k) set.classes.push_back(fmt::format("s{}", k));
  set.labels = labels;
  return set;
}

}  // namespace

const std::vector<Recipe>& recipes() {
  static const std::vector<Recipe> rows{
      {"sine_timegan",
       "(sin(f j + p) + 1)/2 with f, p ~ U(0, 0.1): the sines of all published TimeGAN results",
       10'000, 24, 5, sine_timegan},
      {"sine_paper",
       "sin(2 pi f j + p) with f ~ U(0, 1), p ~ U(-pi, pi): the formula of the TimeGAN paper",
       10'000, 24, 5, sine_paper},
      {"sine_rgan",
       "A sin(2 pi f k/T + p) with A ~ U(.1, .9), f ~ U(1, 5): the sines of RGAN "
       "(arXiv:1706.02633)",
       14'000, 30, 1, sine_rgan},
      {"ar1",
       "x_t = phi x_(t-1) + correlated noise, phi from 0.1 to 0.9: autocorrelation phi^k (COT-GAN, "
       "arXiv:2006.08571)",
       2'000, 100, 10, ar1},
      {"noisy_oscillation",
       "a noisy rotation in the plane seen through 10 bumps (COT-GAN, arXiv:2006.08571)", 2'000,
       100, 10, noisy_oscillation},
      {"sine_static",
       "sin(f j + p) with f ~ Beta(2,2), p ~ N(0,1), 4 static columns and a label, both "
       "independent of it",
       100, 10, 5, sine_static},
      {"sine_classes",
       "noisy circles of three speeds, labelled, 12 to T steps: data/sine_classes.csv", 120, 30, 2,
       sine_classes},
      {"vowels_like",
       "two vowels of nine speakers, labelled, 7 to T steps, as the spoken vowels of the UCI "
       "archive are: z moves from a to b of its speaker by a logistic curve of random place and "
       "width, with .4 n for the sequence and .15 AR(.8); each column tanh(w z) + .5 sin(u z), "
       "scaled, + .02 n",
       640, 29, 12, vowels_like},
      {"weather",
       "rain with exact zeros and a heavy tail, wet where it rains, temperature, guests as whole "
       "numbers with a cap; labelled by season: what real columns are like",
       2'000, 24, 4, weather},
      {"mixed",
       "six kinds of columns, independent but for alarm: calls, negative binomial counts (shape 2, "
       "mean 3 exp(.6 z - .18)); change, AR(.6) of t(3) noise; level, .5 + .35 z cut to 0..1; "
       "mode, "
       "a ring of 5 states that stays with .8, moves on with .15; alarm, on in mode fault; flow, "
       "20 + 5 z with 30 % of its cells missing in bursts of 4.3 steps; each z AR(.9)",
       2'000, 24, 6, mixed},
      {"weather_like",
       "days from a random one of the year: rain, 60 % zeros, wet spells of 3.3 days, "
       ".1 + Weibull(.7, 5) mm; wet, 1 where it rains; temp_max, 14 + 10 sin(year) + 3 z, 2 less "
       "when wet; temp_min, lower by exp(2 + .35 n), .6 of it when wet; wind, exp(1.2 + .5 z), 1.3 "
       "times when wet; z AR(.8), AR(.6)",
       2'000, 30, 5, weather_like},
  };
  return rows;
}

}  // namespace rnngan
