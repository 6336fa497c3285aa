// The area under the receiver operating characteristic, and how sure it is.
#pragma once

#include <span>

#include <ATen/core/Tensor.h>

namespace rnngan {

struct AucEstimate {
  double value = 0.5;   // the share of pairs in which the positive is larger; ties count half
  double variance = 0;  // by DeLong, DeLong and Clarke-Pearson 1988 (Biometrics 44); 0 for a single
                        // value on either side
};

/// Neither is empty, and none is NaN.
AucEstimate auc_estimate(std::span<const double> positive, std::span<const double> negative);

/// The value alone, of tensors [n] and [m]; NaN where either holds one.
double area_under_roc(const at::Tensor& positive, const at::Tensor& negative);

/// The share of a standard normal variable below z.
double normal_distribution(double z);

}  // namespace rnngan
