// Losses of several numbers per sequence: r and f are [B,n], and `score` makes of them the one
// number, high = real, that logs and penalties read.
#include <limits>
#include <utility>

#include <torch/types.h>

#include "objective/adversarial/realness_anchors.h"
#include "objective/adversarial/row.h"
#include "objective/classification.h"

namespace rnngan {

template <>
inline constexpr auto kEnumNames<RealnessAnchors> = enum_names<RealnessAnchors>(
    {{"skewed", RealnessAnchors::skewed}, {"points", RealnessAnchors::points}});

template <>
inline constexpr auto kEnumNames<RealnessGenerator> =
    enum_names<RealnessGenerator>({{"difference", RealnessGenerator::difference},
                                   {"real_anchor", RealnessGenerator::real_anchor}});

namespace {

using at::relu;
using at::softplus;
using at::Tensor;

template <class Options>
AdversarialRow vector_row(LossDescription description, Adversarial (*make)(const Options&)) {
  return {std::move(description),
          [make](const void* options) { return make(*static_cast<const Options*>(options)); }};
}

// The fake class has the logit 0, so that the logit of "real" is the log-sum-exp of the others.
Adversarial make_kplus1(const NoOptions&) {
  const auto logit = [](const Tensor& outputs) { return outputs.logsumexp(1); };
  const auto loss = [logit](const AdversarialInput& input) -> SideLoss {
    if (input.side == Side::generator) return {{}, softplus(-logit(input.f))};
    return {0.5 * softplus(-logit(input.r)) + cross_entropy(input.r, input.labels),
            0.5 * softplus(logit(input.f))};
  };
  return {loss, 0.0, "", {}, true, class_count, logit};
}

struct MultiHingeOptions {
  double generator = 0.05;
};

/// relu(1 + the best of the other outputs - that of the label), by Crammer and Singer.
Tensor multi_class_hinge(const Tensor& outputs, const Tensor& labels) {
  const Tensor own = labels.unsqueeze(1);
  const Tensor others = outputs.scatter(1, own, -std::numeric_limits<double>::infinity());
  return relu(1 + std::get<0>(others.max(1)) - outputs.gather(1, own).squeeze(1));
}

// The last output is the class of fakes.
Adversarial make_multi_hinge(const MultiHingeOptions& o) {
  const auto loss = [o](const AdversarialInput& input) -> SideLoss {
    if (input.side == Side::generator) {
      return {{}, o.generator * multi_class_hinge(input.f, input.labels)};
    }
    const Tensor fake = at::full_like(input.labels, input.f.size(1) - 1);
    return {multi_class_hinge(input.r, input.labels), multi_class_hinge(input.f, fake)};
  };
  const auto score = [](const Tensor& outputs) {
    const int64_t last = outputs.size(1) - 1;
    return std::get<0>(outputs.narrow(1, 0, last).max(1)) - outputs.select(1, last);
  };
  const auto count = [](const ModelShape& shape) { return class_count(shape) + 1; };
  return {loss, 0.0, "", {}, true, count, score};
}

struct RealnessOptions {
  int64_t outcomes = 10;
  RealnessAnchors anchors = RealnessAnchors::skewed;
  double skew = 5.0;
  RealnessGenerator generator = RealnessGenerator::difference;
};

/// KL(anchor | softmax(outputs)) of each sequence: anchor [n], outputs [B,n] -> [B].
Tensor divergence_from(const Tensor& anchor, const Tensor& outputs) {
  const Tensor distribution = anchor.to(outputs.options().requires_grad(false));
  return at::xlogy(distribution, distribution).sum() -
         (distribution * outputs.log_softmax(1)).sum(1);
}

Adversarial make_realness(const RealnessOptions& o) {
  const Tensor real = realness_anchor(o.anchors, o.outcomes, o.skew), fake = real.flip(0);
  const auto loss = [o, real, fake](const AdversarialInput& input) -> SideLoss {
    if (input.side == Side::discriminator) {
      return {divergence_from(real, input.r), divergence_from(fake, input.f)};
    }
    const Tensor to_real = divergence_from(real, input.f);
    if (o.generator == RealnessGenerator::real_anchor) return {{}, to_real};
    return {{}, to_real - divergence_from(fake, input.f)};
  };
  const auto score = [values = realness_outcomes(o.outcomes)](const Tensor& outputs) {
    return outputs.softmax(1).matmul(values.to(outputs.options().requires_grad(false)));
  };
  const auto count = [n = o.outcomes](const ModelShape&) { return n; };
  return {loss, 0.0, "", {}, true, count, score};
}

struct SphereOptions {
  int64_t dimensions = 16;
  int64_t moments = 3;
};

/// Inverse stereographic projection takes q to a point of the sphere whose height is (|q|^2 - 1) /
/// (|q|^2 + 1); its geodesic distance to the north pole is the arc cosine of that, 2 atan(1 / |q|).
Tensor distance_to_pole(const Tensor& q) {
  const Tensor length = (q.square().sum(1) + 1e-12).sqrt();
  return 2 * at::atan2(at::ones_like(length), length);
}

Adversarial make_sphere(const SphereOptions& o) {
  const auto moments = [count = o.moments](const Tensor& q) {
    const Tensor distance = distance_to_pole(q);
    Tensor sum = distance;
    for (int64_t k = 2; k <= count; ++k) sum = sum + distance.pow(k);
    return sum;
  };
  const auto loss = [moments](const AdversarialInput& input) -> SideLoss {
    if (input.side == Side::discriminator) return {-moments(input.r), moments(input.f)};
    return {{}, -moments(input.f)};
  };
  const auto count = [n = o.dimensions](const ModelShape&) { return n; };
  return {loss, std::nullopt, "geodesic moments", [](double d_loss) { return -d_loss; },
          true, count,        distance_to_pole};
}

AdversarialRow kplus1_row() {
  return vector_row<NoOptions>(
      {.name = "kplus1",
       .summary = "D knows the classes of the data and one more, that of fakes",
       .formula = "u = logsumexp of the class logits l; D: [mean softplus(-u(x)) + mean "
                  "softplus(u(x'))] / 2 + mean cross-entropy(l(x), y); G: mean softplus(-u(x'))",
       .paper = "Salimans et al. 2016, arXiv:1606.03498",
       .needs = {Need::labels, Need::hidden_labels, Need::several_scores},
       .equilibrium = "score 0; D 0.693 (ln 2) + the entropy of the label given the sequence, G "
                      "0.693 (ln 2)",
       .watch = "d.accuracy as for bce; d.adversarial far above 0.7 is that of classes that D "
                "cannot tell apart"},
      make_kplus1);
}

AdversarialRow multi_hinge_row() {
  return vector_row<MultiHingeOptions>(
      {.name = "multi_hinge",
       .summary = "margins between classes, one of fakes; add feature_matching",
       .formula = "h(s, y) = relu(1 + max of s_k over k other than y - s_y); D: mean h(s(x), y) + "
                  "mean h(s(x'), fake); G: generator mean h(s(x'), y')",
       .paper = "Kavalerov, Czaja, Chellappa 2019, arXiv:1912.04216",
       .needs = {Need::labels, Need::hidden_labels, Need::several_scores},
       .options = describe_options<MultiHingeOptions>({make_field<MultiHingeOptions>(
           "generator", [](auto& o) -> auto& { return o.generator; }, greater_than(0),
           "weight of the generator's loss beside feature_matching")}),
       .equilibrium = "score 0; D 2 and G the weight `generator`, where classes are told apart",
       .watch = "d.score_fake towards -1 means that D has settled every fake; without "
                "feature_matching the generator learns slowly"},
      make_multi_hinge);
}

AdversarialRow realness_row() {
  using O = RealnessOptions;
  return vector_row<O>(
      {.name = "realness",
       .summary = "D gives a distribution of realness, drawn to one of two anchors",
       .formula = "D: mean KL(A1 | D(x)) + mean KL(A0 | D(x')); G: mean KL(A1 | D(x')) - mean "
                  "KL(A0 | D(x')), or its first part; D = softmax of n outputs",
       .paper = "Xiangli et al. 2020, arXiv:2002.05512",
       .needs = {Need::several_scores},
       .options = describe_options<O>({
           make_field<O>(
               "outcomes", [](auto& o) -> auto& { return o.outcomes; }, between(2, 1024),
               "degrees n of realness, from -1 to 1"),
           make_field<O>(
               "anchors", [](auto& o) -> auto& { return o.anchors; },
               "skewed: skew normal, mirror images of each other; points: all on the best and "
               "on the worst outcome (2 outcomes make it bce)"),
           make_field<O>(
               "skew", [](auto& o) -> auto& { return o.skew; }, at_least(0),
               "shape of the skewed anchors; their tails point at each other"),
           make_field<O>(
               "generator", [](auto& o) -> auto& { return o.generator; },
               "difference of the divergences from both anchors, or that from the real_anchor"),
       }),
       .equilibrium = "score 0, D(x) = (A0 + A1) / 2; D twice the JSD of the anchors, G 0",
       .watch = "d.score_real and d.score_fake, mean outcomes within -1 and 1, approach those of "
                "the anchors when D wins"},
      make_realness);
}

AdversarialRow sphere_row() {
  using O = SphereOptions;
  return vector_row<O>(
      {.name = "sphere",
       .summary = "moments of the distance to a sphere's pole; no Lipschitz term",
       .formula = "d = distance of the output on the sphere to its north pole; D: sum over k of "
                  "mean d(x')^k - mean d(x)^k; G: -sum over k of mean d(x')^k",
       .paper = "Park and Kwon 2019, Sphere GAN, CVPR",
       .needs = {Need::several_scores},
       .options = describe_options<O>({
           make_field<O>(
               "dimensions", [](auto& o) -> auto& { return o.dimensions; }, between(1, 4096),
               "of the sphere: outputs of the discriminator"),
           make_field<O>(
               "moments", [](auto& o) -> auto& { return o.moments; }, between(1, 8),
               "highest power of the distance"),
       }),
       .equilibrium = "any constant score s between 0 and pi; D 0, G -(s + s^2 + s^3)",
       .watch = "d.score_real - d.score_fake is the difference of mean distances, at most pi; the "
                "level of g.adversarial means nothing"},
      make_sphere);
}

}  // namespace

std::vector<AdversarialRow> vector_losses() {
  return {kplus1_row(), multi_hinge_row(), realness_row(), sphere_row()};
}

}  // namespace rnngan
