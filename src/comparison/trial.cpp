#include "comparison/trial.h"

#include "objective/objective.h"
#include "training/networks.h"

namespace rnngan {

const Dataset& Trials::data(const DataConfig& config) {
  const auto known = by_scaling_.find(config.scaling);
  if (known != by_scaling_.end()) return known->second;
  return by_scaling_.emplace(config.scaling, load_dataset(config)).first->second;
}

void Trials::run(const RunConfig& config, Variant& variant) {
  const Objective objective(config.objective, config.train.topk);
  const Dataset& set = data(config.data);
  const Networks networks(config.model, config.train.optim, set.schema, 0, at::kCPU,
                          plan_of(objective, config.model, set.schema));
  variant.generator_parameters = networks.at("generator").flat->values().numel();
  variant.discriminator_parameters = networks.at("discriminator").flat->values().numel();
}

}  // namespace rnngan
