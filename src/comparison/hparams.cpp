#include "comparison/hparams.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "config/config.h"
#include "training/event_file.h"
#include "training/event_messages.h"

namespace rnngan {

namespace {

using nlohmann::json;
using NamedValue = std::pair<std::string, json>;

// The "data" of the plugin: which member of its message is there.
enum PluginField { kExperiment = 2, kSessionStart = 3, kSessionEnd = 4 };

const json* value_at(const json& document, std::string_view path) {
  const json* at = &document;
  while (!path.empty()) {
    const size_t dot = path.find('.');
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) return nullptr;
    at = &*found;
    path.remove_prefix(dot == std::string_view::npos ? path.size() : dot + 1);
  }
  return at;
}

/// What stands in the row of a run, by column.
std::vector<NamedValue> row_of(const Plan& plan, const RunKey& key) {
  const Variant& variant = plan.variants.at(key.variant);
  std::vector<NamedValue> row = {{"variant", variant.name}, {"seed", plan.seeds.at(key.seed)}};
  for (const std::string& name : differing_keys(plan)) {
    const json* const value = name == "objective" ? nullptr : value_at(variant.config, name);
    if (name == "objective") row.emplace_back(name, variant.objective);
    if (value != nullptr)
      row.emplace_back(name, value->is_structured() ? json(value->dump()) : *value);
  }
  return row;
}

/// google.protobuf.Value
WireMessage value_message(const json& value) {
  if (value.is_boolean()) return WireMessage().integer(4, value.get<bool>() ? 1 : 0);
  if (value.is_number()) return WireMessage().real(2, value.get<double>());
  return WireMessage().text(3, value.is_string() ? value.get<std::string>() : value.dump());
}

WireMessage column_message(const NamedValue& column) {
  constexpr int kText = 1, kFlag = 2, kNumber = 3;
  const json& value = column.second;
  const int type = value.is_boolean() ? kFlag : value.is_number() ? kNumber : kText;
  return WireMessage().text(1, column.first).integer(4, type);
}

std::string score_tag(const Plan& plan, const std::string& metric) {
  return plan.split + "/" + metric;
}

/// The columns of the table; scores that count come first.
WireMessage experiment(const Plan& plan, const std::vector<NamedValue>& row) {
  WireMessage message;
  for (const NamedValue& column : row) message.message(4, column_message(column));
  std::vector<std::string> scores = names_of(plan.rank_by);
  for (const std::string& name : names_of(plan.metrics)) {
    if (std::ranges::find(scores, name) == scores.end()) scores.push_back(name);
  }
  for (const std::string& name : scores) {
    message.message(5, WireMessage().message(1, WireMessage().text(2, score_tag(plan, name))));
  }
  return message.text(6, plan.title);
}

WireMessage session_start(const std::vector<NamedValue>& row) {
  WireMessage message;
  for (const auto& [name, value] : row) {
    message.message(1, WireMessage().text(1, name).message(2, value_message(value)));
  }
  return message;
}

WireMessage plugin_message(const char* tag, PluginField field, const WireMessage& data) {
  return plugin_value(tag, "hparams", WireMessage().message(field, data));
}

}  // namespace

std::vector<std::string> differing_keys(const Plan& plan) {
  std::set<std::string> keys;
  for (const Variant& variant : plan.variants) {
    for (const std::string& key : differing_keys(plan.variants.front().config, variant.config)) {
      keys.insert(key.starts_with("objective") ? "objective" : key);
    }
  }
  return {keys.begin(), keys.end()};
}

std::vector<WireMessage> hparam_values(const Plan& plan, const RunKey& key,
                                       const RunResult& result) {
  constexpr int kSuccess = 1, kFailure = 2;
  const std::vector<NamedValue> row = row_of(plan, key);
  const WireMessage end =
      WireMessage().integer(1, result.status == RunStatus::ok ? kSuccess : kFailure);
  std::vector<WireMessage> values = {
      plugin_message("_hparams_/experiment", kExperiment, experiment(plan, row)),
      plugin_message("_hparams_/session_start_info", kSessionStart, session_start(row)),
      plugin_message("_hparams_/session_end_info", kSessionEnd, end)};
  for (const Score& score : result.scores) {
    const std::string tag = score_tag(plan, score.metric.name());
    if (score.result.value) values.push_back(scalar_value(tag, *score.result.value));
    if (score.floor) values.push_back(scalar_value(tag + ".floor", *score.floor));
    if (score.ceiling) values.push_back(scalar_value(tag + ".ceiling", *score.ceiling));
  }
  return values;
}

void write_hparams(const Plan& plan, const RunKey& key, const RunPaths& run,
                   const RunResult& result) {
  const json* const wanted =
      value_at(plan.variants.at(key.variant).config, "train.log.tensorboard");
  std::error_code failed;
  if (wanted != nullptr && *wanted == false) return;
  if (!std::filesystem::is_directory(run.directory, failed)) return;
  write_event_file(run.directory, "scores", result.steps, hparam_values(plan, key, result));
}

}  // namespace rnngan
