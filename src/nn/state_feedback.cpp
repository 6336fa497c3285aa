#include "nn/state_feedback.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <torch/types.h>

#include "columns/state_chain.h"

namespace rnngan {

namespace {

/// The state of a block with these logits, of gates behind that of "none": the likeliest, or by
/// `draw` where there is one.
size_t decide(const std::vector<double>& logits, const double* draw) {
  const double most = std::ranges::max(logits);
  if (draw == nullptr || *draw < 0) {
    return static_cast<size_t>(std::ranges::find(logits, most) - logits.begin());
  }
  double sum = 0;
  for (const double logit : logits) sum += std::exp(logit - most);
  double below = 0;
  for (size_t k = 0; k + 1 < logits.size(); ++k) {
    below += std::exp(logits[k] - most) / sum;
    if (below > *draw) return k;
  }
  return logits.size() - 1;
}

/// The columns of the weights, counted from the first block, that the states of a step stand for.
void states_of(const std::vector<double>& logits, const double* draws, const Layout& layout,
               std::vector<int64_t>& on) {
  on.clear();
  auto none = static_cast<int64_t>(logits.size());
  std::vector<double> of_block;
  for (const ChannelBlock& block : layout.blocks()) {
    const int64_t first = block.begin - layout.values();
    const auto from = logits.begin() + first;
    of_block.assign(from, from + block.width);
    const bool gate = block.role == Role::gate;
    if (gate) of_block.insert(of_block.begin(), 0.0);  // the logit of "none"
    const auto state = static_cast<int64_t>(decide(of_block, draws));
    on.push_back(!gate ? first + state : state == 0 ? none : first + state - 1);
    none += gate ? 1 : 0;
    if (draws != nullptr) ++draws;
  }
}

}  // namespace

torch::Tensor StateFeedback::shift(const Layout& layout) {
  constexpr double kOfDrawn = 0.2;
  const torch::Tensor drawn =
      layout.drawn().narrow(0, layout.values(), layout.width() - layout.values());
  return torch::ones(drawn.sizes(), torch::kDouble).masked_fill(drawn, kOfDrawn);
}

StateFeedback::StateFeedback(const Schema& schema, const Layout& layout)
    : layout_(layout), shift_(shift(layout)) {
  const int64_t width = layout.width() - layout.values();
  shares_ = register_parameter(
      "shares", share_logits(schema, layout).narrow(0, layout.values(), width).clone());
  transitions_ = register_parameter("transitions", transition_logits(schema, layout));
  to_values_ =
      register_parameter("to_values", torch::zeros({layout.values(), transitions_.size(1)}));
}

// One step after the other, element by element on the CPU.
torch::Tensor StateFeedback::states(const torch::Tensor& logits, const torch::Tensor& draws) const {
  const auto on_cpu = [](const torch::Tensor& of) {
    return of.defined() ? of.detach().to(torch::kCPU, torch::kDouble).contiguous() : of;
  };
  const torch::Tensor given = on_cpu(logits), weight = on_cpu(transitions_.t()),
                      drawn = on_cpu(draws);
  const int64_t steps = given.size(1), width = given.size(2), states = weight.size(0);
  torch::Tensor made = torch::zeros({given.size(0), steps, states}, given.options());
  std::vector<double> now;
  std::vector<int64_t> on;
  for (int64_t row = 0; row < given.size(0) * steps; ++row) {
    if (row % steps == 0) on.clear();
    const double* of_row = given.data_ptr<double>() + row * width;
    now.assign(of_row, of_row + width);
    for (const int64_t state : on) {
      const double* added = weight.data_ptr<double>() + state * width;
      for (size_t k = 0; k < now.size(); ++k) now[k] += added[k];
    }
    states_of(now, drawn.defined() ? drawn.data_ptr<double>() + row * drawn.size(2) : nullptr,
              layout_, on);
    for (const int64_t state : on) made.data_ptr<double>()[row * states + state] = 1;
  }
  return made.to(logits.device(), logits.scalar_type());
}

torch::Tensor StateFeedback::forward(const torch::Tensor& raw, const torch::Tensor& draws) const {
  const int64_t values = layout_.values();
  const torch::Tensor logits =
      shares_ + shift_.to(raw.options()) * raw.narrow(2, values, shares_.size(0));
  const torch::Tensor now = states(logits, draws);
  const torch::Tensor before =
      torch::constant_pad_nd(now.narrow(1, 0, now.size(1) - 1), {0, 0, 1, 0});
  return torch::cat({raw.narrow(2, 0, values) + torch::matmul(now, to_values_.t()),
                     logits + torch::matmul(before, transitions_.t())},
                    2);
}

}  // namespace rnngan
