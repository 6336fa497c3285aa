// One drawing: axes and marks as static SVG. Colours and dashes are classes of style.h.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "report/scale.h"

namespace rnngan {

struct ChartFrame {
  std::string heading;      // short, drawn above
  std::string description;  // for readers of the page that do not see it, and as a tooltip
  Extent x = {}, y = {};
  std::string x_title = {}, y_title = {};
  double width = 256, height = 156;
  bool x_axis = true, y_axis = true;  // numbers and grid
  bool names = false;                 // names left of it instead
  double left = 40;                   // margin for these numbers, or for names
  double x_spacing = 52;              // between ticks
};

/// What is not finite interrupts a line; a line that leaves the frame is cut there, points beyond
/// it stand on its edge. x and y have equal lengths.
class Chart {
 public:
  explicit Chart(ChartFrame frame);

  void line(std::span<const double> x, std::span<const double> y, std::string_view classes);
  /// Between low and high.
  void band(std::span<const double> x, std::span<const double> low, std::span<const double> high,
            std::string_view classes);
  /// Heights over edges, one more than there are heights: an area with an
  /// outline, or an outline alone.
  void bars(std::span<const double> edges, std::span<const double> heights,
            std::string_view classes, bool filled);
  void dots(std::span<const double> x, std::span<const double> y, std::string_view classes);
  void crosses(std::span<const double> x, std::span<const double> y, std::string_view classes);
  void horizontal(double y, std::string_view classes);
  void vertical(double x, std::string_view classes);
  /// Over the whole height.
  void zone(double from, double to, std::string_view classes);
  /// A rectangle: an area with an outline, or an outline alone.
  void block(double x, double x2, double y, double y2, std::string_view classes, bool filled);
  /// A line from (x, y) to (x2, y), with a tooltip.
  void interval(double x, double x2, double y, std::string_view classes, std::string_view tip);
  /// At data coordinates, moved by (dx, dy) units.
  void text(double x, double y, std::string_view text, std::string_view classes, double dx = 0,
            double dy = 0);
  /// Left of the axis, at the height of y.
  void name(double y, std::string_view text, std::string_view classes = "name e");

  const Scale& x() const { return x_; }
  const Scale& y() const { return y_; }
  std::string svg() const;

 private:
  std::string axes() const;
  std::string titles() const;

  ChartFrame frame_;
  double top_, right_, bottom_, left_;  // edges of the plot itself
  Scale x_, y_;
  std::string marks_;
};

}  // namespace rnngan
