#include "app/run_memory.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "columns/layout.h"
#include "core/error.h"
#include "core/free_memory.h"
#include "data/npy.h"
#include "data/thinning.h"
#include "training/monitor.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr int64_t kMostReported = 4000;

/// Penalties that contain gradients: at real and fake sequences, or at points of their own.
void count_penalties(const ObjectiveConfig& objective, MemoryShape& shape) {
  for (const auto& [name, term] : objective.terms) {
    if (term.weight == 0) continue;
    const auto& rows = term_catalog();
    const auto row =
        std::ranges::find(rows, term.type, [](const TermRow& r) { return r.description.name; });
    if (row == rows.end()) continue;
    const auto& needs = row->description.needs;
    const auto has = [&](Need need) { return std::ranges::find(needs, need) != needs.end(); };
    if (!has(Need::double_backward)) continue;
    if (has(Need::input_grad)) {
      shape.twice = true;
    } else {
      ++shape.passes;
    }
  }
}

/// What the head of a text of cells holds.
struct TextHead {
  double lines = 0, cells = 0;
};

TextHead count_cells(const std::string& head) {
  const auto lines = std::max<int64_t>(1, std::ranges::count(head, '\n'));
  int64_t delimiters = 0;
  for (const char delimiter : {';', '\t', '|', ','}) {  // a comma may be a decimal one
    delimiters = std::ranges::count(head, delimiter);
    if (delimiters >= lines) break;
  }
  return {static_cast<double>(lines), static_cast<double>(delimiters + lines)};
}

}  // namespace

std::optional<double> memory_of_reading(const fs::path& file) {
  // measured: docs/reliability.md
  constexpr double kOfCsvCell = 18, kOfCsvRow = 80, kOfNumber = 22;
  constexpr size_t kHead = 1 << 16;
  std::error_code failed;
  const auto size = static_cast<double>(fs::file_size(file, failed));
  if (failed) return std::nullopt;
  std::string head(kHead, '\0');
  std::ifstream stream(file, std::ios::binary);
  stream.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<size_t>(stream.gcount()));
  if (head.starts_with("\x93NUMPY")) {
    const std::string_view form = std::string_view(head).substr(0, 128);
    const double numbers = size / (form.find("f4'") == std::string::npos ? 8 : 4);
    if (numbers * sizeof(double) >= static_cast<double>(kNpyOnDisk)) return std::nullopt;
    return numbers * kOfNumber;
  }
  if (file.extension() != ".csv" || head.empty()) return std::nullopt;
  const TextHead counted = count_cells(head);
  return size / static_cast<double>(head.size()) *
         (counted.cells * kOfCsvCell + counted.lines * kOfCsvRow);
}

void require_room_to_read(const fs::path& file) {
  const auto needed = memory_of_reading(file);
  const auto free = free_memory();
  constexpr double kExactness = 0.8;  // what is close may fit
  if (!needed || !free || kExactness * *needed <= static_cast<double>(*free)) return;
  throw Error(ErrorKind::data, file.string(),
              fmt::format("reading it needs about {}, {} are free", memory_text(*needed),
                          memory_text(static_cast<double>(*free))),
              fmt::format("use at most one row in {}",
                          std::max(2.0, std::ceil(*needed / static_cast<double>(*free)))));
}

MemoryShape memory_shape(const RunConfig& config, const Objective& objective, const Dataset& data,
                         bool report) {
  const Layout layout(data.schema);
  const Monitor monitor(config.evaluate, data, 0);
  const ModelShape model{data.schema, config.model};
  MemoryShape shape;
  shape.steps = data.train.steps();
  shape.columns = data.schema.features();
  shape.channels = layout.width();
  shape.values = layout.values();
  shape.condition = data.schema.condition_width();
  shape.covariates = data.schema.covariate_width();
  shape.scored = monitor.why_off().empty() ? monitor.count() : 0;
  shape.reported = report ? std::min(data.test.count(), kMostReported) : 0;
  shape.trained = std::min(data.train.count(), kMostCompared);
  shape.outputs = objective.outputs(model);
  for (const HeadRequest& head : objective.heads(model)) shape.outputs += head.outputs;
  for (const NetworkRequest& network : objective.networks(model)) {
    const bool lstm = !network.on_features && !network.on_classes && network.step_inputs == 0;
    shape.auxiliary += lstm ? 1 : 0;
  }
  count_penalties(config.objective, shape);
  return shape;
}

MemoryNeed require_room(const RunConfig& config, const MemoryShape& shape) {
  if (const auto free = free_memory()) {
    const auto finding = memory_finding(config, shape, static_cast<double>(*free));
    if (finding) throw Error(ErrorKind::config, finding->path, finding->fact, finding->hint);
  }
  return memory_need(config, shape);
}

}  // namespace rnngan
