#include "columns/column.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"

namespace rnngan {

namespace {

// Files have at most 9 digits that count.
constexpr double kPowersOfTen[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

double power_of_ten(int exponent) {
  return kPowersOfTen[exponent];
}

/// The piecewise linear map through (from, to), its ends taken for what lies beyond.
double interpolated(double x, const std::vector<double>& from, const std::vector<double>& to) {
  if (x <= from.front()) return to.front();
  if (x >= from.back()) return to.back();
  const auto above = static_cast<size_t>(std::ranges::upper_bound(from, x) - from.begin());
  const double share = (x - from[above - 1]) / (from[above] - from[above - 1]);
  return std::lerp(to[above - 1], to[above], share);
}

/// These take 6 ns where std::asinh and std::sinh take 11, a tenth of all that sampling costs; they
/// are off by less than 1e-15 of 1 + |result|.
double inverse_sinh(double x) {
  constexpr double kLarge = 1e8;  // beyond it the 1 is lost in x * x
  const double size = std::abs(x);
  const double root = size < kLarge ? std::sqrt(size * size + 1) : size;
  return std::copysign(std::log(size + root), x);
}

double hyperbolic_sine(double x) {
  const double grown = std::exp(x);
  return (grown - 1 / grown) / 2;
}

}  // namespace

bool NumberCodec::is_affine() const {
  return transform == Scaling::standard || transform == Scaling::minmax ||
         transform == Scaling::none;
}

double NumberCodec::encode(double value) const {
  double y = value;
  if (is_affine()) return (y - offset) / scale;
  if (transform == Scaling::asinh) y = inverse_sinh((value - center) / spread);
  // center lies below all values by at least half of the smallest distance that counts.
  if (transform == Scaling::log) y = std::log(std::max(value - center, spread / 2));
  if (transform == Scaling::quantile) y = interpolated(value, knots, levels);
  return (y - offset) / scale;
}

double NumberCodec::decode(double channel) const {
  const double y = channel * scale + offset;
  if (is_affine()) return y;
  switch (transform) {
    case Scaling::asinh:
      return hyperbolic_sine(y) * spread + center;
    case Scaling::log:
      return std::exp(y) + center;
    case Scaling::quantile:
      return interpolated(y, levels, knots);
    case Scaling::standard:
    case Scaling::minmax:
    case Scaling::none:
      return y;
    case Scaling::automatic:
      break;
  }
  throw Error(ErrorKind::bug, "NumberCodec", "the transform was not chosen");
}

bool NumberCodec::tells_apart(double low, double high) const {
  constexpr double kLeast = 1e-5;  // relative to the channel's size
  const double from = encode(low), to = encode(high);
  return to - from >= kLeast * std::max({1.0, std::abs(from), std::abs(to)});
}

double Column::digits_of_one() const {
  return power_of_ten(integer ? 0 : std::max(decimals, 0));
}

double Column::grid_step() const {
  return static_cast<double>(grid) / digits_of_one();
}

double Column::on_grid(double value) const {
  if (!readings.values.empty()) {
    const auto bound = std::ranges::upper_bound(readings.bounds, value);
    return readings.values[static_cast<size_t>(bound - readings.bounds.begin())];
  }
  if (grid == 0) return value;
  const double digits = digits_of_one();
  const auto units = static_cast<double>(grid);
  // A quotient of whole numbers is the double that is nearest to the decimal fraction.
  return std::nearbyint(value * digits / units) * units / digits;
}

double Column::after(double before, double value) const {
  return std::abs(value - before) < dead_band ? before : value;
}

}  // namespace rnngan
