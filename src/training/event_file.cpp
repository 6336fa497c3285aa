#include "training/event_file.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string_view>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "core/text.h"
#include "training/event_messages.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFront = "events.out.tfevents.";
constexpr const char* kBack = ".rnngan";

double wall_time_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

fs::path event_path(const fs::path& run, const std::string& name) {
  return run / (kFront + name + kBack);
}

/// Viewers take files in the order of their names.
fs::path next_event_path(const fs::path& run) {
  int64_t number = 0;
  for (const fs::path& file : event_files(run)) {
    const std::string name = file.filename().string();
    const auto digits = parse_double(
        name.substr(std::string(kFront).size(),
                    name.size() - std::string(kFront).size() - std::string(kBack).size()));
    if (digits) number = std::max(number, static_cast<int64_t>(*digits));
  }
  return event_path(run, fmt::format("{:06}", number + 1));
}

/// All whole records; a last one that was cut off is left out.
std::vector<EventRecord> records_of(std::string_view bytes, const fs::path& file) {
  std::vector<EventRecord> records;
  for (size_t at = 0; at < bytes.size(); at += records.back().bytes.size()) {
    const EventRecord record = first_record(bytes.substr(at));
    if (record.state == RecordState::cut_off) break;
    if (record.state == RecordState::damaged) {
      throw Error(ErrorKind::output, file.string(), fmt::format("is damaged at byte {}", at),
                  "remove the file: the run goes on without it");
    }
    records.push_back(record);
  }
  return records;
}

/// A number of metrics.jsonl; null is one that was not finite.
void add_scalar(std::vector<WireMessage>& values, std::string name, const nlohmann::json& value) {
  if (!value.is_number()) return;
  if (const size_t dot = name.find('.'); dot != std::string::npos) name[dot] = '/';
  values.push_back(scalar_value(name, value.get<double>()));
}

/// One bin for each class, or as many for the range of both sides.
std::vector<double> edges_of(const std::vector<double>& a, const std::vector<double>& b,
                             const Column& column) {
  std::vector<double> edges;
  if (column.is_category()) {
    for (size_t k = 0; k <= column.classes.size(); ++k) {
      edges.push_back(static_cast<double>(k) - 0.5);
    }
    return edges;
  }
  constexpr int kBins = 40;
  double low = INFINITY, high = -INFINITY;
  for (const auto* side : {&a, &b}) {
    for (const double value : *side) {
      if (!std::isfinite(value)) continue;
      low = std::min(low, value);
      high = std::max(high, value);
    }
  }
  if (!(low < high)) return {low - 0.5, low + 0.5};
  for (int k = 0; k <= kBins; ++k) edges.push_back(std::lerp(low, high, k / double{kBins}));
  return edges;
}

/// The valid cells of a column.
std::vector<double> cells_of(const SequenceSet& set, int64_t column) {
  const torch::Tensor cells = set.padded().select(2, column).masked_select(set.mask()).contiguous();
  return {cells.data_ptr<double>(), cells.data_ptr<double>() + cells.numel()};
}

void add_histograms(std::vector<WireMessage>& values, const MonitorReport& report) {
  if (report.real == nullptr) return;
  for (size_t f = 0; f < report.real->columns.size(); ++f) {
    const Column& column = report.real->columns[f];
    const auto index = static_cast<int64_t>(f);
    const auto real = cells_of(*report.real, index), made = cells_of(*report.synthetic, index);
    const std::vector<double> edges = edges_of(real, made, column);
    values.push_back(histogram_value("column." + column.name + "/real", real, edges));
    values.push_back(histogram_value("column." + column.name + "/synthetic", made, edges));
  }
}

/// A chart for each score, with its floor and its ceiling.
WireMessage score_charts(const MonitorReport& report) {
  std::vector<ChartLayout> charts;
  for (const auto& score : report.scores) {
    charts.push_back({score.metric, "^score/" + score.metric + R"((\.floor|\.ceiling)?$)"});
  }
  charts.push_back({"selection", "^score/selection$"});
  return chart_layout_value("scores with floors and ceilings", charts);
}

}  // namespace

EventFile::EventFile(const fs::path& run, int64_t step) : file_(next_event_path(run)) {
  const double now = wall_time_now();
  file_.append(event_record(version_event(now)) + event_record(start_event(now, step + 1)));
}

void EventFile::add_row(const nlohmann::json& row) {
  std::vector<WireMessage> values;
  for (const auto& [name, value] : row.items()) {
    if (name != "step" && name != "discriminator_step") add_scalar(values, name, value);
  }
  file_.append(event_record(summary_event(wall_time_now(), row.at("step"), values)));
}

void EventFile::add_scores(const MonitorReport& report) {
  std::vector<WireMessage> values;
  if (!charts_) values.push_back(score_charts(report));
  charts_ = true;
  const nlohmann::json row = to_json(report);
  for (const auto& [name, value] : row.items()) {
    if (name != "step") add_scalar(values, name, value);
  }
  for (const auto& score : report.scores) {
    if (score.ceiling) {
      values.push_back(scalar_value("score/" + score.metric + ".ceiling", *score.ceiling));
    }
  }
  add_histograms(values, report);
  file_.append(event_record(summary_event(wall_time_now(), report.step, values)));
}

std::vector<fs::path> event_files(const fs::path& run) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(run, failed)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(kFront) || !name.ends_with(kBack)) continue;
    if (entry.is_regular_file(failed)) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void cut_event_files(const fs::path& run, int64_t step) {
  for (const fs::path& file : event_files(run)) {
    const std::string bytes = read_file(file, ErrorKind::output);
    std::string kept;
    for (const EventRecord& record : records_of(bytes, file)) {
      if (record.step <= step) kept += record.bytes;
    }
    if (kept.size() < bytes.size()) write_file(file, kept);
  }
}

void copy_event_files(const fs::path& run, const fs::path& folder) {
  for (const fs::path& file : event_files(run)) {
    const std::string bytes = read_file(file, ErrorKind::output);
    std::string whole;
    for (const EventRecord& record : records_of(bytes, file)) whole += record.bytes;
    write_file(folder / file.filename(), whole);
  }
}

void write_event_file(const fs::path& run, const std::string& name, int64_t step,
                      const std::vector<WireMessage>& values) {
  const double now = wall_time_now();
  write_file(event_path(run, name),
             event_record(version_event(now)) + event_record(summary_event(now, step, values)));
}

}  // namespace rnngan
