#include "evaluation/evaluate.h"

#include <algorithm>
#include <cmath>

#include <torch/types.h>

#include "core/error.h"
#include "evaluation/judge.h"
#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

namespace {

// Fewer real sequences are not cut in two for a floor.
constexpr int64_t kLeastForHalves = 40;

/// [N,T,D] bool: valid entries that are no numbers.
Tensor broken_entries(const Sequences& of) {
  return at::isfinite(of.x).logical_not().logical_and(of.mask().unsqueeze(2));
}

void require_finite(const Sequences& of, const char* name) {
  const Tensor places = broken_entries(of).nonzero();
  std::vector<Problem> problems;
  for (int64_t i = 0; i < std::min<int64_t>(5, places.size(0)); ++i) {
    const auto place = places.accessor<int64_t, 2>()[i];
    problems.push_back({std::string(name) + ": sequence " + std::to_string(place[0] + 1) +
                            ", step " + std::to_string(place[1] + 1) + ", feature " +
                            std::to_string(place[2] + 1) + ": not a finite number",
                        ""});
  }
  if (problems.empty()) return;
  problems.back().hint = std::to_string(places.size(0)) + " such values; real data must have none";
  throw Error(ErrorKind::data, std::move(problems));
}

void require_features(const Sequences& of, int64_t features, const char* name) {
  if (of.features() == features) return;
  throw Error(ErrorKind::data, std::string(name) + ": " + std::to_string(of.features()) +
                                   " feature(s); the real sequences have " +
                                   std::to_string(features));
}

/// All sets as they are, or their first differences.
struct DataView {
  Sequences real, synthetic;  // synthetic: the valid ones
  std::optional<Sequences> train;
  bool differenced = false;
  bool constant = false;  // every feature of `real` is
};

/// The data of one score: equal numbers on both sides, and what its floor is made of.
struct ScoreData {
  Sequences real, synthetic;
  std::optional<Sequences> floor;  // in place of the synthetic ones
};

class Evaluation {
 public:
  Evaluation(const EvaluationData& data, const EvaluationRequest& request, const StopFlag* stop)
      : data_(data), request_(request), stop_(stop) {
    require_features(data.synthetic, data.real.features(), "synthetic");
    require_finite(data.real, "real");
    if (data.train) {
      require_features(*data.train, data.real.features(), "train");
      require_finite(*data.train, "train");
    }
    const Tensor valid = broken_entries(data.synthetic).flatten(1).any(1).logical_not();
    const Tensor kept = valid.nonzero().squeeze(1);
    invalid_ = data.synthetic.count() - kept.size(0);
    level_ = {data.real, invalid_ == 0 ? data.synthetic : select(data.synthetic, kept), data.train};
    level_.constant = FeatureScaler(data.real).all_constant();
  }

  MetricRecord record(const MetricRow& row, bool differenced);

 private:
  std::optional<std::string> obstacle(const MetricRow& row, bool differenced) const;
  const DataView& view(bool differenced);
  ScoreData score_data(const MetricRow& row, const DataView& view) const;
  ScoreData privacy_data(const DataView& view, int64_t most) const;
  MetricInput input_of(const ScoreData& data, const Sequences& synthetic, const DataView& view);
  Sequences noise_like(const Sequences& real, bool differenced) const;
  void finish(const MetricRow& row, const ScoreData& data, const DataView& view,
              MetricRecord& record);

  bool wants_floor(const MetricRow& row) const {
    return row.floor != FloorKind::none && (request_.bounds || row.finish);
  }

  const EvaluationData& data_;
  const EvaluationRequest& request_;
  const StopFlag* stop_;
  int64_t invalid_ = 0;
  DataView level_;
  std::optional<DataView> differences_;
  MetricCache cache_;  // of the score at hand
};

MetricResult computed(const MetricRow& row, const MetricInput& input) {
  MetricResult result = row.compute(input);
  if (result.value && !std::isfinite(*result.value)) return MetricResult::skipped("not_finite");
  return result;
}

/// Why a score cannot be computed at all, as far as the engine can tell.
std::optional<std::string> Evaluation::obstacle(const MetricRow& row, bool differenced) const {
  const int64_t half = (data_.synthetic.count() + 1) / 2;
  if (!row.takes_invalid && level_.synthetic.count() < half) return "too_few_valid";
  if (row.needs_train && !data_.train) return "needs_train";
  if (row.needs_labels && !(data_.real.labels.defined() && data_.synthetic.labels.defined())) {
    return "needs_labels";
  }
  if (differenced && std::min(data_.real.steps(), data_.synthetic.steps()) < 2) {
    return "needs_t_ge_2";
  }
  if (level_.constant && !row.takes_constant) return "degenerate_reference";
  return std::nullopt;
}

const DataView& Evaluation::view(bool differenced) {
  if (!differenced) return level_;
  if (!differences_) {
    differences_ = DataView{differences(level_.real), differences(level_.synthetic), std::nullopt};
    if (level_.train && level_.train->steps() >= 2)
      differences_->train = differences(*level_.train);
    differences_->differenced = true;
    differences_->constant =
        differences_->real.count() > 0 && FeatureScaler(differences_->real).all_constant();
  }
  return *differences_;
}

/// Synthetic and held-out sequences are bounded only: training ones are all searched.
ScoreData Evaluation::privacy_data(const DataView& view, int64_t most) const {
  ScoreData data;
  data.real = subsample(view.real, most, request_.seed, "evaluate/real");
  data.synthetic = subsample(view.synthetic, most, request_.seed, "evaluate/synthetic");
  if (request_.bounds) data.floor = data.real;
  return data;
}

// Many scores depend on how many sequences they see: score, floor and ceiling get the same number.
ScoreData Evaluation::score_data(const MetricRow& row, const DataView& view) const {
  int64_t most = request_.max_count > 0 ? request_.max_count : row.max_count;
  if (row.max_count < kMostSequences) most = std::min(most, row.max_count);
  if (row.needs_train) return privacy_data(view, most);
  const bool has_floor =
      wants_floor(row) || (request_.counts_as_with_bounds && row.floor != FloorKind::none);
  const bool from_train = has_floor && view.train;
  const bool from_halves = has_floor && !view.train && view.real.count() >= kLeastForHalves;
  ScoreData data;
  int64_t count = std::min({view.real.count(), view.synthetic.count(), most});
  if (from_train) count = std::min(count, view.train->count());
  if (from_halves) {
    count = std::min(count, view.real.count() / 2);
    // Drawn at random even where all are taken: halves of a series in time would measure its drift.
    const RandomParts halves = random_parts(view.real.count(), 0.5, request_.seed, "evaluate/real");
    data.real = select(view.real, halves.first.narrow(0, 0, count));
    data.floor = select(view.real, halves.second.narrow(0, 0, count));
  } else {
    data.real = subsample(view.real, count, request_.seed, "evaluate/real");
    if (from_train) data.floor = subsample(*view.train, count, request_.seed, "evaluate/train");
  }
  if (!wants_floor(row)) data.floor.reset();
  data.synthetic = subsample(view.synthetic, count, request_.seed, "evaluate/synthetic");
  return data;
}

MetricInput Evaluation::input_of(const ScoreData& data, const Sequences& synthetic,
                                 const DataView& view) {
  MetricInput input{data.real, synthetic};
  if (view.train) input.train = &*view.train;
  input.hold_out = &data.real;
  input.reference = &view.real;
  if (data_.limits) input.limits = &*data_.limits;
  input.options = request_.options;
  input.differenced = view.differenced;
  input.value_only = !request_.details || &synthetic != &data.synthetic;
  input.seed = request_.seed;
  input.repeats = request_.repeats;
  input.stop = stop_;
  input.cache = &cache_;
  return input;
}

/// White noise of the reference's mean and deviation per feature, with the lengths and labels of
/// `real`.
Sequences Evaluation::noise_like(const Sequences& real, bool differenced) const {
  const FeatureScaler scaler(level_.real);
  Tensor sd = scaler.sd.clone();
  for (const int64_t d : scaler.constant_features()) sd[d] = 0;
  const int64_t more = differenced ? 1 : 0;
  at::Generator generator = stream_generator(request_.seed, "evaluate/noise", 0);
  const Tensor draws = at::empty({real.count(), real.steps() + more, real.features()}, at::kDouble)
                           .normal_(0, 1, generator);
  const Sequences noise{draws * sd + scaler.mean, real.lengths + more, real.labels};
  return differenced ? differences(noise) : noise;
}

/// Floor and ceiling, and what follows from them.
void Evaluation::finish(const MetricRow& row, const ScoreData& data, const DataView& view,
                        MetricRecord& record) {
  MetricResult floor = MetricResult::skipped("needs_floor");
  if (data.floor) floor = computed(row, input_of(data, *data.floor, view));
  MetricResult ceiling = MetricResult::skipped("not_wanted");
  if (request_.bounds && row.floor == FloorKind::train) {
    ceiling = computed(row, input_of(data, noise_like(data.real, view.differenced), view));
  }
  if (row.finish) {
    const MetricResult own = floor;
    for (MetricResult* result : {&record.result, &ceiling, &floor}) {
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
  if (!request_.bounds) return;
  record.floor = floor.value;
  record.ceiling = ceiling.value;
}

MetricRecord Evaluation::record(const MetricRow& row, bool differenced) {
  MetricRecord record;
  record.metric = row.name + (differenced ? "_d1" : "");
  record.direction = row.direction;
  record.seed = request_.seed;
  std::optional<std::string> reason = obstacle(row, differenced);
  if (!reason) {
    const DataView& of = view(differenced);
    if (std::min(of.real.count(), of.synthetic.count()) == 0 && !row.takes_invalid) {
      reason = differenced ? "needs_t_ge_2" : "needs_n_ge_1";
    } else if (of.constant && !row.takes_constant) {
      reason = "degenerate_reference";
    }
  }
  if (reason) {
    record.result = MetricResult::skipped(*reason);
    return record;
  }
  cache_.clear();
  const DataView& of = view(differenced);
  const ScoreData data =
      row.takes_invalid ? ScoreData{of.real, data_.synthetic, std::nullopt} : score_data(row, of);
  record.real_count = data.real.count();
  record.synthetic_count = data.synthetic.count();
  record.result = computed(row, input_of(data, data.synthetic, of));
  if (record.result.value) finish(row, data, of, record);
  if (invalid_ > 0 && !row.takes_invalid && record.result.value) {
    record.result.status = MetricStatus::partial;
    if (record.result.reason.empty()) record.result.reason = "invalid_sequences";
    record.result.detail["invalid"] = invalid_;
  }
  return record;
}

}  // namespace

std::vector<MetricRecord> evaluate(const EvaluationData& data, const EvaluationRequest& request,
                                   const std::function<void(const MetricRecord&)>& on_record,
                                   const StopFlag* stop) {
  const auto stopped = [stop] { return stop != nullptr && stop->requested(); };
  const std::vector<std::string> ids = resolve_metrics(request.metrics);
  const auto wanted = [&ids](const std::string& id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
  };
  Evaluation evaluation(data, request, stop);
  std::vector<MetricRecord> records;
  for (const MetricRow& row : metric_catalog()) {
    for (const bool differenced : {false, true}) {
      if (!wanted(row.name + (differenced ? "_d1" : ""))) continue;
      if (stopped()) return records;
      MetricRecord record = evaluation.record(row, differenced);
      if (stopped()) return records;  // a judge that ended early tells nothing
      records.push_back(std::move(record));
      if (on_record) on_record(records.back());
    }
  }
  return records;
}

}  // namespace rnngan
