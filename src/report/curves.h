// The course of a run, or of several runs of one kind: metrics.jsonl read and drawn.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "report/chart.h"

namespace rnngan {

/// Values of one column over steps.
struct Curve {
  std::vector<double> step, value;
};

/// The numeric columns of metrics.jsonl by name.
using RunLog = std::map<std::string, Curve>;

/// Rows that are no JSON object (a last one that was cut off) are passed over; an absent file is an
/// empty log.
RunLog read_run_log(const std::filesystem::path& file);

/// The same column of several runs at the steps that the first one has: mean, least, largest over
/// those that have it.
struct CurveBand {
  std::vector<double> step, mean, low, high;
  size_t runs = 0;
};
CurveBand band_of(const std::vector<const Curve*>& curves);

/// At most `count` points: means over equal stretches.
Curve thinned(const Curve& curve, size_t count);

/// A column and how its line looks.
struct Trace {
  std::string column;   // as in the log
  std::string classes;  // of its line
};
/// These columns of a log on one axis; empty where it has none of them.
std::string curve_panel(const RunLog& log, const std::vector<Trace>& traces,
                        const std::string& heading, double height = 150);

/// All that a log holds, as figures; empty for an empty log.
std::string training_figures(const RunLog& log);

/// The range of these values without rare peaks, which would flatten all the rest.
Extent curve_range(const std::vector<double>& values);

}  // namespace rnngan
