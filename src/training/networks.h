// The networks of a run by name, each with its flat parameters, its optimiser and the side whose
// steps train it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/run_config.h"
#include "nn/discriminator.h"
#include "nn/flat_parameters.h"
#include "nn/generator.h"
#include "objective/step_context.h"
#include "tensor/schema.h"
#include "training/optimizer.h"

namespace rnngan {

struct Network {
  std::string name;  // "generator": the prefix of its tensors in checkpoints
  Side group;        // the side whose steps train it
  std::shared_ptr<torch::nn::Module> module;
  std::unique_ptr<FlatParameters> flat;
  std::unique_ptr<AdamOptimizer> optimizer;
};

class Networks {
 public:
  /// Builds and initialises from the stream (seed, "init.NAME", 0); LibTorch's default generator is
  /// left as it was.
  Networks(const ModelConfig& model, const OptimConfig& optim, const Schema& schema, uint64_t seed,
           const at::Device& device);

  Generator& generator() const { return *generator_; }
  Discriminator& discriminator() const { return *discriminator_; }
  const std::vector<Network>& all() const { return networks_; }
  const Network& at(const std::string& name) const;

  /// The parameters that a side trains, by their names in their network.
  std::vector<NamedParameter> parameters(Side side) const;

  /// Only the networks of `side` take gradients; the others neither pay for them nor see one.
  void set_training_side(Side side);

 private:
  std::shared_ptr<Generator> generator_;
  std::shared_ptr<Discriminator> discriminator_;
  std::vector<Network> networks_;
};

/// A generator with initial weights from the stream (seed, "init.generator", 0), on `device`.
std::shared_ptr<Generator> make_generator(const GeneratorConfig& config, const Schema& schema,
                                          uint64_t seed, const at::Device& device);

/// Parameters and buffers of a module by name; the tensors are the module's own.
std::map<std::string, at::Tensor> module_tensors(const torch::nn::Module& module,
                                                 const std::string& prefix);

}  // namespace rnngan
