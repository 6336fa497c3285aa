#include "objective/adversarial.h"

#include <utility>

#include <torch/types.h>

#include "objective/adversarial_rows.h"

namespace rnngan {

at::Tensor bounded_exp(const at::Tensor& v) {
  constexpr double kTangent = 15.0;
  return v.clamp_max(kTangent).exp() * (1 + at::relu(v - kTangent));
}

const std::vector<AdversarialRow>& adversarial_catalog() {
  static const std::vector<AdversarialRow> rows = [] {
    std::vector<AdversarialRow> all;
    for (auto* family : {classifier_rows, relativistic_rows, margin_rows, divergence_rows,
                         energy_rows, vector_rows, three_way_rows}) {
      for (AdversarialRow& row : family()) all.push_back(std::move(row));
    }
    return all;
  }();
  return rows;
}

}  // namespace rnngan
