#include "evaluation/scoring.h"

#include <algorithm>
#include <cmath>

#include "evaluation/by_label.h"
#include "evaluation/score_views.h"

namespace rnngan {

namespace {

class Evaluation {
 public:
  Evaluation(const EvaluationData& data, const EvaluationRequest& request, const StopFlag* stop)
      : views_(data, request), request_(request), stop_(stop) {}

  /// Why a score cannot be computed at all, as far as the engine can tell.
  std::optional<std::string> obstacle(const MetricId& metric) const;
  Score score(const MetricId& metric);

 private:
  std::optional<std::string> obstacle_of_view(const MetricRow& row, const DataView& view) const;
  MetricInput input_of(const SequenceSet& real, const SequenceSet& synthetic, const DataView& view);
  MetricResult compute(const MetricRow& row, const SequenceSet& real, const SequenceSet& synthetic,
                       const DataView& view, bool value_only, int64_t repeats = 0);
  void add_value(const DataView& view, Score& score);
  void add_bounds(const ScoreData& common, const DataView& view, Score& score);

  ScoreViews views_;
  const EvaluationRequest& request_;
  const StopFlag* stop_;
  MetricCache cache_;  // of the score at hand
};

std::optional<std::string> Evaluation::obstacle(const MetricId& metric) const {
  const MetricRow& row = *metric.row;
  const EvaluationData& data = views_.data();
  const DataView& levels = views_.levels();
  const int64_t half = (data.synthetic.count() + 1) / 2;
  if (row.needs_train && !data.train) return "needs_train";
  if (row.unmet) {
    if (std::string reason = row.unmet(data.real); !reason.empty()) return reason;
  }
  const bool labelled = data.real.labels.defined() && data.synthetic.labels.defined();
  if ((row.needs_labels || request_.by_label) && !labelled) return "needs_labels";
  if (!row.takes_invalid && levels.synthetic.count() < half) return "too_few_valid";
  if (metric.differenced && std::min(data.real.steps(), data.synthetic.steps()) < 2) {
    return "needs_t_ge_2";
  }
  if (levels.constant && !row.takes_constant) return "degenerate_reference";
  return std::nullopt;
}

std::optional<std::string> Evaluation::obstacle_of_view(const MetricRow& row,
                                                        const DataView& view) const {
  if (std::min(view.real.count(), view.synthetic.count()) == 0 && !row.takes_invalid) {
    return view.differenced ? "needs_t_ge_2" : "needs_n_ge_1";
  }
  if (view.constant && !row.takes_constant) return "degenerate_reference";
  return std::nullopt;
}

MetricInput Evaluation::input_of(const SequenceSet& real, const SequenceSet& synthetic,
                                 const DataView& view) {
  MetricInput input{real, synthetic};
  if (view.train) input.train = &*view.train;
  input.hold_out = &real;
  input.reference = &view.real;
  input.differenced = view.differenced;
  input.seed = request_.seed;
  input.repeats = request_.repeats;
  input.stop = stop_;
  input.cache = &cache_;
  return input;
}

MetricResult Evaluation::compute(const MetricRow& row, const SequenceSet& real,
                                 const SequenceSet& synthetic, const DataView& view,
                                 bool value_only, int64_t repeats) {
  MetricInput input = input_of(real, synthetic, view);
  if (repeats > 0) input.repeats = repeats;
  input.value_only = value_only || !request_.details;
  MetricResult result =
      request_.by_label && !row.needs_labels ? within_labels(row, input) : row.compute(input);
  if (result.value && !std::isfinite(*result.value)) return MetricResult::skipped("not_finite");
  return result;
}

/// Turns distances into ratios to their floor.
void divide_by_floor(const MetricRow& row, const MetricResult& floor,
                     const std::vector<MetricResult*>& results) {
  const MetricResult own = floor;
  for (MetricResult* result : results) {
    if (!result->value) continue;
    if (own.value) {
      row.finish(*result, own);
    } else {
      result->value.reset();
      result->status = MetricStatus::skipped;
      result->reason = own.reason;
    }
  }
}

/// Floor and ceiling, and what follows from them.
void Evaluation::add_bounds(const ScoreData& common, const DataView& view, Score& score) {
  const MetricRow& row = *score.metric.row;
  if (row.floor == FloorKind::ideal && request_.bounds) score.floor = row.ideal;
  if (row.floor == FloorKind::ideal || row.floor == FloorKind::none) return;
  MetricResult floor = MetricResult::skipped("needs_floor"),
               ceiling = MetricResult::skipped("not_wanted");
  if (common.floor) floor = compute(row, common.real, *common.floor, view, true);
  if (request_.bounds && row.floor == FloorKind::train) {
    const SequenceSet noise = views_.noise_like(common.real, score.metric);
    // One training of an evaluator tells where noise lies.
    ceiling = compute(row, common.real, noise, view, true, row.trained ? 1 : 0);
  }
  if (row.finish) divide_by_floor(row, floor, {&score.result, &ceiling, &floor});
  if (!request_.bounds) return;
  score.floor = floor.value;
  score.floor_sd = floor.sd;
  if (!floor.value) score.floor_reason = floor.reason;
  score.ceiling = ceiling.value;
}

/// The value of all, or where a score is a ratio to its floor, of as many as the floor has.
void Evaluation::add_value(const DataView& view, Score& score) {
  const MetricRow& row = *score.metric.row;
  const bool wants_common = row.finish || (request_.bounds && row.floor != FloorKind::none);
  ScoreData common;
  if (wants_common) common = views_.common(row, view);
  ScoreData data = row.finish ? common : views_.whole(row, view);
  if (row.takes_invalid) data.synthetic = views_.data().synthetic;
  score.real_count = data.real.count();
  score.synthetic_count = data.synthetic.count();
  score.result = compute(row, data.real, data.synthetic, view, false);
  if (!score.result.value || !wants_common) return;
  score.common_count = common.real.count();
  const bool all =
      common.real.count() == score.real_count && common.synthetic.count() == score.synthetic_count;
  if (!all && request_.bounds && row.floor == FloorKind::train) {
    score.common_value = compute(row, common.real, common.synthetic, view, true).value;
  }
  add_bounds(common, view, score);
  if (all) score.common_value = score.result.value;
}

Score Evaluation::score(const MetricId& metric) {
  const MetricRow& row = *metric.row;
  Score score;
  score.metric = metric;
  score.seed = request_.seed;
  std::optional<std::string> reason = obstacle(metric);
  if (!reason) reason = obstacle_of_view(row, views_.view(metric));
  if (reason) {
    score.result = MetricResult::skipped(*reason);
    return score;
  }
  cache_.clear();
  add_value(views_.view(metric), score);
  if (views_.invalid() > 0 && !row.takes_invalid && score.result.value) {
    score.result.status = MetricStatus::partial;
    if (score.result.reason.empty()) score.result.reason = "invalid_sequences";
    score.result.detail["invalid"] = views_.invalid();
  }
  return score;
}

/// Those that were asked for. What only a group names is left out where its needs are not met, if
/// anything is left then.
std::vector<MetricId> wanted_scores(const EvaluationRequest& request, const SequenceSet& real,
                                    const Evaluation& evaluation) {
  const std::vector<MetricId> all = resolve_metrics(request.metrics);
  std::vector<MetricId> wanted = all;
  std::erase_if(wanted, [&](const MetricId& metric) {
    const auto reason = evaluation.obstacle(metric);
    const bool unmet = reason && (reason == "needs_labels" || reason == "needs_train" ||
                                  (metric.row->unmet && reason == metric.row->unmet(real)));
    return unmet && std::ranges::find(request.metrics, metric.name()) == request.metrics.end();
  });
  return wanted.empty() ? all : wanted;
}

}  // namespace

std::vector<Score> evaluate(const EvaluationData& data, const EvaluationRequest& request,
                            const EvaluationProgress& progress, const StopFlag* stop) {
  const auto stopped = [stop] { return stop != nullptr && stop->requested(); };
  Evaluation evaluation(data, request, stop);
  const std::vector<MetricId> wanted = wanted_scores(request, data.real, evaluation);
  std::vector<Score> scores;
  for (const MetricId& metric : wanted) {
    if (stopped()) return scores;
    if (progress.begins) {
      progress.begins(metric.name(), static_cast<int64_t>(scores.size()) + 1,
                      static_cast<int64_t>(wanted.size()));
    }
    Score score = evaluation.score(metric);
    if (stopped()) return scores;  // an evaluator that ended early tells nothing
    scores.push_back(std::move(score));
    if (progress.done) progress.done(scores.back());
  }
  return scores;
}

}  // namespace rnngan
