// What the processes of one training tell each other. Each of them, a rank, has the same networks
// and rows of its own of every batch; the whole batch is the rows of all ranks, one after another.
//
// Minimised is the mean over the ranks of what each of them makes of its rows. Where every rank
// computes the same value of the whole batch, that is the value itself. So a gradient that belongs
// to own rows counts `ranks` times, one that belongs to the whole batch once, and the mean over the
// ranks of parameters' gradients is the gradient. The graphs of whole(), own() and mean() follow
// this, to any derivative.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// Every rank makes the same calls in the same order; each waits for all. Throws Error{device} when
/// another rank is gone.
class Communicator {
 public:
  virtual ~Communicator() = default;

  virtual int64_t rank() const = 0;   // 0..ranks()-1
  virtual int64_t ranks() const = 0;  // 1 or more
  /// This one writes, scores and talks.
  bool leads() const { return rank() == 0; }

  /// Own rows [n,...] of every rank: [ranks n,...], the same everywhere, with its graph. Undefined
  /// stays undefined.
  virtual at::Tensor whole(const at::Tensor& own) const = 0;
  /// The rows of this rank of a whole batch [ranks n,...], which every rank has: [n,...], with its
  /// graph. No exchange but in the derivative.
  virtual at::Tensor own(const at::Tensor& whole) const = 0;
  /// The mean over the ranks of tensors of one shape, with its graph.
  virtual at::Tensor mean(const at::Tensor& own) const = 0;

  /// Puts the mean over the ranks in place, in one exchange; no graph, one dtype.
  virtual void average(const std::vector<at::Tensor>& tensors) const = 0;
  /// The largest of the ranks' values, by entry; no graph.
  virtual at::Tensor largest(const at::Tensor& values) const = 0;
};

/// A process by itself: everything is its own, and nothing is done.
const Communicator& one_process();

}  // namespace rnngan
