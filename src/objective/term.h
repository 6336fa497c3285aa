// Terms: everything that is added to the adversarial loss of a side (penalties, matching terms,
// constraints).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <torch/nn/module.h>

#include "columns/model_shape.h"
#include "config/catalog.h"
#include "objective/step_context.h"
#include "tensor/network_request.h"

namespace rnngan {

using ParametersOf = std::function<std::vector<NamedParameter>(Side)>;

/// One number of a step, kept on the device until it is logged.
struct Statistic {
  std::string name;
  at::Tensor value;  // scalar, detached
};

/// State of a term lives in registered buffers, so that checkpoints carry it. Terms never draw
/// random numbers.
class Term : public torch::nn::Module {
 public:
  virtual bool acts_on(Side side) const = 0;
  /// What is to be built for this term, asked before there are networks.
  virtual std::vector<HeadRequest> heads(const ModelShape& shape) const { return {}; }
  virtual std::vector<NetworkRequest> networks(const ModelShape& shape) const { return {}; }
  /// Once, when the networks exist and before a checkpoint is loaded: for buffers that have the
  /// shapes of parameters.
  virtual void attach(const ParametersOf& parameters) {}
  /// Unweighted and with its graph: one value per sequence [B], or, for rows marked
  /// `batch_coupled`, which are given the whole batch, and for terms on parameters, a scalar.
  /// Undefined when the term acts only in after_step.
  virtual at::Tensor value(StepContext& context) = 0;
  /// Numbers for the log beside the value, of the last value() of a side: "k", not its full name.
  virtual std::vector<Statistic> statistics(Side side) const { return {}; }
  /// After the optimiser step of a side on which the term acts, when it is the term's turn.
  virtual void after_step(StepContext& context) {}
};

struct TermRow {
  LossDescription description;
  std::function<std::shared_ptr<Term>(const void* options)> make;
};

/// A row whose term is constructed from its options: term_row<Drift, NoOptions>(description).
template <class T, class Options>
TermRow term_row(LossDescription description) {
  return {std::move(description), [](const void* options) -> std::shared_ptr<Term> {
            return std::make_shared<T>(*static_cast<const Options*>(options));
          }};
}

/// All terms by name: those of every file of terms/.
const std::vector<TermRow>& term_catalog();

}  // namespace rnngan
