#include "nn/pooling.h"

#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace rnngan {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// What pooling needs to know of a batch; kept as scalars and two tensors in a context.
struct PoolShape {
  StepMask steps;
  int64_t hidden = 0;
  bool bidirectional = false;

  void save(AutogradContext& context) const {
    context.save_for_backward({steps.lengths, steps.mask});
    context.saved_data["ragged"] = steps.ragged;
    context.saved_data["hidden"] = hidden;
    context.saved_data["bidirectional"] = bidirectional;
  }

  static PoolShape load(AutogradContext& context) {
    const variable_list saved = context.get_saved_variables();
    return {{saved[0], saved[1], context.saved_data["ragged"].toBool()},
            context.saved_data["hidden"].toInt(),
            context.saved_data["bidirectional"].toBool()};
  }

  /// y [B,T,W] -> [B,2W]
  Tensor pool(const Tensor& y) const {
    Tensor last = last_valid(y.narrow(2, 0, hidden), steps);
    if (bidirectional) {
      last = torch::cat({last, y.select(1, 0).narrow(1, hidden, hidden)}, 1);
    }
    return torch::cat({masked_mean(y, steps), last}, 1);
  }

  /// The transpose of pool(): [B,2W] -> [B,T,W], zero on padding. In the order of memory in which
  /// an LSTM takes its steps.
  Tensor spread(const Tensor& pooled) const {
    const int64_t width = pooled.size(1) / 2;
    const Tensor count = steps.lengths.to(pooled.scalar_type()).unsqueeze(1);
    const Tensor every_step = (pooled.narrow(1, 0, width) / count).unsqueeze(1);
    Tensor y =
        torch::empty({steps.steps(), steps.batch(), width}, pooled.options()).transpose(0, 1);
    y.copy_(every_step.expand_as(y));
    if (steps.ragged) y.masked_fill_(steps.mask.logical_not().unsqueeze(2), 0);
    const Tensor last = pooled.narrow(1, width, hidden);
    Tensor forward = y.narrow(2, 0, hidden);
    if (steps.ragged) {
      const Tensor at = (steps.lengths - 1).view({-1, 1, 1}).expand({-1, 1, hidden});
      forward.scatter_add_(1, at, last.unsqueeze(1));
    } else {
      forward.select(1, steps.steps() - 1).add_(last);
    }
    if (bidirectional) {
      y.select(1, 0).narrow(1, hidden, hidden).add_(pooled.narrow(1, width + hidden, hidden));
    }
    return y;
  }
};

class Spread;

// Linear, so each is the other's derivative, as often as one likes. Made of single operations,
// autograd would fill a tensor of y's size for each of its three parts and add them up.
class Pool : public torch::autograd::Function<Pool> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& y, const PoolShape& shape) {
    shape.save(*context);
    return shape.pool(y);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

class Spread : public torch::autograd::Function<Spread> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& pooled, const PoolShape& shape) {
    shape.save(*context);
    return shape.spread(pooled);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return {Pool::apply(gradients[0], PoolShape::load(*context)), {}};
  }
};

variable_list Pool::backward(AutogradContext* context, const variable_list& gradients) {
  return {Spread::apply(gradients[0], PoolShape::load(*context)), {}};
}

}  // namespace

torch::Tensor pooled_states(const torch::Tensor& y, const LstmOptions& lstm,
                            const StepMask& steps) {
  return Pool::apply(y, PoolShape{steps, lstm.hidden, lstm.bidirectional});
}

}  // namespace rnngan
