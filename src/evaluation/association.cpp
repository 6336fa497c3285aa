// Whether classes have to do with numbers, and with each other, as in real sequences.
#include <algorithm>
#include <cmath>

#include "evaluation/feature_table.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

/// Steps at which both of two columns are present.
template <class Take>
void each_pair(const SequencePool& pool, int64_t a, int64_t b, const Take& take) {
  for (int64_t i = 0; i < pool.count(); ++i) {
    for (int64_t t = 0; t < pool.length(i); ++t) {
      const double x = pool.at(i, t, a), y = pool.at(i, t, b);
      if (!std::isnan(x) && !std::isnan(y)) take(x, y);
    }
  }
}

/// The root of the share of a number's variance that lies between classes; 0 for a constant.
double correlation_ratio(const SequencePool& pool, int64_t category, int64_t number,
                         size_t classes) {
  std::vector<double> counts(classes, 0), sums(classes, 0);
  double n = 0, sum = 0;
  each_pair(pool, category, number, [&](double code, double x) {
    counts[static_cast<size_t>(code)] += 1;
    sums[static_cast<size_t>(code)] += x;
    sum += x;
    ++n;
  });
  if (n == 0) return 0;
  const double mean = sum / n;
  double all = 0, between = 0;
  each_pair(pool, category, number, [&](double, double x) { all += (x - mean) * (x - mean); });
  for (size_t v = 0; v < classes; ++v) {
    if (counts[v] == 0) continue;
    const double apart = sums[v] / counts[v] - mean;
    between += counts[v] * apart * apart;
  }
  const bool constant = all <= 1e-16 * n * std::max(1.0, mean * mean);
  return constant ? 0 : std::sqrt(std::min(1.0, between / all));
}

/// Cramer's V: the root of chi^2 / n over the most that it can be; 0 where a column is constant.
double cramers_v(const SequencePool& pool, int64_t a, int64_t b, size_t classes_a,
                 size_t classes_b) {
  std::vector<double> both(classes_a * classes_b, 0), of_a(classes_a, 0), of_b(classes_b, 0);
  double n = 0;
  each_pair(pool, a, b, [&](double x, double y) {
    both[static_cast<size_t>(x) * classes_b + static_cast<size_t>(y)] += 1;
    of_a[static_cast<size_t>(x)] += 1;
    of_b[static_cast<size_t>(y)] += 1;
    ++n;
  });
  const auto there = [](const std::vector<double>& counts) {
    return std::ranges::count_if(counts, [](double count) { return count > 0; });
  };
  const auto fewer = static_cast<double>(std::min(there(of_a), there(of_b)));
  if (fewer < 2) return 0;
  double chi_over_n = -1;
  for (size_t x = 0; x < classes_a; ++x) {
    for (size_t y = 0; y < classes_b; ++y) {
      const double count = both[x * classes_b + y];
      if (count > 0) chi_over_n += count * count / (of_a[x] * of_b[y]);
    }
  }
  return std::sqrt(std::clamp(chi_over_n / (fewer - 1), 0.0, 1.0));
}

MetricResult association_gap(const MetricInput& input) {
  const SequenceSet& names = input.fitted_on();
  const SequencePool real({&input.real}), synthetic({&input.synthetic});
  const auto classes = [&](int64_t d) {
    return names.columns[static_cast<size_t>(d)].classes.size();
  };
  MetricResult result;
  double sum = 0, used = 0, worst = -1;
  for (const int64_t a : category_columns(names)) {
    for (int64_t b = 0; b < names.features(); ++b) {
      if (names.is_category(b) && b <= a) continue;  // each pair once
      const auto of = [&](const SequencePool& pool) {
        return names.is_category(b) ? cramers_v(pool, a, b, classes(a), classes(b))
                                    : correlation_ratio(pool, a, b, classes(a));
      };
      const double x = of(real), y = of(synthetic);
      sum += std::abs(x - y);
      ++used;
      if (std::abs(x - y) <= worst) continue;
      worst = std::abs(x - y);
      result.detail["worst"] = {
          {"columns", {names.column_name(a), names.column_name(b)}}, {"real", x}, {"synthetic", y}};
    }
  }
  if (used == 0) return MetricResult::skipped("needs_d_ge_2");
  result.value = sum / used;
  return result;
}

std::string needs_category_and_another(const SequenceSet& real) {
  return real.features() < 2 ? "needs_category" : needs_category(real);
}

}  // namespace

MetricRow association_row() {
  MetricRow row;
  row.name = "association";
  row.question = "have classes to do with other columns what they have in real sequences?";
  row.formula =
      "mean over pairs with a column of classes of |eta_x - eta_y|, eta^2 being the share of a "
      "number's variance between classes; of two columns of classes Cramer's V in its place";
  row.paper = "Pearson 1905; Cramer 1946";
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.takes_constant = true;
  row.needs_of_data = "a column of classes and another one";
  row.unmet = needs_category_and_another;
  row.compute = association_gap;
  return row;
}

}  // namespace rnngan
