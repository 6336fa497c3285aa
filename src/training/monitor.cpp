#include "training/monitor.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/period.h"
#include "tensor/random.h"
#include "training/sampler.h"

namespace rnngan {

namespace {

// Scores of fewer sequences say more about which they are than about the generator.
constexpr int64_t kLeastSequences = 20;

std::vector<std::string> known_scores(const std::vector<std::string>& names, const char* key) {
  if (names.empty()) return {};
  try {
    return names_of(resolve_metrics(names));
  } catch (const Error& error) {
    const Problem& problem = error.problems().front();
    throw Error(ErrorKind::config, std::string("evaluate.") + key, problem.fact, problem.hint);
  }
}

std::vector<std::string> scores_of(const EvaluateConfig& config) {
  std::vector<std::string> names = known_scores(config.metrics, "metrics");
  const auto more = known_scores(config.select_by, "select_by");
  names.insert(names.end(), more.begin(), more.end());
  return names.empty() ? names : names_of(resolve_metrics(names));
}

bool needs_all_training_sequences(const std::vector<std::string>& ids) {
  return std::ranges::any_of(
      ids, [](const std::string& id) { return find_metric(id).value().row->needs_train; });
}

/// `count` of the sequences, in their order, by a seeded permutation: only they are copied.
SequenceSet some_of(const SequenceSet& set, int64_t count, uint64_t seed, const char* stream) {
  const int64_t all = set.count();
  if (count >= all) return unshared(set);
  at::Generator generator = stream_generator(seed, stream, 0);
  const torch::Tensor drawn = torch::randperm(all, generator, torch::kInt64).narrow(0, 0, count);
  return unshared(select(set, std::get<0>(drawn.sort())));
}

std::string reason_off(const EvaluateConfig& config, const Dataset& data,
                       const std::vector<std::string>& metrics) {
  if (config.every == 0) return "evaluate.every is 0";
  if (metrics.empty()) return "evaluate.metrics is empty";
  if (data.split_policy == "none") return "nothing is held out (data.split.policy none)";
  const int64_t validation = data.validation.count();
  const int64_t least = std::min(validation, data.train.count());
  if (least >= kLeastSequences) return {};
  return fmt::format(
      "too few sequences to compare with: {} for validation, {} for training ({} at "
      "least; data.split)",
      validation, data.train.count(), kLeastSequences);
}

}  // namespace

void require_known_scores(const EvaluateConfig& config) {
  scores_of(config);
}

nlohmann::json to_json(const MonitorReport& report) {
  nlohmann::json row = {{"step", report.step}};
  for (const auto& score : report.scores) {
    row["score." + score.metric] = score.value;
    if (score.floor) row["score." + score.metric + ".floor"] = *score.floor;
  }
  if (report.selection) row["score.selection"] = *report.selection;
  return row;
}

Monitor::Monitor(const EvaluateConfig& config, const Dataset& data, uint64_t seed)
    : config_(config),
      data_(data),
      seed_(stream_key(seed, "monitor", 0)),
      metrics_(scores_of(config)),
      select_by_(known_scores(config.select_by, "select_by")) {
  why_off_ = reason_off(config, data, metrics_);
  count_ = std::min({config.count, data.validation.count(), data.train.count()});
}

bool Monitor::due(int64_t step, bool last) const {
  return why_off_.empty() && (last || crossed(step - 1, step, config_.every));
}

void Monitor::load_real() {
  if (sets_.real.count() > 0) return;
  const int64_t of_train = needs_all_training_sequences(metrics_) ? data_.train.count() : count_;
  sets_.real = some_of(data_.validation, count_, seed_, "monitor.validation");
  sets_.train = some_of(data_.train, of_train, seed_, "monitor.train");
}

/// Of training sequences, so that they do not depend on the generator of any step.
void Monitor::load_bounds() {
  if (!bounds_.empty()) return;
  sets_.synthetic = *sets_.train;
  EvaluationRequest asked = request();
  asked.bounds = true;
  for (const auto& record : evaluate(sets_, asked)) {
    const std::string metric = record.metric.name();
    bounds_.push_back(
        {metric, record.floor, record.ceiling, record.floor && record.ceiling && record.telling()});
    const bool in_selection = std::ranges::find(select_by_, metric) != select_by_.end();
    if (in_selection && bounds_.back().telling) selecting_.push_back(metric);
  }
}

std::vector<std::string> Monitor::left_out() const {
  std::vector<std::string> others;
  for (const auto& bounds : bounds_) {
    const bool asked = std::ranges::find(select_by_, bounds.metric) != select_by_.end();
    if (asked && !bounds.telling) others.push_back(bounds.metric);
  }
  return others;
}

EvaluationRequest Monitor::request() const {
  EvaluationRequest request;
  request.metrics = metrics_;
  request.seed = seed_;
  request.max_count = count_;
  request.bounds = false;
  request.details = false;
  return request;
}

std::optional<double> Monitor::selection(const std::vector<Score>& scores) const {
  if (selecting_.empty()) return std::nullopt;
  double sum = 0;
  for (const std::string& id : selecting_) {
    const auto found =
        std::ranges::find(scores, id, [](const Score& score) { return score.metric.name(); });
    const auto norm = found->norm();
    if (!norm || !std::isfinite(*norm)) return std::nullopt;
    sum += std::max(0.0, *norm);  // below the floor there is only chance, or a copy
  }
  return sum / static_cast<double>(selecting_.size());
}

MonitorReport Monitor::score(Generator& generator, int64_t step, const at::Device& device) {
  load_real();
  load_bounds();
  sets_.synthetic = sample(
      generator, data_.schema,
      with_covariates_of(sets_.real, data_.schema, {.count = count_, .seed = seed_}), device);
  std::vector<Score> records = evaluate(sets_, request());
  for (auto& record : records) {
    const auto bounds = std::ranges::find(bounds_, record.metric.name(), &Bounds::metric);
    record.floor = bounds->floor;
    record.ceiling = bounds->ceiling;
    record.common_value = record.result.value;
  }

  MonitorReport report;
  report.step = step;
  for (const auto& record : records) {
    if (record.result.value) {
      const std::string metric = record.metric.name();
      const bool selects = std::ranges::find(selecting_, metric) != selecting_.end();
      report.scores.push_back(
          {metric, *record.result.value, record.floor, record.ceiling, selects});
    }
  }
  report.selection = selection(records);
  report.best = report.selection && (!best_ || *report.selection <= best_->selection);
  if (report.best) best_ = {step, *report.selection};
  report.synthetic = &sets_.synthetic;
  report.real = &sets_.real;
  return report;
}

nlohmann::json Monitor::state() const {
  if (!best_) return nlohmann::json::object();
  return {{"best_step", best_->step}, {"best_selection", best_->selection}};
}

void Monitor::restore(const nlohmann::json& state, const std::string& origin) {
  best_.reset();
  if (!state.is_object() || state.empty()) return;
  try {
    best_ = {state.at("best_step").get<int64_t>(), state.at("best_selection").get<double>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::checkpoint, origin, "its record of the best step is not valid");
  }
}

std::optional<int64_t> Monitor::best_step() const {
  return best_ ? std::optional(best_->step) : std::nullopt;
}

std::optional<double> Monitor::best_selection() const {
  return best_ ? std::optional(best_->selection) : std::nullopt;
}

}  // namespace rnngan
