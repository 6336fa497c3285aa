#include "training/event_messages.h"

#include <algorithm>
#include <cmath>

#include "core/crc32c.h"

namespace rnngan {

namespace {

/// The checksum of bytes that may hold checksums themselves.
uint32_t masked_crc(std::string_view bytes) {
  const uint32_t crc = crc32c(bytes);
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
}

WireMessage event_at(double wall_time, int64_t step) {
  WireMessage event;
  event.real(1, wall_time);
  if (step != 0) event.integer(2, step);
  return event;
}

WireMessage metadata_for(std::string_view plugin, std::string_view content) {
  constexpr int kTensorClass = 2;
  WireMessage data;
  data.text(1, plugin);
  if (!content.empty()) data.text(2, content);
  return WireMessage().message(1, data).integer(4, kTensorClass);
}

}  // namespace

std::string event_record(std::string_view data) {
  std::string record;
  append_fixed64(record, data.size());
  append_fixed32(record, masked_crc(record));
  record += data;
  append_fixed32(record, masked_crc(data));
  return record;
}

EventRecord first_record(std::string_view bytes) {
  constexpr size_t kLength = 8, kChecksum = 4, kHead = kLength + kChecksum;
  if (bytes.size() < kHead) return {};
  const EventRecord damaged{RecordState::damaged, {}, 0};
  if (fixed32_in(bytes.substr(kLength)) != masked_crc(bytes.substr(0, kLength))) return damaged;
  const uint64_t size = fixed64_in(bytes), rest = bytes.size() - kHead;
  if (rest < kChecksum || rest - kChecksum < size) return {};
  const std::string_view data = bytes.substr(kHead, size);
  const auto step = integer_in(data, 2);
  if (fixed32_in(bytes.substr(kHead + size)) != masked_crc(data) || !step) return damaged;
  return {RecordState::whole, bytes.substr(0, kHead + size + kChecksum), *step};
}

std::string version_event(double wall_time) {
  return event_at(wall_time, 0).text(3, "brain.Event:2").bytes();
}

std::string start_event(double wall_time, int64_t step) {
  constexpr int kStart = 1;
  return event_at(wall_time, step).message(7, WireMessage().integer(1, kStart)).bytes();
}

std::string summary_event(double wall_time, int64_t step, const std::vector<WireMessage>& values) {
  WireMessage summary;
  for (const WireMessage& value : values) summary.message(1, value);
  return event_at(wall_time, step).message(5, summary).bytes();
}

WireMessage scalar_value(const std::string& tag, double value) {
  return WireMessage().text(1, tag).real32(2, static_cast<float>(value));
}

WireMessage histogram_value(const std::string& tag, std::span<const double> values,
                            std::span<const double> edges) {
  std::vector<double> counts(edges.size() - 1, 0);
  double low = INFINITY, high = -INFINITY, number = 0, sum = 0, squares = 0;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    const auto above = std::ranges::upper_bound(edges, value) - edges.begin();
    const auto last = static_cast<std::ptrdiff_t>(counts.size()) - 1;
    ++counts[static_cast<size_t>(std::clamp<std::ptrdiff_t>(above - 1, 0, last))];
    low = std::min(low, value);
    high = std::max(high, value);
    number += 1;
    sum += value;
    squares += value * value;
  }
  const auto filled = [](double count) { return count > 0; };
  const auto first = std::ranges::find_if(counts, filled) - counts.begin();
  auto end = static_cast<std::ptrdiff_t>(counts.size());
  while (end > first && counts[static_cast<size_t>(end - 1)] == 0) --end;
  const auto from = static_cast<size_t>(first), size = static_cast<size_t>(end - first);
  WireMessage histogram;
  if (number > 0) histogram.real(1, low).real(2, high);
  histogram.real(3, number).real(4, sum).real(5, squares);
  histogram.reals(6, edges.subspan(std::min(from + 1, edges.size()), size));
  histogram.reals(7, std::span<const double>(counts).subspan(from, size));
  return WireMessage().text(1, tag).message(5, histogram);
}

WireMessage plugin_value(const std::string& tag, std::string_view plugin,
                         const WireMessage& content) {
  return WireMessage().text(1, tag).message(9, metadata_for(plugin, content.bytes()));
}

WireMessage chart_layout_value(const std::string& title, const std::vector<ChartLayout>& charts) {
  constexpr int kString = 7;
  WireMessage category;
  category.text(1, title);
  for (const ChartLayout& layout : charts) {
    const WireMessage curves = WireMessage().text(1, layout.pattern);
    category.message(2, WireMessage().text(1, layout.title).message(2, curves));
  }
  const WireMessage layout = WireMessage().message(2, category);
  const WireMessage tensor =
      WireMessage().integer(1, kString).message(2, {}).text(8, layout.bytes());
  return WireMessage()
      .text(1, "custom_scalars__config__")
      .message(8, tensor)
      .message(9, metadata_for("custom_scalars", {}));
}

}  // namespace rnngan
