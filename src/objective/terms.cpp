#include "objective/terms.h"

#include <torch/types.h>

namespace rnngan {

const std::vector<TermRow>& term_catalog() {
  static const std::vector<TermRow> rows = {
      gradient_penalty_row(), label_smoothing_row(), r1_row(), r2_row(), weight_clip_row(),
  };
  return rows;
}

at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps) {
  return zero_padding(gradient, steps).flatten(1).square().sum(1);
}

}  // namespace rnngan
