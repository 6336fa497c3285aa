#include "comparison/trial.h"

#include "columns/layout.h"
#include "config/follow_data.h"
#include "objective/objective.h"
#include "training/networks.h"

namespace rnngan {
namespace {

int64_t parameter_count(const torch::nn::Module& module) {
  int64_t count = 0;
  for (const at::Tensor& parameter : module.parameters()) count += parameter.numel();
  return count;
}

}  // namespace

const Dataset& Trials::data(const DataConfig& config) {
  const auto known = by_scaling_.find(config.scaling);
  if (known != by_scaling_.end()) return known->second;
  return by_scaling_.emplace(config.scaling, load_dataset(config)).first->second;
}

void Trials::run(const RunConfig& config, Variant& variant) {
  const Objective objective(config.objective, config.train.topk);
  const Dataset& set = data(config.data);
  ModelConfig model = config.model;
  follow_data(model, Layout(set.schema).width());
  require_buildable(config, objective, set.schema);
  // From the modules themselves: a formula would describe them a second time.
  const NetworkPlan plan = plan_of(objective, model, set.schema);
  variant.generator_parameters =
      parameter_count(*make_generator(model.generator, set.schema, 0, at::kCPU));
  variant.discriminator_parameters = parameter_count(
      *make_discriminator(model.discriminator, plan.heads, set.schema, 0, at::kCPU));
}

}  // namespace rnngan
