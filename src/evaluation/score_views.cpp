#include "evaluation/score_views.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "core/error.h"
#include "evaluation/evaluator.h"
#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

namespace {

// Fewer real sequences are not cut in two for a floor.
constexpr int64_t kLeastForHalves = 40;

void require_no_infinity(const SequenceSet& of, const char* name) {
  const Tensor places = at::isinf(of.padded()).logical_and(of.mask().unsqueeze(2)).nonzero();
  std::vector<Problem> problems;
  for (int64_t i = 0; i < std::min<int64_t>(5, places.size(0)); ++i) {
    const auto place = places.accessor<int64_t, 2>()[i];
    problems.push_back({std::string(name) + ": sequence " + std::to_string(place[0] + 1) +
                            ", step " + std::to_string(place[1] + 1) + ", feature " +
                            std::to_string(place[2] + 1),
                        "infinity", ""});
  }
  if (problems.empty()) return;
  problems.back().hint = std::to_string(places.size(0)) + " such values; real data must have none";
  throw Error(ErrorKind::data, std::move(problems));
}

void require_features(const SequenceSet& of, int64_t features, const char* name) {
  if (of.features() == features) return;
  throw Error(ErrorKind::data, std::string(name),
              std::to_string(of.features()) + " feature(s); the real sequences have " +
                  std::to_string(features));
}

/// The sequences whose classes the reference has.
SequenceSet with_known_classes(const SequenceSet& of, const ValidCells& cells) {
  const Tensor unknown = cells.unknown_class(of);
  if (!unknown.any().item<bool>()) return of;
  return select(of, unknown.logical_not().nonzero().squeeze(1));
}

const EvaluationData& checked(const EvaluationData& data) {
  require_features(data.synthetic, data.real.features(), "synthetic");
  require_no_infinity(data.real, "real");
  if (data.train) {
    require_features(*data.train, data.real.features(), "train");
    require_no_infinity(*data.train, "train");
  }
  return data;
}

bool has_missing_cells(const SequenceSet& of) {
  return of.padded().isnan().logical_and_(of.mask().unsqueeze(2)).any().item<bool>();
}

/// Classes 0 ... count - 1, equally likely, by standard normal draws.
Tensor classes_by(const Tensor& draws, int64_t count) {
  const Tensor uniform = (1 + (draws / std::sqrt(2.0)).erf()) / 2;
  return (uniform * count).floor().clamp_max(static_cast<double>(count - 1));
}

}  // namespace

ScoreViews::ScoreViews(const EvaluationData& data, const EvaluationRequest& request)
    : data_(checked(data)),
      request_(request),
      cells_(data.real, data.train ? &*data.train : nullptr),
      encoding_(data.real, cells_) {
  DataView as_given{data.real, cells_.usable(data.synthetic), std::nullopt};
  invalid_ = data.synthetic.count() - as_given.synthetic.count();
  if (data.train) as_given.train = with_known_classes(*data.train, cells_);
  DataView levels{encoding_(as_given.real), encoding_(as_given.synthetic), std::nullopt};
  if (data.train) levels.train = encoding_(*as_given.train);
  levels.constant = as_given.constant = FeatureScaler(levels.real).all_constant();
  views_[0] = std::move(levels);
  const bool complete = encoding_.is_identity() && !has_missing_cells(as_given.synthetic);
  if (!complete) views_[2] = std::move(as_given);
}

const DataView& ScoreViews::view(const MetricId& metric) {
  const bool cells = metric.row->reads_cells && views_[2].has_value();
  const DataView& levels = *views_[cells ? 2 : 0];
  if (!metric.differenced) return levels;
  std::optional<DataView>& view = views_[cells ? 3 : 1];
  if (!view) {
    view = DataView{differences(levels.real), differences(levels.synthetic), std::nullopt};
    if (levels.train && levels.train->steps() >= 2) view->train = differences(*levels.train);
    view->differenced = true;
    view->constant = view->real.count() > 0 && FeatureScaler(view->real).all_constant();
  }
  return *view;
}

// A slow score keeps its own number whatever is asked for.
int64_t ScoreViews::most(const MetricRow& row) const {
  if (request_.max_count == 0) return row.max_count;
  return row.max_count < kMostSequences ? std::min(request_.max_count, row.max_count)
                                        : request_.max_count;
}

ScoreData ScoreViews::whole(const MetricRow& row, const DataView& view) const {
  return {subsample(view.real, most(row), request_.seed, "evaluate/real"),
          subsample(view.synthetic, most(row), request_.seed, "evaluate/synthetic"), std::nullopt};
}

ScoreData ScoreViews::common(const MetricRow& row, const DataView& view) const {
  ScoreData data;
  if (row.floor == FloorKind::hold_out) {  // training sequences are all searched
    data = whole(row, view);
    data.floor = data.real;
    return data;
  }
  int64_t count = std::min({view.real.count(), view.synthetic.count(), most(row)});
  if (view.train) {
    count = std::min(count, view.train->count());
    data.real = subsample(view.real, count, request_.seed, "evaluate/real");
    data.floor = subsample(*view.train, count, request_.seed, "evaluate/train");
  } else if (view.real.count() >= kLeastForHalves) {
    count = std::min(count, view.real.count() / 2);
    // Drawn at random even where all are taken: halves of a series in time would measure its drift.
    const RandomParts halves = random_parts(view.real.count(), 0.5, request_.seed, "evaluate/real");
    data.real = select(view.real, halves.first.narrow(0, 0, count));
    data.floor = select(view.real, halves.second.narrow(0, 0, count));
  } else {
    data.real = subsample(view.real, count, request_.seed, "evaluate/real");
  }
  data.synthetic = subsample(view.synthetic, count, request_.seed, "evaluate/synthetic");
  return data;
}

SequenceSet ScoreViews::noise_like(const SequenceSet& real, const MetricId& metric) const {
  const SequenceSet& reference = data_.real;
  const FeatureScaler scaler(reference);
  Tensor sd = scaler.sd.clone();
  for (const int64_t d : scaler.constant_features()) sd[d] = 0;
  const int64_t more = metric.differenced ? 1 : 0, features = reference.features();
  at::Generator generator = stream_generator(request_.seed, "evaluate/noise", 0);
  const Tensor draws = at::empty({real.count(), real.steps() + more, features}, at::kDouble)
                           .normal_(0, 1, generator);
  Tensor cells = draws * sd + scaler.mean;
  for (int64_t d = 0; d < features; ++d) {
    if (!reference.is_category(d)) continue;
    const auto& classes = reference.columns[static_cast<size_t>(d)].classes;
    cells.select(2, d).copy_(classes_by(draws.select(2, d), static_cast<int64_t>(classes.size())));
  }
  SequenceSet noise = with_values(real, cells);
  noise.columns = reference.columns;
  noise.encoded.clear();
  noise.lengths = real.lengths + more;
  noise.first_row = Tensor();
  if (!metric.row->reads_cells) noise = encoding_(noise);
  return metric.differenced ? differences(noise) : noise;
}

}  // namespace rnngan
