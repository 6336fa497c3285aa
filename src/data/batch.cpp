#include <algorithm>
#include <vector>

#include <torch/types.h>

#include "core/error.h"
#include "data/dataset.h"
#include "tensor/random.h"

namespace rnngan {

namespace {

// What sequences are conditioned on, by the sequence of the file that each span was cut from.
void add_condition(SequenceBatch& batch, const Dataset& data, const std::vector<Span>& spans,
                   const at::Device& device) {
  if (data.schema.condition_width() == 0) return;
  std::vector<int64_t> sources;
  sources.reserve(spans.size());
  for (const Span& span : spans) sources.push_back(span.source);
  const at::Tensor index = torch::tensor(sources, torch::kLong);
  const auto rows = [&](const at::Tensor& values) {
    return values.defined() ? values.index_select(0, index) : at::Tensor();
  };
  const at::Tensor labels = rows(data.labels);
  batch.condition = encode_condition(labels, rows(data.statics), data.schema).to(device);
  if (labels.defined()) batch.labels = labels.to(device);
}

}  // namespace

SequenceBatch gather_batch(const Dataset& data, const std::vector<Span>& spans,
                           const at::Device& device) {
  if (spans.empty()) throw Error(ErrorKind::bug, "gather_batch", "no spans");
  const auto batch = static_cast<int64_t>(spans.size());
  const auto longer = [](const Span& a, const Span& b) { return a.length < b.length; };
  const auto [shortest, longest] = std::minmax_element(spans.begin(), spans.end(), longer);
  const int64_t steps = longest->length;
  const bool ragged = shortest->length != steps;

  at::Tensor index = torch::empty({batch, steps}, torch::kLong);
  at::Tensor lengths = torch::empty({batch}, torch::kLong);
  int64_t* at = index.data_ptr<int64_t>();
  for (int64_t b = 0; b < batch; ++b) {
    const Span& span = spans[static_cast<size_t>(b)];
    lengths.data_ptr<int64_t>()[b] = span.length;
    // Padding repeats the last row until it is set to zero.
    for (int64_t t = 0; t < steps; ++t) *at++ = span.begin + std::min(t, span.length - 1);
  }
  SequenceBatch out;
  out.steps =
      ragged ? make_step_mask(lengths, steps, device) : full_step_mask(batch, steps, device);
  const auto rows = data.scaled.index_select(0, index.view({-1}));
  out.x = zero_padding(rows.view({batch, steps, data.schema.features()}).to(device), out.steps);
  add_condition(out, data, spans, device);
  return out;
}

Batcher::Batcher(int64_t spans, int64_t batch, uint64_t seed)
    : spans_(spans), batch_(batch), seed_(seed) {
  if (spans < 1 || batch < 1)
    throw Error(ErrorKind::bug, "Batcher", "spans and batch must be at least 1");
}

std::vector<int64_t> Batcher::batch(int64_t step) const {
  std::vector<int64_t> indices;
  indices.reserve(static_cast<size_t>(batch_));
  for (int64_t place = step * batch_; place < (step + 1) * batch_; ++place) {
    indices.push_back(permutation(place / spans_)[static_cast<size_t>(place % spans_)]);
  }
  return indices;
}

const std::vector<int64_t>& Batcher::permutation(int64_t epoch) const {
  if (epoch == cached_epoch_) return cached_;
  at::Generator generator = stream_generator(seed_, "data_order", static_cast<uint64_t>(epoch));
  const at::Tensor order = at::randperm(spans_, generator, at::TensorOptions().dtype(at::kLong));
  const int64_t* begin = order.data_ptr<int64_t>();
  cached_.assign(begin, begin + spans_);
  cached_epoch_ = epoch;
  return cached_;
}

}  // namespace rnngan
