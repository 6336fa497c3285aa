#include "nn/pooling.h"

namespace rnngan {

torch::Tensor last_states(const torch::Tensor& y, const LstmOptions& lstm, const StepMask& steps) {
  const torch::Tensor forward = last_valid(y.narrow(2, 0, lstm.hidden), steps);
  if (!lstm.bidirectional) return forward;
  return torch::cat({forward, y.select(1, 0).narrow(1, lstm.hidden, lstm.hidden)}, 1);
}

torch::Tensor pooled_states(const torch::Tensor& y, const LstmOptions& lstm,
                            const StepMask& steps) {
  return torch::cat({masked_mean(y, steps), last_states(y, lstm, steps)}, 1);
}

torch::Tensor append_to_steps(const torch::Tensor& values, const torch::Tensor& context) {
  if (!context.defined()) return values;
  return torch::cat({values, context.unsqueeze(1).expand({-1, values.size(1), -1})}, 2);
}

}  // namespace rnngan
