// Scores of the generator while it is trained: against the validation split, beside what training
// sequences score there. The step with the best of them is kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/run_config.h"
#include "data/dataset.h"
#include "evaluation/scoring.h"
#include "nn/generator.h"

namespace rnngan {

/// The scores of one step. Those that were skipped are left out.
struct MonitorReport {
  struct Score {
    std::string metric;
    double value = 0;
    std::optional<double> floor;    // the training sequences'
    std::optional<double> ceiling;  // white noise's
    bool selects = false;           // has a part in the selection
  };
  int64_t step = 0;
  std::vector<Score> scores;
  /// The mean norm of the scores that select: 0 = no worse than the training sequences, 1 = as bad
  /// as white noise. Empty where one of them is missing.
  std::optional<double> selection;
  bool best = false;  // at least as low as at every step before
  /// What was scored, beside what it was compared with; the monitor's until it scores again.
  const SequenceSet* synthetic = nullptr;
  const SequenceSet* real = nullptr;
};

/// The row of metrics.jsonl: "step", "score.METRIC", "score.METRIC.floor", "score.selection".
nlohmann::json to_json(const MonitorReport& report);

/// Throws Error{config} for a name in evaluate.metrics or evaluate.select_by that is no score.
void require_known_scores(const EvaluateConfig& config);

class Monitor {
 public:
  /// `config` and `data` must outlive the monitor. Throws what require_known_scores does.
  Monitor(const EvaluateConfig& config, const Dataset& data, uint64_t seed);

  /// Why nothing is scored ("evaluate.every is 0"); empty when it is.
  const std::string& why_off() const { return why_off_; }
  /// How many sequences of each side are compared.
  int64_t count() const { return count_; }
  /// Whether the step from `step - 1` to `step` is followed by scores; `last`: the run's last one.
  bool due(int64_t step, bool last) const;

  /// Scores `generator`, always with the same noise, which comes from a stream of its own: scores
  /// of two steps differ by the weights alone, and training does not notice.
  MonitorReport score(Generator& generator, int64_t step, const at::Device& device);

  /// Those scores of evaluate.select_by that can tell a good generator: where training sequences
  /// are clearly nearer to perfect than white noise is. Under a drift between the splits they are
  /// not by scores of levels, which would reward a generator for being unlike its training
  /// sequences. Known from the first scores on.
  const std::vector<std::string>& selecting() const { return selecting_; }
  /// The others.
  std::vector<std::string> left_out() const;

  /// The best step so far and its selection, for checkpoints: {} before there is one.
  nlohmann::json state() const;
  /// Throws Error{checkpoint} "ORIGIN: ..." for what state() cannot have written.
  void restore(const nlohmann::json& state, const std::string& origin);
  std::optional<int64_t> best_step() const;
  std::optional<double> best_selection() const;

 private:
  struct Bounds {
    std::string metric;
    std::optional<double> floor, ceiling;
    bool telling = false;
  };
  struct Best {
    int64_t step = 0;
    double selection = 0;
  };

  void load_real();
  void load_bounds();
  EvaluationRequest request() const;
  std::optional<double> selection(const std::vector<Score>& scores) const;
  const EvaluateConfig& config_;
  const Dataset& data_;
  uint64_t seed_;
  std::string why_off_;
  int64_t count_ = 0;
  std::vector<std::string> metrics_, select_by_, selecting_;  // ids
  EvaluationData sets_;         // real ones: loaded for the first scores
  std::vector<Bounds> bounds_;  // likewise; in the order of the catalog
  std::optional<Best> best_;
};

}  // namespace rnngan
