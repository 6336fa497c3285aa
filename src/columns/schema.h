// What the columns of a step and what a sequence is drawn from are: enough to turn data into
// channels, and channels into samples that look like the input file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include "columns/column.h"
#include "columns/time_axis.h"
#include "config/data_shape.h"

namespace rnngan {

/// One line of the distribution from which fakes draw what they are conditioned on: how often a
/// (length, label, statics) occurs among the training sequences.
struct ConditionCount {
  int64_t length = 0;
  int64_t label = -1;           // index into Schema::labels; -1 without labels
  std::vector<double> statics;  // original units; the code of a category
  int64_t count = 0;

  bool operator==(const ConditionCount&) const = default;
};

struct Schema {
  std::vector<Column> columns;
  std::string label_name;           // empty: no label
  std::vector<std::string> labels;  // K classes, sorted (as numbers when all are numbers)
  std::vector<Column> statics;
  TimeAxis time;                             // irregular: the last column are its gaps
  std::vector<std::string> calendar;         // covariates of a step: cycles of columns/calendar.h
  std::vector<Column> covariates;            // and columns that are known beforehand
  std::vector<ConditionCount> distribution;  // sorted by (length, label, statics)

  bool operator==(const Schema&) const = default;

  int64_t features() const { return static_cast<int64_t>(columns.size()); }
  /// C = K + one per static column that is a number, and one per class of the others.
  int64_t condition_width() const;
  /// Ct.
  int64_t covariate_width() const;
  int64_t max_length() const;
  DataShape shape() const;
};

void to_json(nlohmann::json& json, const Schema& schema);
/// Throws Error{checkpoint} on a document that is not a schema.
void from_json(const nlohmann::json& json, Schema& schema);

/// The codec of a column by `transform` (standard, minmax or none) from its mean, sd, min, max and
/// difference_sd; a constant column has scale 1. `margin` is added to max - min by minmax.
NumberCodec affine_codec(const Column& column, Scaling transform, double margin = 0);

/// x [..., F] double, original units, NaN = missing -> channels [..., W] float (columns/layout.h).
/// At a missing cell a value is 0.
at::Tensor encode(const at::Tensor& x, const Schema& schema);
/// Channels [..., W] -> x [..., F] double: values clamped to the training range and on the grid of
/// their column, the likeliest class of each block (its largest channel; no gate above 0.5: none),
/// derived columns computed. encode(decode(a)) == a where `a` was activated.
at::Tensor decode(const at::Tensor& channels, const Schema& schema);

/// [V] float each: the training range of the value channels.
struct ChannelRange {
  at::Tensor low;
  at::Tensor high;
};
ChannelRange channel_range(const Schema& schema);

/// What is known of steps beforehand: times [...] double (undefined without a calendar), columns
/// [...,covariates] double in original units (undefined without) -> [...,Ct] float: the calendar,
/// standardised numbers, one-hot categories; undefined when Ct = 0.
at::Tensor encode_covariates(const at::Tensor& times, const at::Tensor& columns,
                             const Schema& schema);

/// The condition of sequences: labels [B] int64 (undefined without labels), statics [B,S] double in
/// original units (undefined without). Returns [B,C] float, or undefined when C = 0. Statics that
/// are numbers are standardised, categories one-hot.
at::Tensor encode_condition(const at::Tensor& labels, const at::Tensor& statics,
                            const Schema& schema);

}  // namespace rnngan
