#include "evaluation/cmp_rmmd.h"

#include <algorithm>

#include <torch/types.h>

#include "core/error.h"
#include "evaluation/relative_mmd.h"
#include "evaluation/score_encoding.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr double kLevel = 0.05;

RmmdComparison untested(const char* reason) {
  RmmdComparison comparison;
  comparison.reason = reason;
  return comparison;
}

void require_comparable(const SequenceSet& real, const SequenceSet& a, const SequenceSet& b) {
  for (const SequenceSet* set : {&a, &b}) {
    if (set->features() == real.features()) continue;
    throw Error(ErrorKind::data, set == &a ? "model A" : "model B",
                std::to_string(set->features()) + " feature(s); the real sequences have " +
                    std::to_string(real.features()));
  }
  if (at::isinf(real.padded()).logical_and(real.mask().unsqueeze(2)).any().item<bool>()) {
    throw Error(ErrorKind::data, "real", "holds infinity");
  }
}

}  // namespace

const char* verdict_text(CloserModel closer) {
  if (closer == CloserModel::none) return "none";
  return closer == CloserModel::a ? "a closer" : "b closer";
}

RmmdComparison compare_by_rmmd(const SequenceSet& real, const SequenceSet& a, const SequenceSet& b,
                               bool differenced, const EvaluationRequest& request) {
  require_comparable(real, a, b);
  if (differenced && std::min({real.steps(), a.steps(), b.steps()}) < 2) {
    return untested("needs_t_ge_2");
  }
  const ValidCells cells(real, nullptr);
  const ScoreEncoding encoding(real, cells);
  const int64_t most = request.max_count > 0 ? request.max_count : kMostSequences;
  const auto part = [&](const SequenceSet& of, const char* stream) {
    const SequenceSet valid = encoding(cells.usable(of));
    return subsample(differenced ? differences(valid) : valid, most, request.seed, stream);
  };
  const SequenceSet numbers = encoding(real);
  const SequenceSet reference = differenced ? differences(numbers) : numbers;
  const SequenceSet x = part(real, "cmp_rmmd.real"), y = part(a, "cmp_rmmd.a"),
                    z = part(b, "cmp_rmmd.b");
  if (std::min({x.count(), y.count(), z.count()}) < 2) return untested("needs_n_ge_2");
  if (FeatureScaler(reference).all_constant()) return untested("degenerate_reference");
  MetricInput input{reference, reference};
  input.seed = request.seed;
  const KernelView view = kernel_view(reference, {&x, &y, &z}, input);
  const RelativeMmd test = relative_mmd(view.kernel, view.rows[0], view.rows[1], view.rows[2]);
  RmmdComparison comparison;
  comparison.p = test.p;
  comparison.t = test.t;
  comparison.variance = test.variance;
  comparison.real_count = x.count();
  comparison.a_count = y.count();
  comparison.b_count = z.count();
  if (test.p < kLevel) comparison.closer = CloserModel::b;
  if (test.p > 1 - kLevel) comparison.closer = CloserModel::a;
  return comparison;
}

MetricId cmp_rmmd_id(bool differenced) {
  static const MetricRow row = [] {
    MetricRow made;
    made.name = "cmp_rmmd";
    made.question = "which of two models is closer to the data?";
    made.direction = Direction::level;
    made.ideal = 0.5;
    made.has_d1 = true;
    return made;
  }();
  return {&row, differenced};
}

Score to_score(const RmmdComparison& comparison, bool differenced, uint64_t seed) {
  Score score;
  score.metric = cmp_rmmd_id(differenced);
  score.seed = seed;
  score.real_count = comparison.real_count;
  score.synthetic_count = comparison.a_count;
  if (!comparison.reason.empty()) {
    score.result = MetricResult::skipped(comparison.reason);
    return score;
  }
  score.result.value = comparison.p;
  score.result.verdict = verdict_text(comparison.closer);
  score.result.detail = {
      {"t", comparison.t}, {"variance", comparison.variance}, {"n_versus", comparison.b_count}};
  return score;
}

}  // namespace rnngan
