#include "comparison/plan_file.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "comparison/plan_problems.h"
#include "comparison/plan_scores.h"
#include "comparison/trial.h"
#include "config/config.h"
#include "config/field.h"
#include "config/layers.h"
#include "config/objective_config.h"
#include "core/file.h"
#include "core/inside.h"
#include "core/text.h"
#include "training/checkpoint.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kKeys = {"base",    "set",         "variants", "seeds",
                                        "metrics", "split",       "repeats",  "samples",
                                        "rank_by", "equal_steps", "title"};

constexpr int64_t kMostSeeds = 100'000;  // each is a run of every variant

bool is_whole(const json& value, int64_t least) {
  return value.is_number_unsigned()
             ? value.get<uint64_t>() <= uint64_t{kLargestInteger} && value.get<int64_t>() >= least
             : value.is_number_integer() && value.get<int64_t>() >= least;
}

class PlanReader {
 public:
  PlanReader(const PlanRequest& request, const Catalogs& catalogs)
      : request_(request),
        catalogs_(catalogs),
        origin_(request.file.string()),
        problems_(origin_) {}

  Plan read() {
    document_ = request_.document.is_null()
                    ? parse_json(read_file(request_.file, ErrorKind::config), origin_)
                    : request_.document;
    if (!document_.is_object()) {
      throw Error(ErrorKind::config, origin_,
                  fmt::format("{} is not an object", short_text(document_)),
                  R"(a comparison is {"base": FILE, "variants": {...}, "seeds": [1, 2, 3]})");
    }
    refuse_unknown_keys();
    read_text();
    read_seeds();
    auto scores = read_plan_scores(document_, problems_);
    plan_.metrics = std::move(scores.metrics);
    plan_.rank_by = std::move(scores.rank_by);
    read_base();
    read_variants();
    problems_.throw_all();
    try_variants();
    problems_.throw_all();
    return std::move(plan_);
  }

 private:
  /// The value of a key, or nullptr where it is not given.
  const json* find(const char* key) const {
    const auto found = document_.find(key);
    return found == document_.end() || found->is_null() ? nullptr : &*found;
  }

  void refuse_unknown_keys() {
    for (const auto& [key, value] : document_.items()) {
      if (key == "$schema" || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      std::string hint = did_you_mean(key, kKeys);
      problems_.add(key, "unknown key", hint.empty() ? "keys are " + join(kKeys) : hint);
    }
  }

  void read_text() {
    plan_.title = request_.file.stem().string();
    plan_.version = program_version();
    if (const json* title = find("title")) {
      if (title->is_string()) {
        title->get_to(plan_.title);
      } else {
        problems_.add("title", short_text(*title) + " is not a text");
      }
    }
    if (const json* equal = find("equal_steps")) {
      if (equal->is_boolean()) {
        equal->get_to(plan_.equal_steps);
      } else {
        problems_.add("equal_steps", short_text(*equal) + " is not true or false");
      }
    }
    if (const json* split = find("split")) {
      if (*split == "test" || *split == "validation") {
        split->get_to(plan_.split);
      } else {
        problems_.add("split", short_text(*split) + " is neither test nor validation");
      }
    }
    plan_.repeats = read_count("repeats");
    plan_.samples = read_count("samples");
  }

  int64_t read_count(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return 0;
    if (is_whole(*value, 0)) return value->get<int64_t>();
    problems_.add(key, fmt::format("{} is not a whole number of at least 0, at most {}",
                                   short_text(*value), kLargestInteger));
    return 0;
  }

  void read_seeds() {
    if (!request_.seeds.empty()) {
      plan_.seeds = request_.seeds;
    } else if (const json* seeds = find("seeds"); seeds == nullptr) {
      plan_.seeds = {1};
    } else if (is_whole(*seeds, 1) && *seeds <= kMostSeeds) {
      for (int64_t seed = 1; seed <= seeds->get<int64_t>(); ++seed) {
        plan_.seeds.push_back(static_cast<uint64_t>(seed));
      }
    } else if (seeds->is_array() && !seeds->empty() &&
               std::all_of(seeds->begin(), seeds->end(), [](const json& seed) {
                 return seed.is_number_unsigned() || is_whole(seed, 0);
               })) {
      seeds->get_to(plan_.seeds);
    } else {
      problems_.add("seeds",
                    fmt::format("{} is neither a list of whole numbers nor a number up to {}",
                                short_text(*seeds), kMostSeeds),
                    "write \"seeds\": [1, 2, 3]");
    }
    const uint64_t largest = plan_.seeds.empty() ? 0 : std::ranges::max(plan_.seeds);
    if (largest > uint64_t{kLargestInteger}) {
      problems_.add("seeds", fmt::format("{} is above {}", largest, kLargestInteger),
                    "choose smaller ones");
    }
    if (std::set<uint64_t>(plan_.seeds.begin(), plan_.seeds.end()).size() != plan_.seeds.size()) {
      problems_.add("seeds", "names a seed twice", "each seed is one run of every variant");
    }
  }

  void read_base() {
    const json* base = find("base");
    if (base == nullptr) {
      problems_.add("base", "is required",
                    "write \"base\": \"FILE\", the config that variants change");
      return;
    }
    plan_.base = origin_;
    if (base->is_object()) {
      layers_.push_back({*base, origin_ + ": base", ""});
    } else if (!base->is_string()) {
      problems_.add("base", short_text(*base) + " is neither a file nor an object");
      return;
    } else if (!read_base_file(base->get<std::string>())) {
      return;
    }
    if (const json* set = find("set")) {
      if (!set->is_object()) {
        problems_.add("set", short_text(*set) + " is not an object",
                      R"(write "set": {"train": {"steps": 1000}})");
        return;
      }
      layers_.push_back({*set, origin_ + ": set", ""});
    }
    for (const std::string& set : request_.sets) layers_.push_back(set_layer(set));
    try {
      base_ = resolve_layers(layers_, catalogs_);
      require_data_path(base_->config);
    } catch (const Error& error) {
      base_.reset();
      problems_.add(error);
    }
  }

  bool read_base_file(const std::string& name) {
    const fs::path file = (request_.file.parent_path() / name).lexically_normal();
    if (!is_there(file, ErrorKind::config)) {
      problems_.add("base", file.string() + ": no such file",
                    "the name is relative to the file that says it");
      return false;
    }
    plan_.base = file.string();
    layers_ = read_layers(file);
    return true;
  }

  void read_variants() {
    const json* variants = find("variants");
    if (variants == nullptr || !variants->is_structured() || variants->empty()) {
      problems_.add("variants", variants == nullptr ? "is required" : "names no variant",
                    R"(write "variants": ["r3gan", "wgan_gp"] or "variants": {"NAME": {...}})");
      return;
    }
    if (variants->is_object()) {
      for (const auto& [name, changes] : variants->items()) add_variant(name, changes);
      return;
    }
    std::set<std::string> seen;
    for (const json& preset : *variants) {
      if (!preset.is_string()) {
        problems_.add("variants", short_text(preset) + " is not the name of a preset",
                      "a list holds presets; write {\"NAME\": {...}} for anything else");
      } else if (!seen.insert(preset.get<std::string>()).second) {
        problems_.add("variants", "names " + short_text(preset) + " twice");
      } else {
        add_variant(preset.get<std::string>(), preset);
      }
    }
  }

  void add_variant(const std::string& name, const json& value) {
    const std::string place = "variants." + name;
    if (!is_plain_name(name)) {
      problems_.add(place, "is not " + variant_name_rule());
      return;
    }
    const json changes = value.is_string() ? json{{"objective", value}} : value;
    if (!changes.is_object()) {
      problems_.add(place, short_text(value) + " is neither a preset nor an object",
                    "write \"" + name + "\": {\"objective\": \"wgan_gp\"}");
      return;
    }
    if (!base_) return;  // its problems would come again with every variant
    auto layers = layers_;
    layers.push_back({changes, origin_ + ": " + place, ""});
    try {
      ResolvedConfig resolved = resolve_layers(layers, catalogs_);
      check_changes(place, resolved);
      Variant variant;
      variant.name = name;
      variant.objective = objective_sum(resolved.config.objective);
      variant.changes = changes;
      variant.config = resolved.document;
      plan_.variants.push_back(std::move(variant));
      configs_.push_back(std::move(resolved.config));
    } catch (const Error& error) {
      problems_.add(error);
    }
  }

  /// Equal data, equal steps, the comparison's seeds: else variants could not be compared.
  void check_changes(const std::string& place, const ResolvedConfig& variant) {
    for (const std::string& key : differing_keys(base_->document, variant.document)) {
      if (key.starts_with("data.") && key != "data.scaling") {
        problems_.add(place, key + " differs from the base",
                      "variants train on the same data; what all share belongs into set");
      } else if (key == "train.seed") {
        problems_.add(place, "train.seed comes from the comparison", "list the seeds in seeds");
      } else if (key == "train.steps" && plan_.equal_steps) {
        problems_.add(place,
                      fmt::format("train.steps is {} here and {} in the base",
                                  variant.config.train.steps, base_->config.train.steps),
                      "give all the same in set, or allow it by \"equal_steps\": false");
      }
    }
  }

  /// Leaves out scores of kinds of columns that the data lack, unless the file names them itself.
  void drop_unmet_scores(const SequenceSet& real) {
    const json* const given = find("metrics");
    const auto is_named = [&](const MetricId& metric) {
      return given != nullptr && std::ranges::find(*given, json(metric.name())) != given->end();
    };
    std::erase_if(plan_.metrics, [&](const MetricId& metric) {
      return metric.row->unmet && !is_named(metric) && !metric.row->unmet(real).empty();
    });
  }

  void try_variants() {
    Trials trials;
    const Dataset& data = trials.data(base_->config.data);
    plan_.steps = base_->config.train.steps;
    plan_.data = data.path;
    plan_.data_hash = data.hash;
    plan_.train_sequences = data.train.count();
    const SequenceSet& real = scored_split(plan_, data);
    plan_.test_sequences = real.count();
    if (real.count() > 0) drop_unmet_scores(unshared(real));
    if (real.count() == 0) {
      problems_.add("base", "data.split leaves no sequence to score against",
                    "raise data.split." + plan_.split);
    }
    for (size_t i = 0; i < configs_.size(); ++i) {
      Variant& variant = plan_.variants[i];
      try {
        trials.run(configs_[i], variant);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::config) throw;
        problems_.add(error, fmt::format("{}: variants.{}", origin_, variant.name));
      }
    }
  }

  const PlanRequest& request_;
  const Catalogs& catalogs_;
  std::string origin_;
  json document_;
  std::vector<Layer> layers_;  // the base, its set and --set
  std::optional<ResolvedConfig> base_;
  std::vector<RunConfig> configs_;  // of plan_.variants
  PlanProblems problems_;
  Plan plan_;
};

}  // namespace

Plan read_plan(const PlanRequest& request, const Catalogs& catalogs) {
  return PlanReader(request, catalogs).read();
}

}  // namespace rnngan
