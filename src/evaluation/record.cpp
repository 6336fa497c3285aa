#include <cmath>

#include "evaluation/evaluate.h"

namespace rnngan {
namespace {

using nlohmann::json;

json number_or_null(std::optional<double> value) {
  return value && std::isfinite(*value) ? json(*value) : json(nullptr);
}

/// The same with null for NaN and infinity, at any depth.
json finite(const json& of) {
  if (of.is_number_float()) return number_or_null(of.get<double>());
  if (!of.is_structured()) return of;
  json result = of;
  for (auto& item : result) item = finite(item);
  return result;
}

const char* text_of(MetricStatus status) {
  if (status == MetricStatus::ok) return "ok";
  return status == MetricStatus::partial ? "partial" : "skipped";
}

const char* text_of(Direction direction) {
  if (direction == Direction::lower) return "lower";
  return direction == Direction::higher ? "higher" : "level";
}

}  // namespace

std::optional<double> MetricRecord::norm() const {
  if (!result.value || !floor || !ceiling || std::abs(*ceiling - *floor) < 1e-12) return {};
  const double noise_is_worse_by =
      direction == Direction::higher ? *floor - *ceiling : *ceiling - *floor;
  if (direction != Direction::level && noise_is_worse_by < 0) return {};
  return (*result.value - *floor) / (*ceiling - *floor);
}

json to_json(const MetricRecord& record) {
  const MetricResult& result = record.result;
  return {{"metric", record.metric},
          {"value", number_or_null(result.value)},
          {"std", number_or_null(result.sd)},
          {"direction", text_of(record.direction)},
          {"floor", number_or_null(record.floor)},
          {"ceiling", number_or_null(record.ceiling)},
          {"norm", number_or_null(record.norm())},
          {"n_real", record.real_count},
          {"n_syn", record.synthetic_count},
          {"seed", record.seed},
          {"repeats", result.repeats},
          {"status", text_of(result.status)},
          {"reason", result.reason.empty() ? json(nullptr) : json(result.reason)},
          {"params", finite(result.params)},
          {"detail", finite(result.detail)}};
}

}  // namespace rnngan
