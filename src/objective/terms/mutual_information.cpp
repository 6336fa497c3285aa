// A lower bound of the mutual information between a sequence and its code (Chen et al. 2016,
// arXiv:1606.03657, eq. 5): the code can be read back from the sequence. The reader is either a
// head on the discriminator's features, which both sides train, each its own network (as in the
// code of the paper); or such a head that learns with the generator and leaves the features alone;
// or a network of its own beside the generator.
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <vector>

#include <torch/types.h>

#include "objective/term.h"

namespace rnngan {
namespace {

enum class Trunk { shared, frozen, separate };

struct MutualInformationOptions {
  double categorical = 1.0;
  double continuous = 0.1;
  Trunk q_trunk = Trunk::shared;
};

constexpr double kLog2Pi = std::numbers::ln2 + 1.1447298858494002;  // log 2 + log pi

}  // namespace

template <>
inline constexpr auto kEnumNames<Trunk> = enum_names<Trunk>({{"shared", Trunk::shared},
                                                             {"frozen", Trunk::frozen},
                                                             {"separate", Trunk::separate}});

namespace {

/// What the reader says: logits of K classes, means and log variances of m variables, side by side.
struct Reading {
  at::Tensor logits, mean, log_variance;  // [B,K], [B,m], [B,m]
};

/// The widths of reading and code, K + 2m and K + m, tell K and m.
Reading parts_of(const at::Tensor& reading, int64_t code_width) {
  const int64_t continuous = reading.size(1) - code_width, classes = code_width - continuous;
  return {reading.narrow(1, 0, classes), reading.narrow(1, classes, continuous),
          reading.narrow(1, code_width, continuous).clamp(-8, 8)};
}

class MutualInformation : public Term {
 public:
  explicit MutualInformation(const MutualInformationOptions& options) : options_(options) {}

  bool acts_on(Side side) const override {
    return side == Side::generator || options_.q_trunk == Trunk::shared;
  }

  std::vector<HeadRequest> heads(const ModelShape& shape) const override {
    if (options_.q_trunk != Trunk::shared) return {};
    return {{"code", reading_width(shape)}};
  }

  std::vector<NetworkRequest> networks(const ModelShape& shape) const override {
    if (options_.q_trunk == Trunk::shared) return {};
    NetworkRequest reader{"code_reader", reading_width(shape)};
    reader.trained_with = TrainedWith::generator;
    reader.on_features = options_.q_trunk == Trunk::frozen;
    return {reader};
  }

  at::Tensor value(StepContext& context) override {
    const at::Tensor& code = context.code();
    const Reading reading = parts_of(read(context), code.size(1));
    const int64_t classes = reading.logits.size(1), variables = reading.mean.size(1);
    std::vector<Statistic>& log = statistics_[index(context.side())];
    log.clear();
    at::Tensor sum = at::zeros({code.size(0)}, code.options());
    if (classes > 0) {
      const at::Tensor is_class = code.narrow(1, 0, classes);
      const at::Tensor entropy = -(reading.logits.log_softmax(1) * is_class).sum(1);
      sum = sum + options_.categorical * entropy;
      const at::Tensor right = reading.logits.argmax(1).eq(is_class.argmax(1));
      log.push_back({"bound", std::log(static_cast<double>(classes)) - entropy.detach().mean()});
      log.push_back({"accuracy", right.to(code.scalar_type()).mean()});
    }
    if (variables > 0) {
      const at::Tensor& spread = reading.log_variance;
      const at::Tensor error = (code.narrow(1, classes, variables) - reading.mean).square();
      const at::Tensor surprise = 0.5 * (kLog2Pi + spread + error * (-spread).exp()).sum(1);
      sum = sum + options_.continuous * surprise;
      log.push_back({"continuous_bound", std::numbers::ln2 * static_cast<double>(variables) -
                                             surprise.detach().mean()});
    }
    return sum;
  }

  std::vector<Statistic> statistics(Side side) const override { return statistics_[index(side)]; }

 private:
  static size_t index(Side side) { return side == Side::discriminator ? 0 : 1; }

  at::Tensor read(StepContext& context) const {
    switch (options_.q_trunk) {
      case Trunk::shared:
        return context.scores(Which::fake).heads.at("code");
      case Trunk::frozen:
        return context.network("code_reader", context.scores(Which::fake).features);
      case Trunk::separate:
        break;
    }
    return context.network("code_reader", context.batch(Which::fake).x);
  }

  static int64_t reading_width(const ModelShape& shape) {
    const GeneratorConfig& generator = shape.model.generator;
    return generator.code_categories + 2 * generator.code_continuous;
  }

  MutualInformationOptions options_;
  std::array<std::vector<Statistic>, 2> statistics_;
};

void check_mutual_information(const MutualInformationOptions& options, RowCheck& row) {
  if (options.q_trunk == Trunk::separate || row.config.model.discriminator.pac == 1) return;
  row.refuse("reads one code per sequence, but model.discriminator.pac joins sequences",
             "set model.discriminator.pac to 1, or q_trunk to separate",
             {"model.discriminator.pac"});
}

}  // namespace

std::vector<TermRow> mutual_information_terms() {
  return {term_row<MutualInformation, MutualInformationOptions>(
      {.name = "mutual_information",
       .summary = "the information code can be read back from the fakes",
       .formula = "D and G: + categorical CE(Q(x'), k) + continuous NLL(c; m, v), Q a head of D; "
                  "q_trunk frozen, separate: G alone, Q trained with it",
       .paper = "Chen et al. 2016, arXiv:1606.03657",
       .needs = {Need::code},
       .options = describe_options<MutualInformationOptions>(
           {make_field<MutualInformationOptions>(
                "categorical", [](auto& o) -> auto& { return o.categorical; }, at_least(0),
                "weight of the cross-entropy of the class"),
            make_field<MutualInformationOptions>(
                "continuous", [](auto& o) -> auto& { return o.continuous; }, at_least(0),
                "weight of the negative log-likelihood of the uniform variables"),
            make_field<MutualInformationOptions>(
                "q_trunk", [](auto& o) -> auto& { return o.q_trunk; }, {},
                "shared: reads the discriminator's features, which learn from it too; frozen: "
                "reads them, and only reader and generator learn; separate: a network that is "
                "trained with the generator")}),
       .equilibrium = "log K for a reader that knows nothing of K classes, 0 for one that knows "
                      "all; real and generated distributions play no part",
       .watch = "g.mutual_information.bound (nats of log K) and g.mutual_information.accuracy rise "
                "from 0 and 1/K; at chance the generator ignores its code",
       .example = R"({"preset": "infogan"})",
       .check = check_options<MutualInformationOptions>(check_mutual_information)})};
}

}  // namespace rnngan
