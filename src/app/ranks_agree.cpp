#include "app/ranks_agree.h"

#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "core/error.h"
#include "tensor/random.h"

namespace rnngan {

void require_dealt(const RunConfig& config, const at::Device& device, const Communicator& ranks) {
  if (ranks.ranks() == 1) return;
  const int64_t shares = ranks.ranks() * config.model.discriminator.pac;
  if (config.train.batch % shares != 0) {
    throw Error(ErrorKind::config, "train.batch",
                fmt::format("{} sequences cannot be dealt evenly to {} ranks{}", config.train.batch,
                            ranks.ranks(),
                            shares == ranks.ranks() ? "" : " in packs of model.discriminator.pac"),
                fmt::format("set it to a multiple of {}", shares));
  }
  if (!device.is_cpu()) {
    throw Error(ErrorKind::config, "train.device", "several ranks train on the CPU only",
                "set it to cpu, or start one process");
  }
}

// What decides the steps, as three numbers.
void require_agreement(const ResolvedConfig& config, const Dataset& data, int64_t step,
                       const Communicator& ranks) {
  nlohmann::json document = config.document;
  document["train"].erase("threads");
  document["data"].erase("path");
  const auto number = [](const std::string& text) {
    return static_cast<int64_t>(stream_key(0, text, 0));
  };
  const at::Tensor own = torch::tensor({number(document.dump()), number(data.hash), step});
  const at::Tensor differs = ranks.whole(own.unsqueeze(0)).ne(own);
  const char* names[] = {"another config", "other data", "another checkpoint"};
  for (int64_t i = 0; i < own.size(0); ++i) {
    if (!differs.select(1, i).any().item<bool>()) continue;
    throw Error(ErrorKind::config, fmt::format("rank {} of {}", ranks.rank(), ranks.ranks()),
                fmt::format("has {} than another rank", names[i]),
                "start all of them by the same command, on the same files");
  }
}

}  // namespace rnngan
