#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/text.h"
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

std::string in_words(std::string reason) {
  std::ranges::replace(reason, '_', ' ');
  return reason;
}

// Norms that are less below 0 are rounding.
constexpr double kWellBelow = 0.02;

/// "precision 0.96, recall 0.02"
std::string parts_text(const MetricRecord& record) {
  std::vector<std::string> parts;
  for (const std::string& key : record.beside) {
    const auto part = record.result.detail.find(key);
    if (part == record.result.detail.end() || !part->is_number()) continue;
    parts.push_back(fmt::format("{} {:.4g}", in_words(key), part->get<double>()));
  }
  return join(parts);
}

bool says(const json& detail, const char* key) {
  const auto found = detail.find(key);
  return found != detail.end() && found->is_boolean() && found->get<bool>();
}

bool beyond(const MetricRecord& record) {
  return record.direction == Direction::higher ? *record.floor < *record.ceiling
                                               : *record.floor > *record.ceiling;
}

std::string why_not_telling(const MetricRecord& record) {
  if (!record.result.telling) return "cannot tell here: " + in_words(record.result.reason);
  if (beyond(record) && tells_from_noise(record.ideal, *record.ceiling, *record.floor)) {
    return "cannot tell here: real sequences score no better than noise, as where the reference "
           "differs from the training data";
  }
  return "cannot tell here: floor and ceiling nearly coincide";
}

}  // namespace

bool tells_from_noise(double ideal, double floor, double ceiling) {
  constexpr double kTelling = 0.75;
  return std::abs(floor - ideal) < kTelling * std::abs(ceiling - ideal);
}

bool MetricRecord::bounds_are_of_all() const {
  return common_count == 0 || (common_count == real_count && common_count == synthetic_count);
}

bool MetricRecord::telling() const {
  if (!result.telling) return false;
  if (!floor || !ceiling || direction == Direction::level) return true;
  // Retraining of an evaluator moves the floor as far as noise is away.
  if (floor_sd && std::abs(*ceiling - *floor) <= 2 * *floor_sd) return false;
  return !beyond(*this) && tells_from_noise(ideal, *floor, *ceiling);
}

std::optional<double> MetricRecord::norm() const {
  if (!common_value || !floor || !ceiling || direction == Direction::level || !telling()) return {};
  return (*common_value - *floor) / (*ceiling - *floor);
}

std::string MetricRecord::remark() const {
  if (!result.value) return "skipped: " + in_words(result.reason);
  std::vector<std::string> remarks;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) remarks.push_back(text);
  };
  if (result.detail.contains("verdict")) add(result.detail["verdict"].get<std::string>());
  add(parts_text(*this));
  if (!telling()) add(why_not_telling(*this));
  if (result.status == MetricStatus::partial && result.telling) {
    add("partial: " + in_words(result.reason));
  }
  if (says(result.detail, "descriptive") && telling()) add("descriptive: windows share rows");
  if (!floor_reason.empty()) add("no floor: " + in_words(floor_reason));
  if (telling() && says(result.detail, "copy_suspected")) add("copies of real sequences suspected");
  const auto below = norm();
  if (below && *below < -kWellBelow && result.sd &&
      std::abs(*common_value - *floor) > 2 * *result.sd) {
    add("better than real sequences by more than 2 sd: look at the group privacy");
  }
  if (depends_on_size && common_value && !bounds_are_of_all()) {
    add(fmt::format("{:.4g} at n = {}, as floor and ceiling", *common_value, common_count));
  }
  return join(remarks, "; ");
}

json to_json(const MetricRecord& record) {
  const MetricResult& result = record.result;
  json common = nullptr;
  if (record.common_count > 0) {
    common = {{"n", record.common_count}, {"value", number_or_null(record.common_value)}};
  }
  const std::string remark = record.remark();
  const auto text_or_null = [](const std::string& text) {
    return text.empty() ? json(nullptr) : json(text);
  };
  return {{"metric", record.metric},
          {"value", number_or_null(result.value)},
          {"std", number_or_null(result.sd)},
          {"direction", text_of(record.direction)},
          {"ideal", record.ideal},
          {"floor", number_or_null(record.floor)},
          {"ceiling", number_or_null(record.ceiling)},
          {"norm", number_or_null(record.norm())},
          {"telling", record.telling()},
          {"n_real", record.real_count},
          {"n_syn", record.synthetic_count},
          {"depends_on_size", record.depends_on_size},
          {"common", common},
          {"seed", record.seed},
          {"repeats", result.repeats},
          {"status", text_of(result.status)},
          {"reason", text_or_null(result.reason)},
          {"remark", text_or_null(remark)},
          {"params", finite(result.params)},
          {"detail", finite(result.detail)}};
}

}  // namespace rnngan
