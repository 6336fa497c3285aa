// Class-conditional contrastive losses: the discriminator embeds sequences so that they are near a
// learned vector of their class, the proxy, and far from sequences of other classes. ContraGAN
// (Kang and Park 2020, arXiv:2006.12681) and ReACGAN (Kang, Shim, Cho, Park 2021,
// arXiv:2111.01118). As in the code of the latter the margin of negatives is 1 minus that of
// positives; unlike there, nothing is subtracted from the negatives alone for numerical stability.
#include <limits>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "objective/classification.h"
#include "objective/gradient_norm.h"
#include "objective/term.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr const char* kEmbedding = "embedding";
constexpr const char* kProxies = "proxies";

/// Rows [B,n] to length 1.
Tensor on_sphere(const Tensor& rows) {
  return rows / norm_of(rows.square().sum(1)).unsqueeze(1);
}

/// Cosines of a batch: of each sequence with the proxy of its class and with the other sequences.
struct Similarities {
  Tensor proxy;         // [B]
  Tensor pairs;         // [B,B]
  Tensor same, itself;  // [B,B] bool: of one class; the diagonal
};

Similarities similarities(StepContext& context, Which which) {
  const Tensor h = on_sphere(context.scores(which).heads.at(kEmbedding));
  const Tensor& labels = context.batch(which).labels;
  const Tensor e = on_sphere(context.network(kProxies, labels));
  const Tensor same = labels.unsqueeze(1).eq(labels.unsqueeze(0));
  return {(h * e).sum(1), h.matmul(h.t()), same, at::eye(labels.size(0), same.options())};
}

/// log(exp(own) + sum of exp(others) where they count): [B], [B,B], [B,B] -> [B].
Tensor log_sum_with(const Tensor& own, const Tensor& others, const Tensor& count) {
  const double never = -std::numeric_limits<double>::infinity();
  const Tensor counted = others.masked_fill(count.logical_not(), never);
  return at::cat({own.unsqueeze(1), counted}, 1).logsumexp(1);
}

/// Real sequences in the discriminator's step, fakes in the generator's.
class Contrast : public Term {
 public:
  explicit Contrast(int64_t dimensions) : dimensions_(dimensions) {}

  bool acts_on(Side) const override { return true; }

  std::vector<HeadRequest> heads(const ModelShape&) const override {
    return {{kEmbedding, dimensions_}};
  }

  std::vector<NetworkRequest> networks(const ModelShape&) const override {
    NetworkRequest proxies{kProxies, dimensions_};
    proxies.trained_with = TrainedWith::discriminator;
    proxies.on_classes = true;
    return {proxies};
  }

  Tensor value(StepContext& context) override {
    const bool d = context.side() == Side::discriminator;
    const Similarities cosines = similarities(context, d ? Which::real : Which::fake);
    statistics_[d ? 0 : 1] = {{"proxy", cosines.proxy.detach().mean()}};
    return loss(cosines).mean();
  }

  std::vector<Statistic> statistics(Side side) const override {
    return statistics_[side == Side::discriminator ? 0 : 1];
  }

 private:
  virtual Tensor loss(const Similarities& cosines) const = 0;

  int64_t dimensions_;
  std::vector<Statistic> statistics_[2];
};

struct Contrastive2cOptions {
  double temperature = 1.0;
  int64_t dimensions = 32;
};

class Contrastive2c : public Contrast {
 public:
  explicit Contrastive2c(const Contrastive2cOptions& options)
      : Contrast(options.dimensions), temperature_(options.temperature) {}

 private:
  Tensor loss(const Similarities& cosines) const override {
    const Tensor own = cosines.proxy / temperature_, pairs = cosines.pairs / temperature_;
    const Tensor others = cosines.itself.logical_not();
    return log_sum_with(own, pairs, others) -
           log_sum_with(own, pairs, cosines.same.logical_and(others));
  }

  double temperature_;
};

struct D2dCeOptions {
  double temperature = 0.5;
  double margin = 0.98;
  int64_t dimensions = 32;
};

class D2dCe : public Contrast {
 public:
  explicit D2dCe(const D2dCeOptions& options) : Contrast(options.dimensions), options_(options) {}

 private:
  Tensor loss(const Similarities& cosines) const override {
    const double m = options_.margin;
    const Tensor own = (cosines.proxy - m).clamp_max(0) / options_.temperature;
    const Tensor pairs = (cosines.pairs - (1 - m)).clamp_min(0) / options_.temperature;
    return log_sum_with(own, pairs, cosines.same.logical_not()) - own;
  }

  D2dCeOptions options_;
};

template <class Options>
FieldTable fields_with(FieldTable more) {
  FieldTable all = {make_field<Options>(
                        "temperature", [](auto& o) -> auto& { return o.temperature; },
                        greater_than(0), "what cosines are divided by"),
                    make_field<Options>(
                        "dimensions", [](auto& o) -> auto& { return o.dimensions; },
                        between(1, 4096), "numbers that a sequence is embedded in")};
  for (Field& field : more) all.push_back(std::move(field));
  return all;
}

TermRow contrastive_2c_row() {
  return term_row<Contrastive2c, Contrastive2cOptions>(
      {.name = "contrastive_2c",
       .summary = "sequences lie near their class and its members, far from others (contragan)",
       .formula =
           "D and G: D at x, G at x': + mean over i of -log([E(h_i, e_i) + sum over j != i of one "
           "class E(h_i, h_j)] / [E(h_i, e_i) + sum over j != i E(h_i, h_j)]), E(a, b) = "
           "exp(cos(a, b) / temperature), h a head of D, e_i the proxy of the class of i",
       .paper = "Kang and Park 2020, arXiv:2006.12681",
       .needs = {Need::labels, Need::hidden_labels, Need::batch_coupled},
       .options = describe_options<Contrastive2cOptions>(fields_with<Contrastive2cOptions>({})),
       .equilibrium = "both sides alike; about ln K where nothing is known of K classes, less the "
                      "better they are told apart",
       .watch = "d.contrastive_2c.proxy near 1: real sequences are at their class; "
                "g.contrastive_2c.proxy above it: fakes are more typical than data and lack "
                "variety; train.batch should be well above K"});
}

TermRow d2d_ce_row() {
  return term_row<D2dCe, D2dCeOptions>(
      {.name = "d2d_ce",
       .summary = "sequences lie near their class and far from those of others (reacgan)",
       .formula =
           "D and G: D at x, G at x': + mean over i of -log(P / [P + sum over j of other classes "
           "exp(max(cos(h_i, h_j) - (1 - margin), 0) / temperature)]), P = exp(min(cos(h_i, e_i) - "
           "margin, 0) / temperature), h a head of D, e_i the proxy of the class of i",
       .paper = "Kang, Shim, Cho, Park 2021, arXiv:2111.01118",
       .needs = {Need::labels, Need::hidden_labels, Need::batch_coupled},
       .options =
           describe_options<D2dCeOptions>(fields_with<D2dCeOptions>({make_field<D2dCeOptions>(
               "margin", [](auto& o) -> auto& { return o.margin; }, between(0, 1),
               "cosine with the proxy from which on nothing is gained; 1 minus it, that with other "
               "classes up to which nothing is lost")})),
       .weight = 0.5,
       .equilibrium = "both sides alike; not 0 but the mean of ln(1 + sequences of other classes "
                      "in the batch) where classes are told apart, more where not",
       .watch = "d.d2d_ce.proxy near margin: real sequences are at their class; g.d2d_ce.proxy "
                "above it: fakes are more typical than data"});
}

}  // namespace

std::vector<TermRow> contrastive_terms() {
  return {contrastive_2c_row(), d2d_ce_row()};
}

}  // namespace rnngan
