#include "evaluation/sequences.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <ATen/Parallel.h>
#include <torch/types.h>

#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

SequenceSet subsample(const SequenceSet& from, int64_t count, uint64_t seed, const char* stream) {
  if (count >= from.count()) return from;
  at::Generator generator = stream_generator(seed, stream, 0);
  const Tensor order = at::randperm(from.count(), generator, at::kLong);
  return select(from, order.narrow(0, 0, count));
}

namespace {

/// [V,D]: the valid steps of all sequences.
Tensor valid_steps(const SequenceSet& sequences) {
  const Tensor rows = sequences.padded().reshape({-1, sequences.features()});
  if (!sequences.ragged()) return rows;
  return rows.index_select(0, sequences.mask().reshape({-1}).nonzero().squeeze(1));
}

}  // namespace

std::vector<double> feature_weights(const SequenceSet& of) {
  std::vector<double> weights(static_cast<size_t>(of.features()), 1);
  for (size_t d = 0; d < of.encoded.size(); ++d) weights[d] = of.encoded[d].weight;
  return weights;
}

double mean_over_features(const Tensor& values, const SequenceSet& of) {
  if (of.encoded.empty()) return values.mean().item<double>();
  const Tensor weights = torch::tensor(feature_weights(of), at::kDouble);
  return ((values * weights).mean() / weights.mean()).item<double>();
}

std::vector<int64_t> category_columns(const SequenceSet& of) {
  std::vector<int64_t> columns;
  for (int64_t d = 0; d < of.features(); ++d) {
    if (of.is_category(d)) columns.push_back(d);
  }
  return columns;
}

std::string needs_category(const SequenceSet& real) {
  return category_columns(real).empty() ? "needs_category" : "";
}

FeatureScaler::FeatureScaler(const SequenceSet& reference) {
  const Tensor steps = valid_steps(reference);
  const auto mean_of = [some_missing = steps.isnan().any().item<bool>()](const Tensor& x) {
    return some_missing ? x.nanmean(0).nan_to_num() : x.mean(0);
  };
  mean = mean_of(steps);
  sd = mean_of((steps - mean).square_()).sqrt();
  if (!reference.encoded.empty()) weight = torch::tensor(feature_weights(reference), at::kDouble);
  const Tensor flat = sd <= 1e-8 * mean.abs().clamp_min(1);
  sd = sd.masked_fill(flat, 1);
  for (int64_t d = 0; d < reference.features(); ++d) constant.push_back(flat[d].item<bool>());
}

Tensor FeatureScaler::standardized(const SequenceSet& sequences) const {
  Tensor z = (sequences.padded() - mean).div_(sd);
  if (!sequences.ragged()) return z;
  return z.masked_fill_(sequences.mask().logical_not().unsqueeze(2), 0);
}

Tensor FeatureScaler::operator()(const SequenceSet& sequences) const {
  const Tensor z = standardized(sequences);
  return weight.defined() ? z * weight.sqrt() : z;
}

Tensor FeatureScaler::for_distances(const SequenceSet& sequences) const {
  const Tensor z = standardized(sequences);
  return weight.defined() ? z * (weight / weight.mean()).sqrt() : z;
}

bool FeatureScaler::all_constant() const {
  return std::find(constant.begin(), constant.end(), false) == constant.end();
}

std::vector<int64_t> FeatureScaler::constant_features() const {
  std::vector<int64_t> features;
  for (size_t d = 0; d < constant.size(); ++d) {
    if (constant[d]) features.push_back(static_cast<int64_t>(d));
  }
  return features;
}

std::vector<Tensor> flatten(const FeatureScaler& scaler,
                            const std::vector<const SequenceSet*>& sets) {
  int64_t steps = 0;
  bool ragged = false;
  for (const SequenceSet* set : sets) {
    ragged = ragged || set->ragged() || (steps != 0 && set->steps() != steps);
    steps = std::max(steps, set->steps());
  }
  std::vector<Tensor> rows;
  for (const SequenceSet* set : sets) {
    Tensor z = at::constant_pad_nd(scaler.for_distances(*set), {0, 0, 0, steps - set->steps()});
    if (ragged) {
      const Tensor step = at::arange(1, steps + 1, at::kLong);
      const Tensor valid = step.unsqueeze(0) <= set->lengths.unsqueeze(1);
      const Tensor position = (step.to(at::kDouble) / steps) * valid;
      z = at::cat({z, position.unsqueeze(2)}, 2);
    }
    rows.push_back(z.reshape({set->count(), steps * z.size(2)}).contiguous());
  }
  return rows;
}

FlatPair flatten(const FeatureScaler& scaler, const SequenceSet& real,
                 const SequenceSet& synthetic) {
  const std::vector<Tensor> rows = flatten(scaler, {&real, &synthetic});
  return {rows[0], rows[1]};
}

namespace {

// Several sums side by side, so that the compiler may use vector registers.
double squared_distance(const double* a, const double* b, int64_t width) {
  constexpr int64_t kLanes = 8;
  std::array<double, kLanes> sums = {};
  int64_t k = 0;
  for (; k + kLanes <= width; k += kLanes) {
    for (int64_t lane = 0; lane < kLanes; ++lane) {
      const double difference = a[k + lane] - b[k + lane];
      sums[lane] += difference * difference;
    }
  }
  double sum = 0;
  for (; k < width; ++k) sum += (a[k] - b[k]) * (a[k] - b[k]);
  for (const double lane : sums) sum += lane;
  return sum;
}

}  // namespace

Tensor rms_distances(const Tensor& a, const Tensor& b) {
  const Tensor a_rows = a.contiguous(), b_rows = b.contiguous();
  const int64_t m = b.size(0), width = a.size(1);
  const Tensor distances = at::empty({a.size(0), m}, at::kDouble);
  const double *from_a = a_rows.data_ptr<double>(), *from_b = b_rows.data_ptr<double>();
  double* out = distances.data_ptr<double>();
  const auto elements = static_cast<double>(width);
  at::parallel_for(0, a.size(0), 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      for (int64_t j = 0; j < m; ++j) {
        out[i * m + j] =
            std::sqrt(squared_distance(from_a + i * width, from_b + j * width, width) / elements);
      }
    }
  });
  return distances;
}

// Row i and row n - 1 - i together have as many pairs as any other two, so that threads share
// alike.
Tensor rms_distances(const Tensor& rows) {
  const Tensor of = rows.contiguous();
  const int64_t n = of.size(0), width = of.size(1);
  const Tensor distances = at::zeros({n, n}, at::kDouble);
  const double* from = of.data_ptr<double>();
  double* out = distances.data_ptr<double>();
  const auto elements = static_cast<double>(width);
  const auto fill_row = [&](int64_t i) {
    for (int64_t j = i + 1; j < n; ++j) {
      out[i * n + j] = out[j * n + i] =
          std::sqrt(squared_distance(from + i * width, from + j * width, width) / elements);
    }
  };
  at::parallel_for(0, (n + 1) / 2, 1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      fill_row(i);
      if (n - 1 - i != i) fill_row(n - 1 - i);
    }
  });
  return distances;
}

}  // namespace rnngan
