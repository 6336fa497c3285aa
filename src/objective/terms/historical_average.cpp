// Historical averaging (Salimans et al. 2016, arXiv:1606.03498, section 3.3): each player stays
// near the mean of its own past parameters, the initial ones included.
#include <algorithm>
#include <string>
#include <vector>

#include <torch/types.h>

#include "core/error.h"
#include "objective/term.h"

namespace rnngan {
namespace {

enum class Players { both, discriminator, generator };

struct HistoricalAverageOptions {
  Players side = Players::both;
};

}  // namespace

template <>
inline constexpr auto kEnumNames<Players> =
    enum_names<Players>({{"both", Players::both},
                         {"discriminator", Players::discriminator},
                         {"generator", Players::generator}});

namespace {

class HistoricalAverage : public Term {
 public:
  explicit HistoricalAverage(const HistoricalAverageOptions& options) : players_(options.side) {}

  bool acts_on(Side side) const override {
    return players_ == Players::both ||
           (players_ == Players::discriminator) == (side == Side::discriminator);
  }

  void attach(const ParametersOf& parameters) override {
    for (const Side side : {Side::discriminator, Side::generator}) {
      if (!acts_on(side)) continue;
      const std::string player = side == Side::discriminator ? "discriminator" : "generator";
      History& history = of(side);
      history.count = register_buffer(player + "_count", at::ones({}, at::kLong));
      for (const NamedParameter& parameter : parameters(side)) {
        std::string name = player + "_" + parameter.name;
        std::replace(name.begin(), name.end(), '.', '_');  // a dot would name a submodule
        history.means.push_back(register_buffer(name, parameter.value.detach().clone()));
      }
    }
  }

  at::Tensor value(StepContext& context) override {
    at::Tensor sum;
    each(context, [&](const at::Tensor& parameter, const at::Tensor& mean) {
      const at::Tensor part = (parameter - mean).square().sum();
      sum = sum.defined() ? sum + part : part;
    });
    return sum;
  }

  void after_step(StepContext& context) override {
    const torch::NoGradGuard no_grad;
    const at::Tensor& count = of(context.side()).count.add_(1);
    each(context, [&](const at::Tensor& parameter, const at::Tensor& mean) {
      mean.add_((parameter - mean) / count);
    });
  }

 private:
  struct History {
    at::Tensor count;               // how many parameters the means are of
    std::vector<at::Tensor> means;  // like the parameters of the side
  };

  History& of(Side side) { return histories_[side == Side::discriminator ? 0 : 1]; }

  template <class Visit>
  void each(StepContext& context, const Visit& visit) {
    const std::vector<NamedParameter> parameters = context.parameters(context.side());
    const History& history = of(context.side());
    if (parameters.size() != history.means.size()) {
      throw Error{ErrorKind::bug, "historical_average", "attached to other parameters"};
    }
    for (size_t i = 0; i < parameters.size(); ++i) visit(parameters[i].value, history.means[i]);
  }

  Players players_;
  History histories_[2];
};

}  // namespace

std::vector<TermRow> historical_average_terms() {
  return {term_row<HistoricalAverage, HistoricalAverageOptions>(
      {.name = "historical_average",
       .summary = "keeps a network near the mean of its past parameters",
       .formula = "D and G: + |w - mean of w over all steps so far|^2",
       .paper = "Salimans et al. 2016, arXiv:1606.03498",
       .options = describe_options<HistoricalAverageOptions>({make_field<HistoricalAverageOptions>(
           "side", [](auto& o) -> auto& { return o.side; }, {}, "the networks that it acts on")}),
       .weight = 1e-3,
       .equilibrium = "no value of its own: 0 once the parameters rest",
       .watch = "d.historical_average and g.historical_average: squared distance to the past; "
                "growth without end means that the players circle or drift"})};
}

}  // namespace rnngan
