#include "evaluation/score_encoding.h"

#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

namespace rnngan {

using at::Tensor;

namespace {

/// Over the present cells of valid steps; 0 where there are none.
double mean_of_present(const SequenceSet& of, int64_t column) {
  const Tensor values = of.padded().select(2, column).masked_select(of.mask());
  return values.nanmean().nan_to_num().item<double>();
}

Column number_called(std::string name) {
  Column column;
  column.name = std::move(name);
  return column;
}

}  // namespace

ScoreEncoding::ScoreEncoding(const SequenceSet& reference, const ValidCells& cells) {
  for (int64_t d = 0; d < reference.features(); ++d) {
    Source source;
    source.name = reference.column_name(d);
    source.may_miss = cells.may_miss(d);
    if (reference.is_category(d)) {
      source.classes = reference.columns[static_cast<size_t>(d)].classes;
    } else {
      source.mean = mean_of_present(reference, d);
    }
    identity_ = identity_ && source.classes.empty() && !source.may_miss;
    sources_.push_back(std::move(source));
  }
}

SequenceSet ScoreEncoding::operator()(const SequenceSet& set) const {
  if (identity_) {
    const Tensor missing = set.rows.isnan();
    if (!missing.any().item<bool>()) return set;
    SequenceSet filled = set;
    std::vector<double> means;
    for (const Source& source : sources_) means.push_back(source.mean);
    filled.rows = at::where(missing, torch::tensor(means, at::kDouble), set.rows);
    return filled;
  }
  SequenceSet to = set;
  to.columns.clear();
  to.encoded.clear();
  std::vector<Tensor> columns;
  const auto add = [&](const Source& source, const std::string& what, const Tensor& values) {
    to.columns.push_back(number_called(source.name + what));
    to.encoded.emplace_back().source = &source - sources_.data();
    columns.push_back(values.to(at::kDouble));
  };
  for (size_t d = 0; d < sources_.size(); ++d) {
    const Source& source = sources_[d];
    const Tensor x = set.rows.select(1, static_cast<int64_t>(d));
    const size_t first = columns.size();
    if (source.classes.empty()) {
      add(source, "", at::where(x.isnan(), at::full_like(x, source.mean), x));
    }
    for (size_t v = 0; v < source.classes.size(); ++v) {
      add(source, " = " + source.classes[v], x.eq(static_cast<double>(v)));
    }
    const size_t last = columns.size();
    if (source.may_miss) add(source, " missing", x.isnan());
    for (size_t k = first; k < columns.size(); ++k) {
      to.encoded[k].weight = 1 / static_cast<double>(columns.size() - first);
      if (source.may_miss && k < last) to.encoded[k].missing = static_cast<int64_t>(last);
    }
  }
  to.rows = at::stack(columns, 1);
  return to;
}

}  // namespace rnngan
