#include "comparison/search.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "comparison/plan_problems.h"
#include "config/field.h"
#include "config/layers.h"
#include "core/text.h"
#include "tensor/random.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kOwnKeys = {"tune", "trials", "keep", "draw_seed"};
// What a comparison file says beside its base.
const std::vector<std::string> kPlanKeys = {"seeds",   "metrics", "rank_by", "repeats",
                                            "samples", "title",   "$schema"};

const std::map<std::string, Draw> kDraws = {{"uniform", Draw::uniform},
                                            {"log", Draw::log},
                                            {"integer", Draw::integer},
                                            {"log_integer", Draw::log_integer}};

bool is_one_of(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_logarithmic(Draw draw) {
  return draw == Draw::log || draw == Draw::log_integer;
}

bool is_whole_draw(Draw draw) {
  return draw == Draw::integer || draw == Draw::log_integer;
}

class SearchReader {
 public:
  SearchReader(const json& document, const fs::path& file)
      : document_(document), file_(file), problems_(file.string()) {}

  Search read() {
    if (!document_.is_object()) problems_.add("tune", "the file is not an object");
    problems_.throw_all();
    read_space();
    search_.trials = count("trials", search_.trials);
    search_.keep = count("keep", search_.keep);
    search_.draw_seed = static_cast<uint64_t>(count("draw_seed", 1, 0));
    problems_.throw_all();
    search_.comparison = comparison();
    return std::move(search_);
  }

 private:
  int64_t count(const char* key, int64_t otherwise, int64_t least = 2) {
    const auto found = document_.find(key);
    if (found == document_.end()) return otherwise;
    if (found->is_number_integer() && *found >= least && *found <= 100'000) return *found;
    problems_.add(
        key, fmt::format("{} is not a whole number from {} to 100000", short_text(*found), least));
    return otherwise;
  }

  void read_space() {
    const auto space = document_.find("tune");
    if (space == document_.end() || !space->is_object() || space->empty()) {
      problems_.add("tune", space == document_.end() ? "is required" : "names no key",
                    R"(write "tune": {"train.optim.generator.lr": {"log": [1e-4, 1e-2]}})");
      return;
    }
    for (const auto& [key, value] : space->items()) add_key(key, value);
  }

  void add_key(const std::string& key, const json& value) {
    const std::string place = "tune." + key;
    if (key == "train.steps" || key == "train.seed" || key.starts_with("data.path")) {
      problems_.add(place, "cannot be searched over",
                    "steps are those of the rungs, seeds those of the file");
      return;
    }
    SearchKey entry{key, Draw::choice, 0, 0, {}};
    if (value.is_array() && !value.empty()) {
      entry.choices.assign(value.begin(), value.end());
    } else if (!read_range(value, entry)) {
      problems_.add(
          place, short_text(value) + " is neither a list nor a range",
          R"(write [1, 2, 3] or {"log": [1e-4, 1e-2]}; also uniform, integer, log_integer)");
      return;
    }
    const bool positive = !is_logarithmic(entry.draw) || entry.low > 0;
    const bool whole = !is_whole_draw(entry.draw) ||
                       (entry.low == std::floor(entry.low) && entry.high == std::floor(entry.high));
    if (entry.choices.empty() && !(entry.low < entry.high && positive && whole)) {
      problems_.add(place, short_text(value) + " is no range",
                    "the lower end first; whole ends of integers, positive ones of logarithms");
    }
    search_.space.push_back(std::move(entry));
  }

  static bool read_range(const json& value, SearchKey& entry) {
    if (!value.is_object() || value.size() != 1) return false;
    const auto draw = kDraws.find(value.begin().key());
    const json& ends = value.begin().value();
    if (draw == kDraws.end() || !ends.is_array() || ends.size() != 2) return false;
    if (!ends[0].is_number() || !ends[1].is_number()) return false;
    entry.draw = draw->second;
    entry.low = ends[0];
    entry.high = ends[1];
    return true;
  }

  json comparison() const {
    json plan = json::object(), run = json::object();
    const bool based = document_.contains("base");
    for (const auto& [key, value] : document_.items()) {
      if (is_one_of(kOwnKeys, key)) continue;
      (based || is_one_of(kPlanKeys, key) ? plan : run)[key] = value;
    }
    if (!based && run.contains("extends")) {
      plan["base"] = run["extends"];
      run.erase("extends");
      plan["set"] = std::move(run);
    } else if (!based) {
      plan["base"] = std::move(run);
    }
    if (plan["base"].is_string()) {
      const fs::path base = plan["base"].get<std::string>();
      plan["base"] = fs::absolute(file_.parent_path() / base).lexically_normal().string();
    }
    return plan;
  }

  const json& document_;
  const fs::path& file_;
  PlanProblems problems_;
  Search search_;
};

/// Numbers that are short to read: three digits that count.
double rounded_draw(double value) {
  return std::strtod(fmt::format("{:.3g}", value).c_str(), nullptr);
}

json draw_value(const SearchKey& key, uint64_t bits) {
  const double share = static_cast<double>(bits >> 11) * 0x1p-53;  // [0,1)
  if (key.draw == Draw::choice) {
    return key.choices[static_cast<size_t>(share * static_cast<double>(key.choices.size()))];
  }
  // Each whole number gets an equal share of the range.
  const double high = key.high + (is_whole_draw(key.draw) ? 1 : 0);
  const double value = is_logarithmic(key.draw) ? key.low * std::pow(high / key.low, share)
                                                : key.low + share * (high - key.low);
  if (is_whole_draw(key.draw)) {
    return static_cast<int64_t>(std::clamp(std::floor(value), key.low, key.high));
  }
  return std::clamp(rounded_draw(value), key.low, key.high);
}

Candidate draw_candidate(const Search& search, uint64_t number) {
  Candidate candidate;
  for (const SearchKey& key : search.space) {
    candidate.values[key.key] =
        draw_value(key, stream_key(search.draw_seed, "tune." + key.key, number));
  }
  return candidate;
}

/// Candidates of neighbouring or equal values of a key.
struct ValueGroup {
  std::string label;
  std::vector<double> ranks;

  double mean() const {
    double sum = 0;
    for (const double rank : ranks) sum += rank;
    return sum / static_cast<double>(ranks.size());
  }
};

using RankedValue = std::pair<json, double>;

std::string label_of(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

/// A group for each value; where that leaves fewer than two candidates to a group, or more than
/// four groups, neighbouring numbers share one.
std::vector<ValueGroup> value_groups(std::vector<RankedValue> values) {
  std::ranges::stable_sort(values, {}, &RankedValue::first);
  std::vector<ValueGroup> groups;
  for (const auto& [value, rank] : values) {
    const std::string label = label_of(value);
    if (groups.empty() || groups.back().label != label) groups.push_back({label, {}});
    groups.back().ranks.push_back(rank);
  }
  const size_t most = std::clamp<size_t>(values.size() / 2, 2, 4);
  const bool numbers =
      std::ranges::all_of(values, [](const auto& value) { return value.first.is_number(); });
  if (!numbers || groups.size() <= most) return groups;
  std::vector<ValueGroup> wider;
  for (size_t k = 0; k < most; ++k) {
    const size_t begin = k * groups.size() / most, end = (k + 1) * groups.size() / most;
    const bool single = end == begin + 1;
    wider.push_back(
        {single ? groups[begin].label : groups[begin].label + " to " + groups[end - 1].label, {}});
    for (size_t i = begin; i < end; ++i) {
      wider.back().ranks.insert(wider.back().ranks.end(), groups[i].ranks.begin(),
                                groups[i].ranks.end());
    }
  }
  return wider;
}

double epsilon_squared(const std::vector<ValueGroup>& groups) {
  double count = 0, sum = 0, between = 0, within = 0;
  for (const ValueGroup& group : groups) {
    count += static_cast<double>(group.ranks.size());
    sum += group.mean() * static_cast<double>(group.ranks.size());
  }
  const double mean = sum / count, free = count - static_cast<double>(groups.size());
  for (const ValueGroup& group : groups) {
    const double own = group.mean();
    between += static_cast<double>(group.ranks.size()) * (own - mean) * (own - mean);
    for (const double rank : group.ranks) within += (rank - own) * (rank - own);
  }
  if (groups.size() < 2 || free < 1 || between + within <= 0) return 0;
  const double chance = static_cast<double>(groups.size() - 1) * within / free;
  return std::max(0.0, (between - chance) / (between + within));
}

}  // namespace

Search read_search(const json& document, const fs::path& file) {
  return SearchReader(document, file).read();
}

std::vector<Candidate> draw_candidates(const Search& search) {
  std::vector<Candidate> candidates = {{"base", {}}};
  const auto trials = static_cast<size_t>(search.trials);
  for (uint64_t number = 1; candidates.size() < trials && number < 20 * trials; ++number) {
    Candidate candidate = draw_candidate(search, number);
    if (std::ranges::find(candidates, candidate.values, &Candidate::values) != candidates.end()) {
      continue;
    }
    candidate.name = fmt::format("t{:02}", candidates.size());
    candidates.push_back(std::move(candidate));
  }
  return candidates;
}

json changes_of(const Candidate& candidate) {
  json changes = json::object();
  const auto has_parts = [&](const std::string& key) {
    return std::ranges::any_of(
        candidate.values, [&](const auto& entry) { return entry.first.starts_with(key + "."); });
  };
  for (const auto& [key, value] : candidate.values) {
    json* at = &changes;
    for (const std::string& part : split_path(key)) at = &(*at)[part];
    if (key == "objective" && value.is_string() && has_parts(key)) at = &(*at)["preset"];
    *at = value;
  }
  return changes;
}

std::vector<Rung> rungs_of(int64_t candidates, int64_t keep, int64_t steps) {
  std::vector<Rung> rungs = {{candidates, steps}};
  while (rungs.back().candidates > keep) {
    rungs.push_back({(rungs.back().candidates + keep - 1) / keep, steps});
  }
  int64_t divisor = 1;
  for (size_t i = rungs.size(); i-- > 0; divisor *= keep) {
    rungs[i].steps = std::max<int64_t>(1, (steps + divisor - 1) / divisor);
  }
  return rungs;
}

std::vector<KeyImportance> importance_of(const Search& search,
                                         const std::vector<Candidate>& candidates,
                                         const std::map<std::string, double>& ranks) {
  std::vector<KeyImportance> all;
  for (const SearchKey& key : search.space) {
    std::vector<RankedValue> values;
    for (const Candidate& candidate : candidates) {
      const auto rank = ranks.find(candidate.name);
      const auto value = candidate.values.find(key.key);
      if (rank == ranks.end() || value == candidate.values.end()) continue;
      values.emplace_back(value->second, rank->second);
    }
    if (values.empty()) continue;
    const std::vector<ValueGroup> groups = value_groups(std::move(values));
    const auto best = std::ranges::min_element(groups, {}, &ValueGroup::mean);
    all.push_back({key.key, epsilon_squared(groups), best->label});
  }
  std::ranges::stable_sort(all, std::greater<>(), &KeyImportance::share);
  return all;
}

}  // namespace rnngan
