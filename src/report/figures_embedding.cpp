#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "evaluation/score_encoding.h"
#include "report/chart.h"
#include "report/embedding.h"
#include "report/figures.h"
#include "report/summary.h"
#include "report/variant_figures.h"

namespace rnngan {

using at::Tensor;

namespace {

constexpr int64_t kEmbeddedPoints = 300, kNeighbours = 10;
constexpr int64_t kEmbeddedNumbers = 4000;  // of a sequence; longer ones are taken coarser
constexpr double kFarthest = 1e4;           // standard deviations that are told apart

/// `count` sequences at random, every k-th step of them.
SequenceSet few_of(const SequenceSet& from, int64_t count, int64_t k) {
  return coarser(subsample(from, count, 1, "report embedding"), k);
}

int64_t coarseness(int64_t steps, int64_t features) {
  return std::max<int64_t>(1, steps * features / kEmbeddedNumbers);
}

std::vector<double> column(const Tensor& matrix, int64_t index) {
  const Tensor values = matrix.select(1, index).contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

struct Points {
  Tensor real, synthetic;  // [n,2]
};

/// Reaches what lies near the real points.
ChartFrame with_ranges(ChartFrame frame, const Points& points) {
  frame.x = shared_range(column(points.real, 0), column(points.synthetic, 0));
  frame.y = shared_range(column(points.real, 1), column(points.synthetic, 1));
  return frame;
}

/// Real dots beneath synthetic crosses.
std::string scatter(const Points& points, ChartFrame frame) {
  if (frame.x.empty) frame = with_ranges(std::move(frame), points);
  Chart chart(std::move(frame));
  chart.dots(column(points.real, 0), column(points.real, 1), "real");
  chart.crosses(column(points.synthetic, 0), column(points.synthetic, 1), "syn");
  return chart.svg();
}

std::string coordinates(const Points& pca, const Points& map) {
  std::string text = "set,pca_1,pca_2,tsne_1,tsne_2\n";
  const auto add = [&](const char* name, const Tensor& a, const Tensor& b) {
    const auto left = rows_of(a), right = rows_of(b);
    for (size_t i = 0; i < left.size(); ++i) {
      text += fmt::format("{},{:.4g},{:.4g},{:.4g},{:.4g}\n", name, left[i][0], left[i][1],
                          right[i][0], right[i][1]);
    }
  };
  add("real", pca.real, map.real);
  add("synthetic", pca.synthetic, map.synthetic);
  return "<pre tabindex=\"0\">" + text + "</pre>";
}

std::string agreement_text(const Tensor& rows, int64_t each) {
  std::vector<int> marks(static_cast<size_t>(each), 0);
  marks.resize(static_cast<size_t>(2 * each), 1);
  const auto agreement = neighbour_agreement(rows, marks, kNeighbours);
  return fmt::format(
      "Of the {} nearest neighbours (in all steps and features, not in the plane) of a real "
      "sequence {:.0f} % are real, of a synthetic one {:.0f} % synthetic; 50 % each where both "
      "sets have one distribution. Windows of one series that overlap are each other's neighbours "
      "and raise these shares.",
      std::min(kNeighbours, 2 * each - 1), 100 * agreement[0], 100 * agreement[1]);
}

std::string embedding_caption(const PrincipalPlane& plane, int64_t each, int64_t k) {
  return fmt::format(
      "{} sequences of each set, {} and every feature, scaled by the real ones. PCA: the plane "
      "in which the real sequences spread most ({:.0f} % of their variance); a synthetic set "
      "with a distribution of its own beyond that plane looks right here. t-SNE (perplexity 30, "
      "both sets together): neighbours stay neighbours, so it shows clusters, modes that are "
      "missing and "
      "synthetic sequences that lie apart; its distances between clusters, their sizes and "
      "densities mean nothing. Points beyond the axes stand on their edge. ",
      each, k > 1 ? fmt::format("every {}-th step", k) : "every step",
      100 * (plane.share[0] + plane.share[1]));
}

}  // namespace

std::string embedding_figure(const Pair& as_given) {
  const ScoreEncoding encoding(as_given.real, ValidCells(as_given.real, nullptr));
  const SequenceSet all_real = encoding(as_given.real),
                    all_synthetic = encoding(as_given.synthetic);
  const Pair pair{all_real, all_synthetic};
  const int64_t each = std::min({kEmbeddedPoints, pair.real.count(), pair.synthetic.count()});
  const int64_t k =
      coarseness(std::max(pair.real.steps(), pair.synthetic.steps()), pair.real.features());
  const SequenceSet real = few_of(pair.real, each, k);
  const SequenceSet synthetic = few_of(pair.synthetic, each, k);
  if (each < 3) return {};
  FlatPair flat = flatten(FeatureScaler(real), real, synthetic);
  flat.synthetic = flat.synthetic.clamp(-kFarthest, kFarthest);
  const PrincipalPlane plane = principal_plane(flat.real);
  const Points pca{plane.project(flat.real), plane.project(flat.synthetic)};
  const Tensor rows = torch::cat({flat.real, flat.synthetic});
  const Tensor map = tsne(rows, torch::cat({pca.real, pca.synthetic}));
  const Points tsne_points{map.narrow(0, 0, real.count()),
                           map.narrow(0, real.count(), synthetic.count())};
  html::Figure figure;
  figure.wide = true;
  figure.legend = pair_legend(html::Key::Shape::dot, html::Key::Shape::cross);
  figure.drawings.push_back(
      scatter(pca, {.heading = "PCA",
                    .description = "PCA of real and synthetic sequences, axes of the real ones",
                    .x_title = fmt::format("component 1 ({:.0f} %)", 100 * plane.share[0]),
                    .y_title = fmt::format("component 2 ({:.0f} %)", 100 * plane.share[1]),
                    .width = 420,
                    .height = 350}));
  figure.drawings.push_back(
      scatter(tsne_points, {.heading = "t-SNE",
                            .description = "t-SNE of real and synthetic sequences together",
                            .width = 420,
                            .height = 350,
                            .x_axis = false,
                            .y_axis = false}));
  figure.caption = embedding_caption(plane, each, k) + agreement_text(rows, each);
  figure.below = html::details("Data of these drawings", coordinates(pca, tsne_points));
  return html::figure(figure);
}

std::string variant_embedding(const SequenceSet& real,
                              const std::vector<NamedSequences>& variants) {
  int64_t longest = real.steps();
  for (const auto& variant : variants) longest = std::max(longest, variant.sequences.steps());
  const ScoreEncoding encoding(real, ValidCells(real, nullptr));
  const SequenceSet numbers = encoding(real);
  const int64_t k = coarseness(longest, numbers.features());
  const SequenceSet shown = few_of(numbers, kVariantPoints, k);
  if (shown.count() < 3 || variants.empty()) return {};
  const FeatureScaler scaler(shown);
  std::vector<const SequenceSet*> sets = {&shown};
  std::vector<SequenceSet> few;
  few.reserve(variants.size());
  for (const auto& variant : variants) {
    few.push_back(few_of(encoding(variant.sequences), kVariantPoints, k));
    sets.push_back(&few.back());
  }
  auto rows = flatten(scaler, sets);
  for (Tensor& set : rows) set = set.clamp(-kFarthest, kFarthest);
  const PrincipalPlane plane = principal_plane(rows[0]);
  html::Figure figure;
  figure.legend = pair_legend(html::Key::Shape::dot, html::Key::Shape::cross);
  const std::vector<Tensor> all(rows.begin() + 1, rows.end());
  const Points together{plane.project(rows[0]), plane.project(torch::cat(all))};
  for (size_t i = 0; i < variants.size(); ++i) {
    ChartFrame frame{.heading = variants[i].name,
                     .description = "PCA of real sequences and of those of " + variants[i].name,
                     .height = 200,
                     .left = 32};
    figure.drawings.push_back(scatter({together.real, plane.project(rows[i + 1])},
                                      with_ranges(std::move(frame), together)));
  }
  figure.caption = fmt::format(
      "PCA, axes fitted on {} real sequences, the same in all panels ({:.0f} % of their "
      "variance); up to {} sequences of each variant, of its first seed. Points beyond the axes "
      "stand on their edge.",
      shown.count(), 100 * (plane.share[0] + plane.share[1]), kVariantPoints);
  return html::figure(figure);
}

}  // namespace rnngan
