#include "comparison/plan.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "config/config.h"
#include "config/document.h"
#include "core/error.h"
#include "core/inside.h"
#include "objective/objective.h"

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

constexpr const char* kAnotherFolder = "start the comparison in another directory";

/// A complete config, as a run will read it.
json config_of(const DocumentValue& value) {
  value.at("train").at("steps").whole(1);
  try {
    resolve_config(value.json(), {}, catalogs(), "config");
  } catch (const Error& error) {
    value.refuse(error.what());
  }
  return value.json();
}

Variant variant_of(const DocumentValue& value) {
  Variant variant;
  variant.name = value.at("name").text();
  if (!is_plain_name(variant.name)) value.at("name").refuse_as("not " + variant_name_rule());
  variant.objective = value.at("objective").text();
  variant.changes = value.at("changes").object();
  variant.config = config_of(value.at("config"));
  variant.generator_parameters = value.at("generator_parameters").whole();
  variant.discriminator_parameters = value.at("discriminator_parameters").whole();
  return variant;
}

std::vector<MetricId> metrics_of(const DocumentValue& names) {
  std::vector<MetricId> metrics;
  for (const DocumentValue& name : names.items(1)) {
    const auto metric = find_metric(name.text());
    if (!metric) name.refuse_as("no score of this version");
    if (std::ranges::find(metrics, *metric) != metrics.end()) name.refuse_as("there twice");
    metrics.push_back(*metric);
  }
  return metrics;
}

std::vector<uint64_t> seeds_of(const DocumentValue& list) {
  std::vector<uint64_t> seeds;
  for (const DocumentValue& seed : list.items(1)) {
    seeds.push_back(static_cast<uint64_t>(seed.whole()));
    if (std::ranges::count(seeds, seeds.back()) > 1) seed.refuse_as("there twice");
  }
  return seeds;
}

std::vector<Variant> variants_of(const DocumentValue& list) {
  std::vector<Variant> variants;
  for (const DocumentValue& item : list.items(1)) {
    Variant variant = variant_of(item);
    if (std::ranges::find(variants, variant.name, &Variant::name) != variants.end()) {
      item.at("name").refuse_as("there twice");
    }
    variants.push_back(std::move(variant));
  }
  return variants;
}

Plan plan_of(const DocumentValue& document) {
  Plan plan;
  plan.title = document.at("title").text();
  plan.base = document.at("base").text();
  plan.data = document.at("data").text();
  plan.data_hash = document.at("data_hash").text();
  if (const auto split = document.find("split")) {
    plan.split = split->text();
    if (plan.split != "validation" && plan.split != "test") {
      split->refuse_as("neither \"validation\" nor \"test\"");
    }
  }
  plan.train_sequences = document.at("sequences").at("train").whole();
  plan.test_sequences = document.at("sequences").at("test").whole();
  plan.steps = document.at("steps").whole();
  plan.equal_steps = document.at("equal_steps").flag();
  plan.variants = variants_of(document.at("variants"));
  plan.seeds = seeds_of(document.at("seeds"));
  plan.metrics = metrics_of(document.at("metrics"));
  const DocumentValue rank_by = document.at("rank_by");
  plan.rank_by = metrics_of(rank_by);
  for (const MetricId& metric : plan.rank_by) {
    const bool scored = std::ranges::find(plan.metrics, metric) != plan.metrics.end();
    if (!scored) rank_by.refuse(metric.name() + " is not among metrics");
  }
  plan.repeats = document.at("repeats").whole();
  plan.samples = document.at("samples").whole();
  plan.command = document.at("command").text();
  plan.version = document.at("version").text();
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
      {"split", plan.split},
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
  const DocumentValue plan(document, origin, ErrorKind::output, kAnotherFolder);
  if (plan.at("format").whole() == kPlanFormat) return plan_of(plan);
  throw Error(ErrorKind::output, origin, "was written by another version of the program",
              "go on with that version, or start the comparison in another directory");
}

std::string variant_name_rule() {
  return "the name of a variant, which is one of a folder: up to 100 letters, digits, '.', '_' "
         "and '-'";
}

std::vector<std::string> plan_differences(const Plan& a, const Plan& b) {
  return differing_keys(identity(a), identity(b));
}

const SequenceSet& scored_split(const Plan& plan, const Dataset& data) {
  return plan.split == "validation" ? data.validation : data.test;
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
