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
#include "training/sample_request.h"

namespace rnngan {

/// Makes `request.count` sequences, each with length, label and attributes drawn from the schema's
/// distribution as far as the request leaves them open, values with the digits of their columns.
/// Sequence i depends on the seed and i only, not on the count. `take` is given them in parts of
/// some megabytes, `progress` told how many are done; `stop` ends early. Throws Error{usage} for
/// what no training sequence has and a code that the generator does not have, Error{data} for
/// sequences to be like that do not fit the model.
void sample(Generator& generator, const Schema& schema, const SampleRequest& request,
            const at::Device& device, const std::function<void(const SequenceSet&)>& take,
            const std::function<void(int64_t)>& progress = {}, const StopFlag* stop = nullptr);
/// The same, all in memory.
SequenceSet sample(Generator& generator, const Schema& schema, const SampleRequest& request,
                   const at::Device& device);

enum class Weights { averaged, raw };

/// The generator of a checkpoint: averaged weights where there are any and `weights` asks for them.
std::shared_ptr<Generator> load_generator(const Checkpoint& checkpoint,
                                          const GeneratorConfig& config, Weights weights,
                                          const at::Device& device, const std::string& origin);

}  // namespace rnngan
