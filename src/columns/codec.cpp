// encode() and decode(): data to channels and back.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/layout.h"
#include "columns/rules.h"
#include "columns/schema.h"
#include "core/error.h"

namespace rnngan {

namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

at::Tensor rows_of(const at::Tensor& x, int64_t width, at::ScalarType type, const char* place) {
  if (x.dim() < 1 || x.size(-1) != width) {
    throw Error(ErrorKind::bug, place, fmt::format("the last dimension must have size {}", width));
  }
  return x.reshape({-1, width}).to(torch::kCPU, type).contiguous();
}

/// T of x [...,T,F].
int64_t steps_of(const at::Tensor& x) {
  return x.dim() > 1 ? std::max<int64_t>(x.size(-2), 1) : 1;
}

at::Tensor shaped_like(const at::Tensor& rows, const at::Tensor& like) {
  std::vector<int64_t> sizes = like.sizes().vec();
  sizes.back() = rows.size(1);
  return rows.view(sizes);
}

/// The ends of the range are on the grid; what is not a number stays so.
double value_of(const Column& column, double channel) {
  const double value = column.codec.decode(channel);
  return std::isnan(value) ? std::numeric_limits<double>::infinity()
                           : column.on_grid(std::clamp(value, column.min, column.max));
}

double level_of(const StartLevel& start, const Column& column, double channel) {
  const double value = start.decode(channel);
  return std::isnan(value) ? std::numeric_limits<double>::infinity()
                           : column.on_grid(std::clamp(value, start.min, start.max));
}

/// The channel of a block that a cell sets to 1; -1: none.
int64_t state_of(double value, const Column& column, const ChannelBlock& block) {
  if (std::isnan(value)) return block.missing ? block.width - 1 : -1;
  if (block.role == Role::category) return static_cast<int64_t>(value);
  const auto atom = std::ranges::find(column.atoms, value);
  return atom == column.atoms.end() ? -1 : atom - column.atoms.begin();
}

/// What a block says of a cell whose value would else be `value`.
double value_of_state(const float* channels, const Column& column, const ChannelBlock& block,
                      double value) {
  const float* const largest = std::max_element(channels, channels + block.width);
  const auto state = static_cast<size_t>(largest - channels);
  if (block.role == Role::gate && *largest <= 0.5F) return value;
  if (block.missing && static_cast<int64_t>(state) == block.width - 1) return kMissing;
  return block.role == Role::category ? static_cast<double>(state) : column.atoms[state];
}

double derived_value(const Derivation& rule, const Column& column, const Column& source,
                     double from) {
  if (std::isnan(from)) return kMissing;
  if (rule.values.empty()) return column.on_grid(rule.slope * from + rule.offset);
  if (source.is_category()) return rule.values[static_cast<size_t>(from)];
  return rule
      .values[static_cast<size_t>(std::ranges::find(source.atoms, from) - source.atoms.begin())];
}

void fill_derived(const Schema& schema, double* row) {
  for (size_t f = 0; f < schema.columns.size(); ++f) {
    const Column& column = schema.columns[f];
    if (column.kind != ColumnKind::derived) continue;
    const Derivation& rule = column.derivation;
    double from = rule.source < 0 ? 0 : row[rule.source];
    for (const int64_t part : rule.plus) from += row[part];
    row[f] =
        rule.source < 0
            ? rule.offset
            : derived_value(rule, column, schema.columns[static_cast<size_t>(rule.source)], from);
  }
}

}  // namespace

at::Tensor encode(const at::Tensor& x, const Schema& schema) {
  const Layout layout(schema);
  const int64_t steps = steps_of(x);
  const at::Tensor rows =
      to_steps(to_gaps(rows_of(x, schema.features(), torch::kDouble, "encode"), schema.columns),
               steps, schema.columns);
  const int64_t features = schema.features(), width = layout.width();
  at::Tensor channels = torch::zeros({rows.size(0), width}, torch::kFloat);
  const double* in = rows.data_ptr<double>();
  float* out = channels.data_ptr<float>();
  for (int64_t v = 0; v < layout.values(); ++v) {
    const int64_t f = layout.value_columns()[static_cast<size_t>(v)];
    const Column& column = schema.columns[static_cast<size_t>(f)];
    for (int64_t r = 0; r < rows.size(0); ++r) {
      const double value = in[r * features + f];
      const bool level = column.trend != 0 && r % steps == 0;
      const double channel = level ? column.start.encode(value) : column.codec.encode(value);
      if (!std::isnan(value)) out[r * width + v] = static_cast<float>(channel);
    }
  }
  for (const ChannelBlock& block : layout.blocks()) {
    const Column& column = schema.columns[static_cast<size_t>(block.column)];
    for (int64_t r = 0; r < rows.size(0); ++r) {
      const int64_t state = state_of(in[r * features + block.column], column, block);
      if (state >= 0) out[r * width + block.begin + state] = 1;
    }
  }
  return shaped_like(channels, x);
}

at::Tensor decode(const at::Tensor& x, const Schema& schema) {
  const Layout layout(schema);
  const int64_t features = schema.features(), width = layout.width(), steps = steps_of(x);
  const at::Tensor channels = rows_of(x, width, torch::kFloat, "decode");
  at::Tensor rows = torch::zeros({channels.size(0), features}, torch::kDouble);
  const float* in = channels.data_ptr<float>();
  double* out = rows.data_ptr<double>();
  for (int64_t v = 0; v < layout.values(); ++v) {
    const int64_t f = layout.value_columns()[static_cast<size_t>(v)];
    const Column& column = schema.columns[static_cast<size_t>(f)];
    for (int64_t r = 0; r < channels.size(0); ++r) {
      const auto channel = static_cast<double>(in[r * width + v]);
      out[r * features + f] = column.trend != 0 && r % steps == 0
                                  ? level_of(column.start, column, channel)
                                  : value_of(column, channel);
    }
  }
  for (const ChannelBlock& block : layout.blocks()) {
    const Column& column = schema.columns[static_cast<size_t>(block.column)];
    for (int64_t r = 0; r < channels.size(0); ++r) {
      double& value = out[r * features + block.column];
      value = value_of_state(in + r * width + block.begin, column, block, value);
    }
  }
  from_steps(rows, steps, schema.columns);
  from_gaps(rows, schema.columns);
  for (int64_t r = 0; r < channels.size(0); ++r) fill_derived(schema, out + r * features);
  return shaped_like(rows, x);
}

ChannelRange channel_range(const Schema& schema) {
  const Layout layout(schema);
  std::vector<float> low, high;
  for (const int64_t f : layout.value_columns()) {
    const Column& column = schema.columns[static_cast<size_t>(f)];
    low.push_back(static_cast<float>(column.codec.encode(column.min)));
    high.push_back(static_cast<float>(column.codec.encode(column.max)));
  }
  return {torch::tensor(low), torch::tensor(high)};
}

}  // namespace rnngan
