#include "columns/schema.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/calendar.h"
#include "core/error.h"

namespace rnngan {

namespace {

/// One per number, one per class of the others.
int64_t width_of(const std::vector<Column>& columns) {
  int64_t width = 0;
  for (const Column& column : columns) {
    width += column.is_category() ? static_cast<int64_t>(column.classes.size()) : 1;
  }
  return width;
}

/// values [...] double, original units or codes -> [...,n] float.
at::Tensor encode_known(const at::Tensor& values, const Column& column) {
  const at::Tensor value = values.to(torch::kDouble);
  if (column.is_category()) {
    const auto classes = static_cast<int64_t>(column.classes.size());
    return at::one_hot(value.to(torch::kLong), classes).to(torch::kFloat);
  }
  const NumberCodec codec = affine_codec(column, Scaling::standard);
  return ((value - codec.offset) / codec.scale).to(torch::kFloat).unsqueeze(-1);
}

}  // namespace

int64_t Schema::condition_width() const {
  return static_cast<int64_t>(labels.size()) + width_of(statics);
}

int64_t Schema::covariate_width() const {
  return static_cast<int64_t>(2 * calendar.size()) + width_of(covariates);
}

int64_t Schema::max_length() const {
  int64_t longest = 0;
  for (const auto& line : distribution) longest = std::max(longest, line.length);
  return longest;
}

DataShape Schema::shape() const {
  return {features(), static_cast<int64_t>(labels.size()), static_cast<int64_t>(statics.size())};
}

NumberCodec affine_codec(const Column& column, Scaling transform, double margin) {
  NumberCodec codec;
  codec.transform = transform;
  const bool constant = column.min == column.max;
  if (transform == Scaling::standard) {
    codec.offset = column.mean;
    codec.scale = constant || column.sd <= 0 ? 1.0 : column.sd;
  } else if (transform == Scaling::minmax) {
    codec.offset = column.min;
    codec.scale = constant ? 1.0 : column.max - column.min + margin;
  }
  codec.channel_sd = column.sd / codec.scale;
  codec.channel_step_sd = column.difference_sd / codec.scale;
  return codec;
}

at::Tensor encode_covariates(const at::Tensor& times, const at::Tensor& columns,
                             const Schema& schema) {
  std::vector<at::Tensor> parts;
  if (!schema.calendar.empty()) parts.push_back(calendar_covariates(times, schema.calendar));
  for (size_t i = 0; i < schema.covariates.size(); ++i) {
    parts.push_back(
        encode_known(columns.select(-1, static_cast<int64_t>(i)), schema.covariates[i]));
  }
  return parts.empty() ? at::Tensor() : at::cat(parts, -1);
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
  const auto count = static_cast<int64_t>(schema.statics.size());
  if (count > 0 && (!statics.defined() || statics.dim() != 2 || statics.size(1) != count)) {
    throw Error(ErrorKind::bug, "encode_condition",
                fmt::format("statics [B,{}] are needed", count));
  }
  for (int64_t s = 0; s < count; ++s) {
    parts.push_back(encode_known(statics.select(1, s), schema.statics[static_cast<size_t>(s)]));
  }
  return parts.empty() ? at::Tensor() : at::cat(parts, 1);
}

}  // namespace rnngan
