// The random streams of one step of one side. They are those of the whole batch, of which every
// rank takes its own rows: so it matters nothing how many there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "objective/step_context.h"
#include "tensor/communicator.h"
#include "tensor/random.h"

namespace rnngan {

struct StepStreams {
  uint64_t seed = 0;
  Side side = Side::discriminator;
  int64_t step = 0;  // counted by the side
  at::Device device = at::kCPU;
  const Communicator* ranks = &one_process();

  /// The stream (seed, "NAME.SIDE", step).
  at::Generator stream(const std::string& name) const {
    const char* of = side == Side::discriminator ? ".discriminator" : ".generator";
    return stream_generator(seed, name + of, static_cast<uint64_t>(step));
  }
  /// Standard normal of this size, the same on every rank.
  at::Tensor common_normal(const std::string& name, at::IntArrayRef sizes) const {
    at::Generator generator = stream(name);
    return rnngan::normal(sizes, generator, device);
  }
  /// Standard normal, own rows [n,...].
  at::Tensor normal(const std::string& name, at::IntArrayRef sizes) const {
    return ranks->own(common_normal(name, of_all(sizes)));
  }
  /// Uniform on [0,1), own rows [n,...]: of `groups` batches one after another, those of each.
  at::Tensor uniform(const std::string& name, at::IntArrayRef sizes, int64_t groups = 1) const {
    at::Generator generator = stream(name);
    const at::Tensor all = rnngan::uniform(of_all(sizes), generator, device);
    if (groups == 1) return ranks->own(all);
    std::vector<at::Tensor> own = all.chunk(groups);
    for (at::Tensor& group : own) group = ranks->own(group);
    return at::cat(own);
  }

 private:
  std::vector<int64_t> of_all(at::IntArrayRef sizes) const {
    std::vector<int64_t> all = sizes.vec();
    all[0] *= ranks->ranks();
    return all;
  }
};

}  // namespace rnngan
