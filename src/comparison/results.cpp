#include "comparison/results.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <utility>

#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;
using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr std::array<std::pair<RunStatus, const char*>, 4> kStatusNames = {
    {{RunStatus::missing, "missing"},
     {RunStatus::ok, "ok"},
     {RunStatus::diverged, "diverged"},
     {RunStatus::failed, "failed"}}};

RunStatus status_of(const std::string& name) {
  for (const auto& [status, text] : kStatusNames) {
    if (name == text) return status;
  }
  return RunStatus::missing;
}

json number_or_null(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
}

std::optional<double> optional_number(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found == document.end() || !found->is_number()) return std::nullopt;
  return found->get<double>();
}

/// The end of a file, from the beginning of a line where it is cut.
std::string tail(const fs::path& file, std::streamoff bytes) {
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream) return {};
  const std::streamoff size = stream.tellg();
  const std::streamoff begin = std::max<std::streamoff>(0, size - bytes);
  stream.seekg(begin);
  std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (begin > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

template <class Use>
void for_each_row(const std::string& text, Use use) {
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    const json row = json::parse(text.substr(at, end - at), nullptr, /*allow_exceptions=*/false);
    if (row.is_object() && row.contains("step")) use(row);
    at = end + 1;
  }
}

}  // namespace

std::string to_string(RunStatus status) {
  return kStatusNames.at(static_cast<size_t>(status)).second;
}

const Score* RunResult::score(const MetricId& metric) const {
  const auto found = std::ranges::find(scores, metric, &Score::metric);
  return found == scores.end() ? nullptr : &*found;
}

std::optional<double> RunResult::value(const MetricId& metric) const {
  const Score* found = score(metric);
  return found == nullptr ? std::nullopt : found->result.value;
}

bool RunResult::has_bounds() const {
  return std::ranges::any_of(scores, [](const Score& one) { return one.floor || one.ceiling; });
}

ordered_json to_json(const RunResult& result) {
  json scores = json::array();
  for (const Score& score : result.scores) scores.push_back(to_json(score));
  return {{"status", to_string(result.status)},
          {"reason", result.reason.empty() ? json(nullptr) : json(result.reason)},
          {"exit_code", result.code},
          {"steps", result.steps},
          {"discriminator_steps", result.discriminator_steps},
          {"seconds", number_or_null(result.seconds)},
          {"steps_per_second", number_or_null(result.steps_per_second)},
          {"generator_parameters", result.generator_parameters},
          {"discriminator_parameters", result.discriminator_parameters},
          {"scores", std::move(scores)}};
}

RunResult result_from_json(const json& document) {
  RunResult result;
  result.status = status_of(document.at("status").get<std::string>());
  if (document.at("reason").is_string()) document.at("reason").get_to(result.reason);
  document.at("exit_code").get_to(result.code);
  document.at("steps").get_to(result.steps);
  document.at("discriminator_steps").get_to(result.discriminator_steps);
  result.seconds = optional_number(document, "seconds");
  result.steps_per_second = optional_number(document, "steps_per_second");
  document.at("generator_parameters").get_to(result.generator_parameters);
  document.at("discriminator_parameters").get_to(result.discriminator_parameters);
  for (const json& score : document.at("scores")) result.scores.push_back(score_from_json(score));
  return result;
}

RunResult read_result(const RunPaths& run) {
  std::error_code failed;
  for (const fs::path& file : {run.scores(), run.failure}) {
    if (!fs::exists(file, failed)) continue;
    try {
      return result_from_json(json::parse(read_file(file, ErrorKind::output)));
    } catch (const std::exception&) {
      return {};  // made by hand or of another version: the run is scored again
    }
  }
  return {};
}

void write_result(const RunPaths& run, const RunResult& result) {
  std::error_code failed;
  const bool placed = fs::is_directory(run.directory, failed);
  write_file(placed ? run.scores() : run.failure, to_json(result).dump(2) + "\n");
}

void forget_result(const RunPaths& run) {
  std::error_code ignored;
  for (const fs::path& file : {run.scores(), run.failure}) fs::remove(file, ignored);
}

void add_training(const Plan& plan, const RunKey& key, const RunPaths& run, RunResult& result) {
  result.generator_parameters = plan.variants.at(key.variant).generator_parameters;
  result.discriminator_parameters = plan.variants.at(key.variant).discriminator_parameters;
  std::error_code failed;
  if (!fs::exists(run.metrics(), failed)) return;
  double seconds = 0;
  for_each_row(read_file(run.metrics(), ErrorKind::output), [&](const json& row) {
    const int64_t step = row.at("step").get<int64_t>();
    const double rate = row.value("steps_per_second", 0.0);
    if (rate > 0) seconds += static_cast<double>(step - result.steps) / rate;
    result.steps = step;
    result.discriminator_steps = row.value("discriminator_step", int64_t{0});
  });
  if (seconds <= 0) return;
  result.seconds = seconds;
  result.steps_per_second = static_cast<double>(result.steps) / seconds;
}

int64_t last_logged_step(const RunPaths& run) {
  constexpr std::streamoff kMoreThanARow = 16384;
  int64_t step = 0;
  for_each_row(tail(run.metrics(), kMoreThanARow),
               [&](const json& row) { step = row.at("step").get<int64_t>(); });
  return step;
}

std::optional<int64_t> newest_step(const fs::path& run) {
  std::optional<int64_t> newest;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints", failed)) {
    if (const auto step = checkpoint_step(entry.path())) newest = std::max(newest, step);
  }
  return newest;
}

}  // namespace rnngan
