#include "evaluation/score.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"

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

MetricStatus status_of(const DocumentValue& value) {
  const std::string name = value.text();
  if (name == "ok") return MetricStatus::ok;
  if (name == "partial") return MetricStatus::partial;
  if (name == "skipped") return MetricStatus::skipped;
  value.refuse_as("no status of a score (ok, partial, skipped)");
}

json text_or_null(const std::string& text) {
  return text.empty() ? json(nullptr) : json(text);
}

}  // namespace

std::string in_words(std::string reason) {
  const std::pair<std::string_view, const char*> counts[] = {
      {"needs_n_ge_", "sequences"}, {"needs_t_ge_", "steps"}, {"needs_d_ge_", "columns"}};
  for (const auto& [code, what] : counts) {
    if (!reason.starts_with(code)) continue;
    return fmt::format("needs at least {} {}", reason.substr(code.size()), what);
  }
  const std::pair<std::string_view, const char*> needs[] = {
      {"needs_train", "needs the sequences that the generator was trained on"},
      {"needs_labels", "needs labels in both sets"},
      {"needs_category", "needs a column of classes"},
      {"needs_number", "needs a column of numbers"},
      {"needs_missing", "needs real sequences with missing cells"},
      {"needs_floor", "needs more real sequences, to hold one half of them against the other"},
      {"needs_atoms", "needs values that come back often"}};
  for (const auto& [code, words] : needs) {
    if (reason == code) return words;
  }
  std::ranges::replace(reason, '_', ' ');
  return reason;
}

namespace {

// Norms that are less below 0 are rounding.
constexpr double kWellBelow = 0.02;

/// "precision 0.96, recall 0.02"
std::string parts_text(const Score& score) {
  std::vector<std::string> parts;
  for (const std::string& key : score.metric.row->beside) {
    const auto part = score.result.detail.find(key);
    if (part == score.result.detail.end() || !part->is_number()) continue;
    parts.push_back(fmt::format("{} {:.4g}", in_words(key), part->get<double>()));
  }
  return join(parts);
}

bool beyond(const Score& score) {
  return score.metric.row->direction == Direction::higher ? *score.floor < *score.ceiling
                                                          : *score.floor > *score.ceiling;
}

std::string why_not_telling(const Score& score) {
  const MetricResult& result = score.result;
  if (!result.telling && !result.reason.empty()) {
    return "cannot tell here: " + in_words(result.reason);
  }
  if (score.floor && score.ceiling && beyond(score) &&
      tells_from_noise(score.metric.row->ideal, *score.ceiling, *score.floor)) {
    return "cannot tell here: real sequences score no better than noise, as where the reference "
           "differs from the training data";
  }
  return "cannot tell here: floor and ceiling nearly coincide";
}

json detail_of(const MetricResult& result) {
  json detail = finite(result.detail);
  if (result.descriptive) detail["descriptive"] = *result.descriptive;
  if (result.copy_suspected) detail["copy_suspected"] = *result.copy_suspected;
  if (result.giveaways) detail["gives_away"] = to_json(*result.giveaways);
  if (!result.verdict.empty()) detail["verdict"] = result.verdict;
  return detail;
}

/// Takes a member out of `detail`.
std::optional<bool> take_flag(json& detail, const char* key) {
  const auto found = detail.find(key);
  if (found == detail.end() || !found->is_boolean()) return std::nullopt;
  const bool flag = found->get<bool>();
  detail.erase(found);
  return flag;
}

}  // namespace

bool tells_from_noise(double ideal, double floor, double ceiling) {
  constexpr double kTelling = 0.75;
  return std::abs(floor - ideal) < kTelling * std::abs(ceiling - ideal);
}

bool Score::bounds_are_of_all() const {
  return common_count == 0 || (common_count == real_count && common_count == synthetic_count);
}

bool Score::telling() const {
  if (!result.telling) return false;
  if (!floor || !ceiling || metric.row->direction == Direction::level) return true;
  // Retraining of an evaluator moves the floor as far as noise is away.
  if (floor_sd && std::abs(*ceiling - *floor) <= 2 * *floor_sd) return false;
  return !beyond(*this) && tells_from_noise(metric.row->ideal, *floor, *ceiling);
}

std::optional<double> Score::norm() const {
  if (!common_value || !floor || !ceiling || !telling()) return std::nullopt;
  if (metric.row->direction == Direction::level) return std::nullopt;
  return (*common_value - *floor) / (*ceiling - *floor);
}

std::string Score::remark() const {
  if (!result.value) return "skipped: " + in_words(result.reason);
  std::vector<std::string> remarks;
  const auto add = [&](const std::string& text) {
    if (!text.empty()) remarks.push_back(text);
  };
  add(result.verdict);
  add(parts_text(*this));
  if (!telling()) add(why_not_telling(*this));
  if (result.status == MetricStatus::partial && result.telling) {
    add("partial: " + in_words(result.reason));
  }
  if (result.descriptive.value_or(false) && telling()) add("descriptive: windows share rows");
  if (!floor_reason.empty()) add("no floor: " + in_words(floor_reason));
  if (telling() && result.copy_suspected.value_or(false)) add("copies of real sequences suspected");
  const auto below = norm();
  if (below && *below < -kWellBelow && result.sd &&
      std::abs(*common_value - *floor) > 2 * *result.sd) {
    add("better than real sequences by more than 2 sd: look at the group privacy");
  }
  if (metric.row->depends_on_size && common_value && !bounds_are_of_all()) {
    add(fmt::format("{:.4g} at n = {}, as floor and ceiling", *common_value, common_count));
  }
  return join(remarks, "; ");
}

json to_json(const Score& score) {
  const MetricResult& result = score.result;
  json common = nullptr;
  if (score.common_count > 0) {
    common = {{"n", score.common_count}, {"value", number_or_null(score.common_value)}};
  }
  const MetricRow& row = *score.metric.row;
  return {{"metric", score.metric.name()},
          {"value", number_or_null(result.value)},
          {"std", number_or_null(result.sd)},
          {"direction", to_string(row.direction)},
          {"ideal", row.ideal},
          {"floor", number_or_null(score.floor)},
          {"ceiling", number_or_null(score.ceiling)},
          {"norm", number_or_null(score.norm())},
          {"telling", score.telling()},
          {"n_real", score.real_count},
          {"n_syn", score.synthetic_count},
          {"depends_on_size", row.depends_on_size},
          {"common", common},
          {"seed", score.seed},
          {"repeats", result.repeats},
          {"status", to_string(result.status)},
          {"reason", text_or_null(result.reason)},
          {"remark", text_or_null(score.remark())},
          {"params", finite(result.params)},
          {"detail", detail_of(result)}};
}

Score score_from_document(const DocumentValue& record) {
  const DocumentValue name = record.at("metric");
  const auto metric = find_metric(name.text());
  if (!metric) name.refuse_as("no score of this version");
  Score score;
  score.metric = *metric;
  score.floor = record.at("floor").number_or_null();
  score.ceiling = record.at("ceiling").number_or_null();
  score.real_count = record.at("n_real").whole();
  score.synthetic_count = record.at("n_syn").whole();
  score.seed = static_cast<uint64_t>(record.at("seed").whole());
  if (const auto common = record.find("common")) {
    score.common_count = common->at("n").whole();
    score.common_value = common->at("value").number_or_null();
  }
  MetricResult& result = score.result;
  result.value = record.at("value").number_or_null();
  result.sd = record.at("std").number_or_null();
  result.repeats = record.at("repeats").whole();
  result.status = status_of(record.at("status"));
  if (const auto reason = record.find("reason")) result.reason = reason->text();
  result.telling = record.at("telling").flag();
  result.params = record.at("params").object();
  result.detail = record.at("detail").object();
  result.descriptive = take_flag(result.detail, "descriptive");
  result.copy_suspected = take_flag(result.detail, "copy_suspected");
  return score;
}

}  // namespace rnngan
