#include "app/onnx_example.h"

#include <algorithm>

#include <torch/types.h>

#include "columns/calendar.h"
#include "data/sequence_writer.h"
#include "tensor/random.h"
#include "training/conditions.h"
#include "training/noise.h"

namespace rnngan {

namespace {

constexpr int64_t kExamples = 32, kMostSteps = 64;

/// [B,T,n] double: numbers around those of training, classes by chance.
at::Tensor draw_covariates(const std::vector<Column>& columns, int64_t steps,
                           at::Generator& stream) {
  std::vector<at::Tensor> parts;
  for (const Column& column : columns) {
    if (column.is_category()) {
      const auto classes = static_cast<double>(column.classes.size());
      parts.push_back(
          (uniform({kExamples, steps}, stream, torch::kCPU).to(torch::kDouble) * classes).floor());
    } else {
      parts.push_back(normal({kExamples, steps}, stream, torch::kCPU).to(torch::kDouble) *
                          column.sd +
                      column.mean);
    }
  }
  return at::stack(parts, 2);
}

/// [B,T] double: every sequence begins an hour after the one before.
at::Tensor example_times(const TimeAxis& axis, int64_t steps) {
  const double first = axis.starts.empty() ? 0 : axis.starts.front();
  return torch::arange(kExamples, torch::kDouble).unsqueeze(1) * 3600 +
         torch::arange(steps, torch::kDouble) * 900 + first;
}

}  // namespace

std::map<std::string, at::Tensor> example_of(Generator& generator, const Schema& schema,
                                             uint64_t seed) {
  const torch::NoGradGuard no_grad;
  auto stream = stream_generator(seed, "export.example", 0);
  const int64_t steps = std::clamp<int64_t>(schema.max_length(), 1, kMostSteps);
  const Noise noise = draw_noise(generator.config(), kExamples, steps, stream, torch::kCPU);
  Schema drawn = schema;
  drawn.covariates.clear();  // which cannot be drawn as the rest is
  const SequenceSet set = Conditions(drawn, {.count = kExamples}).draw(0, kExamples, stream);

  std::map<std::string, at::Tensor> example;
  const auto keep = [&](const char* name, const at::Tensor& tensor) {
    if (tensor.defined() && tensor.numel() > 0) example[name] = tensor.contiguous();
  };
  keep("noise_step", noise.step);
  keep("noise_global", noise.global);
  keep("code", noise.code);
  keep("label", set.labels);
  keep("attributes", set.attributes);
  at::Tensor times, covariates;
  if (!schema.calendar.empty()) {
    times = example_times(schema.time, steps);
    keep("calendar", calendar_covariates(times, schema.calendar));
  }
  if (!schema.covariates.empty()) {
    covariates = draw_covariates(schema.covariates, steps, stream);
    keep("covariates", covariates);
  }
  StepMask mask = full_step_mask(kExamples, steps, torch::kCPU);
  mask.covariates = encode_covariates(times, covariates, schema);
  const at::Tensor condition = encode_condition(set.labels, set.attributes, schema);
  const Activated made = generator.generate(noise, condition, mask);
  keep("raw", made.raw);
  keep("sequences", as_written(decode(made.x, schema), schema.columns));
  return example;
}

}  // namespace rnngan
