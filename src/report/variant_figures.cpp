#include "report/variant_figures.h"

#include <algorithm>

#include <fmt/format.h>

#include "report/figures.h"
#include "report/summary.h"

namespace rnngan {

namespace {

constexpr const char* kOneSeed = "Of each variant the sequences of its first finished seed.";

int64_t shown_features(const SequenceSet& real) {
  return std::min(real.features(), kVariantFeatures);
}

std::string features_note(const SequenceSet& real) {
  return panels_note(real.features(), kVariantFeatures);
}

std::vector<NamedSequences> differences_of(const std::vector<NamedSequences>& variants) {
  std::vector<NamedSequences> all;
  for (const auto& variant : variants) {
    if (variant.sequences.steps() < 2) continue;
    SequenceSet differenced = differences(variant.sequences);
    if (differenced.count() > 0) all.push_back({variant.name, std::move(differenced)});
  }
  return all;
}

std::string variant_class_figure(const SequenceSet& real,
                                 const std::vector<NamedSequences>& variants, int64_t d) {
  const std::string column = real.column_name(d);
  html::Figure figure;
  figure.title = "Classes of " + column;
  figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
  for (const auto& variant : variants) {
    figure.drawings.push_back(
        class_panel(real, variant.sequences, d, variant.name,
                    fmt::format("Classes of {}, real and {}", column, variant.name)));
  }
  figure.caption = features_note(real) + kOneSeed;
  return html::figure(figure);
}

/// `levels`: of values, not of their differences.
std::string variant_distribution_figure(const std::string& title, const SequenceSet& real,
                                        const std::vector<NamedSequences>& variants, bool levels) {
  std::string text;
  for (int64_t d = 0; d < shown_features(real); ++d) {
    const std::string column = real.column_name(d);
    if (real.is_category(d)) {
      if (levels) text += variant_class_figure(real, variants, d);
      continue;
    }
    html::Figure figure;
    figure.title = title + " of " + column;
    figure.legend = pair_legend(html::Key::Shape::area, html::Key::Shape::line);
    std::vector<std::vector<std::string>> rows;
    const auto add = [&](const std::string& name, const std::vector<double>& values) {
      const ValueSummary summary = summarize(values);
      rows.push_back({name, html::number(summary.mean), html::number(summary.sd)});
      for (const double quantile : summary.quantiles) rows.back().push_back(html::number(quantile));
    };
    const auto of_real = valid_values(real, d);
    const std::vector<double> marks = levels ? marked_values(real, d) : std::vector<double>();
    add("real", of_real);
    for (const auto& variant : variants) {
      const auto values = valid_values(variant.sequences, d);
      add(variant.name, values);
      figure.drawings.push_back(distribution_panel(
          of_real, values, variant.name,
          fmt::format("{} of {}, real and {}", title, column, variant.name), marks));
    }
    figure.caption = features_note(real) + kOneSeed;
    figure.below = html::details(
        "Data of these drawings",
        html::table({"set", "mean", "sd", "least", "5 %", "median", "95 %", "largest"}, rows));
    text += html::figure(figure);
  }
  return text;
}

}  // namespace

std::string variant_sequences(const SequenceSet& real,
                              const std::vector<NamedSequences>& variants) {
  std::string text;
  for (int64_t d = 0; d < shown_features(real); ++d) {
    const std::string column = real.column_name(d);
    std::vector<double> all;
    for (const auto& variant : variants) {
      const auto values = valid_values(variant.sequences, d);
      all.insert(all.end(), values.begin(), values.end());
    }
    const Extent range = shared_range(valid_values(real, d), all);
    html::Figure figure;
    figure.title = column;
    figure.drawings.push_back(
        sequence_panel(real, d, "real", "Real sequences of " + column, range, "real thin"));
    for (const auto& variant : variants) {
      figure.drawings.push_back(sequence_panel(
          variant.sequences, d, variant.name,
          fmt::format("Sequences of {} by {}", column, variant.name), range, "syn thin"));
    }
    figure.caption = features_note(real) +
                     "Evenly spread over each set and not chosen by eye; all panels of a feature "
                     "have the same axes. " +
                     kOneSeed;
    text += html::figure(figure);
  }
  return text;
}

std::string variant_distributions(const SequenceSet& real,
                                  const std::vector<NamedSequences>& variants) {
  std::string text = variant_distribution_figure("Values", real, variants, true);
  if (real.steps() < 2) return text;
  const SequenceSet differenced = differences(real);
  if (differenced.count() == 0) return text;
  return text + variant_distribution_figure("First differences", differenced,
                                            differences_of(variants), false);
}

}  // namespace rnngan
