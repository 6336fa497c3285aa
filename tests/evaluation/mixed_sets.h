// Sets of sequences with columns of classes and missing cells.
#pragma once

#include <cmath>
#include <string>
#include <vector>

#include <torch/types.h>

#include "evaluation/metric.h"
#include "tensor/random.h"

namespace rnngan {

inline const double kMissing = std::nan("");

/// The set with a name for each column, and classes where it has some.
struct KindOfColumn {
  std::string name;
  std::vector<std::string> classes = {};
};
inline SequenceSet with_kinds(SequenceSet set, const std::vector<KindOfColumn>& kinds) {
  set.columns.clear();
  for (const KindOfColumn& kind : kinds) {
    set.columns.emplace_back();
    set.columns.back().name = kind.name;
    set.columns.back().classes = kind.classes;
  }
  return set;
}

/// One sequence per row of `rows` [N,T*D], all of one length.
inline SequenceSet mixed_rows(const std::vector<std::vector<double>>& rows,
                              const std::vector<KindOfColumn>& kinds) {
  std::vector<double> flat;
  for (const auto& row : rows) flat.insert(flat.end(), row.begin(), row.end());
  const auto count = static_cast<int64_t>(rows.size()), width = static_cast<int64_t>(kinds.size());
  const at::Tensor x = torch::tensor(flat, at::kDouble).view({count, -1, width});
  return with_kinds({x, at::full({count}, x.size(1), at::kLong)}, kinds);
}

/// Weather of 12 steps: a sky that lasts, rain that falls where it is not dry, a temperature that
/// follows the sky and is missing in stretches.
struct MixedOptions {
  double stay = 0.8;      // that a clear sky is clear at the next step; others stay less
  double missing = 0.15;  // that a stretch of two missing temperatures begins
  bool tied = true;       // rain and temperature follow the sky
};
inline SequenceSet mixed_weather(int64_t count, uint64_t seed, const MixedOptions& options = {}) {
  constexpr int64_t kSteps = 12;
  at::Generator generator = stream_generator(seed, "mixed", 0);
  const at::Tensor draws = at::rand({count, kSteps, 6}, generator, at::kDouble);
  const auto u = draws.accessor<double, 3>();
  at::Tensor values = at::zeros({count, kSteps, 3}, at::kDouble);
  auto x = values.accessor<double, 3>();
  for (int64_t i = 0; i < count; ++i) {
    double sky = std::floor(3 * u[i][0][0]);
    int64_t gap = 0;
    for (int64_t t = 0; t < kSteps; ++t) {
      if (t > 0 && u[i][t][1] > options.stay - 0.15 * sky)
        sky = std::fmod(sky + 1 + (u[i][t][2] > 0.7), 3.0);
      const double cause = options.tied ? sky : std::floor(3 * u[i][t][3]);
      x[i][t][0] = sky;
      x[i][t][1] = cause == 0 ? 0 : -std::log(1 - u[i][t][4]) * cause;
      if (gap == 0 && u[i][t][3] < options.missing) gap = 2;
      x[i][t][2] = gap > 0 ? kMissing : 10 - 3 * cause + u[i][t][5];
      gap = std::max<int64_t>(0, gap - 1);
    }
  }
  return with_kinds({values, at::full({count}, kSteps, at::kLong)},
                    {{"sky", {"clear", "cloudy", "storm"}}, {"rain"}, {"temperature"}});
}

}  // namespace rnngan
