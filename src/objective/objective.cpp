#include "objective/objective.h"

#include <array>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "objective/presets.h"

namespace rnngan {
namespace {

template <class Row>
const Row& find_row(const std::vector<Row>& rows, const std::string& type,
                    const std::string& path) {
  std::vector<std::string> names;
  for (const Row& row : rows) {
    if (row.description.name == type) return row;
    names.push_back(row.description.name);
  }
  throw Error{ErrorKind::config,
              fmt::format("{}: unknown type \"{}\" ({})", path, type, join(names)),
              did_you_mean(type, names)};
}

/// Makes what a row describes, from the configured options or, without any, from the defaults.
template <class Row>
auto make_from(const Row& row, const std::shared_ptr<const void>& options) {
  if (options) return row.make(options.get());
  const std::shared_ptr<const void> defaults = row.description.options.make();
  return row.make(defaults.get());
}

void check_name(const std::string& name) {
  static constexpr std::array kTaken = {"total",      "adversarial", "score_real",
                                        "score_fake", "accuracy",    "grad_norm"};
  for (const char* taken : kTaken) {
    if (name != taken) continue;
    throw Error{ErrorKind::config,
                fmt::format("objective.terms.{}: a column of the log has this name", name),
                "give the term another name and its \"type\""};
  }
}

/// Adds up what a side minimises and keeps the parts for the log.
class Sum {
 public:
  /// value: scalar or one value per sequence [B].
  void add(const std::string& name, const at::Tensor& value, double weight) {
    const at::Tensor mean = value.dim() == 0 ? value : value.mean();
    const at::Tensor weighted = weight == 1.0 ? mean : mean * weight;
    result_.total = result_.total.defined() ? result_.total + weighted : weighted;
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

/// Real and fake parts, one value per sequence; a batch-coupled loss is a scalar already.
at::Tensor per_sequence(StepContext& context, const SideLoss& loss) {
  at::Tensor sum;
  for (const at::Tensor& part : {loss.real, loss.fake}) {
    if (!part.defined()) continue;
    const at::Tensor value = part.dim() == 0 ? part : context.per_sequence(part);
    sum = sum.defined() ? sum + value : value;
  }
  if (!sum.defined()) throw Error{ErrorKind::bug, "objective: an adversarial loss has no part"};
  return sum;
}

/// 1 where a > b, 1/2 where they are equal, 0 where a < b.
at::Tensor share_above(const at::Tensor& difference) {
  return (difference.sign() + 1) / 2;
}

void record_scores(StepContext& context, std::optional<double> undecided, Sum& sum) {
  const torch::NoGradGuard no_grad;
  const at::Tensor& r = context.scores(Which::real).score;
  const at::Tensor& f = context.scores(Which::fake).score;
  sum.record("score_real", context.per_sequence(r).mean());
  sum.record("score_fake", context.per_sequence(f).mean());
  const at::Tensor right = undecided
                               ? (share_above(r - *undecided) + share_above(*undecided - f)) / 2
                               : share_above(r - f);
  sum.record("accuracy", context.per_sequence(right).mean());
}

bool is_due(const Objective::ActiveTerm& active, const StepContext& context) {
  return active.term->acts_on(context.side()) && context.step() % active.every == 0;
}

}  // namespace

Objective::Objective(const ObjectiveConfig& config) : g_weight_(config.g_weight) {
  if (!config.adversarial.type.empty()) {
    const auto& row =
        find_row(adversarial_catalog(), config.adversarial.type, "objective.adversarial.type");
    adversarial_ = make_from(row, config.adversarial.options);
    for (const Need need : row.description.needs) {
      if (need == Need::real_in_g && !has_adversarial(Side::generator)) continue;
      needs_.insert(need);
      real_in_g_ |= need == Need::real_in_g;
    }
  }
  for (const auto& [name, term] : config.terms) {
    check_name(name);
    if (term.weight == 0.0) continue;
    const auto& row =
        find_row(term_catalog(), term.type, fmt::format("objective.terms.{}.type", name));
    needs_.insert(row.description.needs.begin(), row.description.needs.end());
    terms_.push_back({name, term.weight, term.every, make_from(row, term.options)});
  }
  if (!trains(Side::generator)) {
    throw Error{ErrorKind::config, "objective: nothing trains the generator",
                "name an adversarial loss, and keep objective.g_weight above 0"};
  }
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

SideResult Objective::evaluate(StepContext& context) {
  Sum sum;
  const Side side = context.side();
  const bool is_discriminator = side == Side::discriminator;
  if (has_adversarial(side)) {
    const bool reads_real = is_discriminator || real_in_g_;
    const at::Tensor r = reads_real ? context.scores(Which::real).score : at::Tensor();
    const at::Tensor& f = context.scores(Which::fake).score;
    sum.add("adversarial", per_sequence(context, adversarial_->loss(side, r, f)),
            is_discriminator ? 1.0 : g_weight_);
    if (is_discriminator) record_scores(context, adversarial_->undecided, sum);
  }
  for (const ActiveTerm& active : terms_) {
    if (!is_due(active, context)) continue;
    const at::Tensor value = active.term->value(context);
    if (!value.defined()) continue;
    // A term that is computed every k-th step counts k times, so that its weight means the same for
    // every k.
    sum.add(active.name, value, active.weight * static_cast<double>(active.every));
  }
  return std::move(sum).finish();
}

void Objective::after_step(StepContext& context) {
  for (const ActiveTerm& active : terms_) {
    if (is_due(active, context)) active.term->after_step(context);
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
