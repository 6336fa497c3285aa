// Figures of a set of synthetic sequences beside the real ones; each returns markup.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/sequences.h"
#include "report/html.h"
#include "report/scale.h"

namespace rnngan {

/// What is drawn: sequences that are data, in original units; the real ones have the names of
/// columns. At least one real sequence; figures that need synthetic ones are empty without.
struct Pair {
  const SequenceSet& real;
  const SequenceSet& synthetic;
};

/// Features beyond this number are left out, and the figure says so.
constexpr int64_t kMostPanels = 12;
/// "The first 12 of 60 features. ", or nothing where all are shown.
std::string panels_note(int64_t features, int64_t shown = kMostPanels);

std::string sequence_figure(const Pair& pair);
std::string distribution_figures(const Pair& pair);
std::string autocorrelation_figures(const Pair& pair);
std::string embedding_figure(const Pair& pair);

/// One panel of such figures: a few sequences of one feature within `range`.
std::string sequence_panel(const SequenceSet& sequences, int64_t feature,
                           const std::string& heading, const std::string& description,
                           const Extent& range, const std::string& classes);
/// What real and synthetic values of a feature lie in, without the synthetic set's wildest ones.
Extent shared_range(const std::vector<double>& real, const std::vector<double>& synthetic);

/// One panel: both histograms; `real` and `synthetic` are values or differences of a feature.
/// `marks`: values that are marked and told in words.
std::string distribution_panel(const std::vector<double>& real,
                               const std::vector<double>& synthetic, const std::string& heading,
                               const std::string& description,
                               const std::vector<double>& marks = {});
/// One panel: the shares of the classes of a column as bars, the most frequent real ones first.
std::string class_panel(const SequenceSet& real, const SequenceSet& synthetic, int64_t feature,
                        const std::string& heading, const std::string& description);
/// Values of a column that stand out, or none where it has classes.
std::vector<double> marked_values(const SequenceSet& real, int64_t feature);
/// "temperature: 12 % missing, 10 % of synthetic cells. ", for each of the first `shown` columns
/// with missing cells.
std::string missing_note(const Pair& pair, int64_t shown = kMostPanels);

/// "real" and "synthetic" as lines, areas or points.
std::string pair_legend(html::Key::Shape real, html::Key::Shape synthetic);

}  // namespace rnngan
