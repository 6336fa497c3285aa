#include "nn/state_feedback.h"

#include <vector>

#include <torch/types.h>

namespace rnngan {

namespace {

/// Which channels, counted from the first block, are 1 in a step with these logits.
void decide(const std::vector<double>& logits, const Layout& layout, std::vector<int64_t>& on) {
  on.clear();
  for (const ChannelBlock& block : layout.blocks()) {
    const int64_t first = block.begin - layout.values();
    const bool gate = block.role == Role::gate;
    int64_t best = gate ? -1 : first;  // -1: none of the gates, whose logit is 0
    double most = gate ? 0 : logits[static_cast<size_t>(first)];
    for (int64_t k = first; k < first + block.width; ++k) {
      if (logits[static_cast<size_t>(k)] <= most) continue;
      best = k;
      most = logits[static_cast<size_t>(k)];
    }
    if (best >= 0) on.push_back(best);
  }
}

}  // namespace

StateFeedback::StateFeedback(const Layout& layout) : layout_(layout) {
  const int64_t width = layout.width() - layout.values();
  weight_ = register_parameter("weight", torch::zeros({width, width}));
}

// One step after the other, element by element on the CPU.
torch::Tensor StateFeedback::states_before(const torch::Tensor& logits) const {
  const auto on_cpu = [](const torch::Tensor& of) {
    return of.detach().to(torch::kCPU, torch::kDouble).contiguous();
  };
  const torch::Tensor given = on_cpu(logits), weight = on_cpu(weight_.t());
  torch::Tensor before = torch::zeros_like(given);
  const int64_t steps = given.size(1), width = given.size(2);
  std::vector<double> now(static_cast<size_t>(width));
  std::vector<int64_t> on;
  for (int64_t row = 0; row < given.size(0) * steps; ++row) {
    if (row % steps == 0) on.clear();
    const double* of_row = given.data_ptr<double>() + row * width;
    now.assign(of_row, of_row + width);
    for (const int64_t state : on) {
      before.data_ptr<double>()[row * width + state] = 1;
      const double* added = weight.data_ptr<double>() + state * width;
      for (int64_t k = 0; k < width; ++k) now[static_cast<size_t>(k)] += added[k];
    }
    decide(now, layout_, on);
  }
  return before.to(logits.device(), logits.scalar_type());
}

torch::Tensor StateFeedback::forward(const torch::Tensor& raw) const {
  const int64_t values = layout_.values();
  const torch::Tensor logits = raw.narrow(2, values, weight_.size(0));
  const torch::Tensor added = torch::matmul(states_before(logits), weight_.t());
  return torch::cat({raw.narrow(2, 0, values), logits + added}, 2);
}

}  // namespace rnngan
