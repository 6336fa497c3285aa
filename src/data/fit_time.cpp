#include "data/fit_time.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "tensor/random.h"

namespace rnngan {

namespace {

/// The column of gaps, with the digits that times have.
Column gap_column(const TimeAxis& axis, const std::vector<double>& gaps) {
  Column column;
  column.name = gap_name(axis);
  const auto whole = [](double gap) { return gap == std::round(gap); };
  column.integer = std::ranges::all_of(gaps, whole);
  column.decimals = column.integer ? 0 : axis.written_as_number() ? axis.decimals : -1;
  return column;
}

}  // namespace

void fit_time(SequenceSet& file) {
  if (!file.times.defined()) return;
  const at::Tensor tensor = file.times.contiguous();
  const std::vector<double> times(tensor.data_ptr<double>(),
                                  tensor.data_ptr<double>() + tensor.numel());
  std::vector<bool> follows = starts_of(file);
  follows.flip();
  fit_grid(file.time, times, follows);
  if (file.time.grid != TimeGrid::irregular) return;
  for (const Column& column : file.columns) {
    if (column.name != gap_name(file.time)) continue;
    throw Error(
        ErrorKind::data, file.time.names.front(),
        fmt::format("its irregular times need a column {}, but there is one already", column.name),
        "rename that column, or leave it out by data.columns");
  }
  std::vector<double> gaps, known;
  for (size_t i = 0; i < times.size(); ++i) {
    gaps.push_back(follows[i] ? times[i] - times[i - 1] : std::nan(""));
    if (follows[i]) known.push_back(gaps.back());
  }
  const auto middle = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
  std::ranges::nth_element(known, middle);
  for (double& gap : gaps) gap = std::isnan(gap) ? *middle : gap;
  file.columns.push_back(gap_column(file.time, known));
  file.rows = at::cat({file.rows, torch::tensor(gaps, torch::kDouble).unsqueeze(1)}, 1);
}

std::vector<double> starting_times(const SequenceSet& train) {
  if (!train.times.defined()) return {};
  at::Tensor starts = train.begins.defined() ? train.times.index_select(0, train.begins)
                                             : train.padded_times().select(1, 0);
  if (const auto count = static_cast<size_t>(starts.size(0)); count > kMostStarts) {
    at::Generator stream = stream_generator(0, "data.starts", 0);
    const at::Tensor order = at::randperm(starts.size(0), stream, at::TensorOptions(at::kLong));
    starts = starts.index_select(0, order.narrow(0, 0, static_cast<int64_t>(kMostStarts)));
  }
  starts = std::get<0>(starts.sort()).contiguous();
  return {starts.data_ptr<double>(), starts.data_ptr<double>() + starts.numel()};
}

at::Tensor times_from(const std::vector<double>& starts, const SequenceSet& samples) {
  const int64_t steps = samples.steps(), width = samples.features();
  const bool by_gaps = samples.time.grid == TimeGrid::irregular,
             regular = samples.time.grid == TimeGrid::regular;
  const double step = samples.time.step;
  at::Tensor times = torch::zeros({samples.count() * steps}, torch::kDouble);
  const at::Tensor rows = samples.rows.contiguous();
  const double* values = rows.data_ptr<double>();
  double* to = times.data_ptr<double>();
  for (int64_t n = 0; n < samples.count(); ++n) {
    const double start = starts[static_cast<size_t>(n)];
    double now = start;
    for (int64_t t = 0; t < steps; ++t) {
      const int64_t row = n * steps + t;
      if (t > 0 && by_gaps) now += values[row * width + width - 1];
      if (t > 0 && !by_gaps)
        now = regular ? start + step * static_cast<double>(t) : samples.time.next(now);
      to[row] = now;
    }
  }
  return times;
}

}  // namespace rnngan
