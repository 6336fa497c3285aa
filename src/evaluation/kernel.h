// The kernels of maximum mean discrepancy (Gretton et al. 2012) on whole sequences, and their
// bandwidth.
#pragma once

#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "evaluation/metric.h"

namespace rnngan {

/// Squared root-mean-square distances per element: a [n,W], b [m,W] -> [n,m], by a product of
/// matrices: good to about 1e-14 of the rows' squares, which kernels and means do not notice.
at::Tensor squared_rms_distances(const at::Tensor& a, const at::Tensor& b);

/// The median distance between two different rows [n,W]; 0 for fewer than two.
double median_rms_distance(const at::Tensor& rows);

/// k(x,y) of the distance r between two rows in units of the bandwidth h: the mean over c in
/// {1/4, 1/2, 1, 2, 4} of exp(-r^2 / (2 c^2)).
class SequenceKernel {
 public:
  /// h is the distance `median_rms`; where that is 0, the Euclidean distance 1.
  explicit SequenceKernel(double median_rms);
  /// a [n,W], b [m,W] -> [n,m]
  at::Tensor operator()(const at::Tensor& a, const at::Tensor& b) const;
  double median_rms() const { return median_rms_; }

 private:
  double median_rms_;
};

/// Sets of sequences as rows of one width, scaled on a reference, and the kernel whose bandwidth is
/// the median distance within (1000 sequences of) that reference.
struct KernelView {
  SequenceKernel kernel;
  std::vector<at::Tensor> rows;
};
KernelView kernel_view(const SequenceSet& reference, const std::vector<const SequenceSet*>& sets,
                       const MetricInput& input);

/// {"kernel", "median_rms"}
nlohmann::json kernel_params(const KernelView& view);

}  // namespace rnngan
