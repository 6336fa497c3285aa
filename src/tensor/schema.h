// What a step and a sequence are made of, in original units: enough to write samples that look like
// the input file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include "config/data_shape.h"
#include "config/run_config.h"

namespace rnngan {

/// Statistics are over all valid steps of the training split (each row counted once, however many
/// windows share it), in original units; sd is the population standard deviation, 0 for a constant
/// column.
struct Column {
  std::string name;
  bool integer = false;  // every value of the file is a whole number: written back as one
  int decimals = -1;     // most digits behind the point in the file; -1 = more than 9 or with an
                         // exponent: shortest form
  double mean = 0;
  double sd = 0;
  double min = 0;
  double max = 0;
  double difference_sd = 0;  // of x_t - x_{t-1} within sequences; 0 when there is none
  double margin =
      0;  // added to max - min by minmax scaling: 1e-7 under data.compat timegan, else 0

  bool operator==(const Column&) const = default;
};

/// One line of the distribution from which fakes draw what they are conditioned on: how often a
/// (length, label, statics) occurs among the training sequences.
struct ConditionCount {
  int64_t length = 0;
  int64_t label = -1;           // index into Schema::labels; -1 without labels
  std::vector<double> statics;  // original units
  int64_t count = 0;

  bool operator==(const ConditionCount&) const = default;
};

struct Schema {
  std::vector<Column> columns;
  Scaling scaling = Scaling::standard;
  std::string label_name;           // empty: no label
  std::vector<std::string> labels;  // K classes, sorted (as numbers when all are numbers)
  std::vector<Column> statics;
  std::vector<ConditionCount> distribution;  // sorted by (length, label, statics)

  bool operator==(const Schema&) const = default;

  int64_t features() const { return static_cast<int64_t>(columns.size()); }
  /// C = K + number of static columns.
  int64_t condition_width() const { return static_cast<int64_t>(labels.size() + statics.size()); }
  int64_t max_length() const;
  DataShape shape() const;
};

void to_json(nlohmann::json& json, const Schema& schema);
/// Throws Error{checkpoint} on a document that is not a schema.
void from_json(const nlohmann::json& json, Schema& schema);

/// The affine map of a column, scaled = (x - offset) / scale. A constant column has scale 1.
struct Affine {
  double offset = 0;
  double scale = 1;
};
Affine scaler(const Column& column, Scaling scaling);

/// x [..., F] double, original units -> float, scaled units.
at::Tensor to_scaled(const at::Tensor& x, const Schema& schema);
/// x [..., F] float, scaled units -> double, original units, clamped to the training range; integer
/// columns rounded; a column that was constant comes back exactly.
at::Tensor to_original(const at::Tensor& x, const Schema& schema);

/// [F] float each: the training range in scaled units.
struct ScaledRange {
  at::Tensor low;
  at::Tensor high;
};
ScaledRange scaled_range(const Schema& schema);

/// The condition of sequences: labels [B] int64 (undefined without labels), statics [B,S] double in
/// original units (undefined without). Returns [B,C] float, or undefined when C = 0. Statics are
/// always standardised.
at::Tensor encode_condition(const at::Tensor& labels, const at::Tensor& statics,
                            const Schema& schema);

}  // namespace rnngan
