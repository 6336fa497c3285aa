// Unrolled GANs (Metz et al. 2016, arXiv:1611.02163): the generator is scored by the discriminator
// as it would be after some more steps, and feels how its fakes move those steps.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "nn/discriminator.h"
#include "tensor/communicator.h"

namespace rnngan {

class LookAhead {
 public:
  using Loss = std::function<at::Tensor(Discriminator&)>;

  /// `make` builds a discriminator of the same make, once per step and once more. The steps go by
  /// the mean gradient of all ranks.
  LookAhead(int64_t steps, double lr, const std::function<std::shared_ptr<Discriminator>()>& make,
            const Communicator& ranks = one_process());

  /// `now` after `steps` steps of gradient descent at rate `lr` on `loss`. Its parameters carry the
  /// graph of all steps, down to what the loss reads. Valid until the next call; `now` is left as
  /// it is.
  Discriminator& from(const Discriminator& now, const Loss& loss);
  /// Lets go of that graph.
  void release();

 private:
  double lr_;
  const Communicator& ranks_;
  std::vector<std::shared_ptr<Discriminator>> copies_;
};

}  // namespace rnngan
