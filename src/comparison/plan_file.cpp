#include "comparison/plan_file.h"

#include <algorithm>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "comparison/trial.h"
#include "config/config.h"
#include "config/field.h"
#include "config/layers.h"
#include "config/objective_config.h"
#include "core/file.h"
#include "core/text.h"
#include "evaluation/evaluate.h"
#include "training/checkpoint.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kKeys = {"base",    "set",     "variants", "seeds",       "metrics",
                                        "repeats", "samples", "rank_by",  "equal_steps", "title"};
const std::vector<std::string> kRankBy = {"mmd2_d1", "marginal_w1", "tstr_next", "ds"};

bool is_name(const std::string& name) {
  const auto allowed = [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.front() != '.' && std::all_of(name.begin(), name.end(), allowed);
}

bool is_whole(const json& value, int64_t least) {
  return value.is_number_unsigned()
             ? value.get<uint64_t>() <= uint64_t{INT64_MAX} && value.get<int64_t>() >= least
             : value.is_number_integer() && value.get<int64_t>() >= least;
}

class PlanReader {
 public:
  PlanReader(const PlanRequest& request, const Catalogs& catalogs)
      : request_(request), catalogs_(catalogs), origin_(request.file.string()) {}

  Plan read() {
    document_ = parse_json(read_file(request_.file, ErrorKind::config), origin_);
    if (!document_.is_object()) {
      throw Error(ErrorKind::config,
                  fmt::format("{}: {} is not an object", origin_, short_text(document_)),
                  R"(a comparison is {"base": FILE, "variants": {...}, "seeds": [1, 2, 3]})");
    }
    refuse_unknown_keys();
    read_text();
    read_seeds();
    read_scores();
    read_base();
    read_variants();
    throw_problems();
    try_variants();
    throw_problems();
    return std::move(plan_);
  }

 private:
  void problem(const std::string& key, const std::string& fact, const std::string& hint = {}) {
    add({fmt::format("{}: {}: {}", origin_, key, fact), hint});
  }
  void add(Problem problem) {
    if (std::find(problems_.begin(), problems_.end(), problem) == problems_.end()) {
      problems_.push_back(std::move(problem));
    }
  }
  void add(const Error& error, const std::string& prefix = {}) {
    for (const Problem& one : error.problems()) add({prefix + one.message, one.hint});
  }
  void throw_problems() {
    if (!problems_.empty()) throw Error(ErrorKind::config, std::move(problems_));
  }

  /// The value of a key, or nullptr where it is not given.
  const json* find(const char* key) const {
    const auto found = document_.find(key);
    return found == document_.end() || found->is_null() ? nullptr : &*found;
  }

  void refuse_unknown_keys() {
    for (const auto& [key, value] : document_.items()) {
      if (key == "$schema" || std::find(kKeys.begin(), kKeys.end(), key) != kKeys.end()) continue;
      std::string hint = did_you_mean(key, kKeys);
      problem(key, "unknown key", hint.empty() ? "keys are " + join(kKeys) : hint);
    }
  }

  void read_text() {
    plan_.title = request_.file.stem().string();
    plan_.version = program_version();
    if (const json* title = find("title")) {
      if (title->is_string()) {
        title->get_to(plan_.title);
      } else {
        problem("title", short_text(*title) + " is not a text");
      }
    }
    if (const json* equal = find("equal_steps")) {
      if (equal->is_boolean()) {
        equal->get_to(plan_.equal_steps);
      } else {
        problem("equal_steps", short_text(*equal) + " is not true or false");
      }
    }
    plan_.repeats = read_count("repeats");
    plan_.samples = read_count("samples");
  }

  int64_t read_count(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return 0;
    if (is_whole(*value, 0)) return value->get<int64_t>();
    problem(key, short_text(*value) + " is not a whole number of at least 0");
    return 0;
  }

  void read_seeds() {
    if (!request_.seeds.empty()) {
      plan_.seeds = request_.seeds;
    } else if (const json* seeds = find("seeds"); seeds == nullptr) {
      plan_.seeds = {1};
    } else if (is_whole(*seeds, 1)) {
      for (int64_t seed = 1; seed <= seeds->get<int64_t>(); ++seed) {
        plan_.seeds.push_back(static_cast<uint64_t>(seed));
      }
    } else if (seeds->is_array() && !seeds->empty() &&
               std::all_of(seeds->begin(), seeds->end(),
                           [](const json& seed) { return is_whole(seed, 0); })) {
      seeds->get_to(plan_.seeds);
    } else {
      problem("seeds", short_text(*seeds) + " is neither a list of whole numbers nor a number",
              "write \"seeds\": [1, 2, 3]");
    }
    if (std::set<uint64_t>(plan_.seeds.begin(), plan_.seeds.end()).size() != plan_.seeds.size()) {
      problem("seeds", "names a seed twice", "each seed is one run of every variant");
    }
  }

  std::optional<std::vector<std::string>> read_names(const char* key) {
    const json* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::vector<std::string> names;
    for (const json& name : value->is_array() ? *value : json::array({*value})) {
      if (!name.is_string()) {
        problem(key, short_text(name) + " is not the name of a score",
                "rnngan metrics lists the scores");
        return std::nullopt;
      }
      names.push_back(name.get<std::string>());
    }
    if (names.empty()) problem(key, "names no score", "leave it out for the default");
    return names;
  }

  /// The ids that names stand for; empty, with a problem, for an unknown one.
  std::vector<std::string> ids_of(const char* key, const std::vector<std::string>& names) {
    try {
      return names.empty() ? names : resolve_metrics(names);
    } catch (const Error& error) {
      add(error, origin_ + ": " + (std::string(key) == "metrics" ? "" : std::string(key) + ": "));
      return {};
    }
  }

  void read_scores() {
    const auto metrics = read_names("metrics");
    const auto rank_by = read_names("rank_by");
    const auto scored = metrics ? ids_of("metrics", *metrics) : std::vector<std::string>();
    const auto is_scored = [&](const std::string& id) {
      return !metrics || std::find(scored.begin(), scored.end(), id) != scored.end();
    };
    if (rank_by) {
      const size_t distinct = std::set<std::string>(rank_by->begin(), rank_by->end()).size();
      if (distinct != rank_by->size()) problem("rank_by", "names a score twice");
      if (!ids_of("rank_by", *rank_by).empty()) {
        for (const std::string& id : *rank_by) refuse_rank_by(id, is_scored(id));
      }
      plan_.rank_by = *rank_by;
    } else {
      std::copy_if(kRankBy.begin(), kRankBy.end(), std::back_inserter(plan_.rank_by), is_scored);
      if (plan_.rank_by.empty() && problems_.empty()) {
        problem("rank_by", "is not given, and none of its defaults is among metrics",
                "name the scores that decide, e.g. \"rank_by\": [\"" +
                    (scored.empty() ? "mmd2_d1" : scored.front()) + "\"]");
      }
    }
    auto all = metrics ? *metrics : std::vector<std::string>{"fast"};
    all.insert(all.end(), plan_.rank_by.begin(), plan_.rank_by.end());
    if (problems_.empty()) plan_.metrics = ids_of("metrics", all);
  }

  void refuse_rank_by(const std::string& id, bool scored) {
    const auto& groups = metric_groups();
    if (std::any_of(groups.begin(), groups.end(), [&](const auto& g) { return g.name == id; })) {
      problem("rank_by", "\"" + id + "\" is a group", "name single scores");
    } else if (!scored) {
      problem("rank_by", "\"" + id + "\" is not among metrics", "add it there, or leave it out");
    }
  }

  void read_base() {
    const json* base = find("base");
    if (base == nullptr) {
      problem("base", "is required", "write \"base\": \"FILE\", the config that variants change");
      return;
    }
    plan_.base = origin_;
    if (base->is_object()) {
      layers_.push_back({*base, origin_ + ": base", ""});
    } else if (!base->is_string()) {
      problem("base", short_text(*base) + " is neither a file nor an object");
      return;
    } else if (!read_base_file(base->get<std::string>())) {
      return;
    }
    if (const json* set = find("set")) {
      if (!set->is_object()) {
        problem("set", short_text(*set) + " is not an object",
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
      add(error);
    }
  }

  bool read_base_file(const std::string& name) {
    const fs::path file = (request_.file.parent_path() / name).lexically_normal();
    std::error_code failed;
    if (!fs::exists(file, failed)) {
      problem("base", file.string() + ": no such file",
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
      problem("variants", variants == nullptr ? "is required" : "names no variant",
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
        problem("variants", short_text(preset) + " is not the name of a preset",
                "a list holds presets; write {\"NAME\": {...}} for anything else");
      } else if (!seen.insert(preset.get<std::string>()).second) {
        problem("variants", "names " + short_text(preset) + " twice");
      } else {
        add_variant(preset.get<std::string>(), preset);
      }
    }
  }

  void add_variant(const std::string& name, const json& value) {
    const std::string place = "variants." + name;
    if (!is_name(name)) {
      problem(place, "the name of a variant is one of a folder: letters, digits, '.', '_' and '-'");
      return;
    }
    const json changes = value.is_string() ? json{{"objective", value}} : value;
    if (!changes.is_object()) {
      problem(place, short_text(value) + " is neither a preset nor an object",
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
      add(error);
    }
  }

  /// Equal data, equal steps, the comparison's seeds: else variants could not be compared.
  void check_changes(const std::string& place, const ResolvedConfig& variant) {
    for (const std::string& key : differing_keys(base_->document, variant.document)) {
      if (key.starts_with("data.") && key != "data.scaling") {
        problem(place, key + " differs from the base",
                "variants train on the same data; what all share belongs into set");
      } else if (key == "train.seed") {
        problem(place, "train.seed comes from the comparison", "list the seeds in seeds");
      } else if (key == "train.steps" && plan_.equal_steps) {
        problem(place,
                fmt::format("train.steps is {} here and {} in the base", variant.config.train.steps,
                            base_->config.train.steps),
                "give all the same in set, or allow it by \"equal_steps\": false");
      }
    }
  }

  void try_variants() {
    Trials trials;
    const Dataset& data = trials.data(base_->config.data);
    plan_.steps = base_->config.train.steps;
    plan_.data = data.path;
    plan_.data_hash = data.hash;
    plan_.train_sequences = static_cast<int64_t>(data.train.size());
    plan_.test_sequences = static_cast<int64_t>(data.test.size());
    if (data.test.empty()) {
      problem("base", "data.split leaves no sequence to score against", "raise data.split.test");
    }
    for (size_t i = 0; i < configs_.size(); ++i) {
      Variant& variant = plan_.variants[i];
      try {
        trials.run(configs_[i], variant);
      } catch (const Error& error) {
        if (error.kind() != ErrorKind::config) throw;
        add(error, fmt::format("{}: variants.{}: ", origin_, variant.name));
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
  std::vector<Problem> problems_;
  Plan plan_;
};

}  // namespace

Plan read_plan(const PlanRequest& request, const Catalogs& catalogs) {
  return PlanReader(request, catalogs).read();
}

}  // namespace rnngan
