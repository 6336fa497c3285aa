// A time axis in the document of a schema.
#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "columns/schema_parts.h"
#include "core/time_text.h"

namespace rnngan {

using nlohmann::json;

namespace {

constexpr std::pair<const char*, TimeGrid> kGrids[] = {{"regular", TimeGrid::regular},
                                                       {"months", TimeGrid::months},
                                                       {"weekdays", TimeGrid::weekdays},
                                                       {"irregular", TimeGrid::irregular}};

}  // namespace

json time_to_json(const TimeAxis& axis) {
  const auto grid =
      std::ranges::find_if(kGrids, [&](const auto& entry) { return entry.second == axis.grid; });
  return {{"names", axis.names},  {"formats", axis.formats}, {"decimals", axis.decimals},
          {"grid", grid->first},  {"step", axis.step},       {"month_ends", axis.month_ends},
          {"starts", axis.starts}};
}

TimeAxis time_from_json(const json& document) {
  TimeAxis axis;
  try {
    axis.names = document.at("names").get<std::vector<std::string>>();
    axis.formats = document.at("formats").get<std::vector<std::string>>();
    axis.decimals = document.at("decimals").get<int>();
    axis.step = document.at("step").get<double>();
    axis.month_ends = document.at("month_ends").get<bool>();
    axis.starts = document.at("starts").get<std::vector<double>>();
    const std::string name = document.at("grid").get<std::string>();
    const auto grid =
        std::ranges::find_if(kGrids, [&](const auto& entry) { return entry.first == name; });
    if (grid == std::end(kGrids)) refuse_schema(".time.grid", "is unknown");
    axis.grid = grid->second;
  } catch (const json::exception& error) {
    refuse_schema(".time", error.what());
  }
  const bool fits =
      axis.formats.empty() ? axis.names.size() == 1 : axis.formats.size() == axis.names.size();
  const bool readable = std::ranges::all_of(
      axis.formats, [](const std::string& format) { return format_problem(format).empty(); });
  if (!fits || !readable || axis.starts.empty() || axis.decimals < -1 || axis.decimals > 9 ||
      (axis.grid != TimeGrid::irregular && !(axis.step > 0))) {
    refuse_schema(".time", "is no time axis");
  }
  return axis;
}

}  // namespace rnngan
