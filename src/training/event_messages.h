// What TensorBoard reads: events and the values in them, as messages of its event files.
// Field numbers: tensorboard/compat/proto/{event,summary,histogram,tensor}.proto.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/wire.h"

namespace rnngan {

/// A record of an event file: length, its checksum, `data`, its checksum.
std::string event_record(std::string_view data);

/// What stands at the front of a file, or of the rest of one.
enum class RecordState { whole, cut_off, damaged };
struct EventRecord {
  RecordState state = RecordState::cut_off;
  std::string_view bytes;  // of a whole one
  int64_t step = 0;        // of its event
};
EventRecord first_record(std::string_view bytes);

/// The data of the first record of a file.
std::string version_event(double wall_time);
/// Tells viewers that `step` comes next: what they saw of it or of later steps is void.
std::string start_event(double wall_time, int64_t step);
/// Values of a step, each one of the messages below. `wall_time` in seconds since 1970.
std::string summary_event(double wall_time, int64_t step, const std::vector<WireMessage>& values);

/// Reads as a point of a curve.
WireMessage scalar_value(const std::string& tag, double value);

/// Counts of `values` (NaN left out) between neighbouring `edges`, which rise; what lies outside
/// goes to the first or last bin. Empty bins at both ends are left out.
WireMessage histogram_value(const std::string& tag, std::span<const double> values,
                            std::span<const double> edges);

/// For the plugin of this name.
WireMessage plugin_value(const std::string& tag, std::string_view plugin,
                         const WireMessage& content);
/// A chart of all curves whose tags match `pattern`, a regular expression ("custom scalars").
struct ChartLayout {
  std::string title, pattern;
};
WireMessage chart_layout_value(const std::string& title, const std::vector<ChartLayout>& charts);

}  // namespace rnngan
