// Whether classes are as frequent as in real sequences.
#include <cmath>

#include "evaluation/feature_table.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using nlohmann::json;

/// Of the present cells of a column; empty where there are none.
std::vector<double> class_shares(const SequencePool& pool, int64_t column, size_t classes) {
  const std::vector<double> codes = pool.values(column);
  if (codes.empty()) return {};
  std::vector<double> shares(classes, 0);
  for (const double code : codes) {
    shares[static_cast<size_t>(code)] += 1 / static_cast<double>(codes.size());
  }
  return shares;
}

MetricResult category_tv(const MetricInput& input) {
  const SequencePool real({&input.real}), synthetic({&input.synthetic});
  MetricResult result;
  double sum = 0, used = 0, worst = -1;
  for (const int64_t d : category_columns(input.fitted_on())) {
    const auto& classes = input.fitted_on().columns[static_cast<size_t>(d)].classes;
    const auto p = class_shares(real, d, classes.size()),
               q = class_shares(synthetic, d, classes.size());
    if (p.empty()) continue;
    double distance = q.empty() ? 1 : 0;
    for (size_t v = 0; v < q.size(); ++v) {
      distance += std::abs(p[v] - q[v]) / 2;
      if (std::abs(p[v] - q[v]) <= worst) continue;
      worst = std::abs(p[v] - q[v]);
      result.detail["worst"] = {{"column", input.fitted_on().column_name(d)},
                                {"class", classes[v]},
                                {"real", p[v]},
                                {"synthetic", q[v]}};
    }
    result.detail["per_column"][input.fitted_on().column_name(d)] = distance;
    sum += distance;
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_category");
  result.value = sum / used;
  return result;
}

}  // namespace

MetricRow category_tv_row() {
  MetricRow row;
  row.name = "category_tv";
  row.question = "are classes as frequent as in real sequences?";
  row.formula =
      "mean over columns of classes of (sum over classes |share_x - share_y|) / 2: the share of "
      "cells that would have to change their class";
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.takes_constant = true;
  row.needs_of_data = "a column of classes";
  row.unmet = needs_category;
  row.compute = category_tv;
  return row;
}

}  // namespace rnngan
