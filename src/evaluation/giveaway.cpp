#include "evaluation/giveaway.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "evaluation/auc.h"
#include "evaluation/descriptive.h"

namespace rnngan {
namespace {

using at::Tensor;
using nlohmann::json;

constexpr size_t kFewestDefined = 20;  // sequences of each side for which a feature is defined
constexpr double kBeyondChance = 4;    // standard errors of the area under equal distributions
constexpr double kSameThing = 0.7;     // correlation over sequences of either set
constexpr double kNearlyAsMuch = 0.03, kClearlyMore = 0.05, kCauseOfMuch = 0.15;  // in area
constexpr size_t kMostGroups = 40;
constexpr size_t kRounds = 3;

/// A feature of all sequences of one set: NaN where undefined.
std::vector<double> feature_column(const Tensor& table, int64_t k) {
  const Tensor column = table.select(1, k).contiguous();
  return {column.data_ptr<double>(), column.data_ptr<double>() + column.numel()};
}

std::vector<double> defined(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return quantile_of_sorted(values, 0.5);
}

std::vector<double> distances_from(std::vector<double> values, double middle) {
  for (double& value : values) value = std::abs(value - middle);
  return values;
}

/// 0 for what rounding leaves beside the other number.
double without_dirt(double value, double other) {
  return std::abs(value) < 1e-9 * std::abs(other) ? 0 : value;
}

double two_sided_auc(const std::vector<double>& a, const std::vector<double>& b) {
  const double auc = auc_estimate(a, b).value;
  return std::max(auc, 1 - auc);
}

std::string number_text(double value, FeatureUnit unit, int digits) {
  if (unit != FeatureUnit::share) return fmt::format("{:.{}g}", value, digits);
  const double percent = 100 * value;
  if (digits <= 2 && percent >= 10) return fmt::format("{:.0f} %", percent);
  return fmt::format("{:.{}g} %", percent, digits);
}

/// Both numbers, with as many digits as it takes to tell them apart.
std::pair<std::string, std::string> number_texts(double a, double b, FeatureUnit unit) {
  for (int digits = 2; digits < 6; ++digits) {
    auto texts = std::pair(number_text(a, unit, digits), number_text(b, unit, digits));
    if (digits >= 3 && texts.first != texts.second) return texts;
    if (unit != FeatureUnit::value && texts.first != texts.second) return texts;
  }
  return {number_text(a, unit, 6), number_text(b, unit, 6)};
}

std::string sentence_of(const Giveaway& of) {
  const auto [real, synthetic] = number_texts(of.real, of.synthetic, of.about.unit);
  std::string front = of.about.subject + ": " + of.about.phrase;
  if (std::isdigit(static_cast<unsigned char>(front.back())) != 0 || front.ends_with('"') ||
      front.ends_with(", too")) {
    front += ':';
  }
  const std::string means = fmt::format("{} {} real, {} synthetic", front, real, synthetic);
  if (!of.spread) return means;
  const auto [near, far] = number_texts(of.real_spread, of.synthetic_spread, of.about.unit);
  return fmt::format("{}; from sequence to sequence \u00b1{} and \u00b1{}", means, near, far);
}

/// Nothing where the feature is defined for too few, or tells no more than chance would.
std::optional<Giveaway> evaluator_feature(const FeatureTable& table, const EffectiveCounts& counts,
                                          int64_t k) {
  const auto real = defined(feature_column(table.real, k)),
             synthetic = defined(feature_column(table.synthetic, k));
  if (std::min(real.size(), synthetic.size()) < kFewestDefined) return std::nullopt;
  Giveaway one;
  one.feature = k;
  one.about = table.features[static_cast<size_t>(k)];
  one.auc = two_sided_auc(real, synthetic);
  const double middle = median_of(real);
  const double apart =
      two_sided_auc(distances_from(real, middle), distances_from(synthetic, middle));
  one.spread = apart > one.auc + kClearlyMore;  // what differs on average is said sooner
  if (one.spread) one.auc = apart;
  const double n = std::min(counts.real, static_cast<double>(real.size())),
               m = std::min(counts.synthetic, static_cast<double>(synthetic.size()));
  if (one.auc - 0.5 < kBeyondChance * std::sqrt((n + m + 1) / (12 * n * m))) return std::nullopt;
  const bool median =
      one.about.unit == FeatureUnit::value && median_of(real) != median_of(synthetic);
  const auto middle_of = [&](const std::vector<double>& values) {
    return median ? median_of(values) : mean_of_values(values);
  };
  one.real = middle_of(real);
  one.synthetic = middle_of(synthetic);
  one.real_spread = without_dirt(deviation_of_values(real), deviation_of_values(synthetic));
  one.synthetic_spread = without_dirt(deviation_of_values(synthetic), deviation_of_values(real));
  one.sentence = sentence_of(one);
  return one;
}

bool say_the_same(const FeatureTable& table, int64_t a, int64_t b) {
  const SequenceFeature &one = table.features[static_cast<size_t>(a)],
                        &other = table.features[static_cast<size_t>(b)];
  const auto of_one_value = [](const SequenceFeature& feature) {
    return feature.key.find("/is_") != std::string::npos;
  };
  const bool about_one = one.subject == other.subject;
  if (about_one && of_one_value(one) && of_one_value(other)) return true;
  bool constant = true;
  for (const Tensor& of : {table.real, table.synthetic}) {
    const double r = correlation_of(feature_column(of, a), feature_column(of, b));
    if (std::abs(r) >= kSameThing) return true;
    constant = constant && std::isnan(r);
  }
  return about_one && constant;
}

/// What a reader grasps at once comes first: shares, then levels, counts and correlations, and what
/// is told of classes last.
int plainness(const SequenceFeature& feature) {
  if (feature.rule) return -1;
  const bool share_of_class = feature.phrase == "share of sequences";
  const int of_class = feature.subject.starts_with("label") && !share_of_class ? 4 : 0;
  switch (feature.unit) {
    case FeatureUnit::share:
      return of_class;
    case FeatureUnit::value:
      return of_class + 1;
    case FeatureUnit::steps:
      return of_class + 2;
    case FeatureUnit::correlation:
      return of_class + 3;
  }
  return of_class;
}

/// Numbers the groups of what says the same, the most telling first.
void number_groups(const FeatureTable& table, std::vector<Giveaway>& ranked) {
  std::vector<int64_t> firsts;
  size_t groups = 0;
  for (Giveaway& one : ranked) {
    const auto same = std::ranges::find_if(
        firsts, [&](int64_t first) { return say_the_same(table, one.feature, first); });
    const bool alone = same == firsts.end();
    one.group = alone ? groups++ : static_cast<size_t>(same - firsts.begin());
    if (alone && firsts.size() < kMostGroups) firsts.push_back(one.feature);
  }
}

/// How much less than the best of its group a leader may tell: a broken rule is the cause of much.
double tolerance(const SequenceFeature& feature) {
  return feature.rule ? kCauseOfMuch : kNearlyAsMuch;
}

/// Sorts by groups. The plainest of those that tell nearly as much as the best leads its group.
void sort_by_group(std::vector<Giveaway>& ranked) {
  std::ranges::stable_sort(ranked, {}, &Giveaway::group);
  for (auto first = ranked.begin(); first != ranked.end();) {
    const size_t group = first->group;
    const auto last =
        std::find_if(first, ranked.end(), [&](const Giveaway& one) { return one.group != group; });
    const auto rank = [best = first->auc](const Giveaway& one) {
      return std::tuple(one.auc < best - tolerance(one.about), plainness(one.about), one.feature);
    };
    const auto leader = std::ranges::min_element(first, last, {}, rank);
    leader->leads = true;
    std::rotate(first, leader, leader + 1);
    first = last;
  }
}

/// All features but those of the first `rounds` groups.
std::vector<int64_t> without(const FeatureTable& table, const std::vector<Giveaway>& ranked,
                             size_t rounds) {
  std::set<int64_t> out;
  for (const Giveaway& one : ranked) {
    if (one.group < rounds) out.insert(one.feature);
  }
  std::vector<int64_t> left;
  for (int64_t k = 0; k < static_cast<int64_t>(table.features.size()); ++k) {
    if (!out.contains(k)) left.push_back(k);
  }
  return left;
}

const char* unit_text(FeatureUnit unit) {
  switch (unit) {
    case FeatureUnit::value:
      return "value";
    case FeatureUnit::share:
      return "share";
    case FeatureUnit::correlation:
      return "correlation";
    case FeatureUnit::steps:
      return "steps";
  }
  return "";
}

}  // namespace

Giveaways giveaways(
    const FeatureTable& table, const EffectiveCounts& counts,
    const std::function<std::optional<double>(const std::vector<int64_t>& used)>& auc_of) {
  Giveaways found;
  for (int64_t k = 0; k < static_cast<int64_t>(table.features.size()); ++k) {
    if (auto one = evaluator_feature(table, counts, k)) found.features.push_back(std::move(*one));
  }
  std::ranges::stable_sort(found.features, std::ranges::greater{}, &Giveaway::auc);
  number_groups(table, found.features);
  sort_by_group(found.features);
  const auto groups =
      static_cast<size_t>(std::ranges::count(found.features, true, &Giveaway::leads));
  for (size_t round = 1; round <= std::min(kRounds, groups); ++round) {
    const std::vector<int64_t> used = without(table, found.features, round);
    const auto auc = used.empty() ? std::optional(0.5) : auc_of(used);
    if (!auc) break;
    found.auc_without.push_back(*auc);
  }
  return found;
}

json to_json(const Giveaways& of) {
  json rows = json::array();
  for (const Giveaway& one : of.features) {
    json row = {{"feature", one.about.key}, {"columns", one.about.subject},
                {"what", one.about.phrase}, {"unit", unit_text(one.about.unit)},
                {"auc", one.auc},           {"kind", one.spread ? "spread" : "level"},
                {"real", one.real},         {"synthetic", one.synthetic},
                {"sentence", one.sentence}, {"leads", one.leads},
                {"auc_without", nullptr}};
    if (const auto auc = of.without(one)) row["auc_without"] = *auc;
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace rnngan
