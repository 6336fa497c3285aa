// How far scores move when samples go wrong, in units of how far they move by chance.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "evaluation/degradations.h"
#include "evaluation/scoring.h"

namespace rnngan {

/// By id; what was skipped is not there.
using ScoreMap = std::map<std::string, double>;

class DegradationBench {
 public:
  /// `count` sequences of each set; chance is measured on `nulls` fresh sets.
  DegradationBench(int64_t count, std::vector<std::string> metrics, int nulls, int64_t repeats)
      : metrics_(std::move(metrics)),
        repeats_(repeats),
        real_(weather_sequences(count, 1)),
        train_(weather_sequences(count, 2)),
        fresh_(weather_sequences(count, 3)) {
    std::map<std::string, std::vector<double>> losses;
    for (int i = 0; i < nulls; ++i) {
      const auto seed = static_cast<uint64_t>(100 + i);
      for (const auto& [id, loss] : losses_of(weather_sequences(count, seed), seed)) {
        losses[id].push_back(loss);
      }
    }
    for (const auto& [id, values] : losses) {
      double mean = 0, squares = 0;
      for (const double value : values) mean += value / static_cast<double>(values.size());
      for (const double value : values) squares += (value - mean) * (value - mean);
      means_[id] = mean;
      // A score that never moves by chance still has a grain.
      deviations_[id] = std::max(
          1e-3, std::sqrt(squares / std::max(1.0, static_cast<double>(values.size()) - 1)));
    }
  }

  /// How many standard deviations of chance each score is worse.
  ScoreMap worse_by(const Degradation& degradation, double strength) const {
    ScoreMap moved;
    const SequenceSet synthetic = degradation.apply(fresh_, train_, strength);
    for (const auto& [id, loss] : losses_of(synthetic, 1)) {
      moved[id] = (loss - means_.at(id)) / deviations_.at(id);
    }
    return moved;
  }

 private:
  /// Lower is better.
  ScoreMap losses_of(const SequenceSet& synthetic, uint64_t seed) const {
    EvaluationRequest request;
    request.metrics = metrics_;
    request.bounds = false;
    request.details = false;
    request.repeats = repeats_;
    request.seed = seed;
    ScoreMap losses;
    for (const Score& record : evaluate({real_, synthetic, train_}, request)) {
      if (!record.result.value) continue;
      const double value = *record.result.value;
      losses[record.metric.name()] = record.metric.row->direction == Direction::lower ? value
                                     : record.metric.row->direction == Direction::higher
                                         ? -value
                                         : std::abs(value - record.metric.row->ideal);
    }
    return losses;
  }

  std::vector<std::string> metrics_;
  int64_t repeats_;
  SequenceSet real_, train_, fresh_;
  ScoreMap means_, deviations_;
};

}  // namespace rnngan
