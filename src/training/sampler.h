// Sequences from a generator, in original units, of any number in constant memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "columns/schema.h"
#include "core/stop.h"
#include "data/sequence_set.h"
#include "nn/generator.h"
#include "training/checkpoint.h"

namespace rnngan {

struct SampleRequest {
  int64_t count = 0;
  uint64_t seed = 1;
  std::optional<int64_t> length = std::nullopt;     // instead of the training data's
  std::optional<std::string> label = std::nullopt;  // instead of those of the data
  // When all of them begin, as the data write it or by ISO 8601; instead of a time at which one of
  // the training sequences begins.
  std::optional<std::string> start = std::nullopt;
  /// In place of a random information code: its class, if it has one, then as many of its
  /// variables as are given.
  std::vector<double> code = {};
};

/// Makes `request.count` sequences, each with length, label and attributes drawn from the schema's
/// distribution, values with the digits of their columns. Sequence i depends on the seed and i
/// only, not on the count. `take` is given them in parts of some megabytes, `progress` told how
/// many are done; `stop` ends early. Throws Error{usage} for a label that the data do not have, a
/// code that the generator does not have, and a start that is no time.
void sample(Generator& generator, const Schema& schema, const SampleRequest& request,
            const at::Device& device, const std::function<void(const SequenceSet&)>& take,
            const std::function<void(int64_t)>& progress = {}, const StopFlag* stop = nullptr);
/// The same, all in memory.
SequenceSet sample(Generator& generator, const Schema& schema, const SampleRequest& request,
                   const at::Device& device);

/// The longest sequence that the request can give.
int64_t max_steps(const Schema& schema, const SampleRequest& request);

enum class Weights { averaged, raw };

/// The generator of a checkpoint: averaged weights where there are any and `weights` asks for them.
std::shared_ptr<Generator> load_generator(const Checkpoint& checkpoint,
                                          const GeneratorConfig& config, Weights weights,
                                          const at::Device& device, const std::string& origin);

}  // namespace rnngan
