// Scores as a published benchmark defines them (Ang et al. 2023, TSGBench), for comparison with its
// tables. Some prefer collapsed generators: read them beside their floors.
#include <algorithm>
#include <cmath>
#include <string>

#include <torch/types.h>

#include "evaluation/dependence.h"
#include "evaluation/dtw.h"
#include "evaluation/metrics.h"
#include "evaluation/moment_distance.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kBins = 50;

/// The steps that every sequence of both sets has.
int64_t common_steps(const MetricInput& input) {
  return std::min(input.real.lengths.min().item<int64_t>(),
                  input.synthetic.lengths.min().item<int64_t>());
}

/// [T,D,N] in one piece: the values of a step and feature lie side by side.
Tensor cells_of(const SequenceSet& of, int64_t steps) {
  return of.padded().narrow(1, 0, steps).permute({1, 2, 0}).contiguous();
}

/// Mean over the bins of the distance between two histograms, as densities; nullopt where all real
/// values are equal. A synthetic value on the edge of a bin counts nowhere.
std::optional<double> histogram_gap(const double* real, int64_t n, const double* synthetic,
                                    int64_t m) {
  const auto [low, high] = std::minmax_element(real, real + n);
  const double least = *low, width = (*high - *low) / kBins;
  if (width <= 0) return std::nullopt;
  std::vector<double> gap(kBins, 0);
  for (int64_t i = 0; i < n; ++i) {
    const auto bin = static_cast<int64_t>((real[i] - least) / width);
    gap[std::min(bin, kBins - 1)] += 1 / (static_cast<double>(n) * width);
  }
  for (int64_t j = 0; j < m; ++j) {
    const double place = (synthetic[j] - least) / width;
    if (place < -1 || place > kBins + 1) continue;
    const auto near = static_cast<int64_t>(std::floor(place));
    for (int64_t b = std::max<int64_t>(0, near - 1); b <= std::min(near + 1, kBins - 1); ++b) {
      const double center = least + (static_cast<double>(b) + 0.5) * width;
      if (std::abs(synthetic[j] - center) < width / 2) {
        gap[b] -= 1 / (static_cast<double>(m) * width);
      }
    }
  }
  double sum = 0;
  for (const double value : gap) sum += std::abs(value);
  return sum / kBins;
}

MetricResult mdd(const MetricInput& input) {
  const int64_t steps = common_steps(input), features = input.real.features();
  if (steps < 2) return MetricResult::skipped("needs_t_ge_2");
  const Tensor real = cells_of(input.real, steps), synthetic = cells_of(input.synthetic, steps);
  const int64_t n = input.real.count(), m = input.synthetic.count();
  const std::vector<double> weights = feature_weights(input.real);
  double sum = 0, weight = 0;
  int64_t used = 0;
  const int64_t cells = (steps - 1) * features;  // without the first step
  for (int64_t cell = features; cell < features + cells; ++cell) {
    const auto gap = histogram_gap(real.data_ptr<double>() + cell * n, n,
                                   synthetic.data_ptr<double>() + cell * m, m);
    if (!gap) continue;
    sum += *gap * weights[cell % features];
    weight += weights[cell % features];
    ++used;
  }
  if (used == 0) return MetricResult::skipped("degenerate_reference");
  MetricResult result;
  result.value = sum / weight;
  result.params["bins"] = kBins;
  if (used < cells) {
    result.status = MetricStatus::partial;
    result.reason = "constant_cells";
    result.detail["skipped"] = {{"cells", cells - used}};
  }
  return result;
}

MetricResult acd(const MetricInput& input) {
  const int64_t steps = std::min(input.real.steps(), input.synthetic.steps());
  if (steps < 3) return MetricResult::skipped("needs_t_ge_3");
  const FeatureScaler scaler(input.real);
  if (scaler.all_constant()) return MetricResult::skipped("degenerate_reference");
  const int64_t lags = std::min<int64_t>(64, steps);
  const Tensor gaps =
      (autocorrelations(input.real, 0, lags - 1) - autocorrelations(input.synthetic, 0, lags - 1))
          .square()
          .sum(1)
          .sqrt();
  MetricResult result;
  const std::vector<double> weights = feature_weights(input.real);
  double sum = 0, weight = 0;
  for (int64_t d = 0; d < gaps.size(0); ++d) {
    if (scaler.constant[d]) continue;
    sum += gaps[d].item<double>() * weights[d];
    weight += weights[d];
  }
  const std::vector<int64_t> constant = scaler.constant_features();
  result.value = sum / weight;
  result.params["lags"] = lags;
  if (!constant.empty()) {
    result.status = MetricStatus::partial;
    result.reason = "constant_features";
    result.detail["skipped"] = {{"features", constant}};
  }
  return result;
}

/// Sequences are paired by index, as many as both sets have.
struct IndexPairs {
  Tensor real, synthetic;  // [n,T,D], in one piece
};
IndexPairs index_pairs(const MetricInput& input) {
  const int64_t n = std::min(input.real.count(), input.synthetic.count());
  const int64_t steps = common_steps(input);
  const auto part = [&](const SequenceSet& of) {
    return of.padded().narrow(0, 0, n).narrow(1, 0, steps).contiguous();
  };
  return {part(input.real), part(input.synthetic)};
}

MetricResult paired_euclidean(const MetricInput& input) {
  const IndexPairs pairs = index_pairs(input);
  MetricResult result;
  const Tensor gaps = (pairs.real - pairs.synthetic).square().sum(1).sqrt();
  result.value = mean_over_features(gaps, input.real);
  return result;
}

MetricResult paired_dtw(const MetricInput& input) {
  IndexPairs pairs = index_pairs(input);
  if (!input.real.encoded.empty()) {
    const Tensor roots = torch::tensor(feature_weights(input.real), at::kDouble).sqrt();
    pairs = {pairs.real * roots, pairs.synthetic * roots};
  }
  const int64_t n = pairs.real.size(0), steps = pairs.real.size(1), features = pairs.real.size(2);
  std::vector<double> scratch;
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    const int64_t at = i * steps * features;
    sum += std::sqrt(warping_cost({pairs.real.data_ptr<double>() + at, steps},
                                  {pairs.synthetic.data_ptr<double>() + at, steps}, features,
                                  /*window=*/-1, scratch));
  }
  MetricResult result;
  result.value = sum / static_cast<double>(n);
  return result;
}

using ScoreFunction = std::function<MetricResult(const MetricInput&)>;

MetricRow benchmark_row(const char* name, const char* question, const char* formula,
                        ScoreFunction compute) {
  MetricRow row;
  row.name = name;
  row.question = question;
  row.formula = formula;
  row.paper = "Ang et al. 2023, TSGBench, arXiv:2309.03755";
  row.compute = [compute = std::move(compute)](const MetricInput& input) {
    MetricResult result = compute(input);
    result.params["scale"] = "none";  // the published values are of data in [0,1]
    return result;
  };
  return row;
}

ScoreFunction moment_score(Moment moment) {
  return [moment](const MetricInput& input) { return moment_distance(input, moment); };
}

}  // namespace

std::vector<MetricRow> tsgbench_rows() {
  std::vector<MetricRow> rows = {
      benchmark_row("mdd_tsgbench", "do histograms at each step agree, as TSGBench has it?",
                    "mean over t >= 2, d and 50 bins of |p_b - q_b|", mdd),
      benchmark_row("acd_tsgbench", "do autocorrelations agree, as TSGBench has it?",
                    "mean over d of root sum over lags of (acf_x - acf_y)^2", acd),
      benchmark_row("sd_tsgbench", "does skewness agree, as TSGBench has it?",
                    "mean over d of |skewness(x) - skewness(y)|", moment_score(Moment::skewness)),
      benchmark_row("kd_tsgbench", "does kurtosis agree, as TSGBench has it?",
                    "mean over d of |kurtosis(x) - kurtosis(y)|", moment_score(Moment::kurtosis)),
      benchmark_row("ed_tsgbench", "how far apart are pairs by index, as TSGBench has it?",
                    "mean over i and d of |x_{i,.,d} - y_{i,.,d}|", paired_euclidean),
      benchmark_row("dtw_tsgbench", "the same after warping of time, as TSGBench has it?",
                    "mean over i of DTW(x_i, y_i)", paired_dtw),
  };
  for (MetricRow& row : rows) {  // means over pairs are the same for any number of them
    row.depends_on_size = row.name != "ed_tsgbench" && row.name != "dtw_tsgbench";
    row.reads_cells = row.name == "sd_tsgbench" || row.name == "kd_tsgbench";
  }
  return rows;
}

}  // namespace rnngan
