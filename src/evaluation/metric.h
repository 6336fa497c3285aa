// Scores of synthetic sequences against real ones: what a score is given, what it returns, and the
// catalog. One file and one row each.
//
// A score takes its data in original units and fits its own scaler, always on the real side. The
// engine (evaluate.h) drops invalid sequences, equalises numbers, makes the view of first
// differences, and computes the floor and the ceiling by calling the same
// function on other data; a score does none of that.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/stop.h"
#include "evaluation/giveaway.h"
#include "evaluation/sequences.h"

namespace rnngan {

/// What a score keeps from its value to its floor and ceiling, by names of its own: what was fitted
/// on real sequences alone.
using MetricCache = std::map<std::string, std::shared_ptr<const void>>;

/// What a score is computed from. `train` (where there are) serves scores of privacy and what
/// evaluators tell beside their value; `hold_out` scores of privacy only.
struct MetricInput {
  const SequenceSet& real;
  const SequenceSet& synthetic;
  const SequenceSet* train = nullptr;
  const SequenceSet* hold_out = nullptr;
  // All that `real` was drawn from: scalers and bandwidths are fitted on it, so that they stay the
  // same whatever is compared.
  const SequenceSet* reference = nullptr;
  bool differenced = false;  // these are first differences
  bool value_only = false;   // what only informs may be left out of detail
  uint64_t seed = 1;
  int64_t repeats = 0;             // of trained evaluators; 0: the score's own number
  int64_t iterations = 0;          // of each training, for tests; 0: the score's own number
  bool subsampling = true;         // false: the first n instead of random ones (golden tests)
  const StopFlag* stop = nullptr;  // evaluators end early when it is set
  MetricCache* cache = nullptr;    // where there is one

  /// What scalers and bandwidths are fitted on.
  const SequenceSet& fitted_on() const { return reference != nullptr ? *reference : real; }
  int64_t iterations_or(int64_t usual) const { return iterations > 0 ? iterations : usual; }
};

enum class MetricStatus { ok, partial, skipped };
std::string to_string(MetricStatus status);

/// `value` is empty exactly when it was skipped. `sd` is the population standard deviation over
/// repeats, empty for scores without. `params` says how it was computed, `detail` what else came
/// out, for people: what the program itself reads has members of its own.
struct MetricResult {
  std::optional<double> value;
  std::optional<double> sd;
  int64_t repeats = 1;
  MetricStatus status = MetricStatus::ok;
  std::string reason;   // why it was skipped or is partial: "needs_d_ge_2"
  bool telling = true;  // false: these data cannot tell, as the reason says; there is no norm
  std::optional<bool> descriptive;     // windows share rows: intervals do not hold their level
  std::optional<bool> copy_suspected;  // closer to real sequences than these are to each other
  std::optional<Giveaways> giveaways;  // of c2st
  std::string verdict;                 // of a test: "b closer"
  nlohmann::json params = nlohmann::json::object();
  nlohmann::json detail = nlohmann::json::object();

  static MetricResult skipped(std::string reason) {
    MetricResult result;
    result.status = MetricStatus::skipped;
    result.reason = std::move(reason);
    return result;
  }
};

/// Where the value of perfect data lies: lower is better, higher is better, or a level (0.5 for
/// mia_auc).
enum class Direction { lower, higher, level };
std::string to_string(Direction direction);

/// Whose value stands beside the score as its floor.
enum class FloorKind {
  train,     // the training sequences (or half of the reference) in place of the synthetic ones
  hold_out,  // of privacy: the held-out sequences in place of the synthetic ones
  ideal,     // the ideal itself: what a generator scores that has not seen the training sequences
  none,      // no floor and no ceiling
};

/// What a score takes of each side unless it is slow.
inline constexpr int64_t kMostSequences = 2000;
/// Of scores whose cost does not grow with the square of the number.
inline constexpr int64_t kAllSequences = std::numeric_limits<int64_t>::max();

/// Whether a score tells real sequences from white noise: the floor has to be clearly nearer to the
/// ideal than the ceiling is. Else it cannot tell anything here.
bool tells_from_noise(double ideal, double floor, double ceiling);

struct MetricRow {
  std::string name;      // "mmd2"
  std::string question;  // "are whole sequences distributed alike?"
  std::string formula;   // plain text
  std::string paper;     // authors, year, arXiv id; "" for definitions of our own
  Direction direction = Direction::lower;
  double ideal = 0;
  bool has_d1 = false;   // also exists as NAME_d1
  bool trained = false;  // by an evaluator, with repeats
  bool needs_labels = false;
  bool needs_train = false;            // train and hold-out sequences
  int64_t max_count = kMostSequences;  // of each side at most; less where it is slow
  // Equal distributions, or the same ones, get another value from more sequences: a comparison
  // needs equal numbers.
  bool depends_on_size = false;
  // Parts of `detail` that are always shown with the value, as it is misleading without them.
  std::vector<std::string> beside = {};
  FloorKind floor = FloorKind::train;
  // Given columns as they are: codes of categories, and NaN in missing cells. Other scores are
  // given numbers only (score_encoding.h).
  bool reads_cells = false;
  bool takes_invalid = false;      // given synthetic sequences that are no data, too; reads cells
  bool takes_constant = false;     // computed even where every feature of the reference is constant
  std::string needs_of_data = {};  // in words: "a column of classes"; empty: any columns will do
  // Why it has nothing to say of such real sequences ("needs_category"); empty where it has. What
  // only a group names is left out then.
  std::function<std::string(const SequenceSet& real)> unmet = {};
  std::function<MetricResult(const MetricInput&)> compute;
  // Of a score that is a ratio to its floor: turns what compute() gave into the score, by what
  // compute() gave for the floor; until then `value` is a distance.
  std::function<void(MetricResult& result, const MetricResult& floor)> finish = {};
};

/// All scores, in the order in which they are computed and shown: the cheapest first.
const std::vector<MetricRow>& metric_catalog();

/// A score of sequences as they are, or of their first differences.
struct MetricId {
  const MetricRow* row = nullptr;  // not owned
  bool differenced = false;

  std::string name() const;  // "mmd2", "mmd2_d1"
  /// "are whole sequences distributed alike? (first differences)"
  std::string question() const;
  auto operator<=>(const MetricId&) const = default;
};

/// A row's id, and behind it that of its differences where there is one.
std::vector<MetricId> ids_of(const MetricRow& row);
/// The score of the catalog that is called so ("mmd2_d1"); nothing where it has none.
std::optional<MetricId> find_metric(std::string_view name);
std::vector<std::string> names_of(const std::vector<MetricId>& ids);

/// Names that stand for several: {"fast", {"mmd2", "mmd2_d1", ...}}, ...
struct MetricGroup {
  std::string name;
  std::vector<std::string> metrics;  // ids; "all" holds every one
};
const std::vector<MetricGroup>& metric_groups();

}  // namespace rnngan
