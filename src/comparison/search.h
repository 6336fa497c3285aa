// A search over config keys: random draws, of which the better ones are trained longer, each time
// afresh (successive halving; Jamieson and Talwalkar 2016, arXiv:1502.07943).
//
//   {"base": "base.json",                             // and whatever a comparison file may say
//    "tune": {"train.optim.generator.lr": {"log": [1e-4, 1e-2]},
//             "model.generator.hidden": {"log_integer": [16, 128]},
//             "train.ema.decay": {"uniform": [0.99, 0.9999]},
//             "train.n_critic": {"integer": [1, 3]},
//             "objective": ["hinge", "r3gan"]},       // one of these
//    "trials": 16,      // candidates of the first rung; the base is one of them
//    "keep": 4,         // one in so many goes on, to so many times the steps
//    "draw_seed": 1}
//
// Without "base" the other keys are a run's config.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

enum class Draw { choice, uniform, log, integer, log_integer };

struct SearchKey {
  std::string key;  // "train.optim.generator.lr"
  Draw draw = Draw::choice;
  double low = 0, high = 0;             // both included
  std::vector<nlohmann::json> choices;  // of a choice
};

struct Search {
  nlohmann::json comparison;  // the comparison file, without variants
  std::vector<SearchKey> space;
  int64_t trials = 16;
  int64_t keep = 4;
  uint64_t draw_seed = 1;
};

/// Takes a file apart. Throws Error{config} "ORIGIN: KEY: ..." with all that is wrong with "tune"
/// and the keys behind it; the rest is for read_plan(). A "base" relative to `file` becomes
/// absolute.
Search read_search(const nlohmann::json& document, const std::filesystem::path& file);

/// Settings that are tried.
struct Candidate {
  std::string name;                              // "base", "t01", ...
  std::map<std::string, nlohmann::json> values;  // by key; none of the base
};

/// The base, then draws: the value of a key depends on draw_seed, the number of the candidate and
/// the key alone. No two are alike, so that there may be fewer than `trials`.
std::vector<Candidate> draw_candidates(const Search& search);

/// What a candidate changes, as a merge patch.
nlohmann::json changes_of(const Candidate& candidate);

/// One round: so many candidates, each trained for so many steps.
struct Rung {
  int64_t candidates = 0, steps = 0;
};
/// From all candidates down to no more than `keep`; the last rung has all `steps`.
std::vector<Rung> rungs_of(int64_t candidates, int64_t keep, int64_t steps);

/// How much of the ranks a key explains.
struct KeyImportance {
  std::string key;
  /// Share of the variance of the mean ranks that lies between groups of the key's values, less
  /// what chance puts there: epsilon squared (Kelley 1935), at least 0. Groups are the values; of
  /// many numbers neighbouring ones share a group, so that there are two to four.
  double share = 0;
  std::string best;  // the group of the lowest mean rank: "r3gan", "0.00031 to 0.0012"
};
/// The largest share first. `ranks`: mean rank of each candidate; those without one are left out,
/// and so is the base, which was not drawn. Keys of which there is only one group say nothing and
/// have the share 0.
std::vector<KeyImportance> importance_of(const Search& search,
                                         const std::vector<Candidate>& candidates,
                                         const std::map<std::string, double>& ranks);

}  // namespace rnngan
