// A column of the data: what it is, how it is written, and how its values become channels that
// networks see.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/run_config.h"

namespace rnngan {

/// How a derived column follows from another one: as slope * source + offset or, where `values` is
/// not empty, as one value for each state of the source: those of its atoms in their order, then
/// that of any other value; or those of its classes. Without a source it is the constant `offset`.
/// Missing where the source is.
struct Derivation {
  int64_t source = -1;  // a column that is not derived, or derived and standing before this one
  double slope = 1;
  double offset = 0;
  std::vector<double> values = {};
  std::vector<int64_t> plus = {};  // columns that are not derived, which are added to that

  bool operator==(const Derivation&) const = default;
};

/// How a number becomes a channel: (f(x) - offset) / scale, where f is the identity, asinh((x -
/// center) / spread), log(x - center), or by `quantile` the piecewise linear map from `knots` to
/// `levels`.
struct NumberCodec {
  Scaling transform = Scaling::standard;  // not automatic
  double center = 0;
  double spread = 1;
  std::vector<double> knots;   // rising, original units
  std::vector<double> levels;  // rising, as many
  double offset = 0;
  double scale = 1;
  // Standard deviations over the training split, of the channel and of its changes from one step to
  // the next; 0 for a constant.
  double channel_sd = 1;
  double channel_step_sd = 0;

  bool operator==(const NumberCodec&) const = default;

  /// Original units -> channel. `log` and `quantile` take what lies beyond their range for its end.
  double encode(double value) const;
  double decode(double channel) const;
  /// Whether floats tell the channel of a value from that of a larger one: a hundredth of what is
  /// between them.
  bool tells_apart(double low, double high) const;
  /// Whether encode() is affine in the value.
  bool is_affine() const;
};

/// Where a column with a trend begins: over the first rows of all training windows, original units.
struct StartLevel {
  double mean = 0;
  double sd = 1;  // positive
  double min = 0;
  double max = 0;

  bool operator==(const StartLevel&) const = default;
  double encode(double value) const { return (value - mean) / sd; }
  double decode(double channel) const { return mean + sd * channel; }
};

/// Values that come back without filling a grid, rising. What lies from bounds[k - 1] to bounds[k]
/// becomes values[k]: the more, the more frequent that one is beside its neighbours.
struct Readings {
  std::vector<double> values;
  std::vector<double> bounds;  // one fewer

  bool operator==(const Readings&) const = default;
};

/// Statistics are over the present cells of all valid steps of the training split (each row counted
/// once, however many windows share it), in original units; sd is the population standard
/// deviation, 0 for a constant column.
struct Column {
  std::string name;
  ColumnKind kind = ColumnKind::number;
  bool integer = false;  // every value of the file is a whole number: written back as one
  int decimals = -1;     // most digits behind the point in the file; -1 = more than 9 or with an
                         // exponent: shortest form
  std::vector<std::string> classes;  // of a category: value v stands for classes[v]
  double mean = 0;
  double sd = 0;
  double min = 0;
  double max = 0;
  double difference_sd = 0;  // of x_t - x_{t-1} within sequences; 0 when there is none
  double missing = 0;        // share of cells

  NumberCodec codec;
  // Values are whole multiples of `grid` units of the last digit (of 1 for whole numbers); 0: any
  // value.
  int64_t grid = 0;
  Readings readings;  // where there are any, they stand in for the grid; derived columns have none
  // Original units: what changes by less from one step to the next stays as it was.
  double dead_band = 0;
  // The range ends hard here, with values up to the end, but hardly one at it: so what is generated
  // beyond it is folded back and not clamped, which would heap it up.
  bool folds_low = false, folds_high = false;
  std::vector<double> atoms;   // of a number: values with a gate of their own, rising
  std::vector<double> shares;  // of the present cells: those of the atoms or the classes
  // [from, to] of its states (columns/state_chain.h): how often the one is followed by the other.
  // Where there are any, states are drawn; else the likeliest is taken.
  std::vector<double> transitions;
  Derivation derivation;
  // Columns that this one is never below (data.rules). Where there are any, statistics, codec and
  // atoms are those of its gap above the largest of them.
  std::vector<int64_t> above;
  // data.rules: within a sequence it never falls (1), never rises (-1); 0: it may. Where it is not
  // 0, statistics and codec are those of its steps in that direction, trend * (x_t - x_{t-1}), and
  // the first step of a sequence is a level of its own.
  int trend = 0;
  StartLevel start;

  bool operator==(const Column&) const = default;

  bool is_category() const { return !classes.empty(); }
  /// Every row has the same value: steps or gaps that are all alike make no constant.
  bool is_constant() const { return min == max && trend == 0 && above.empty(); }
  /// Units of the last digit in 1: 100 where there are two decimals.
  double digits_of_one() const;
  /// One unit of the grid: 0.25; 0 without.
  double grid_step() const;
  /// The value of the grid that is nearest, as a file that holds it is read: 0.3, not
  /// 0.30000000000000004; or the reading that it becomes.
  double on_grid(double value) const;
  /// What comes after `before` where `value` was to come: `before` within the dead band.
  double after(double before, double value) const;
};

}  // namespace rnngan
