#include "report/scale.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace rnngan {

namespace {

/// 1, 2 or 5 times a power of ten, near `raw`.
double nice_step(double raw) {
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  const double share = raw / power;
  return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

std::vector<double> multiples(double step, double low, double high) {
  std::vector<double> ticks;
  constexpr double kSlack = 1e-9;
  const double first = std::ceil(low / step - kSlack), last = std::floor(high / step + kSlack);
  for (double i = first; i <= last && ticks.size() < 1000; ++i) {
    ticks.push_back(i == 0 ? 0 : i * step);
  }
  return ticks;
}

}  // namespace

void Extent::include(double value) {
  if (!std::isfinite(value)) return;
  low = empty ? value : std::min(low, value);
  high = empty ? value : std::max(high, value);
  empty = false;
}

void Extent::include(std::span<const double> values) {
  for (const double value : values) include(value);
}

Extent Extent::usable() const {
  if (empty) return {0, 1, false};
  // Less than the digits of a double can tell apart is one value.
  const double least = 1e-12 * std::max(std::abs(low), std::abs(high));
  if (high - low > least && std::isfinite(high - low)) return *this;
  const double half = low == 0 ? 1 : std::abs(low) * 0.5;
  if (!std::isfinite(high - low)) return {low / 4, high / 4, false};
  return {low - half, high + half, false};
}

Extent Extent::padded(double share) const {
  const double more = span() * share;
  return {low - more, high + more, empty};
}

Extent quantile_range(std::vector<double> values, double tail) {
  std::erase_if(values, [](double value) { return !std::isfinite(value); });
  Extent range;
  if (values.empty()) return range;
  const auto at = [&](double share) {
    const auto index =
        static_cast<std::ptrdiff_t>(std::llround(share * static_cast<double>(values.size() - 1)));
    std::nth_element(values.begin(), values.begin() + index, values.end());
    return values[static_cast<size_t>(index)];
  };
  range.include(at(tail));
  range.include(at(1 - tail));
  return range;
}

std::vector<double> nice_ticks(double low, double high, int count) {
  if (!std::isfinite(low) || !std::isfinite(high) || !(low < high)) return {};
  double step = nice_step((high - low) / std::max(count, 1));
  std::vector<double> ticks = multiples(step, low, high);
  // A step halved at worst four times leaves two multiples in any range.
  for (int i = 0; i < 8 && ticks.size() < 2; ++i) {
    step = nice_step(step / 2.2);
    ticks = multiples(step, low, high);
  }
  return ticks;
}

std::vector<std::string> tick_texts(const std::vector<double>& ticks) {
  double largest = 0, gap = 0;
  for (size_t i = 0; i < ticks.size(); ++i) {
    largest = std::max(largest, std::abs(ticks[i]));
    const double to_next = i > 0 ? ticks[i] - ticks[i - 1] : std::abs(ticks[i]);
    if (to_next > 0 && (gap == 0 || to_next < gap)) gap = to_next;
  }
  const double unit = largest >= 1e4 && largest < 1e7 ? 1e3 : 1;
  int decimals = 0;
  for (double part = gap / unit; decimals < 12; ++decimals, part *= 10) {
    if (std::abs(part - std::round(part)) < 1e-6 * part) break;
  }
  const bool scientific = largest >= 1e7 || (largest > 0 && largest < 1e-4);
  std::vector<std::string> texts;
  for (const double tick : ticks) {
    std::string text =
        scientific ? fmt::format("{:.3g}", tick) : fmt::format("{:.{}f}", tick / unit, decimals);
    if (!scientific && unit > 1 && tick != 0) text += "k";
    if (text.starts_with("-")) text = "−" + text.substr(1);
    texts.push_back(text);
  }
  return texts;
}

Scale::Scale(Extent domain, double begin, double end)
    : domain_(domain.usable()), begin_(begin), end_(end) {}

double Scale::operator()(double value) const {
  const double inside = std::clamp(value, domain_.low, domain_.high);
  return begin_ + (inside - domain_.low) / domain_.span() * (end_ - begin_);
}

bool Scale::contains(double value) const {
  return value >= domain_.low && value <= domain_.high;
}

std::vector<double> Scale::ticks(double spacing) const {
  const int count = std::max(2, static_cast<int>(std::abs(end_ - begin_) / spacing));
  return nice_ticks(domain_.low, domain_.high, count);
}

std::string coordinate(double value) {
  constexpr double kFarthest = 1e5;
  const double tenths = std::round(std::clamp(value, -kFarthest, kFarthest) * 10);
  if (tenths == 0) return "0";
  const auto whole = static_cast<int64_t>(tenths);
  return whole % 10 == 0 ? std::to_string(whole / 10) : fmt::format("{:.1f}", tenths / 10);
}

}  // namespace rnngan
