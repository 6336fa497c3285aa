#include "comparison/plan.h"

#include <fmt/format.h>

#include "config/config.h"
#include "core/error.h"

namespace rnngan {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

constexpr int kPlanFormat = 1;

ordered_json to_json(const Variant& variant) {
  return {{"name", variant.name},
          {"objective", variant.objective},
          {"changes", variant.changes},
          {"generator_parameters", variant.generator_parameters},
          {"discriminator_parameters", variant.discriminator_parameters},
          {"config", variant.config}};
}

Variant variant_from_json(const json& document) {
  Variant variant;
  document.at("name").get_to(variant.name);
  document.at("objective").get_to(variant.objective);
  variant.changes = document.at("changes");
  variant.config = document.at("config");
  document.at("generator_parameters").get_to(variant.generator_parameters);
  document.at("discriminator_parameters").get_to(variant.discriminator_parameters);
  return variant;
}

std::vector<MetricId> metrics_from_json(const json& names) {
  std::vector<MetricId> metrics;
  for (const json& name : names) {
    const auto metric = find_metric(name.get<std::string>());
    if (!metric) {
      throw Error(ErrorKind::output, name.get<std::string>(), "is no score of this version",
                  "see the list of metrics");
    }
    metrics.push_back(*metric);
  }
  return metrics;
}

Plan read_members(const json& document) {
  Plan plan;
  document.at("title").get_to(plan.title);
  document.at("base").get_to(plan.base);
  document.at("data").get_to(plan.data);
  document.at("data_hash").get_to(plan.data_hash);
  document.at("sequences").at("train").get_to(plan.train_sequences);
  document.at("sequences").at("test").get_to(plan.test_sequences);
  document.at("steps").get_to(plan.steps);
  document.at("equal_steps").get_to(plan.equal_steps);
  for (const json& variant : document.at("variants")) {
    plan.variants.push_back(variant_from_json(variant));
  }
  document.at("seeds").get_to(plan.seeds);
  plan.metrics = metrics_from_json(document.at("metrics"));
  plan.rank_by = metrics_from_json(document.at("rank_by"));
  document.at("repeats").get_to(plan.repeats);
  document.at("samples").get_to(plan.samples);
  document.at("command").get_to(plan.command);
  document.at("version").get_to(plan.version);
  return plan;
}

/// What decides about the numbers, keyed so that differences have readable paths.
json identity(const Plan& plan) {
  json document = json(to_json(plan));
  for (const char* key : {"title", "base", "command", "version"}) document.erase(key);
  json variants = json::object();
  for (const Variant& variant : plan.variants) {
    json config = variant.config;
    // Where and on how many threads a run trains does not make it another one.
    for (const char* key : {"device", "threads"}) config["train"].erase(key);
    variants[variant.name] = {{"config", std::move(config)}};
  }
  document["variants"] = std::move(variants);
  return document;
}

}  // namespace

int64_t Variant::steps() const {
  return config.at("train").at("steps").get<int64_t>();
}

ordered_json to_json(const Plan& plan) {
  ordered_json document = {
      {"format", kPlanFormat},
      {"title", plan.title},
      {"base", plan.base},
      {"data", plan.data},
      {"data_hash", plan.data_hash},
      {"sequences", {{"train", plan.train_sequences}, {"test", plan.test_sequences}}},
      {"steps", plan.steps},
      {"equal_steps", plan.equal_steps},
      {"seeds", plan.seeds},
      {"metrics", names_of(plan.metrics)},
      {"rank_by", names_of(plan.rank_by)},
      {"repeats", plan.repeats},
      {"samples", plan.samples},
      {"command", plan.command},
      {"version", plan.version},
      {"variants", ordered_json::array()}};
  for (const Variant& variant : plan.variants) document["variants"].push_back(to_json(variant));
  return document;
}

Plan plan_from_json(const json& document, const std::string& origin) {
  try {
    if (document.at("format") == kPlanFormat) return read_members(document);
  } catch (const json::exception&) {
    throw Error(ErrorKind::output, origin, "is not the plan of a comparison",
                "start the comparison in another directory");
  }
  throw Error(ErrorKind::output, origin, "was written by another version of the program",
              "go on with that version, or start the comparison in another directory");
}

std::vector<std::string> plan_differences(const Plan& a, const Plan& b) {
  return differing_keys(identity(a), identity(b));
}

std::string run_name(const Plan& plan, const RunKey& key) {
  return fmt::format("{}-{}", plan.variants.at(key.variant).name, plan.seeds.at(key.seed));
}

std::optional<RunKey> find_run(const Plan& plan, const std::string& name) {
  for (const RunKey& key : runs_of(plan)) {
    if (run_name(plan, key) == name) return key;
  }
  return std::nullopt;
}

std::vector<RunKey> runs_of(const Plan& plan, const Shard& shard) {
  std::vector<RunKey> runs;
  int64_t number = 0;
  for (size_t seed = 0; seed < plan.seeds.size(); ++seed) {
    for (size_t variant = 0; variant < plan.variants.size(); ++variant) {
      if (number++ % shard.count == shard.index - 1) runs.push_back({variant, seed});
    }
  }
  return runs;
}

}  // namespace rnngan
