#include "config/memory_need.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "core/free_memory.h"

namespace rnngan {

namespace {

constexpr double kFloat = 4, kDouble = 8;

// Numbers per hidden unit, row and step (nn/lstm/autograd.h), and what comes and goes beside them.
constexpr double kTrace = 7;          // kept from the forward pass
constexpr double kOrdinary = 1;       // an ordinary backward pass: the gradient of the states
constexpr double kKeptGraph = 7.4;    // one that keeps the graph: gradients of the gates as well
constexpr double kTwice = 12.4;       // one that is differentiated, and the pass that does so
constexpr double kGeneratorHead = 2;  // states beside noise, and the gradients of both

// Numbers per channel of a step, in networks and in the activation.
constexpr double kCriticInput = 8, kActivation = 16, kGeneratorInput = 3;

// Beside parameters, gradients and moments, per parameter: packed weights, gradients of single
// matrices, what Adam computes with; of both directions also their weights side by side.
constexpr double kGeneratorInUse = 3.8, kDiscriminatorInUse = 5, kDiscriminatorInUseTwice = 6.8;

// Copies of all scored sequences: encoded, scaled, flattened, differences, halves for the floor.
constexpr double kScoringCopies = 14, kReportCopies = 8, kTrainingCopies = 2.2;
constexpr double kPairs = 8;  // matrices of distances at a time

double rounded_up(double units) {
  constexpr double kLanes = 16;  // of the widest instruction set
  return std::ceil(units / kLanes) * kLanes;
}

double lstm_parameters(double input, double hidden, double layers, double directions) {
  const double first = 4 * hidden * (input + hidden + 2);
  const double later = 4 * hidden * (directions * hidden + hidden + 2);
  return directions * (first + (layers - 1) * later);
}

double moments_of(const OptimizerConfig& optimizer) {
  switch (optimizer.type) {
    case OptimizerKind::adam:
      return 2;
    case OptimizerKind::oadam:
      return 3;
    case OptimizerKind::rmsprop:
      return optimizer.beta1 == 0 ? 1 : 2;
    case OptimizerKind::sgd:
      break;
  }
  return optimizer.beta1 == 0 ? 0 : 1;
}

/// The sizes of both networks as numbers.
struct Sizes {
  double hidden_g, layers_g, input_g, context;
  double hidden_d, layers_d, directions, input_d;

  Sizes(const ModelConfig& model, const MemoryShape& shape)
      : hidden_g(as_double(model.generator.hidden)),
        layers_g(as_double(model.generator.layers)),
        hidden_d(as_double(model.discriminator.hidden)),
        layers_d(as_double(model.discriminator.layers)),
        directions(model.discriminator.bidirectional ? 2 : 1) {
    const GeneratorConfig& g = model.generator;
    context = as_double(g.noise_global + shape.condition + g.code_categories + g.code_continuous);
    input_g = as_double(g.noise_step + shape.covariates) + context +
              (g.autoregressive ? as_double(shape.channels) : 0);
    const int64_t seen =
        shape.channels + (model.discriminator.differences ? shape.values : 0) + shape.covariates;
    input_d = as_double((seen + shape.condition) * model.discriminator.pac);
  }

 private:
  static double as_double(int64_t value) { return static_cast<double>(value); }
};

double weights_need(const RunConfig& config, const MemoryShape& shape, const Sizes& size) {
  const DiscriminatorConfig& d = config.model.discriminator;
  const auto channels = static_cast<double>(shape.channels);
  double generator = lstm_parameters(size.input_g, size.hidden_g, size.layers_g, 1);
  const double inner = std::max(32.0, size.hidden_g);
  generator += inner * (size.context + 2 * size.layers_g * size.hidden_g) +
               channels * (size.hidden_g + size.input_g);
  const double one_lstm =
      lstm_parameters(size.input_d, size.hidden_d, size.layers_d, size.directions);
  const double states = size.directions * size.hidden_d;
  double discriminator = one_lstm + 2 * states * static_cast<double>(d.head + shape.outputs) +
                         static_cast<double>(d.head);
  if (d.score == ScorePolicy::energy) {
    discriminator += lstm_parameters(static_cast<double>(d.head), size.hidden_d, size.layers_d, 1);
  }
  if (d.minibatch == MinibatchLayer::discrimination) {
    discriminator += 2 * states * static_cast<double>(d.minibatch_kernels * d.minibatch_dims);
  }
  discriminator *= static_cast<double>(1 + config.train.unroll.steps);
  const double auxiliary = one_lstm * static_cast<double>(shape.auxiliary);
  const OptimConfig& optim = config.train.optim;
  const double average = config.train.ema.decay > 0 ? 2 : 0;  // with a gradient that stays 0
  const double kept = generator * (2 + moments_of(optim.generator) + average) +
                      discriminator * (2 + moments_of(optim.discriminator)) +
                      auxiliary * (2 + moments_of(optim.generator));
  const bool twice = shape.twice || shape.passes > 0;
  const double in_use = std::max(
      generator * kGeneratorInUse,
      (discriminator + auxiliary) * (twice ? kDiscriminatorInUseTwice : kDiscriminatorInUse));
  return kFloat * (kept + in_use);
}

/// Numbers per row and step of the discriminator's LSTM, with and without a second derivative.
double discriminator_row(const Sizes& size, bool twice, bool keeps_graph) {
  const double units = rounded_up(size.hidden_d) * size.directions;
  const double backward = twice ? kTwice * size.layers_d
                                : (keeps_graph ? kKeptGraph + 4 * (size.layers_d - 1) : kOrdinary);
  return units * (kTrace * size.layers_d + backward) + kCriticInput * size.input_d;
}

/// Numbers of minibatch discrimination: the differences of all pairs, their sizes and gradients.
double pairs_need(const RunConfig& config, bool twice) {
  constexpr double kOnce = 9, kDifferentiated = 17;  // measured, with batches of 512
  const DiscriminatorConfig& d = config.model.discriminator;
  if (d.minibatch != MinibatchLayer::discrimination) return 0;
  const double sequences = static_cast<double>(config.train.batch) / static_cast<double>(d.pac);
  return (twice ? kDifferentiated : kOnce) * sequences * sequences *
         static_cast<double>(d.minibatch_kernels) * static_cast<double>(d.minibatch_dims);
}

double step_need(const RunConfig& config, const MemoryShape& shape, const Sizes& size) {
  const double rows = static_cast<double>(config.train.batch) * static_cast<double>(shape.steps);
  const double packed = rows / static_cast<double>(config.model.discriminator.pac);
  // Rows of the log have the share of each loss: its own backward pass through a graph that stays.
  const bool parts = config.train.log.every <= config.train.steps;
  const double units_g = rounded_up(size.hidden_g);
  const double around =
      kGeneratorInput * size.input_g + kActivation * static_cast<double>(shape.channels);
  const double of_discriminator =
      packed * (2 * discriminator_row(size, shape.twice, parts) +
                static_cast<double>(shape.passes) * discriminator_row(size, true, parts)) +
      rows * (units_g + 2 * static_cast<double>(shape.channels));
  const double trained =
      units_g * (kTrace * size.layers_g + kGeneratorHead + (parts ? 4 * size.layers_g : 0));
  const double of_generator =
      rows * (trained + around) + packed * (1 + static_cast<double>(config.train.unroll.steps)) *
                                      discriminator_row(size, config.train.unroll.steps > 0, parts);
  return kFloat * (std::max(of_discriminator, of_generator) + pairs_need(config, shape.twice));
}

double scores_need(const MemoryShape& shape) {
  const double sequence = static_cast<double>(shape.steps) * static_cast<double>(shape.columns);
  const auto need = [&](int64_t count, double copies) {
    const auto n = static_cast<double>(count);
    return kDouble * (n * sequence * copies + std::min(n, 500.0) * std::min(n, 500.0) * kPairs);
  };
  // The report asks whether samples are copies of training sequences, and lays all of them out.
  const double trained = shape.reported > 0 ? static_cast<double>(shape.trained) : 0;
  return std::max(
      need(shape.scored, kScoringCopies),
      need(shape.reported, kReportCopies) + kDouble * trained * sequence * kTrainingCopies);
}

/// A key that makes a run larger, and how to set it.
struct Lever {
  const char* key;
  std::function<int64_t(const RunConfig&, const MemoryShape&)> get;
  std::function<void(RunConfig&, MemoryShape&, int64_t)> set;
};

const std::vector<Lever>& levers() {
  const auto member = [](const char* key, auto access) {
    return Lever{
        key,
        [access](const RunConfig& config, const MemoryShape&) -> int64_t {
          RunConfig copy = config;
          return access(copy);
        },
        [access](RunConfig& config, MemoryShape&, int64_t value) { access(config) = value; }};
  };
  static const std::vector<Lever> kLevers = {
      member("model.generator.hidden",
             [](RunConfig& c) -> Size& { return c.model.generator.hidden; }),
      member("model.discriminator.hidden",
             [](RunConfig& c) -> Size& { return c.model.discriminator.hidden; }),
      member("model.generator.layers",
             [](RunConfig& c) -> int64_t& { return c.model.generator.layers; }),
      member("model.discriminator.layers",
             [](RunConfig& c) -> int64_t& { return c.model.discriminator.layers; }),
      member("model.discriminator.head",
             [](RunConfig& c) -> int64_t& { return c.model.discriminator.head; }),
      member("train.batch", [](RunConfig& c) -> int64_t& { return c.train.batch; }),
      {"data.window.length", [](const RunConfig&, const MemoryShape& shape) { return shape.steps; },
       [](RunConfig&, MemoryShape& shape, int64_t value) { shape.steps = value; }},
  };
  return kLevers;
}

double need_at(const Lever& lever, RunConfig config, MemoryShape shape, int64_t value) {
  lever.set(config, shape, value);
  return memory_need(config, shape).total();
}

/// The largest value that fits, or 0.
int64_t largest_that_fits(const Lever& lever, const RunConfig& config, const MemoryShape& shape,
                          double free) {
  int64_t fits = 0, too_large = lever.get(config, shape);
  while (too_large - fits > 1) {
    const int64_t middle = fits + (too_large - fits) / 2;
    (need_at(lever, config, shape, middle) <= free ? fits : too_large) = middle;
  }
  return fits;
}

/// Two digits of it: more are not known.
int64_t rounded_down(int64_t value) {
  int64_t unit = 1;
  while (value / unit >= 100) unit *= 10;
  return value / unit * unit;
}

}  // namespace

MemoryNeed memory_need(const RunConfig& config, const MemoryShape& shape) {
  const Sizes size(config.model, shape);
  return {weights_need(config, shape, size), step_need(config, shape, size), scores_need(shape)};
}

std::optional<Finding> memory_finding(const RunConfig& config, const MemoryShape& shape,
                                      double free) {
  constexpr double kExactness = 0.8;  // what is close may fit
  const double needed = memory_need(config, shape).total();
  if (kExactness * needed <= free) return std::nullopt;
  const auto& all = levers();
  const auto& lever = *std::ranges::min_element(
      all, {}, [&](const Lever& l) { return need_at(l, config, shape, 1); });
  const int64_t fits = rounded_down(largest_that_fits(lever, config, shape, free));
  Finding finding;
  finding.path = lever.key;
  finding.fact = fmt::format("{} needs about {}, {} are free", lever.get(config, shape),
                             memory_text(needed), memory_text(free));
  MemoryShape without_report = shape;
  without_report.reported = 0;
  if (memory_need(config, without_report).total() <= free) {
    finding.hint = "without a report it would fit";
    return finding;
  }
  finding.hint = fits > 0 ? fmt::format("{} would fit", fits)
                          : "make the model, train.batch and data.window.length smaller";
  return finding;
}

}  // namespace rnngan
