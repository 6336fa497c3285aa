// Does a generator give away the sequences that it was trained on?
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include <ATen/ATen.h>

#include "evaluation/auc.h"
#include "evaluation/evaluator.h"
#include "evaluation/metrics.h"

namespace rnngan {
namespace {

using at::Tensor;

// Rows of one view, in standard deviations of the training sequences.
struct PrivacyRows {
  Tensor train, hold_out, synthetic;
  // Equal numbers of both, for what sets one against the other.
  Tensor some_train, some_hold_out;
};

std::optional<std::string> privacy_guard(const MetricInput& input) {
  if (input.train == nullptr || input.hold_out == nullptr) return "needs_train";
  if (input.train->count() < 2 || input.hold_out->count() < 2 || input.synthetic.count() < 2) {
    return "needs_n_ge_2";
  }
  if (FeatureScaler(*input.train).all_constant()) return "degenerate_reference";
  return std::nullopt;
}

PrivacyRows privacy_rows_of(const MetricInput& input) {
  const SequenceSet &train = *input.train, &hold_out = *input.hold_out;
  const int64_t count = std::min(train.count(), hold_out.count());
  const auto part = [&](const SequenceSet& of, const char* stream) {
    return input.subsampling ? subsample(of, count, input.seed, stream)
                             : select(of, at::arange(count, at::kLong));
  };
  const SequenceSet some_train = part(train, "privacy.train"),
                    some_hold_out = part(hold_out, "privacy.hold_out");
  const std::vector<Tensor> rows = flatten(
      FeatureScaler(train), {&train, &hold_out, &input.synthetic, &some_train, &some_hold_out});
  return {rows[0], rows[1], rows[2], rows[3], rows[4]};
}

// Of each row of `from`, the distances to its k nearest of `to`, nearest first: [n,k]. Blocks of
// rows bound the memory.
Tensor nearest(const Tensor& from, const Tensor& to, int64_t k = 1) {
  std::vector<Tensor> parts;
  for (const Tensor& rows : from.split(256)) {
    parts.push_back(std::get<0>(rms_distances(rows, to).topk(k, 1, /*largest=*/false)));
  }
  return at::cat(parts);
}

Tensor closest(const Tensor& from, const Tensor& to) {
  return nearest(from, to).squeeze(1);
}

double quantile_of(const Tensor& values, double share) {
  return values.quantile(share).item<double>();
}

double share_of_true(const Tensor& truth) {
  return truth.to(at::kDouble).mean().item<double>();
}

// Which of two distances is smaller: 1, or 1/2 for ties.
Tensor closer(const Tensor& a, const Tensor& b) {
  return a.lt(b).to(at::kDouble) + 0.5 * a.eq(b).to(at::kDouble);
}

nlohmann::json low_and_median(const Tensor& values) {
  return {{"q05", quantile_of(values, 0.05)}, {"median", quantile_of(values, 0.5)}};
}

MetricResult privacy_result(double value, const PrivacyRows& rows) {
  MetricResult result;
  result.value = value;
  result.params = {{"n_train", rows.train.size(0)}, {"n_hold_out", rows.hold_out.size(0)}};
  if (rows.some_train.size(0) < 50) result.detail["warning"] = "few_sequences";
  return result;
}

// The share of synthetic sequences that equal a training one to 1e-6 in every element.
double exact_share(const PrivacyRows& rows, const Tensor& distances) {
  constexpr double kExact = 1e-6;
  int64_t exact = 0;
  // The mean of squares is below the largest, so that only these can be.
  const Tensor candidates =
      rows.synthetic.index_select(0, distances.le(kExact).nonzero().squeeze(1));
  for (int64_t i = 0; i < candidates.size(0); ++i) {
    const Tensor largest = (rows.train - candidates[i]).abs().amax(1);
    exact += largest.min().item<double>() <= kExact ? 1 : 0;
  }
  return static_cast<double>(exact) / static_cast<double>(rows.synthetic.size(0));
}

MetricResult compute_copy_rate(const PrivacyRows& rows) {
  const Tensor distances = closest(rows.synthetic, rows.train);
  const double radius = quantile_of(closest(rows.hold_out, rows.train), 0.05) / 2;
  MetricResult result = privacy_result(share_of_true(distances.lt(radius)), rows);
  result.detail["radius"] = radius;
  result.detail["exact"] = exact_share(rows, distances);
  return result;
}

MetricResult compute_dcr(const PrivacyRows& rows) {
  const Tensor to_train = closest(rows.synthetic, rows.some_train),
               to_hold_out = closest(rows.synthetic, rows.some_hold_out);
  MetricResult result = privacy_result(closer(to_train, to_hold_out).mean().item<double>(), rows);
  result.detail["synthetic"] = low_and_median(closest(rows.synthetic, rows.train));
  result.detail["hold_out"] = low_and_median(closest(rows.hold_out, rows.train));
  return result;
}

// The nearest distance in units of the second nearest; 1 where both are 0.
Tensor nearest_ratio(const Tensor& from, const Tensor& train) {
  const Tensor two = nearest(from, train, 2);
  const Tensor second = two.select(1, 1);
  return at::where(second.gt(0), two.select(1, 0) / second, at::ones({}, two.options()));
}

MetricResult compute_nndr(const PrivacyRows& rows) {
  const Tensor synthetic = nearest_ratio(rows.synthetic, rows.train),
               hold_out = nearest_ratio(rows.hold_out, rows.train);
  const double level = quantile_of(hold_out, 0.5);
  if (level <= 0) return MetricResult::skipped("hold_out_equals_train");
  MetricResult result = privacy_result(quantile_of(synthetic, 0.5) / level, rows);
  result.detail["synthetic"] = low_and_median(synthetic);
  result.detail["hold_out"] = low_and_median(hold_out);
  // Windows of one series may be each other's neighbours, and nothing tells which are.
  result.detail["overlap"] = "unknown";
  return result;
}

// Of each training row, the distance to the nearest other one.
Tensor nearest_other(const Tensor& train) {
  std::vector<Tensor> parts;
  int64_t first = 0;
  for (const Tensor& rows : train.split(256)) {
    Tensor distances = rms_distances(rows, train);
    distances.diagonal(first).fill_(std::numeric_limits<double>::infinity());
    parts.push_back(distances.amin(1));
    first += rows.size(0);
  }
  return at::cat(parts);
}

MetricResult compute_identifiability(const PrivacyRows& rows) {
  const Tensor other = nearest_other(rows.train);
  const auto share = [&](const Tensor& set) {
    return share_of_true(closest(rows.train, set).lt(other));
  };
  MetricResult result = privacy_result(share(rows.synthetic), rows);
  result.detail["hold_out"] = share(rows.hold_out);
  result.detail["overlap"] = "unknown";
  return result;
}

MetricResult compute_mia_auc(const PrivacyRows& rows) {
  const double area = area_under_roc(-closest(rows.some_train, rows.synthetic),
                                     -closest(rows.some_hold_out, rows.synthetic));
  MetricResult result = privacy_result(area, rows);
  // Far below one half the sequences held out look like those trained on.
  result.detail["splits_suspected"] = area < 0.3;
  return result;
}

MetricRow privacy_row(std::string name, MetricResult (*compute)(const PrivacyRows&)) {
  MetricRow row;
  row.name = std::move(name);
  row.needs_train = true;
  row.floor = FloorKind::hold_out;
  row.compute = [compute](const MetricInput& input) {
    if (const auto reason = privacy_guard(input)) return MetricResult::skipped(*reason);
    return compute(privacy_rows_of(input));
  };
  return row;
}

}  // namespace

std::vector<MetricRow> privacy_rows() {
  MetricRow copies = privacy_row("copy_rate", compute_copy_rate);
  copies.question = "how many synthetic sequences are copies of training ones?";
  copies.formula = "share of s with d(s, train) < half the 5 % quantile of d(held out, train)";

  MetricRow dcr = privacy_row("dcr", compute_dcr);
  dcr.question = "are synthetic sequences closer to training than to held-out ones?";
  dcr.formula = "share of s with d(s, train) < d(s, held out)";
  dcr.direction = Direction::level;
  dcr.ideal = 0.5;
  dcr.floor = FloorKind::ideal;  // held-out sequences are nearest to themselves

  MetricRow nndr = privacy_row("nndr", compute_nndr);
  nndr.question = "do synthetic sequences lie next to single training ones?";
  nndr.formula = "median d1/d2 to training sequences, over that of held-out ones";
  nndr.direction = Direction::level;
  nndr.ideal = 1;

  MetricRow identifiability = privacy_row("identifiability", compute_identifiability);
  identifiability.question = "how many training sequences have a synthetic one nearest?";
  identifiability.formula = "share of train with d(train, synthetic) < d(train, other train)";
  identifiability.paper = "Yoon, Drumright and van der Schaar 2020 (ADS-GAN)";

  MetricRow attack = privacy_row("mia_auc", compute_mia_auc);
  attack.question = "can an attacker tell who was trained on by distances to synthetic ones?";
  attack.formula = "area under the curve of -d(r, synthetic): training against held-out r";
  attack.paper = "after Chen et al. 2020 (1909.03935)";
  attack.direction = Direction::level;
  attack.ideal = 0.5;
  attack.floor = FloorKind::ideal;
  return {copies, dcr, nndr, identifiability, attack};
}

}  // namespace rnngan
