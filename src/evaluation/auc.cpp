#include "evaluation/auc.h"

#include <cmath>
#include <numbers>
#include <vector>

#include <ATen/ATen.h>

#include "evaluation/descriptive.h"

namespace rnngan {
namespace {

/// The share of the other set that each value beats: its rank among all less that among its own.
std::vector<double> placements(std::span<const double> among_all, std::span<const double> own,
                               double others) {
  const std::vector<double> among_own = mid_ranks(own);
  std::vector<double> shares(own.size());
  for (size_t i = 0; i < own.size(); ++i) shares[i] = (among_all[i] - among_own[i]) / others;
  return shares;
}

/// The variance of the mean of values.
double variance_of_mean(const std::vector<double>& values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of_values(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const auto count = static_cast<double>(values.size());
  return squares / (count - 1) / count;
}

}  // namespace

AucEstimate auc_estimate(std::span<const double> positive, std::span<const double> negative) {
  std::vector<double> all(positive.begin(), positive.end());
  all.insert(all.end(), negative.begin(), negative.end());
  const std::vector<double> ranks = mid_ranks(all);
  const std::span<const double> rank(ranks);
  const auto n = static_cast<double>(positive.size()), m = static_cast<double>(negative.size());
  const std::vector<double> beaten = placements(rank.first(positive.size()), positive, m),
                            beats = placements(rank.subspan(positive.size()), negative, n);
  return {mean_of_values(beaten), variance_of_mean(beaten) + variance_of_mean(beats)};
}

double area_under_roc(const at::Tensor& positive, const at::Tensor& negative) {
  if (at::cat({positive, negative}).isnan().any().item<bool>()) return std::nan("");
  const at::Tensor above = positive.to(at::kDouble).contiguous(),
                   below = negative.to(at::kDouble).contiguous();
  return auc_estimate({above.data_ptr<double>(), static_cast<size_t>(above.numel())},
                      {below.data_ptr<double>(), static_cast<size_t>(below.numel())})
      .value;
}

double normal_distribution(double z) {
  return std::erfc(-z / std::numbers::sqrt2) / 2;
}

}  // namespace rnngan
