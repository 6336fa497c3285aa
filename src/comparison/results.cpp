#include "comparison/results.h"

#include <algorithm>
#include <array>
#include <climits>
#include <fstream>
#include <sstream>
#include <utility>

#include "training/logged_rows.h"
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

RunStatus status_of(const DocumentValue& value) {
  const std::string name = value.text();
  for (const auto& [status, text] : kStatusNames) {
    if (name == text) return status;
  }
  value.refuse_as("no status of a run (ok, diverged, failed, missing)");
}

json number_or_null(const std::optional<double>& value) {
  return value ? json(*value) : json(nullptr);
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

RunResult result_from_document(const DocumentValue& document) {
  RunResult result;
  result.status = status_of(document.at("status"));
  if (const auto reason = document.find("reason")) result.reason = reason->text();
  result.code = static_cast<int>(document.at("exit_code").whole(INT_MIN));
  result.steps = document.at("steps").whole();
  result.discriminator_steps = document.at("discriminator_steps").whole();
  if (const auto seconds = document.find("seconds")) result.seconds = seconds->number();
  if (const auto rate = document.find("steps_per_second")) result.steps_per_second = rate->number();
  result.generator_parameters = document.at("generator_parameters").whole();
  result.discriminator_parameters = document.at("discriminator_parameters").whole();
  for (const DocumentValue& score : document.at("scores").items()) {
    result.scores.push_back(score_from_document(score));
    const MetricId metric = result.scores.back().metric;
    if (std::ranges::count(result.scores, metric, &Score::metric) > 1) {
      score.at("metric").refuse_as("there twice");
    }
  }
  if (result.status == RunStatus::ok && result.scores.empty()) {
    document.at("scores").refuse_as("empty, but the run is said to have been scored");
  }
  return result;
}

RunResult read_result(const RunPaths& run) {
  constexpr const char* kDelete = "delete it: then the run is scored again";
  for (const fs::path& file : {run.scores(), run.failure}) {
    if (!is_there(file, ErrorKind::output)) continue;
    const json document = read_document(read_file(file, ErrorKind::output), file.string(),
                                        ErrorKind::output, kDelete);
    return result_from_document({document, file.string(), ErrorKind::output, kDelete});
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
  if (!is_there(run.metrics(), ErrorKind::output)) return;
  double seconds = 0;
  for (const LoggedRow& row : read_logged_rows(run.metrics())) {
    const auto number = [&](const char* name) {
      const auto found = row.values.find(name);
      return found != row.values.end() && found->is_number() ? found->get<double>() : 0.0;
    };
    const double rate = number("steps_per_second");
    if (rate > 0) seconds += static_cast<double>(row.step - result.steps) / rate;
    result.steps = row.step;
    const double of_discriminator = number("discriminator_step");
    if (of_discriminator >= 0 && of_discriminator < 1e15) {
      result.discriminator_steps = static_cast<int64_t>(of_discriminator);
    }
  }
  if (seconds <= 0) return;
  result.seconds = seconds;
  result.steps_per_second = static_cast<double>(result.steps) / seconds;
}

int64_t last_logged_step(const RunPaths& run) {
  constexpr std::streamoff kMoreThanARow = 16384;
  int64_t step = 0;  // rows may be on their way: what is none is passed over
  std::istringstream rows(tail(run.metrics(), kMoreThanARow));
  for (std::string text; std::getline(rows, text);) {
    const json row = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!row.is_object()) continue;
    const auto found = row.find("step");
    if (found != row.end() && found->is_number_integer()) step = found->get<int64_t>();
  }
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
