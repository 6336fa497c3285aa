#include "training/sampler.h"

#include <algorithm>
#include <cmath>

#include <ATen/Parallel.h>
#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/fit_time.h"
#include "data/sequence_writer.h"
#include "tensor/random.h"
#include "training/conditions.h"
#include "training/networks.h"
#include "training/noise.h"

namespace rnngan {

namespace {

// About this many steps are generated at a time: some megabytes, whatever the length.
constexpr int64_t kChunkSteps = 1 << 15;
// So many sequences pass the generator together, always: the last bits of a product depend on how
// many rows it has, and the first sequences of a seed are the same however many follow.
constexpr int64_t kGroup = 128;

[[noreturn]] void refuse_code(const std::string& fact) {
  throw Error(ErrorKind::usage, "code", fact,
              "a class counted from 0, if the code has classes, then numbers from -1 to 1: "
              "2,-0.5");
}

// Writes the parts of the code that the request fixes into `code` [B,K+m].
void fix_code(torch::Tensor& code, const GeneratorConfig& config,
              const std::vector<double>& request) {
  if (request.empty()) return;
  const int64_t classes = config.code_categories;
  const size_t first = classes > 0 ? 1 : 0;
  const size_t most = first + static_cast<size_t>(config.code_continuous);
  if (most == 0) refuse_code("this model has no information code");
  if (request.size() > most) {
    refuse_code(fmt::format("{} numbers, but the code has {}", request.size(), most));
  }
  if (classes > 0) {
    const double value = request[0];
    if (value != std::floor(value) || value < 0 || value >= static_cast<double>(classes)) {
      refuse_code(fmt::format("{} is not a class from 0 to {}", shortest(value), classes - 1));
    }
    code.narrow(1, 0, classes).zero_();
    code.select(1, static_cast<int64_t>(value)).fill_(1);
  }
  for (size_t i = first; i < request.size(); ++i) {
    if (!(std::abs(request[i]) <= 1)) {
      refuse_code(fmt::format("{} is not a number from -1 to 1", shortest(request[i])));
    }
    code.select(1, classes + static_cast<int64_t>(i - first)).fill_(request[i]);
  }
}

StepMask rows_of(const StepMask& steps, int64_t begin, int64_t count) {
  StepMask rows = steps;
  rows.lengths = steps.lengths.narrow(0, begin, count);
  rows.mask = steps.mask.narrow(0, begin, count);
  if (steps.covariates.defined()) rows.covariates = steps.covariates.narrow(0, begin, count);
  return rows;
}

/// The first `wanted` of the sequences of chunk `number`, and some more or zeros: [B,T,F], original
/// units, as a file holds them. Each group has a noise stream of its own.
torch::Tensor generate(Generator& generator, const Schema& schema, const SampleRequest& request,
                       int64_t number, const torch::Tensor& condition, const StepMask& steps,
                       int64_t wanted) {
  const int64_t batch = steps.batch(), groups = (wanted + kGroup - 1) / kGroup,
                groups_of_chunk = (batch + kGroup - 1) / kGroup;
  const at::Device device = steps.mask.device();
  torch::Tensor all =
      torch::zeros({batch, steps.steps(), schema.features()}, torch::dtype(torch::kDouble));
  const auto make = [&](int64_t group) {
    const torch::NoGradGuard no_grad;  // each thread has a mode of its own
    const int64_t begin = group * kGroup, count = std::min(kGroup, batch - begin);
    auto stream = stream_generator(request.seed, "sample.noise",
                                   static_cast<uint64_t>(number * groups_of_chunk + group));
    Noise noise = draw_noise(generator.config(), count, steps.steps(), stream, device);
    fix_code(noise.code, generator.config(), request.code);
    const torch::Tensor x = generator.forward(
        noise, condition.defined() ? condition.narrow(0, begin, count) : condition,
        rows_of(steps, begin, count));
    all.narrow(0, begin, count).copy_(as_written(decode(x, schema), schema.columns));
  };
  // A group stays in the cache of the thread that makes it. On another device one comes after the
  // other.
  const int64_t at_once = device.is_cpu() ? 1 : groups;
  at::parallel_for(0, groups, at_once, [&](int64_t first, int64_t last) {
    for (int64_t group = first; group < last; ++group) make(group);
  });
  return all;
}

}  // namespace

void sample(Generator& generator, const Schema& schema, const SampleRequest& request,
            const at::Device& device, const std::function<void(const SequenceSet&)>& take,
            const std::function<void(int64_t)>& progress, const StopFlag* stop) {
  const torch::NoGradGuard no_grad;
  const Conditions conditions(schema, request);
  const int64_t steps = max_steps(schema, request);
  const int64_t chunk_size = std::clamp<int64_t>(kChunkSteps / steps, 1, 1024);
  for (int64_t done = 0, number = 0; done < request.count; ++number) {
    if (stop != nullptr && stop->requested()) return;
    const auto key = static_cast<uint64_t>(number);
    auto condition_stream = stream_generator(request.seed, "sample.condition", key);
    SequenceSet part = conditions.draw(number * chunk_size, chunk_size, condition_stream);
    torch::Tensor condition = encode_condition(part.labels, part.attributes, schema);
    if (condition.defined()) condition = condition.to(device);
    StepMask mask = make_step_mask(part.lengths, steps, device);
    std::vector<double> starts;
    if (schema.time.known()) {
      starts = conditions.starts(number * chunk_size, chunk_size,
                                 stream_generator(request.seed, "sample.start", key));
    }
    const torch::Tensor covariates = conditions.covariates(number * chunk_size, chunk_size, steps);
    const torch::Tensor times = conditions.times(number * chunk_size, chunk_size, steps);
    if (schema.covariate_width() > 0) {
      part =
          with_values(part, torch::zeros({chunk_size, steps, schema.features()}, torch::kDouble));
      const torch::Tensor known =
          times.defined() || starts.empty() ? times : times_from(starts, part).view({-1, steps});
      mask.covariates = zero_padding(encode_covariates(known, covariates, schema).to(device), mask);
    }
    const int64_t wanted = std::min(chunk_size, request.count - done);
    const torch::Tensor x = generate(generator, schema, request, number, condition, mask, wanted);
    part.times = torch::Tensor();
    part.padded_steps = steps;
    part.covariates = covariates.defined() ? covariates.flatten(0, 1) : torch::Tensor();
    part = select(with_values(part, x), torch::arange(wanted));
    if (times.defined()) {
      part.times = times.narrow(0, 0, wanted).reshape({-1});
    } else if (schema.time.known()) {
      part.times = times_from(starts, part);
    }
    take(part);
    done += wanted;
    if (progress) progress(done);
  }
}

SequenceSet sample(Generator& generator, const Schema& schema, const SampleRequest& request,
                   const at::Device& device) {
  std::vector<SequenceSet> parts;
  sample(generator, schema, request, device,
         [&](const SequenceSet& part) { parts.push_back(part); });
  return trimmed(concatenate(parts));
}

namespace {

/// An altered config may ask for more than there is memory. What is small is built and compared.
void require_numbers(const Checkpoint& checkpoint, const GeneratorConfig& config,
                     const std::string& prefix, const std::string& origin) {
  const double hidden = config.hidden, layers = config.layers;
  const double inputs = static_cast<double>(config.noise_step) + config.noise_global;
  const double least = 4 * hidden * (inputs + hidden + (layers - 1) * 2 * hidden);
  double kept = 0;
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (name.starts_with(prefix)) kept += static_cast<double>(tensor.numel());
  }
  constexpr double kSmall = 1e6;
  if (least <= kept + kSmall) return;
  throw Error(
      ErrorKind::checkpoint, origin,
      fmt::format("a generator of its config has at least {:.0f} weights, this one has {:.0f}",
                  least, kept),
      "it belongs to another architecture");
}

}  // namespace

std::shared_ptr<Generator> load_generator(const Checkpoint& checkpoint,
                                          const GeneratorConfig& config, Weights weights,
                                          const at::Device& device, const std::string& origin) {
  const bool averaged =
      weights == Weights::averaged &&
      checkpoint.tensors.lower_bound("ema.generator.") != checkpoint.tensors.end() &&
      checkpoint.tensors.lower_bound("ema.generator.")->first.starts_with("ema.generator.");
  const std::string prefix = averaged ? "ema.generator." : "generator.";
  require_numbers(checkpoint, config, prefix, origin);
  auto generator = make_generator(config, checkpoint.schema, /*seed=*/0, device);
  load_tensors(checkpoint.tensors, module_tensors(*generator, prefix), origin);
  return generator;
}

}  // namespace rnngan
