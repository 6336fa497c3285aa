#include "tensor/schema.h"

#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

int64_t Schema::max_length() const {
  int64_t longest = 0;
  for (const auto& line : distribution) longest = std::max(longest, line.length);
  return longest;
}

DataShape Schema::shape() const {
  return {features(), static_cast<int64_t>(labels.size()), static_cast<int64_t>(statics.size())};
}

Affine scaler(const Column& column, Scaling scaling) {
  const bool constant = column.min == column.max;
  switch (scaling) {
    case Scaling::standard:
      return {column.mean, constant || column.sd <= 0 ? 1.0 : column.sd};
    case Scaling::minmax:
      return {column.min, constant ? 1.0 : column.max - column.min + column.margin};
    case Scaling::none:
      return {};
  }
  throw Error(ErrorKind::bug, "scaler", "unknown scaling");
}

namespace {

/// One double per column, [F], on the device of `like`.
at::Tensor per_column(const std::vector<Column>& columns, const at::Tensor& like,
                      const std::function<double(const Column&)>& value) {
  std::vector<double> values;
  values.reserve(columns.size());
  for (const auto& column : columns) values.push_back(value(column));
  return torch::tensor(values, torch::kDouble).to(like.device());
}

struct ColumnAffine {
  at::Tensor offset;  // [F] double
  at::Tensor scale;
};

ColumnAffine affine(const std::vector<Column>& columns, Scaling scaling, const at::Tensor& like) {
  return {per_column(columns, like, [&](const Column& c) { return scaler(c, scaling).offset; }),
          per_column(columns, like, [&](const Column& c) { return scaler(c, scaling).scale; })};
}

void require_columns(const at::Tensor& x, size_t columns, const char* place) {
  if (x.dim() < 1 || x.size(-1) != static_cast<int64_t>(columns)) {
    throw Error(ErrorKind::bug, place,
                fmt::format("the last dimension must have size {}", columns));
  }
}

}  // namespace

at::Tensor to_scaled(const at::Tensor& x, const Schema& schema) {
  require_columns(x, schema.columns.size(), "to_scaled");
  const auto [offset, scale] = affine(schema.columns, schema.scaling, x);
  return ((x.to(torch::kDouble) - offset) / scale).to(torch::kFloat);
}

at::Tensor to_original(const at::Tensor& x, const Schema& schema) {
  require_columns(x, schema.columns.size(), "to_original");
  const auto [offset, scale] = affine(schema.columns, schema.scaling, x);
  const auto low = per_column(schema.columns, x, [](const Column& c) { return c.min; });
  const auto high = per_column(schema.columns, x, [](const Column& c) { return c.max; });
  const auto integer =
      per_column(schema.columns, x, [](const Column& c) { return c.integer ? 1.0 : 0.0; });
  const auto raw = x.to(torch::kDouble) * scale + offset;
  // The range of an integer column has whole ends, so rounding cannot leave it.
  const auto clamped = at::minimum(at::maximum(raw, low), high);
  return at::where(integer > 0, clamped.round(), clamped);
}

ScaledRange scaled_range(const Schema& schema) {
  const at::Tensor cpu = at::empty({0});
  const auto low = per_column(schema.columns, cpu, [](const Column& c) { return c.min; });
  const auto high = per_column(schema.columns, cpu, [](const Column& c) { return c.max; });
  return {to_scaled(low, schema), to_scaled(high, schema)};
}

at::Tensor encode_condition(const at::Tensor& labels, const at::Tensor& statics,
                            const Schema& schema) {
  std::vector<at::Tensor> parts;
  if (!schema.labels.empty()) {
    if (!labels.defined() || labels.dim() != 1) {
      throw Error(ErrorKind::bug, "encode_condition", "labels [B] are needed");
    }
    const auto classes = static_cast<int64_t>(schema.labels.size());
    parts.push_back(at::one_hot(labels, classes).to(torch::kFloat));
  }
  if (!schema.statics.empty()) {
    if (!statics.defined() || statics.dim() != 2) {
      throw Error(ErrorKind::bug, "encode_condition", "statics [B,S] are needed");
    }
    require_columns(statics, schema.statics.size(), "encode_condition");
    const auto [offset, scale] = affine(schema.statics, Scaling::standard, statics);
    parts.push_back(((statics.to(torch::kDouble) - offset) / scale).to(torch::kFloat));
  }
  return parts.empty() ? at::Tensor() : at::cat(parts, 1);
}

}  // namespace rnngan
