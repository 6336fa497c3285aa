// A line per name: single values, their mean and an interval, on one axis.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace rnngan {

struct DotRow {
  std::string name;
  std::vector<double> values;  // drawn small; may be empty
  std::optional<double> mean;  // without, the row says `absent`
  double low = 0, high = 0;    // of the interval
  bool marked = false;         // its name carries a sign
  bool best = false;           // its name stands out
  std::string absent = "no finished run";
  std::string classes = "k0";
};

struct DotPlot {
  std::string heading, description, x_title;
  std::vector<DotRow> rows;
  /// Where perfect data lie, with its own interval, and where noise does.
  std::optional<double> floor, ceiling;
  double floor_sd = 0;
  bool zero = false;  // a line at 0, and 0 within the axis
};

/// The axis reaches what lies near the other values; a mean beyond it stands at the edge with its
/// number.
std::string dot_plot(const DotPlot& plot);

}  // namespace rnngan
