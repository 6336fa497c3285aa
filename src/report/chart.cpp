#include "report/chart.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "report/html.h"

namespace rnngan {

namespace {

constexpr double kRight = 10, kTick = 10;

double head_space(const ChartFrame& frame) {
  return (frame.heading.empty() ? 6 : 20) + (frame.y_title.empty() ? 0 : 11);
}

double foot_space(const ChartFrame& frame) {
  return frame.x_title.empty() ? 18 : 30;
}

bool finite(double x, double y) {
  return std::isfinite(x) && std::isfinite(y);
}

std::string point(double x, double y) {
  const std::string second = coordinate(y);
  return coordinate(x) + (second.starts_with("-") ? "" : " ") + second;
}

std::string text_element(double x, double y, std::string_view text, std::string_view classes) {
  return fmt::format("<text class=\"{}\" x=\"{}\" y=\"{}\">{}</text>", classes, coordinate(x),
                     coordinate(y), html::escape(text));
}

std::string path(std::string_view classes, const std::string& commands) {
  return commands.empty() ? std::string()
                          : fmt::format("<path class=\"{}\" d=\"{}\"/>", classes, commands);
}

}  // namespace

Chart::Chart(ChartFrame frame)
    : frame_(std::move(frame)),
      top_(head_space(frame_)),
      right_(frame_.width - kRight),
      bottom_(frame_.height - foot_space(frame_)),
      left_(frame_.y_axis || frame_.names ? frame_.left : 8),
      x_(frame_.x, left_, right_),
      y_(frame_.y, bottom_, top_) {}

void Chart::line(std::span<const double> x, std::span<const double> y, std::string_view classes) {
  std::string commands;
  double end_x = NAN, end_y = NAN;  // where the pen is
  for (size_t i = 1; i < x.size(); ++i) {
    if (!finite(x[i - 1], y[i - 1]) || !finite(x[i], y[i])) continue;
    // The part of this segment, from 0 to 1, that lies between the lowest and the highest value.
    const double rise = y[i] - y[i - 1];
    const Extent& domain = y_.domain();
    double from = 0, to = 1;
    if (rise != 0) {
      const double a = (domain.low - y[i - 1]) / rise, b = (domain.high - y[i - 1]) / rise;
      from = std::max(from, std::min(a, b));
      to = std::min(to, std::max(a, b));
    } else if (!y_.contains(y[i])) {
      continue;
    }
    if (!(from < to)) continue;
    const auto at = [&](double share) {
      return std::pair(x_(x[i - 1] + share * (x[i] - x[i - 1])), y_(y[i - 1] + share * rise));
    };
    const auto [x0, y0] = at(from);
    const auto [x1, y1] = at(to);
    if (x0 != end_x || y0 != end_y) commands += 'M' + point(x0, y0);
    commands += 'L' + point(x1, y1);
    end_x = x1;
    end_y = y1;
  }
  marks_ += path(fmt::format("l {}", classes), commands);
}

void Chart::band(std::span<const double> x, std::span<const double> low,
                 std::span<const double> high, std::string_view classes) {
  std::string there, back;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!finite(x[i], low[i]) || !std::isfinite(high[i])) continue;
    there += there.empty() ? 'M' : 'L';
    there += point(x_(x[i]), y_(low[i]));
    back.insert(0, 'L' + point(x_(x[i]), y_(high[i])));
  }
  if (!there.empty()) marks_ += path(fmt::format("a {}", classes), there + back + "Z");
}

void Chart::bars(std::span<const double> edges, std::span<const double> heights,
                 std::string_view classes, bool filled) {
  if (heights.empty()) return;
  std::string commands = 'M' + point(x_(edges[0]), bottom_);
  for (size_t i = 0; i < heights.size(); ++i) {
    const double height = std::isfinite(heights[i]) ? y_(heights[i]) : bottom_;
    commands += fmt::format("V{}H{}", coordinate(height), coordinate(x_(edges[i + 1])));
  }
  commands += fmt::format("V{}{}", coordinate(bottom_), filled ? "Z" : "");
  marks_ += path(fmt::format("{} {}", filled ? "b" : "l", classes), commands);
}

void Chart::dots(std::span<const double> x, std::span<const double> y, std::string_view classes) {
  std::string commands;
  for (size_t i = 0; i < x.size(); ++i) {
    if (finite(x[i], y[i])) commands += fmt::format("M{}h0", point(x_(x[i]), y_(y[i])));
  }
  marks_ += path(fmt::format("p {}", classes), commands);
}

void Chart::crosses(std::span<const double> x, std::span<const double> y,
                    std::string_view classes) {
  std::string commands;
  for (size_t i = 0; i < x.size(); ++i) {
    if (!finite(x[i], y[i])) continue;
    commands += fmt::format("M{}l4 4m0-4l-4 4", point(x_(x[i]) - 2, y_(y[i]) - 2));
  }
  marks_ += path(fmt::format("q {}", classes), commands);
}

void Chart::horizontal(double y, std::string_view classes) {
  if (!std::isfinite(y) || !y_.contains(y)) return;
  marks_ += path(classes, fmt::format("M{}H{}", point(left_, y_(y)), coordinate(right_)));
}

void Chart::vertical(double x, std::string_view classes) {
  if (!std::isfinite(x) || !x_.contains(x)) return;
  marks_ += path(classes, fmt::format("M{}V{}", point(x_(x), top_), coordinate(bottom_)));
}

void Chart::zone(double from, double to, std::string_view classes) {
  if (!finite(from, to)) return;
  marks_ += path(fmt::format("a {}", classes),
                 fmt::format("M{}H{}V{}H{}Z", point(x_(from), top_), coordinate(x_(to)),
                             coordinate(bottom_), coordinate(x_(from))));
}

void Chart::block(double x, double x2, double y, double y2, std::string_view classes, bool filled) {
  if (!finite(x, y) || !finite(x2, y2)) return;
  marks_ += path(fmt::format("{} {}", filled ? "b" : "l", classes),
                 fmt::format("M{}H{}V{}H{}Z", point(x_(x), y_(y)), coordinate(x_(x2)),
                             coordinate(y_(y2)), coordinate(x_(x))));
}

void Chart::interval(double x, double x2, double y, std::string_view classes,
                     std::string_view tip) {
  if (!finite(x, y) || !std::isfinite(x2)) return;
  marks_ += fmt::format("<path class=\"{}\" d=\"M{}H{}\"><title>{}</title></path>", classes,
                        point(x_(x), y_(y)), coordinate(x_(x2)), html::escape(tip));
}

void Chart::text(double x, double y, std::string_view text, std::string_view classes, double dx,
                 double dy) {
  if (!finite(x, y)) return;
  marks_ += text_element(x_(x) + dx, y_(y) + dy, text, classes);
}

void Chart::name(double y, std::string_view text, std::string_view classes) {
  marks_ += text_element(left_ - 8, y_(y) + 3.7, text, classes);
}

std::string Chart::axes() const {
  std::string grid, texts;
  const auto x_ticks = x_.ticks(frame_.x_spacing), y_ticks = y_.ticks(34);
  const auto x_texts = tick_texts(x_ticks), y_texts = tick_texts(y_ticks);
  for (size_t i = 0; frame_.x_axis && i < x_ticks.size(); ++i) {
    const double at = x_(x_ticks[i]);
    grid += fmt::format("M{}V{}", point(at, top_), coordinate(bottom_));
    texts += text_element(at, bottom_ + 3 + kTick, x_texts[i], "m");
  }
  for (size_t i = 0; frame_.y_axis && i < y_ticks.size(); ++i) {
    const double at = y_(y_ticks[i]);
    grid += fmt::format("M{}H{}", point(left_, at), coordinate(right_));
    texts += text_element(left_ - 5, at + 3.4, y_texts[i], "e");
  }
  return path("g", grid) +
         path("x", fmt::format("M{}H{}", point(left_, bottom_), coordinate(right_))) + texts;
}

std::string Chart::titles() const {
  std::string texts;
  if (!frame_.heading.empty()) {
    texts += text_element(left_, 12, frame_.heading, "h");
  }
  if (!frame_.y_title.empty()) {
    texts += text_element(left_, top_ - 5, frame_.y_title, "");
  }
  if (!frame_.x_title.empty()) {
    texts += text_element(right_, frame_.height - 4, frame_.x_title, "e");
  }
  return texts;
}

std::string Chart::svg() const {
  return fmt::format(
      "<svg viewBox=\"0 0 {0} {1}\" role=\"img\" aria-label=\"{2}\"><title>{2}</title>{3}{4}{5}"
      "</svg>\n",
      coordinate(frame_.width), coordinate(frame_.height), html::escape(frame_.description), axes(),
      marks_, titles());
}

}  // namespace rnngan
