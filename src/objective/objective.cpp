#include "objective/objective.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "objective/presets.h"

namespace rnngan {

/// Adds up what a side minimises and keeps the parts for the log.
class SideSum {
 public:
  /// value: scalar or one value per sequence [B].
  void add(const std::string& name, const at::Tensor& value, double weight) {
    const at::Tensor mean = value.dim() == 0 ? value : value.mean();
    const at::Tensor weighted = weight == 1.0 ? mean : mean * weight;
    result_.total = result_.total.defined() ? result_.total + weighted : weighted;
    result_.parts.push_back({name, weighted});
    record(name, mean);
  }

  void record(const std::string& name, const at::Tensor& value) {
    result_.statistics.push_back({name, value.detach()});
  }

  SideResult finish() && {
    if (result_.total.defined()) record("total", result_.total);
    return std::move(result_);
  }

 private:
  SideResult result_;
};

namespace {

template <class Row>
const Row& find_row(const std::vector<Row>& rows, const std::string& type,
                    const std::string& path) {
  std::vector<std::string> names;
  for (const Row& row : rows) {
    if (row.description.name == type) return row;
    names.push_back(row.description.name);
  }
  throw Error{ErrorKind::config, path, fmt::format("unknown type \"{}\" ({})", type, join(names)),
              did_you_mean(type, names)};
}

/// Makes what a row describes, from the configured options or, without any, from the defaults.
template <class Row>
auto make_from(const Row& row, const std::shared_ptr<const void>& options) {
  if (options) return row.make(options.get());
  const std::shared_ptr<const void> defaults = row.description.options.make();
  return row.make(defaults.get());
}

NetworkRequest encoder_request(const ModelConfig& model) {
  return {"encoder", 2 * model.generator.noise_global, /*causal=*/false, TrainedWith::generator};
}

/// [B]: mean absolute difference of a pair's critic inputs.
at::Tensor pair_distance(StepContext& context) {
  const at::Tensor difference =
      (context.critic_input(Which::real).detach() - context.critic_input(Which::fake).detach())
          .abs()
          .mean(2);
  return masked_mean(difference, context.critic_input_steps());
}

void check_name(const std::string& name, const std::string& divergence) {
  static constexpr std::array kTaken = {"total",    "adversarial", "score_real", "score_fake",
                                        "accuracy", "grad_norm",   "frozen",     "augment"};
  if (name != divergence && std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end()) return;
  throw Error{ErrorKind::config, fmt::format("objective.terms.{}", name),
              "a column of the log has this name", "give the term another name and its \"type\""};
}

/// Real and fake parts, one value per sequence; a batch-coupled loss is a scalar already.
at::Tensor per_sequence(StepContext& context, const SideLoss& loss) {
  at::Tensor sum;
  for (const at::Tensor& part : {loss.real, loss.fake}) {
    if (!part.defined()) continue;
    const at::Tensor value = part.dim() == 0 ? part : context.per_sequence(part);
    sum = sum.defined() ? sum + value : value;
  }
  if (!sum.defined()) throw Error{ErrorKind::bug, "objective", "an adversarial loss has no part"};
  return sum;
}

/// 1 where a > b, 1/2 where they are equal, 0 where a < b.
at::Tensor share_above(const at::Tensor& difference) {
  return (difference.sign() + 1) / 2;
}

void record_scores(StepContext& context, const Adversarial& adversarial, SideSum& sum) {
  const torch::NoGradGuard no_grad;
  const at::Tensor& r = context.scores(Which::real).score;
  const at::Tensor& f = context.scores(Which::fake).score;
  sum.record("score_real", context.per_sequence(r).mean());
  sum.record("score_fake", context.per_sequence(f).mean());
  const auto& undecided = adversarial.undecided;
  const at::Tensor above = undecided
                               ? (share_above(r - *undecided) + share_above(*undecided - f)) / 2
                               : share_above(r - f);
  const at::Tensor right = adversarial.high_is_real ? above : 1 - above;
  sum.record("accuracy", context.per_sequence(right).mean());
}

bool is_due(const Objective::ActiveTerm& active, const StepContext& context, bool supervised) {
  const int64_t step = context.step();
  return active.term->acts_on(context.side()) && (active.supervised || !supervised) &&
         step >= active.start && (active.stop == 0 || step < active.stop) &&
         step % active.every == 0;
}

/// The generator learns from the fakes with the highest scores only (Sinha et al. 2020,
/// arXiv:2002.06224): the share falls by `decay` per epoch down to `keep`.
at::Tensor best_scored(const at::Tensor& loss, StepContext& context, const TopkConfig& topk,
                       bool high_is_real) {
  const at::Tensor scores = context.per_sequence(context.scores(Which::fake).score).detach();
  const auto count = static_cast<double>(scores.size(0));
  const double share = std::max(std::pow(topk.decay, std::floor(context.epoch())), topk.keep);
  const auto k = std::max<int64_t>(1, static_cast<int64_t>(std::llround(share * count)));
  return loss.index_select(0, std::get<1>(scores.topk(k, 0, high_is_real)));
}

bool is_listed(const std::vector<Need>& needs, Need need) {
  return std::find(needs.begin(), needs.end(), need) != needs.end();
}

/// Adds `more` to `all`, one request per name.
template <class Request>
void merge_requests(std::vector<Request>& all, std::vector<Request> more,
                    const std::string& asked_by) {
  for (Request& request : more) {
    const auto same = std::find_if(all.begin(), all.end(),
                                   [&](const Request& r) { return r.name == request.name; });
    if (same == all.end()) {
      all.push_back(std::move(request));
    } else if (!(*same == request)) {
      throw Error{ErrorKind::config, fmt::format("objective.terms.{}", asked_by),
                  fmt::format("wants another {} than a term before it does", request.name),
                  "remove one of the two terms"};
    }
  }
}

}  // namespace

Objective::Objective(const ObjectiveConfig& config, const TopkConfig& topk)
    : g_weight_(config.g_weight), topk_(topk) {
  if (!config.adversarial.type.empty()) {
    const auto& row =
        find_row(adversarial_catalog(), config.adversarial.type, "objective.adversarial.type");
    adversarial_ = make_from(row, config.adversarial.options);
    for (const Need need : row.description.needs) {
      if (need == Need::real_in_g && !has_adversarial(Side::generator)) continue;
      needs_.insert(need);
      adversarial_needs_.insert(need);
    }
  }
  for (const auto& [name, term] : config.terms) {
    check_name(name, adversarial_ ? adversarial_->divergence : "");
    if (term.weight == 0.0) continue;
    const auto& row =
        find_row(term_catalog(), term.type, fmt::format("objective.terms.{}.type", name));
    needs_.insert(row.description.needs.begin(), row.description.needs.end());
    terms_.push_back({name, term.weight, term.every, term.start, term.stop, term.warmup,
                      is_listed(row.description.needs, Need::autoregressive_g),
                      is_listed(row.description.needs, Need::batch_coupled),
                      make_from(row, term.options)});
  }
  if (!trains(Side::generator)) {
    throw Error{ErrorKind::config, "objective", "nothing trains the generator",
                "name an adversarial loss, and keep objective.g_weight above 0"};
  }
}

double Objective::ActiveTerm::weight_at(int64_t step) const {
  const double full = weight * static_cast<double>(every);
  const int64_t done = step - start + 1;
  return done < warmup ? full * static_cast<double>(done) / static_cast<double>(warmup) : full;
}

bool Objective::has_adversarial(Side side) const {
  return adversarial_.has_value() && (side == Side::discriminator || g_weight_ != 0.0);
}

bool Objective::trains(Side side) const {
  if (has_adversarial(side)) return true;
  for (const ActiveTerm& active : terms_) {
    if (active.term->acts_on(side)) return true;
  }
  return false;
}

std::vector<HeadRequest> Objective::heads(const ModelShape& shape) const {
  std::vector<HeadRequest> all;
  for (const ActiveTerm& active : terms_) {
    merge_requests(all, active.term->heads(shape), active.name);
  }
  return all;
}

std::vector<NetworkRequest> Objective::networks(const ModelShape& shape) const {
  std::vector<NetworkRequest> all;
  if (needs(Need::encoder)) all.push_back(encoder_request(shape.model));
  for (const ActiveTerm& active : terms_) {
    merge_requests(all, active.term->networks(shape), active.name);
  }
  return all;
}

int64_t Objective::outputs(const ModelShape& shape) const {
  return adversarial_ && adversarial_->outputs ? adversarial_->outputs(shape) : 1;
}

AdversarialInput Objective::adversarial_input(StepContext& context) const {
  const auto reads = [&](Need need) { return adversarial_needs_.contains(need); };
  const auto scores = [&](Which which) {
    const Scores& all = context.scores(which);
    return adversarial_->outputs ? all.outputs : all.score;
  };
  AdversarialInput input;
  input.side = context.side();
  if (input.side == Side::discriminator || reads(Need::real_in_g)) input.r = scores(Which::real);
  input.f = scores(Which::fake);
  if (reads(Need::encoder)) input.reconstruction = scores(Which::reconstruction);
  if (reads(Need::labels)) input.labels = context.batch(Which::fake).labels;
  if (input.side == Side::discriminator && reads(Need::pair_distance)) {
    input.distance = pair_distance(context);
  }
  return input;
}

at::Tensor Objective::adversarial_loss(StepContext& context, const Scores& real,
                                       const Scores& fake) const {
  AdversarialInput input;
  input.r = adversarial_->outputs ? real.outputs : real.score;
  input.f = adversarial_->outputs ? fake.outputs : fake.score;
  return per_sequence(context, adversarial_->loss(input)).mean();
}

StepContext& Objective::adversarial_context(StepContext& context) const {
  const bool chooses = context.side() == Side::generator && topk_.keep < 1;
  return chooses || adversarial_needs_.contains(Need::batch_coupled) ? context.whole() : context;
}

void Objective::add_adversarial(StepContext& context, SideSum& sum) const {
  const bool is_discriminator = context.side() == Side::discriminator;
  StepContext& seen = adversarial_context(context);
  at::Tensor loss = per_sequence(seen, adversarial_->loss(adversarial_input(seen)));
  if (!is_discriminator && topk_.keep < 1 && loss.dim() == 1) {
    loss = best_scored(loss, seen, topk_, adversarial_->high_is_real);
  }
  sum.add("adversarial", loss, is_discriminator ? 1.0 : g_weight_);
  if (is_discriminator) record_scores(context, *adversarial_, sum);
}

SideResult Objective::evaluate(StepContext& context, bool supervised) {
  SideSum sum;
  const Side side = context.side();
  if (has_adversarial(side) && !supervised) add_adversarial(context, sum);
  for (const ActiveTerm& active : terms_) {
    if (!is_due(active, context, supervised)) continue;
    const at::Tensor value = active.term->value(active.seen(context));
    if (!value.defined()) continue;
    sum.add(active.name, value, active.weight_at(context.step()));
    for (const Statistic& more : active.term->statistics(side)) {
      sum.record(active.name + "." + more.name, more.value);
    }
  }
  return std::move(sum).finish();
}

void Objective::after_step(StepContext& context, bool supervised) {
  for (const ActiveTerm& active : terms_) {
    if (is_due(active, context, supervised)) active.term->after_step(active.seen(context));
  }
}

const Catalogs& catalogs() {
  static const Catalogs all = [] {
    Catalogs joined;
    for (const auto& row : adversarial_catalog()) joined.adversarial.push_back(row.description);
    for (const auto& row : term_catalog()) joined.terms.push_back(row.description);
    joined.presets = preset_catalog();
    joined.default_preset = kDefaultPreset;
    return joined;
  }();
  return all;
}

}  // namespace rnngan
