#include "training/sampler.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
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

// The lines of the law that the request allows; all of them when it names no label.
std::vector<ConditionCount> allowed_law(const Schema& schema, const SampleRequest& request) {
  std::vector<ConditionCount> law = schema.law;
  if (request.label) {
    const int64_t label = label_index(schema, *request.label);
    std::erase_if(law, [&](const ConditionCount& line) { return line.label != label; });
    if (law.empty()) {
      throw Error(ErrorKind::usage, "label",
                  "no training sequence has the label " + *request.label);
    }
  }
  if (request.length) {
    for (auto& line : law) line.length = *request.length;
  }
  return law;
}

// Which line of the law each of `count` sequences takes.
std::vector<size_t> draw_lines(const std::vector<ConditionCount>& law, int64_t count,
                               at::Generator& stream) {
  std::vector<int64_t> cumulative;
  int64_t total = 0;
  for (const auto& line : law) cumulative.push_back(total += line.count);
  const torch::Tensor draws = uniform({count}, stream, torch::kCPU);
  std::vector<size_t> lines;
  for (int64_t i = 0; i < count; ++i) {
    const double at = draws.data_ptr<float>()[i] * static_cast<double>(total);
    const auto found = std::ranges::upper_bound(cumulative, static_cast<int64_t>(at));
    lines.push_back(std::min(static_cast<size_t>(found - cumulative.begin()), law.size() - 1));
  }
  return lines;
}

// Lengths, labels and statics of one chunk; x is filled in later.
SampleChunk draw_conditions(const std::vector<ConditionCount>& law, const Schema& schema,
                            int64_t count, at::Generator& stream) {
  SampleChunk chunk;
  chunk.lengths = torch::empty({count}, torch::kInt64);
  if (!schema.labels.empty()) chunk.labels = torch::empty({count}, torch::kInt64);
  const auto statics = static_cast<int64_t>(schema.statics.size());
  if (statics > 0) chunk.statics = torch::empty({count, statics}, torch::kFloat64);
  const auto lines = draw_lines(law, count, stream);
  for (int64_t i = 0; i < count; ++i) {
    const ConditionCount& line = law[lines[static_cast<size_t>(i)]];
    chunk.lengths.data_ptr<int64_t>()[i] = line.length;
    if (chunk.labels.defined()) chunk.labels.data_ptr<int64_t>()[i] = line.label;
    for (int64_t s = 0; s < statics; ++s) {
      chunk.statics.data_ptr<double>()[i * statics + s] = line.statics[static_cast<size_t>(s)];
    }
  }
  return chunk;
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

void keep_first(SampleChunk& chunk, int64_t count) {
  for (torch::Tensor* tensor : {&chunk.x, &chunk.lengths, &chunk.labels, &chunk.statics}) {
    if (tensor->defined()) *tensor = tensor->narrow(0, 0, count);
  }
}

}  // namespace

int64_t max_steps(const Schema& schema, const SampleRequest& request) {
  return request.length ? *request.length : schema.max_length();
}

void sample(Generator& generator, const Schema& schema, const SampleRequest& request,
            const at::Device& device, SampleWriter& writer,
            const std::function<void(int64_t)>& progress, const StopFlag* stop) {
  const torch::NoGradGuard no_grad;
  const auto law = allowed_law(schema, request);
  const int64_t steps = max_steps(schema, request);
  const int64_t chunk_size = std::clamp<int64_t>(kChunkSteps / steps, 1, 1024);
  for (int64_t done = 0, number = 0; done < request.count; ++number) {
    if (stop != nullptr && stop->requested()) return;
    const auto key = static_cast<uint64_t>(number);
    auto condition_stream = stream_generator(request.seed, "sample.condition", key);
    auto noise_stream = stream_generator(request.seed, "sample.noise", key);
    SampleChunk chunk = draw_conditions(law, schema, chunk_size, condition_stream);
    Noise noise = draw_noise(generator.config(), chunk_size, steps, noise_stream, device);
    fix_code(noise.code, generator.config(), request.code);
    torch::Tensor condition = encode_condition(chunk.labels, chunk.statics, schema);
    if (condition.defined()) condition = condition.to(device);
    const StepMask mask = make_step_mask(chunk.lengths, steps, device);
    chunk.x = to_original(generator.forward(noise, condition, mask).cpu(), schema);
    keep_first(chunk, std::min(chunk_size, request.count - done));
    writer.write(chunk);
    done += chunk.lengths.size(0);
    if (progress) progress(done);
  }
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
