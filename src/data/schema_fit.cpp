#include "data/schema_fit.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include <ATen/core/Tensor.h>

namespace rnngan {

namespace {

/// Calls use(row, follows) for every row that lies in a span, in order; `follows`: the row before
/// it is in a span of the same sequence.
template <class Use>
void for_each_row(std::vector<Span> spans, Use use) {
  std::ranges::sort(spans, {}, &Span::begin);
  int64_t next = 0;  // first row not visited yet
  int64_t last_source = -1;
  for (const Span& span : spans) {
    for (int64_t row = std::max(next, span.begin); row < span.begin + span.length; ++row) {
      use(row, row == next && span.source == last_source);
      next = row + 1;
      last_source = span.source;
    }
  }
}

/// Mean and spread in two passes: x is visited by `visit(use)`, which calls use(x) for every value.
struct Moments {
  double mean = 0;
  double sd = 0;
  double min = 0;
  double max = 0;
};

template <class Visit>
Moments moments_of(Visit visit) {
  double sum = 0;
  double count = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  visit([&](double x) {
    sum += x;
    count += 1;
    low = std::min(low, x);
    high = std::max(high, x);
  });
  if (count == 0) return {};
  // Exactly zero spread for a constant, whose computed mean may be off by a rounding.
  if (low == high) return {low, 0, low, high};
  const double mean = sum / count;
  double squares = 0;
  visit([&](double x) { squares += (x - mean) * (x - mean); });
  return {mean, std::sqrt(squares / count), low, high};
}

void take(const Moments& moments, Column& column) {
  column.mean = moments.mean;
  column.sd = moments.sd;
  column.min = moments.min;
  column.max = moments.max;
}

std::vector<int64_t> sources_of(const std::vector<Span>& spans) {
  std::vector<int64_t> sources;
  for (const Span& span : spans) sources.push_back(span.source);
  std::ranges::sort(sources);
  const auto tail = std::ranges::unique(sources);
  sources.erase(tail.begin(), tail.end());
  return sources;
}

}  // namespace

void fill_step_statistics(const SequenceSet& file, const std::vector<Span>& train,
                          std::vector<Column>& columns) {
  const auto features = static_cast<int64_t>(columns.size());
  const double* values = file.rows.data_ptr<double>();
  std::vector<std::pair<int64_t, bool>> rows;
  for_each_row(train, [&](int64_t row, bool follows) { rows.emplace_back(row, follows); });
  for (int64_t f = 0; f < features; ++f) {
    Column& column = columns[static_cast<size_t>(f)];
    const auto value = [&](int64_t row) { return values[row * features + f]; };
    take(moments_of([&](auto use) {
           for (const auto& [row, follows] : rows) use(value(row));
         }),
         column);
    column.difference_sd = moments_of([&](auto use) {
                             for (const auto& [row, follows] : rows) {
                               if (follows) use(value(row) - value(row - 1));
                             }
                           }).sd;
  }
}

void fill_attribute_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns) {
  const auto sources = sources_of(train);
  const auto width = static_cast<int64_t>(columns.size());
  for (int64_t i = 0; i < width; ++i) {
    const double* values = file.attributes.data_ptr<double>();
    take(moments_of([&](auto use) {
           for (const int64_t source : sources) use(values[source * width + i]);
         }),
         columns[static_cast<size_t>(i)]);
  }
}

std::vector<ConditionCount> condition_distribution(const SequenceSet& train) {
  const auto width = static_cast<int64_t>(train.attribute_columns.size());
  const double* attributes = width > 0 ? train.attributes.data_ptr<double>() : nullptr;
  const int64_t* labels = train.labels.defined() ? train.labels.data_ptr<int64_t>() : nullptr;
  std::map<std::tuple<int64_t, int64_t, std::vector<double>>, int64_t> counts;
  for (int64_t n = 0; n < train.count(); ++n) {
    std::vector<double> row;
    if (width > 0) row.assign(attributes + n * width, attributes + (n + 1) * width);
    ++counts[{train.lengths.data_ptr<int64_t>()[n], labels != nullptr ? labels[n] : -1,
              std::move(row)}];
  }
  std::vector<ConditionCount> distribution;
  for (const auto& [key, count] : counts) {
    distribution.push_back({std::get<0>(key), std::get<1>(key), std::get<2>(key), count});
  }
  return distribution;
}

}  // namespace rnngan
