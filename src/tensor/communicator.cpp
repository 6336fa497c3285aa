#include "tensor/communicator.h"

namespace rnngan {

namespace {

class OneProcess : public Communicator {
 public:
  int64_t rank() const override { return 0; }
  int64_t ranks() const override { return 1; }
  at::Tensor whole(const at::Tensor& own) const override { return own; }
  at::Tensor own(const at::Tensor& whole) const override { return whole; }
  at::Tensor mean(const at::Tensor& own) const override { return own; }
  void average(const std::vector<at::Tensor>&) const override {}
  at::Tensor largest(const at::Tensor& values) const override { return values; }
};

}  // namespace

const Communicator& one_process() {
  static const OneProcess process;
  return process;
}

}  // namespace rnngan
