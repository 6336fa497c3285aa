#include "evaluation/by_label.h"

#include <map>
#include <utility>
#include <vector>

#include <torch/types.h>

namespace rnngan {
namespace {

using nlohmann::json;

struct LabelScore {
  int64_t label = 0;
  double weight = 0;
  MetricResult result;
};

SequenceSet with_label(const SequenceSet& set, int64_t label) {
  return select(set, set.labels.eq(label).nonzero().squeeze(1));
}

MetricResult score_label(const MetricRow& row, const MetricInput& input, int64_t label) {
  const SequenceSet real = with_label(input.real, label),
                    synthetic = with_label(input.synthetic, label);
  if (synthetic.count() == 0) return MetricResult::skipped("none_synthetic");
  MetricInput part{real, synthetic};
  part.reference = input.reference;  // one scale for all labels
  part.train = input.train;
  part.hold_out = input.hold_out != nullptr ? &real : nullptr;
  part.differenced = input.differenced;
  part.value_only = input.value_only;
  part.seed = input.seed;
  part.repeats = input.repeats;
  part.iterations = input.iterations;
  part.subsampling = input.subsampling;
  part.stop = input.stop;
  return row.compute(part);
}

/// Numbers of `detail` that all labels have, averaged.
json mean_details(const std::vector<LabelScore>& scores, double weight) {
  json means = json::object();
  for (const auto& [key, first] : scores.front().result.detail.items()) {
    double sum = 0;
    bool all = true;
    for (const LabelScore& score : scores) {
      const json& detail = score.result.detail;
      all = all && detail.contains(key) && detail.at(key).is_number();
      if (all) sum += score.weight / weight * detail.at(key).get<double>();
    }
    if (all) means[key] = sum;
  }
  return means;
}

}  // namespace

MetricResult within_labels(const MetricRow& row, const MetricInput& input) {
  std::map<int64_t, int64_t> counts;
  const at::Tensor labels = input.real.labels.contiguous();
  for (int64_t i = 0; i < labels.size(0); ++i) ++counts[labels.data_ptr<int64_t>()[i]];
  std::vector<LabelScore> scores;
  std::string why;
  double weight = 0;
  for (const auto& [label, count] : counts) {
    LabelScore score{label, static_cast<double>(count), score_label(row, input, label)};
    if (!score.result.value) {
      why = score.result.reason;
      continue;
    }
    weight += score.weight;
    scores.push_back(std::move(score));
  }
  if (scores.empty()) return MetricResult::skipped(why);
  MetricResult result;
  result.params = scores.front().result.params;
  result.params["within"] = "labels";
  result.repeats = scores.front().result.repeats;
  result.detail = mean_details(scores, weight);
  double value = 0;
  for (const LabelScore& score : scores) {
    value += score.weight / weight * *score.result.value;
    result.detail["labels"][input.real.class_name(score.label)] = *score.result.value;
    result.telling = result.telling && score.result.telling;
  }
  result.value = value;
  if (scores.size() < counts.size()) {
    result.status = MetricStatus::partial;
    result.reason = why;
  }
  return result;
}

}  // namespace rnngan
