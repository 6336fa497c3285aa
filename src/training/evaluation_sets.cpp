#include "training/evaluation_sets.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/missing.h"
#include "data/sample_writers.h"
#include "data/sequence_table.h"

namespace rnngan {
namespace {

/// Rows [R,F] cut into spans: [N,T,F].
Sequences gather(const at::Tensor& rows, const std::vector<Span>& spans) {
  int64_t steps = 0;
  std::vector<int64_t> lengths, first_rows;
  for (const Span& span : spans) {
    steps = std::max(steps, span.length);
    lengths.push_back(span.length);
    first_rows.push_back(span.begin);
  }
  const auto count = static_cast<int64_t>(spans.size());
  Sequences sequences;
  sequences.x = torch::zeros({count, steps, rows.size(1)}, torch::kFloat64);
  for (int64_t i = 0; i < count; ++i) {
    const Span& span = spans[static_cast<size_t>(i)];
    sequences.x[i].narrow(0, 0, span.length).copy_(rows.narrow(0, span.begin, span.length));
  }
  sequences.lengths = torch::tensor(lengths, torch::kInt64);
  sequences.first_row = torch::tensor(first_rows, torch::kInt64);
  return sequences;
}

at::Tensor labels_of(const at::Tensor& of_sources, const std::vector<Span>& spans) {
  if (!of_sources.defined()) return {};
  std::vector<int64_t> sources;
  for (const Span& span : spans) sources.push_back(span.source);
  return of_sources.index_select(0, torch::tensor(sources, torch::kInt64));
}

std::vector<Span> cut(const SequenceTable& table, const DataConfig& config, int64_t window) {
  std::vector<Span> spans;
  for (int64_t s = 0; s < table.sequences(); ++s) {
    const int64_t begin = table.offsets[static_cast<size_t>(s)];
    const int64_t end = table.offsets[static_cast<size_t>(s) + 1];
    if (table.several) {
      spans.push_back({begin, end - begin, s});
      continue;
    }
    for (int64_t at = begin; at + window <= end; at += config.window.stride) {
      spans.push_back({at, window, s});
    }
  }
  return spans;
}

void drop_missing(const at::Tensor& rows, std::vector<Span>& spans) {
  std::erase_if(spans, [&](const Span& span) {
    return rows.narrow(0, span.begin, span.length).isnan().any().item<bool>();
  });
}

/// What a file of samples would hold: values with the digits of their columns.
at::Tensor as_written(const at::Tensor& x, const Schema& schema) {
  at::Tensor rounded = x.contiguous().clone();
  double* values = rounded.data_ptr<double>();
  const auto columns = static_cast<int64_t>(schema.columns.size());
  std::string text;
  for (int64_t i = 0; i < rounded.numel(); ++i) {
    text.clear();
    if (!std::isfinite(values[i])) continue;
    append_number(text, values[i], schema.columns[static_cast<size_t>(i % columns)]);
    values[i] = parse_double(text).value_or(values[i]);
  }
  return rounded;
}

class Collector : public SampleWriter {
 public:
  explicit Collector(const Schema& schema) : schema_(schema) {}

  void write(const SampleChunk& chunk) override {
    chunks_.push_back(chunk);
    chunks_.back().x = as_written(chunk.x.to(torch::kFloat64), schema_);
  }
  void finish() override {}

  Sequences sequences() const {
    int64_t steps = 0;
    for (const SampleChunk& chunk : chunks_) steps = std::max(steps, chunk.x.size(1));
    std::vector<at::Tensor> x, lengths, labels;
    for (const SampleChunk& chunk : chunks_) {
      x.push_back(torch::constant_pad_nd(chunk.x, {0, 0, 0, steps - chunk.x.size(1)}));
      lengths.push_back(chunk.lengths);
      if (chunk.labels.defined()) labels.push_back(chunk.labels);
    }
    return {torch::cat(x), torch::cat(lengths), labels.empty() ? at::Tensor() : torch::cat(labels)};
  }

 private:
  const Schema& schema_;
  std::vector<SampleChunk> chunks_;
};

int64_t position(const std::vector<std::string>& names, const std::string& name,
                 const std::string& place, const char* what) {
  const auto found = std::ranges::find(names, name);
  if (found != names.end()) return found - names.begin();
  throw Error(ErrorKind::data, place, fmt::format("has no {} {} ({})", what, name, join(names)),
              did_you_mean(name, names));
}

}  // namespace

Sequences sequences_of(const Dataset& data, const std::vector<Span>& spans) {
  Sequences sequences = gather(data.values, spans);
  sequences.labels = labels_of(data.labels, spans);
  return sequences;
}

SequenceFile read_sequences(const DataConfig& config, int64_t window, bool keep_invalid) {
  SequenceTable table = read_sequence_table(config, {{}, keep_invalid});
  const Missing missing = keep_invalid ? Missing::error : config.missing;
  if (missing == Missing::interpolate) interpolate_missing(table, config.path);
  std::vector<Span> spans = cut(table, config, window);
  if (missing == Missing::drop) drop_missing(table.values, spans);
  if (spans.empty()) {
    throw Error(ErrorKind::data, config.path,
                fmt::format("{} rows, fewer than one window of {} steps", table.rows(), window),
                "set data.window.length to fewer steps");
  }
  SequenceFile file;
  for (const Column& column : table.columns) file.columns.push_back(column.name);
  file.labels = table.labels;
  file.sequences = gather(table.values, spans);
  if (!table.label_indices.empty()) {
    file.sequences.labels = labels_of(torch::tensor(table.label_indices, torch::kInt64), spans);
  }
  file.several = table.several;
  return file;
}

Sequences in_terms_of(const SequenceFile& file, const std::vector<std::string>& columns,
                      const std::vector<std::string>& labels, const std::string& place) {
  std::vector<int64_t> order, classes;
  for (const std::string& name : columns) {
    order.push_back(position(file.columns, name, place, "column"));
  }
  Sequences sequences = file.sequences;
  sequences.x = sequences.x.index_select(2, torch::tensor(order, torch::kInt64));
  if (!sequences.labels.defined() || labels.empty()) {
    sequences.labels = at::Tensor();
    return sequences;
  }
  for (const std::string& name : file.labels) {
    const auto found = std::ranges::find(labels, name);
    if (found == labels.end()) {
      throw Error(
          ErrorKind::data, place,
          fmt::format("label {} is not among those of the real sequences ({})", name, join(labels)),
          did_you_mean(name, labels));
    }
    classes.push_back(found - labels.begin());
  }
  sequences.labels = torch::tensor(classes, torch::kInt64).index_select(0, sequences.labels);
  return sequences;
}

Sequences sample_sequences(Generator& generator, const Schema& schema, const SampleRequest& request,
                           const at::Device& device) {
  Collector collector(schema);
  sample(generator, schema, request, device, collector);
  return collector.sequences();
}

}  // namespace rnngan
