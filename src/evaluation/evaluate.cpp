#include "evaluation/evaluate.h"

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
  std::optional<std::string> obstacle(const MetricRow& row, bool differenced) const;
  MetricRecord record(const MetricRow& row, bool differenced);

 private:
  std::optional<std::string> obstacle_of_view(const MetricRow& row, const DataView& view) const;
  MetricInput input_of(const SequenceSet& real, const SequenceSet& synthetic, const DataView& view);
  MetricResult compute(const MetricRow& row, const SequenceSet& real, const SequenceSet& synthetic,
                       const DataView& view, bool value_only, int64_t repeats = 0);
  void add_value(const MetricRow& row, const DataView& view, MetricRecord& record);
  void add_bounds(const MetricRow& row, const ScoreData& common, const DataView& view,
                  MetricRecord& record);

  ScoreViews views_;
  const EvaluationRequest& request_;
  const StopFlag* stop_;
  MetricCache cache_;  // of the score at hand
};

std::optional<std::string> Evaluation::obstacle(const MetricRow& row, bool differenced) const {
  const EvaluationData& data = views_.data();
  const DataView& levels = views_.levels();
  const int64_t half = (data.synthetic.count() + 1) / 2;
  if (row.needs_train && !data.train) return "needs_train";
  const bool labelled = data.real.labels.defined() && data.synthetic.labels.defined();
  if ((row.needs_labels || request_.by_label) && !labelled) return "needs_labels";
  if (!row.takes_invalid && levels.synthetic.count() < half) return "too_few_valid";
  if (differenced && std::min(data.real.steps(), data.synthetic.steps()) < 2) {
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
void Evaluation::add_bounds(const MetricRow& row, const ScoreData& common, const DataView& view,
                            MetricRecord& record) {
  if (row.floor == FloorKind::ideal && request_.bounds) record.floor = row.ideal;
  if (row.floor == FloorKind::ideal || row.floor == FloorKind::none) return;
  MetricResult floor = MetricResult::skipped("needs_floor"),
               ceiling = MetricResult::skipped("not_wanted");
  if (common.floor) floor = compute(row, common.real, *common.floor, view, true);
  if (request_.bounds && row.floor == FloorKind::train) {
    const SequenceSet noise = views_.noise_like(common.real, view.differenced);
    // One training of an evaluator tells where noise lies.
    ceiling = compute(row, common.real, noise, view, true, row.trained ? 1 : 0);
  }
  if (row.finish) divide_by_floor(row, floor, {&record.result, &ceiling, &floor});
  if (!request_.bounds) return;
  record.floor = floor.value;
  record.floor_sd = floor.sd;
  if (!floor.value) record.floor_reason = floor.reason;
  record.ceiling = ceiling.value;
}

/// The value of all, or where a score is a ratio to its floor, of as many as the floor has.
void Evaluation::add_value(const MetricRow& row, const DataView& view, MetricRecord& record) {
  const bool wants_common = row.finish || (request_.bounds && row.floor != FloorKind::none);
  ScoreData common;
  if (wants_common) common = views_.common(row, view);
  ScoreData data = row.finish ? common : views_.whole(row, view);
  if (row.takes_invalid) data.synthetic = views_.data().synthetic;
  record.real_count = data.real.count();
  record.synthetic_count = data.synthetic.count();
  record.result = compute(row, data.real, data.synthetic, view, false);
  if (!record.result.value || !wants_common) return;
  record.common_count = common.real.count();
  const bool all = common.real.count() == record.real_count &&
                   common.synthetic.count() == record.synthetic_count;
  if (!all && request_.bounds && row.floor == FloorKind::train) {
    record.common_value = compute(row, common.real, common.synthetic, view, true).value;
  }
  add_bounds(row, common, view, record);
  if (all) record.common_value = record.result.value;
}

MetricRecord Evaluation::record(const MetricRow& row, bool differenced) {
  MetricRecord record;
  record.metric = row.name + (differenced ? "_d1" : "");
  record.direction = row.direction;
  record.ideal = row.ideal;
  record.depends_on_size = row.depends_on_size;
  record.beside = row.beside;
  record.seed = request_.seed;
  std::optional<std::string> reason = obstacle(row, differenced);
  if (!reason) reason = obstacle_of_view(row, views_.view(differenced));
  if (reason) {
    record.result = MetricResult::skipped(*reason);
    return record;
  }
  cache_.clear();
  add_value(row, views_.view(differenced), record);
  if (views_.invalid() > 0 && !row.takes_invalid && record.result.value) {
    record.result.status = MetricStatus::partial;
    if (record.result.reason.empty()) record.result.reason = "invalid_sequences";
    record.result.detail["invalid"] = views_.invalid();
  }
  return record;
}

/// A score of the catalog or its view of differences.
struct Wanted {
  const MetricRow* row;
  bool differenced;
  std::string id;
};

/// Those that were asked for. What only a group names is left out where its needs are not met.
std::vector<Wanted> wanted_scores(const EvaluationRequest& request, const Evaluation& evaluation) {
  const auto contains = [](const std::vector<std::string>& ids, const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  const std::vector<std::string> ids = resolve_metrics(request.metrics);
  std::vector<Wanted> wanted;
  for (const MetricRow& row : metric_catalog()) {
    for (const bool differenced : {false, true}) {
      const std::string id = row.name + (differenced ? "_d1" : "");
      if (!contains(ids, id)) continue;
      const auto reason = evaluation.obstacle(row, differenced);
      const bool unmet = reason == "needs_labels" || reason == "needs_train";
      if (unmet && !contains(request.metrics, id)) continue;
      wanted.push_back({&row, differenced, id});
    }
  }
  return wanted;
}

}  // namespace

std::vector<MetricRecord> evaluate(const EvaluationData& data, const EvaluationRequest& request,
                                   const EvaluationProgress& progress, const StopFlag* stop) {
  const auto stopped = [stop] { return stop != nullptr && stop->requested(); };
  Evaluation evaluation(data, request, stop);
  const std::vector<Wanted> wanted = wanted_scores(request, evaluation);
  std::vector<MetricRecord> records;
  for (const Wanted& score : wanted) {
    if (stopped()) return records;
    if (progress.begins) {
      progress.begins(score.id, static_cast<int64_t>(records.size()) + 1,
                      static_cast<int64_t>(wanted.size()));
    }
    MetricRecord record = evaluation.record(*score.row, score.differenced);
    if (stopped()) return records;  // an evaluator that ended early tells nothing
    records.push_back(std::move(record));
    if (progress.done) progress.done(records.back());
  }
  return records;
}

}  // namespace rnngan
