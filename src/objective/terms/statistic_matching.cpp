// Generated batches have the statistics of real ones, step by step and column by column: mean,
// standard deviation and, on request, autocovariances. No sequence is compared with another one,
// which would reward a generator that always makes the mean. p = 1 on mean and standard deviation
// is the moment loss of TimeGAN (Yoon et al. 2019).
//
// Where lengths differ, a step's statistics are those of the sequences that have it, and it counts
// by their number.
#include <algorithm>
#include <vector>

#include <torch/types.h>

#include "objective/gradient_norm.h"
#include "objective/moments.h"
#include "objective/term.h"

namespace rnngan {
namespace {

struct StatisticMatchingOptions {
  int64_t p = 1;
  int64_t lags = 0;
};

/// One kind of statistic for all steps and columns.
struct Statistics {
  at::Tensor count, value;  // [T], [T,F]
};

std::vector<Statistics> statistics_of(const at::Tensor& x, const StepMask& steps, int64_t lags) {
  const Moments first = moments(x, steps);
  std::vector<Statistics> all = {{first.count, first.mean},
                                 {first.count, (first.variance + 1e-6).sqrt()}};
  for (int64_t lag = 1; lag <= std::min(lags, x.size(1) - 1); ++lag) {
    const Autocovariance of_lag = autocovariance(x, steps, lag);
    all.push_back({of_lag.count, of_lag.covariance});
  }
  return all;
}

/// Mean over steps and columns, each step by its weight: values [T,F], weights [T].
at::Tensor weighted_mean(const at::Tensor& values, const at::Tensor& weights) {
  const at::Tensor total = weights.sum().clamp_min(1) * values.size(1);
  return (values * weights.unsqueeze(1)).sum() / total;
}

class StatisticMatching : public Term {
 public:
  explicit StatisticMatching(const StatisticMatchingOptions& options) : options_(options) {}

  bool acts_on(Side side) const override { return side == Side::generator; }

  at::Tensor value(StepContext& context) override {
    const int64_t size = context.batch(Which::fake).x.size(0);
    return options_.p == 1 ? absolute(context, size) : product_of_halves(context, size);
  }

 private:
  std::vector<Statistics> of(StepContext& context, Which which, int64_t first,
                             int64_t count) const {
    const SequenceBatch& batch = context.batch(which);
    return statistics_of(evened(batch.x, context.layout()).narrow(0, first, count),
                         part_of(batch.steps, first, count), options_.lags);
  }

  at::Tensor absolute(StepContext& context, int64_t size) const {
    const auto real = of(context, Which::real, 0, size), fake = of(context, Which::fake, 0, size);
    at::Tensor sum;
    for (size_t i = 0; i < real.size(); ++i) {
      const at::Tensor part = weighted_mean((real[i].value - fake[i].value).abs(), real[i].count);
      sum = sum.defined() ? sum + part : part;
    }
    return sum;
  }

  // The square of one difference would be positive between equal distributions, by the spread of
  // the fakes over B: a pressure to shrink. The product of two independent differences is zero on
  // average.
  at::Tensor product_of_halves(StepContext& context, int64_t size) const {
    const int64_t half = size / 2;
    const auto real_a = of(context, Which::real, 0, half);
    const auto real_b = of(context, Which::real, half, size - half);
    const auto fake_a = of(context, Which::fake, 0, half);
    const auto fake_b = of(context, Which::fake, half, size - half);
    at::Tensor sum;
    for (size_t i = 0; i < real_a.size(); ++i) {
      const at::Tensor product =
          (real_a[i].value - fake_a[i].value) * (real_b[i].value - fake_b[i].value);
      const at::Tensor part = weighted_mean(product, at::minimum(real_a[i].count, real_b[i].count));
      sum = sum.defined() ? sum + part : part;
    }
    return sum;
  }

  StatisticMatchingOptions options_;
};

}  // namespace

std::vector<TermRow> statistic_matching_terms() {
  return {term_row<StatisticMatching, StatisticMatchingOptions>(
      {.name = "statistic_matching",
       .summary = "means and standard deviations of each step are the real ones",
       .formula = "G: + mean |m_r - m_f| for each statistic m (p = 1), or mean (m_r - m_f)(m_r' - "
                  "m_f') of two halves of the batch (p = 2)",
       .paper = "Yoon, Jarrett, van der Schaar 2019 (NeurIPS); moments as in Li et al. 2015, "
                "arXiv:1502.02761",
       .needs = {Need::real_in_g, Need::batch_coupled},
       .options = describe_options<StatisticMatchingOptions>(
           {make_field<StatisticMatchingOptions>(
                "p", [](auto& o) -> auto& { return o.p; }, between(1, 2),
                "1: absolute differences; 2: squared ones, without bias"),
            make_field<StatisticMatchingOptions>(
                "lags", [](auto& o) -> auto& { return o.lags; }, at_least(0),
                "autocovariances up to this lag are matched too")}),
       .equilibrium = "p = 1: about 1.926 / sqrt(B) on standardised data (0.24 at B = 64); p = 2: "
                      "0 on average",
       .watch = "g.statistic_matching: distance of the statistics; at its equilibrium value only "
                "noise is left"})};
}

}  // namespace rnngan
