#include "training/look_ahead.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

namespace rnngan {

namespace {

// A copy into a tensor that requires no gradient takes over the graph of its source.
void assign(Discriminator& discriminator, const std::vector<torch::Tensor>& values) {
  const std::vector<torch::Tensor> parameters = discriminator.parameters();
  for (size_t i = 0; i < parameters.size(); ++i) {
    torch::Tensor parameter = parameters[i];
    parameter.detach_().requires_grad_(false).copy_(values[i]);
  }
}

void copy_buffers(const Discriminator& from, Discriminator& to) {
  const std::vector<torch::Tensor> source = from.buffers(), target = to.buffers();
  for (size_t i = 0; i < source.size(); ++i) torch::Tensor(target[i]).copy_(source[i]);
}

}  // namespace

LookAhead::LookAhead(int64_t steps, double lr,
                     const std::function<std::shared_ptr<Discriminator>()>& make,
                     const Communicator& ranks)
    : lr_(lr), ranks_(ranks) {
  for (int64_t i = 0; i <= steps; ++i) copies_.push_back(make());
}

Discriminator& LookAhead::from(const Discriminator& now, const Loss& loss) {
  const torch::AutoGradMode with_grad(true);
  std::vector<torch::Tensor> values;
  for (const torch::Tensor& parameter : now.parameters()) {
    values.push_back(parameter.detach().clone().requires_grad_());
  }
  for (size_t k = 0; k < copies_.size(); ++k) {
    copy_buffers(now, *copies_[k]);
    assign(*copies_[k], values);
    if (k + 1 == copies_.size()) break;
    const auto gradients =
        torch::autograd::grad({loss(*copies_[k])}, values, {}, /*retain_graph=*/true,
                              /*create_graph=*/true, /*allow_unused=*/true);
    for (size_t i = 0; i < values.size(); ++i) {
      if (gradients[i].defined()) values[i] = values[i] - lr_ * ranks_.mean(gradients[i]);
    }
  }
  return *copies_.back();
}

void LookAhead::release() {
  for (const auto& copy : copies_) {
    for (torch::Tensor parameter : copy->parameters()) parameter.detach_().requires_grad_(false);
  }
}

}  // namespace rnngan
