#include "training/networks.h"

#include <mutex>

#include <ATen/Context.h>

#include "config/config.h"
#include "core/error.h"
#include "tensor/random.h"

namespace rnngan {

namespace {

// Modules draw their initial weights from LibTorch's default generator. This makes that draw a
// named stream for the scope and puts the generator back, so that a program that embeds the library
// keeps its own random numbers.
class InitialisationStream {
 public:
  InitialisationStream(uint64_t seed, const std::string& name)
      : generator_(at::globalContext().defaultGenerator(at::kCPU)), saved_(generator_.get_state()) {
    const std::lock_guard<std::mutex> lock(generator_.mutex());
    generator_.set_current_seed(stream_key(seed, "init." + name, 0));
  }
  ~InitialisationStream() { generator_.set_state(saved_); }
  InitialisationStream(const InitialisationStream&) = delete;
  InitialisationStream& operator=(const InitialisationStream&) = delete;

 private:
  at::Generator generator_;
  at::Tensor saved_;
};

template <class Module, class... Arguments>
std::shared_ptr<Module> make_network(const std::string& name, uint64_t seed,
                                     const at::Device& device, const Arguments&... arguments) {
  const InitialisationStream stream(seed, name);
  auto module = std::make_shared<Module>(arguments...);
  module->to(device);
  return module;
}

Network make_entry(std::string name, Side group, std::shared_ptr<torch::nn::Module> module,
                   const OptimizerConfig& config) {
  auto flat = std::make_unique<FlatParameters>(*module);
  auto optimizer = std::make_unique<FlatOptimizer>(*flat, config);
  return {std::move(name), group, std::move(module), std::move(flat), std::move(optimizer)};
}

}  // namespace

std::shared_ptr<Generator> make_generator(const GeneratorConfig& config, const Schema& schema,
                                          uint64_t seed, const at::Device& device) {
  return make_network<Generator>("generator", seed, device, config, schema);
}

std::shared_ptr<Discriminator> make_discriminator(const DiscriminatorConfig& config,
                                                  const DiscriminatorHeads& heads,
                                                  const Schema& schema, uint64_t seed,
                                                  const at::Device& device) {
  return make_network<Discriminator>("discriminator", seed, device, config, schema, heads);
}

NetworkPlan plan_of(const Objective& objective, const ModelConfig& model, const Schema& schema) {
  const ModelShape shape{schema, model};
  return {{objective.outputs(shape), objective.heads(shape)}, objective.networks(shape)};
}

void require_buildable(const RunConfig& config, const Objective& objective, const Schema& schema) {
  require_model(config, schema.shape(), catalogs());
  plan_of(objective, config.model, schema);
}

Networks::Networks(const ModelConfig& model, const OptimConfig& optim, const Schema& schema,
                   uint64_t seed, const at::Device& device, const NetworkPlan& plan)
    : generator_(make_generator(model.generator, schema, seed, device)),
      discriminator_(make_discriminator(model.discriminator, plan.heads, schema, seed, device)) {
  networks_.push_back(make_entry("generator", Side::generator, generator_, optim.generator));
  networks_.push_back(
      make_entry("discriminator", Side::discriminator, discriminator_, optim.discriminator));
  const ModelShape shape{schema, model};
  for (const NetworkRequest& request : plan.networks) {
    const auto network = make_network<AuxiliaryNetwork>(request.name, seed, device, request, shape,
                                                        discriminator_->feature_width());
    auxiliary_[request.name] = network;
    const bool with_generator = request.trained_with == TrainedWith::generator;
    networks_.push_back(make_entry(request.name,
                                   with_generator ? Side::generator : Side::discriminator, network,
                                   with_generator ? optim.generator : optim.discriminator));
  }
}

AuxiliaryNetwork& Networks::auxiliary(const std::string& name) const {
  const auto found = auxiliary_.find(name);
  if (found == auxiliary_.end()) throw Error(ErrorKind::bug, "", "there is no network " + name);
  return *found->second;
}

const Network& Networks::at(const std::string& name) const {
  for (const auto& network : networks_)
    if (network.name == name) return network;
  throw Error(ErrorKind::bug, "", "there is no network " + name);
}

std::vector<NamedParameter> Networks::parameters(Side side) const {
  std::vector<NamedParameter> parameters;
  for (const auto& network : networks_) {
    if (network.group != side) continue;
    const bool auxiliary = auxiliary_.contains(network.name);
    const std::string prefix = auxiliary ? network.name + "." : "";
    for (const auto& item : network.module->named_parameters()) {
      parameters.push_back({prefix + item.key(), item.value()});
    }
  }
  return parameters;
}

void Networks::set_training_side(Side side) {
  for (auto& network : networks_) network.flat->set_trainable(network.group == side);
}

std::map<std::string, at::Tensor> module_tensors(const torch::nn::Module& module,
                                                 const std::string& prefix) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& item : module.named_parameters()) tensors[prefix + item.key()] = item.value();
  for (const auto& item : module.named_buffers()) tensors[prefix + item.key()] = item.value();
  return tensors;
}

}  // namespace rnngan
