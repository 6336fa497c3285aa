// Axes: ranges, round ticks, and the way from data to coordinates.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace rnngan {

/// What values span; grows by what it is shown and ignores what is not finite.
struct Extent {
  double low = 0, high = 0;
  bool empty = true;

  void include(double value);
  void include(std::span<const double> values);
  /// As it is, or -1 ... 1 around the only value, or 0 ... 1 of nothing.
  Extent usable() const;
  /// Wider by this share on both sides.
  Extent padded(double share) const;
  double span() const { return high - low; }
};

/// What lies between the quantiles `tail` and 1 - `tail` of the finite values.
Extent quantile_range(std::vector<double> values, double tail);

/// Round numbers (1, 2 or 5 times a power of ten apart) within low ... high, about `count` of them:
/// at least two wherever low < high.
std::vector<double> nice_ticks(double low, double high, int count);

/// All with the same number of decimals, as many as tell them apart: "0.0", "0.5"; "2k", "4k".
std::vector<std::string> tick_texts(const std::vector<double>& ticks);

/// From `domain` to begin ... end; values beyond the domain to their nearest end.
class Scale {
 public:
  Scale(Extent domain, double begin, double end);
  double operator()(double value) const;
  bool contains(double value) const;
  const Extent& domain() const { return domain_; }
  /// About one tick every `spacing` units.
  std::vector<double> ticks(double spacing) const;

 private:
  Extent domain_;
  double begin_, end_;
};

/// A coordinate with one decimal at most: "12.3", "7", "-0.5". `value` is finite.
std::string coordinate(double value);

}  // namespace rnngan
