// The networks of a run by name, each with its flat parameters, its optimiser and the side whose
// steps train it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/schema.h"
#include "config/run_config.h"
#include "nn/auxiliary_network.h"
#include "nn/discriminator.h"
#include "nn/flat_parameters.h"
#include "nn/generator.h"
#include "objective/objective.h"
#include "training/optimizer.h"

namespace rnngan {

struct Network {
  std::string name;  // "generator": the prefix of its tensors in checkpoints
  Side group;        // the side whose steps train it
  std::shared_ptr<torch::nn::Module> module;
  std::unique_ptr<FlatParameters> flat;
  std::unique_ptr<FlatOptimizer> optimizer;
};

/// What an objective asks for beside the generator and a discriminator of one score.
struct NetworkPlan {
  DiscriminatorHeads heads;
  std::vector<NetworkRequest> networks;
};

class Networks {
 public:
  /// Builds and initialises from the stream (seed, "init.NAME", 0); LibTorch's default generator is
  /// left as it was. Auxiliary networks take the optimiser of the side that trains them.
  Networks(const ModelConfig& model, const OptimConfig& optim, const Schema& schema, uint64_t seed,
           const at::Device& device, const NetworkPlan& plan = {});

  Generator& generator() const { return *generator_; }
  Discriminator& discriminator() const { return *discriminator_; }
  /// A network that the plan asked for.
  AuxiliaryNetwork& auxiliary(const std::string& name) const;
  const std::vector<Network>& all() const { return networks_; }
  const Network& at(const std::string& name) const;

  /// The parameters that a side trains, by their names in their network; those of auxiliary
  /// networks behind the network's name.
  std::vector<NamedParameter> parameters(Side side) const;

  /// Only the networks of `side` take gradients; the others neither pay for them nor see one.
  void set_training_side(Side side);

 private:
  std::shared_ptr<Generator> generator_;
  std::shared_ptr<Discriminator> discriminator_;
  std::map<std::string, std::shared_ptr<AuxiliaryNetwork>> auxiliary_;
  std::vector<Network> networks_;
};

/// What the rows of an objective ask for.
NetworkPlan plan_of(const Objective& objective, const ModelConfig& model, const Schema& schema);

/// Throws Error{config} where Networks could not be built or trained on such data; builds nothing.
void require_buildable(const RunConfig& config, const Objective& objective, const Schema& schema);

/// A discriminator with initial weights, on `device`, likewise.
std::shared_ptr<Discriminator> make_discriminator(const DiscriminatorConfig& config,
                                                  const DiscriminatorHeads& heads,
                                                  const Schema& schema, uint64_t seed,
                                                  const at::Device& device);

/// A generator with initial weights from the stream (seed, "init.generator", 0), on `device`.
std::shared_ptr<Generator> make_generator(const GeneratorConfig& config, const Schema& schema,
                                          uint64_t seed, const at::Device& device);

/// Parameters and buffers of a module by name; the tensors are the module's own.
std::map<std::string, at::Tensor> module_tensors(const torch::nn::Module& module,
                                                 const std::string& prefix);

}  // namespace rnngan
