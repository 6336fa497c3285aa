// Precision, recall (Kynkaanniemi et al. 2019), density and coverage (Naeem et al. 2020): overlap
// of the supports, by balls that reach to the k-th nearest neighbour.
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kNeighbors = 5;

/// The first of each group of equal rows.
Tensor distinct_rows(const Tensor& rows) {
  const size_t bytes = rows.size(1) * sizeof(double);
  std::unordered_set<std::string_view> seen;
  std::vector<int64_t> kept;
  for (int64_t i = 0; i < rows.size(0); ++i) {
    const auto* row = reinterpret_cast<const char*>(rows.data_ptr<double>() + i * rows.size(1));
    if (seen.insert(std::string_view(row, bytes)).second) kept.push_back(i);
  }
  return rows.index_select(0, torch::tensor(kept, at::kLong));
}

/// [n]: the distance of each row to its k-th nearest other row.
Tensor neighbor_radius(const Tensor& rows) {
  Tensor distances = rms_distances(rows);
  distances.fill_diagonal_(std::numeric_limits<double>::infinity());
  const Tensor nearest = std::get<0>(distances.topk(kNeighbors, 1, /*largest=*/false));
  return nearest.amax(1);
}

double share_of(const Tensor& flags) {
  return flags.to(at::kDouble).mean().item<double>();
}

MetricResult support_overlap(const MetricInput& input, const std::string& headline) {
  const FlatPair rows = flatten(FeatureScaler(input.fitted_on()), input.real, input.synthetic);
  const Tensor real = distinct_rows(rows.real);
  if (std::min(real.size(0), rows.synthetic.size(0)) <= kNeighbors) {
    return MetricResult::skipped("needs_n_gt_k");
  }
  const Tensor cross = rms_distances(real, rows.synthetic);
  const Tensor real_radius = neighbor_radius(real).unsqueeze(1);
  const Tensor in_real = cross < real_radius;
  const Tensor in_synthetic = cross < neighbor_radius(rows.synthetic).unsqueeze(0);
  MetricResult result;
  result.params["k"] = kNeighbors;
  result.detail = {{"precision", share_of(in_real.any(0))},
                   {"recall", share_of(in_synthetic.any(1))},
                   {"density", share_of(in_real) * static_cast<double>(real.size(0)) / kNeighbors},
                   {"coverage", share_of(in_real.any(1))},
                   {"duplicates_dropped", rows.real.size(0) - real.size(0)}};
  result.value = result.detail.at(headline).get<double>();
  return result;
}

MetricRow support_row(const char* name, const char* headline, const char* question,
                      const char* formula, std::vector<std::string> beside) {
  MetricRow row;
  row.name = name;
  row.question = question;
  row.formula = formula;
  row.paper = "Naeem et al. 2020, arXiv:2002.09797; Kynkaanniemi et al. 2019, arXiv:1904.06991";
  row.direction = Direction::higher;
  row.ideal = 1;
  row.has_d1 = true;
  row.depends_on_size = true;
  row.beside = std::move(beside);
  row.compute = [headline = std::string(headline)](const MetricInput& input) {
    return support_overlap(input, headline);
  };
  return row;
}

}  // namespace

std::vector<MetricRow> prdc_rows() {
  const char* covered = "share of x_i with d(x_i,y_j) < r_5(x_i) for some j";
  return {
      support_row("prdc", "coverage", "do the supports overlap, in both directions?", covered,
                  {"precision", "recall", "density", "coverage"}),
      support_row("precision", "precision", "do samples lie where real sequences do?",
                  "share of y_j with d(x_i,y_j) < r_5(x_i) for some i", {"recall", "coverage"}),
      support_row("recall", "recall", "do real sequences lie where samples do?",
                  "share of x_i with d(x_i,y_j) < r_5(y_j) for some j", {"precision"}),
      support_row("density", "density", "how many real sequences have each sample near?",
                  "mean over j of #{i: d(x_i,y_j) < r_5(x_i)} / 5", {"coverage"}),
      support_row("coverage", "coverage", "which share of real sequences has a sample near?",
                  covered, {"precision"}),
  };
}

}  // namespace rnngan
