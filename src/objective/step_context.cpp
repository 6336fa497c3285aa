#include "objective/step_context.h"

#include <torch/csrc/autograd/autograd.h>

#include "core/error.h"

namespace rnngan {

at::Tensor gradient_of_sum(const at::Tensor& score, const at::Tensor& input) {
  if (!input.requires_grad()) {
    throw Error{ErrorKind::bug, "gradient_of_sum",
                "the critic input does not require grad, so nothing was recorded"};
  }
  // The graph is kept: the same forward pass also carries the adversarial loss.
  return torch::autograd::grad({score.sum()}, {input}, {}, /*retain_graph=*/true,
                               /*create_graph=*/true)[0];
}

}  // namespace rnngan
