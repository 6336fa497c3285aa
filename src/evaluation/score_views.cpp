#include "evaluation/score_views.h"

#include <algorithm>
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

/// [N,T,D] bool: valid entries that are no numbers.
Tensor broken_entries(const SequenceSet& of) {
  return at::isfinite(of.padded()).logical_not().logical_and(of.mask().unsqueeze(2));
}

void require_finite(const SequenceSet& of, const char* name) {
  const Tensor places = broken_entries(of).nonzero();
  std::vector<Problem> problems;
  for (int64_t i = 0; i < std::min<int64_t>(5, places.size(0)); ++i) {
    const auto place = places.accessor<int64_t, 2>()[i];
    problems.push_back({std::string(name) + ": sequence " + std::to_string(place[0] + 1) +
                            ", step " + std::to_string(place[1] + 1) + ", feature " +
                            std::to_string(place[2] + 1),
                        "not a finite number", ""});
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

}  // namespace

ScoreViews::ScoreViews(const EvaluationData& data, const EvaluationRequest& request)
    : data_(data), request_(request) {
  require_features(data.synthetic, data.real.features(), "synthetic");
  require_finite(data.real, "real");
  if (data.train) {
    require_features(*data.train, data.real.features(), "train");
    require_finite(*data.train, "train");
  }
  const Tensor valid = broken_entries(data.synthetic).flatten(1).any(1).logical_not();
  const Tensor kept = valid.nonzero().squeeze(1);
  invalid_ = data.synthetic.count() - kept.size(0);
  levels_ = {data.real, invalid_ == 0 ? data.synthetic : select(data.synthetic, kept), data.train};
  levels_.constant = FeatureScaler(data.real).all_constant();
}

const DataView& ScoreViews::view(bool differenced) {
  if (!differenced) return levels_;
  if (!differences_) {
    differences_ =
        DataView{differences(levels_.real), differences(levels_.synthetic), std::nullopt};
    if (levels_.train && levels_.train->steps() >= 2) {
      differences_->train = differences(*levels_.train);
    }
    differences_->differenced = true;
    differences_->constant =
        differences_->real.count() > 0 && FeatureScaler(differences_->real).all_constant();
  }
  return *differences_;
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

SequenceSet ScoreViews::noise_like(const SequenceSet& real, bool differenced) const {
  const FeatureScaler scaler(levels_.real);
  Tensor sd = scaler.sd.clone();
  for (const int64_t d : scaler.constant_features()) sd[d] = 0;
  const int64_t more = differenced ? 1 : 0;
  at::Generator generator = stream_generator(request_.seed, "evaluate/noise", 0);
  const Tensor draws = at::empty({real.count(), real.steps() + more, real.features()}, at::kDouble)
                           .normal_(0, 1, generator);
  SequenceSet noise = with_values(real, draws * sd + scaler.mean);
  noise.lengths = real.lengths + more;
  noise.first_row = Tensor();
  return differenced ? differences(noise) : noise;
}

}  // namespace rnngan
