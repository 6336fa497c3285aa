// Whether cells are missing as often, and in stretches as long, as in real sequences.
#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "evaluation/feature_table.h"
#include "evaluation/metrics.h"
#include "evaluation/valid_cells.h"

namespace rnngan {
namespace {

struct Missingness {
  double share = 0;  // of cells
  double burst = 0;  // mean length of stretches of missing cells, steps; 0 where there are none
};

Missingness missingness_of(const SequencePool& pool, int64_t column) {
  double cells = 0, missing = 0, bursts = 0;
  for (int64_t i = 0; i < pool.count(); ++i) {
    bool within = false;
    for (int64_t t = 0; t < pool.length(i); ++t) {
      const bool absent = std::isnan(pool.at(i, t, column));
      missing += absent ? 1 : 0;
      bursts += absent && !within ? 1 : 0;
      within = absent;
      ++cells;
    }
  }
  return {cells > 0 ? missing / cells : 0, bursts > 0 ? missing / bursts : 0};
}

MetricResult missing_gap(const MetricInput& input) {
  const ValidCells cells(input.fitted_on(), nullptr);
  const SequencePool real({&input.real}), synthetic({&input.synthetic});
  MetricResult result;
  double shares = 0, bursts = 0, used = 0;
  for (int64_t d = 0; d < input.real.features(); ++d) {
    if (!cells.may_miss(d)) continue;
    const Missingness x = missingness_of(real, d), y = missingness_of(synthetic, d);
    const double longer = std::max(x.burst, y.burst);
    const double share_gap = std::abs(x.share - y.share),
                 burst_gap = longer > 0 ? std::abs(x.burst - y.burst) / longer : 0;
    result.detail["per_column"][input.real.column_name(d)] = {{"share_real", x.share},
                                                              {"share_synthetic", y.share},
                                                              {"burst_real", x.burst},
                                                              {"burst_synthetic", y.burst}};
    shares += share_gap;
    bursts += burst_gap;
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_missing");
  result.detail["share"] = shares / used;
  result.detail["burst"] = bursts / used;
  result.value = (shares + bursts) / (2 * used);
  return result;
}

std::string needs_missing(const SequenceSet& real) {
  const ValidCells cells(real, nullptr);
  for (int64_t d = 0; d < real.features(); ++d) {
    if (cells.may_miss(d)) return "";
  }
  return "needs_missing";
}

}  // namespace

MetricRow missing_gap_row() {
  MetricRow row;
  row.name = "missing_gap";
  row.question = "are cells missing as often, and for as long, as in real sequences?";
  row.formula =
      "mean over columns that miss cells of (|m_x - m_y| + |b_x - b_y| / max(b_x, b_y)) / 2, m "
      "being the share of missing cells and b the mean length of their stretches";
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.takes_constant = true;
  row.beside = {"share", "burst"};
  row.needs_of_data = "real sequences with missing cells";
  row.unmet = needs_missing;
  row.compute = missing_gap;
  return row;
}

}  // namespace rnngan
