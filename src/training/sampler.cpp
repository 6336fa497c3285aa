#include "training/sampler.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/fit_time.h"
#include "data/sequence_writer.h"
#include "tensor/random.h"
#include "training/networks.h"
#include "training/noise.h"

namespace rnngan {

namespace {

// About this many steps are generated at a time: some megabytes, whatever the length.
constexpr int64_t kChunkSteps = 1 << 15;

int64_t label_index(const Schema& schema, const std::string& label) {
  const auto found = std::ranges::find(schema.labels, label);
  if (found != schema.labels.end()) return found - schema.labels.begin();
  if (schema.labels.empty()) {
    throw Error(ErrorKind::usage, "label", "this model was trained without labels",
                "train with data.label to have them");
  }
  throw Error(ErrorKind::usage, "label",
              fmt::format("the data have no label \"{}\" ({})", label, join(schema.labels)),
              did_you_mean(label, schema.labels));
}

// The lines of the distribution that the request allows; all of them when it names no label.
std::vector<ConditionCount> allowed_conditions(const Schema& schema, const SampleRequest& request) {
  std::vector<ConditionCount> lines = schema.distribution;
  if (request.label) {
    const int64_t label = label_index(schema, *request.label);
    std::erase_if(lines, [&](const ConditionCount& line) { return line.label != label; });
    if (lines.empty()) {
      throw Error(ErrorKind::usage, "label",
                  "no training sequence has the label " + *request.label);
    }
  }
  if (request.length) {
    for (auto& line : lines) line.length = *request.length;
  }
  return lines;
}

// Which line of the distribution each of `count` sequences takes.
std::vector<size_t> draw_lines(const std::vector<ConditionCount>& conditions, int64_t count,
                               at::Generator& stream) {
  std::vector<int64_t> cumulative;
  int64_t total = 0;
  for (const auto& line : conditions) cumulative.push_back(total += line.count);
  const torch::Tensor draws = uniform({count}, stream, torch::kCPU);
  std::vector<size_t> lines;
  for (int64_t i = 0; i < count; ++i) {
    const double at = draws.data_ptr<float>()[i] * static_cast<double>(total);
    const auto found = std::ranges::upper_bound(cumulative, static_cast<int64_t>(at));
    lines.push_back(
        std::min(static_cast<size_t>(found - cumulative.begin()), conditions.size() - 1));
  }
  return lines;
}

// Lengths, labels and attributes of one part; its values are made later.
SequenceSet draw_conditions(const std::vector<ConditionCount>& conditions, const Schema& schema,
                            int64_t count, at::Generator& stream) {
  SequenceSet part = empty_set(schema);
  part.lengths = torch::empty({count}, torch::kInt64);
  if (!schema.labels.empty()) part.labels = torch::empty({count}, torch::kInt64);
  const auto width = static_cast<int64_t>(schema.statics.size());
  if (width > 0) part.attributes = torch::empty({count, width}, torch::kFloat64);
  const auto lines = draw_lines(conditions, count, stream);
  for (int64_t i = 0; i < count; ++i) {
    const ConditionCount& line = conditions[lines[static_cast<size_t>(i)]];
    part.lengths.data_ptr<int64_t>()[i] = line.length;
    if (part.labels.defined()) part.labels.data_ptr<int64_t>()[i] = line.label;
    for (int64_t s = 0; s < width; ++s) {
      part.attributes.data_ptr<double>()[i * width + s] = line.statics[static_cast<size_t>(s)];
    }
  }
  return part;
}

// When each of `count` sequences begins.
std::vector<double> draw_starts(const TimeAxis& axis, const std::optional<double>& start,
                                int64_t count, at::Generator stream) {
  if (start) return std::vector<double>(static_cast<size_t>(count), *start);
  const torch::Tensor draws = uniform({count}, stream, torch::kCPU);
  std::vector<double> starts;
  for (int64_t i = 0; i < count; ++i) {
    const double at = draws.data_ptr<float>()[i] * static_cast<double>(axis.starts.size());
    starts.push_back(axis.starts[std::min(static_cast<size_t>(at), axis.starts.size() - 1)]);
  }
  return starts;
}

std::optional<double> start_of(const SampleRequest& request, const TimeAxis& axis) {
  if (!request.start) return std::nullopt;
  if (!axis.known()) {
    throw Error(ErrorKind::usage, "start", "this model was trained without times",
                "train with data.time to have them");
  }
  if (const auto start = axis.read(*request.start)) return start;
  throw Error(ErrorKind::usage, "start", fmt::format("\"{}\" is no time", *request.start),
              fmt::format("write it as the data do: {}", axis.text(axis.starts.front())));
}

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

}  // namespace

int64_t max_steps(const Schema& schema, const SampleRequest& request) {
  return request.length ? *request.length : schema.max_length();
}

void sample(Generator& generator, const Schema& schema, const SampleRequest& request,
            const at::Device& device, const std::function<void(const SequenceSet&)>& take,
            const std::function<void(int64_t)>& progress, const StopFlag* stop) {
  const torch::NoGradGuard no_grad;
  const auto conditions = allowed_conditions(schema, request);
  const auto start = start_of(request, schema.time);
  const int64_t steps = max_steps(schema, request);
  const int64_t chunk_size = std::clamp<int64_t>(kChunkSteps / steps, 1, 1024);
  for (int64_t done = 0, number = 0; done < request.count; ++number) {
    if (stop != nullptr && stop->requested()) return;
    const auto key = static_cast<uint64_t>(number);
    auto condition_stream = stream_generator(request.seed, "sample.condition", key);
    auto noise_stream = stream_generator(request.seed, "sample.noise", key);
    SequenceSet part = draw_conditions(conditions, schema, chunk_size, condition_stream);
    Noise noise = draw_noise(generator.config(), chunk_size, steps, noise_stream, device);
    fix_code(noise.code, generator.config(), request.code);
    torch::Tensor condition = encode_condition(part.labels, part.attributes, schema);
    if (condition.defined()) condition = condition.to(device);
    StepMask mask = make_step_mask(part.lengths, steps, device);
    std::vector<double> starts;
    if (schema.time.known()) {
      starts = draw_starts(schema.time, start, chunk_size,
                           stream_generator(request.seed, "sample.start", key));
    }
    if (schema.covariate_width() > 0) {
      part =
          with_values(part, torch::zeros({chunk_size, steps, schema.features()}, torch::kDouble));
      part.times = times_from(starts, part);
      mask.covariates =
          zero_padding(encode_covariates(part.padded_times(), schema).to(device), mask);
    }
    const torch::Tensor x = decode(generator.forward(noise, condition, mask), schema);
    const int64_t wanted = std::min(chunk_size, request.count - done);
    part.times = torch::Tensor();
    part = select(with_values(part, x), torch::arange(wanted));
    part = with_values(part, as_written(part.padded(), schema.columns));
    if (schema.time.known()) part.times = times_from(starts, part);
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

std::shared_ptr<Generator> load_generator(const Checkpoint& checkpoint,
                                          const GeneratorConfig& config, Weights weights,
                                          const at::Device& device, const std::string& origin) {
  auto generator = make_generator(config, checkpoint.schema, /*seed=*/0, device);
  const bool averaged =
      weights == Weights::averaged &&
      checkpoint.tensors.lower_bound("ema.generator.") != checkpoint.tensors.end() &&
      checkpoint.tensors.lower_bound("ema.generator.")->first.starts_with("ema.generator.");
  const std::string prefix = averaged ? "ema.generator." : "generator.";
  load_tensors(checkpoint.tensors, module_tensors(*generator, prefix), origin);
  return generator;
}

}  // namespace rnngan
