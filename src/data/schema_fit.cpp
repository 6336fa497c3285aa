#include "data/schema_fit.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/fit.h"
#include "columns/rules.h"
#include "config/layers.h"
#include "core/error.h"
#include "data/csv_text.h"

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

/// Where the sequences of a column with a trend begin.
StartLevel start_of_trend(const std::vector<double>& starts) {
  Column of_starts;
  fill_statistics(of_starts, {starts, std::vector<bool>(starts.size(), false)});
  return {of_starts.mean, of_starts.sd > 0 ? of_starts.sd : 1, of_starts.min, of_starts.max};
}

/// The steps of a column with a trend.
ColumnCells steps_of_trend(const ColumnCells& levels, const Column& column) {
  ColumnCells steps;
  for (size_t i = 1; i < levels.values.size(); ++i) {
    if (!levels.follows[i]) continue;
    steps.values.push_back(
        column.on_grid((levels.values[i] - levels.values[i - 1]) * column.trend));
    steps.follows.push_back(levels.follows[i - 1]);
  }
  return steps;
}

std::vector<int64_t> sources_of(const std::vector<Span>& spans) {
  std::vector<int64_t> sources;
  for (const Span& span : spans) sources.push_back(span.source);
  std::ranges::sort(sources);
  const auto tail = std::ranges::unique(sources);
  sources.erase(tail.begin(), tail.end());
  return sources;
}

/// What is said of the numbers of a column that holds classes would have no effect.
void require_numbers(const ColumnConfig& chosen, const Column& column, const std::string& place) {
  const auto refuse = [&](const char* key, bool given) {
    if (!given) return;
    throw Error(
        ErrorKind::data, place,
        fmt::format("column {} holds classes ({}, ...), but {}.{} is for numbers", column.name,
                    shown_cell(column.classes.front()), join_path("data.column", column.name), key),
        fmt::format("leave out {}.{}", join_path("data.column", column.name), key));
  };
  refuse("transform", chosen.transform.has_value());
  refuse("atoms", chosen.atoms.has_value());
  refuse("decimals", chosen.decimals.has_value());
  refuse("dead_band", chosen.dead_band.has_value());
}

}  // namespace

void fit_columns(const SequenceSet& file, const std::vector<Span>& train, const DataConfig& config,
                 double margin, std::vector<Column>& columns) {
  const auto features = static_cast<int64_t>(columns.size());
  std::vector<int64_t> rows;
  ColumnCells cells;
  for_each_row(train, [&](int64_t row, bool follows) {
    rows.push_back(row);
    cells.follows.push_back(follows);
  });
  const at::Tensor table =
      to_gaps(file.rows.index_select(0, torch::tensor(rows, torch::kLong)), columns);
  const double* values = table.data_ptr<double>();
  for (int64_t f = 0; f < features; ++f) {
    Column& column = columns[static_cast<size_t>(f)];
    cells.values.clear();
    for (size_t i = 0; i < rows.size(); ++i) {
      cells.values.push_back(values[static_cast<int64_t>(i) * features + f]);
    }
    const auto found = config.column.find(column.name);
    const ColumnConfig chosen = found == config.column.end() ? ColumnConfig() : found->second;
    if (column.is_category()) require_numbers(chosen, column, config.path);
    if (column.trend != 0) {
      std::vector<double> starts;
      for (const Span& span : train) {
        const int64_t at = std::ranges::lower_bound(rows, span.begin) - rows.begin();
        starts.push_back(values[at * features + f]);
      }
      column.start = start_of_trend(starts);
    }
    fit_column(column, column.trend == 0 ? cells : steps_of_trend(cells, column), chosen,
               config.scaling, margin, config.path);
  }
}

at::Tensor rows_of(const SequenceSet& file, std::vector<Span> spans) {
  std::vector<int64_t> rows;
  for_each_row(std::move(spans), [&](int64_t row, bool) { rows.push_back(row); });
  return file.rows.index_select(0, torch::tensor(rows, torch::kLong));
}

void fill_covariate_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    const at::Tensor values = file.covariates.select(1, static_cast<int64_t>(i)).contiguous();
    ColumnCells cells;
    for_each_row(train, [&](int64_t row, bool follows) {
      cells.values.push_back(values.data_ptr<double>()[row]);
      cells.follows.push_back(follows);
    });
    fill_statistics(columns[i], cells);
  }
}

void fill_attribute_statistics(const SequenceSet& file, const std::vector<Span>& train,
                               std::vector<Column>& columns) {
  const auto sources = sources_of(train);
  const auto width = static_cast<int64_t>(columns.size());
  for (int64_t i = 0; i < width; ++i) {
    const double* values = file.attributes.data_ptr<double>();
    ColumnCells cells;
    for (const int64_t source : sources) {
      cells.values.push_back(values[source * width + i]);
      cells.follows.push_back(false);
    }
    fill_statistics(columns[static_cast<size_t>(i)], cells);
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
