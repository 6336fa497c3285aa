// Whether classes follow each other as in real sequences.
#include <algorithm>
#include <cmath>

#include "evaluation/feature_table.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

// A real class that is left so often tells what follows it within a few per cent.
constexpr double kFewDepartures = 50;

/// How often each class follows each other one from one step to the next, where both are present.
class TransitionCounts {
 public:
  TransitionCounts(const SequencePool& pool, int64_t column, size_t classes)
      : classes_(classes), counts_(classes * classes, 0), departures_(classes, 0) {
    for (int64_t i = 0; i < pool.count(); ++i) {
      for (int64_t t = 1; t < pool.length(i); ++t) {
        const double from = pool.at(i, t - 1, column), to = pool.at(i, t, column);
        if (std::isnan(from) || std::isnan(to)) continue;
        counts_[static_cast<size_t>(from) * classes_ + static_cast<size_t>(to)] += 1;
        departures_[static_cast<size_t>(from)] += 1;
        all_ += 1;
      }
    }
  }

  double all() const { return all_; }
  double departures(size_t from) const { return departures_[from]; }
  double probability(size_t from, size_t to) const {
    return departures_[from] > 0 ? counts_[from * classes_ + to] / departures_[from] : 0;
  }

 private:
  size_t classes_;
  std::vector<double> counts_, departures_;
  double all_ = 0;
};

struct TransitionGap {
  double distance = 0;  // total variation of what follows, by the real shares of what is left
  double largest = 0;   // of single probabilities, after classes that are not rare
};

TransitionGap transition_gap(const TransitionCounts& real, const TransitionCounts& synthetic,
                             size_t classes) {
  TransitionGap gap;
  for (size_t from = 0; from < classes; ++from) {
    double row = synthetic.departures(from) > 0 ? 0 : 0.5;
    for (size_t to = 0; to < classes; ++to) {
      const double apart = std::abs(real.probability(from, to) - synthetic.probability(from, to));
      row += apart / 2;
      if (real.departures(from) >= kFewDepartures) gap.largest = std::max(gap.largest, apart);
    }
    gap.distance += row * real.departures(from) / real.all();
  }
  return gap;
}

MetricResult transition(const MetricInput& input) {
  const SequencePool real({&input.real}), synthetic({&input.synthetic});
  MetricResult result;
  double sum = 0, used = 0, largest = 0;
  for (const int64_t d : category_columns(input.fitted_on())) {
    const size_t classes = input.fitted_on().columns[static_cast<size_t>(d)].classes.size();
    const TransitionCounts of_real(real, d, classes), of_synthetic(synthetic, d, classes);
    if (of_real.all() == 0) continue;
    const TransitionGap gap = transition_gap(of_real, of_synthetic, classes);
    result.detail["per_column"][input.fitted_on().column_name(d)] = gap.distance;
    sum += gap.distance;
    largest = std::max(largest, gap.largest);
    ++used;
  }
  if (used == 0) return MetricResult::skipped("needs_t_ge_2");
  result.value = sum / used;
  result.detail["largest"] = largest;
  return result;
}

}  // namespace

MetricRow transition_row() {
  MetricRow row;
  row.name = "transition";
  row.question = "do classes follow each other as in real sequences?";
  row.formula =
      "mean over columns of classes of sum over a of share_x(a) (sum over b |P_x(a to b) - "
      "P_y(a to b)|) / 2, share_x(a) being that of a among the classes that are left";
  row.max_count = kAllSequences;
  row.depends_on_size = true;
  row.reads_cells = true;
  row.takes_constant = true;
  row.beside = {"largest"};  // difference of one probability
  row.needs_of_data = "a column of classes";
  row.unmet = needs_category;
  row.compute = transition;
  return row;
}

}  // namespace rnngan
