// A layer on a backend as one autograd function with its own forward, backward and double backward.
//
// Memory, in numbers per hidden unit, row and step, beside inputs, results and weights: 7 from the
// forward pass on (4 gates, h, c, tanh c), of which h is the result; an ordinary backward pass
// needs no more, unless the graph is kept (4). A backward pass that is to be differentiated leaves
// 6 more (4 deltas and the gradients of h and c), the pass that differentiates it makes 6 (h and
// what goes back to gates and cells), of which the last one needs no more: 19 at most.
#pragma once

#include "nn/lstm/layer.h"

namespace rnngan::lstm {

/// What reference_layer() does, for inputs that backend_for() finds a backend for; c comes back
/// undefined where it is not wanted. Differentiable as often as the reference implementation:
/// gradients of weight gradients and third derivatives are taken through that.
States backend_layer(const Inputs& inputs, bool want_c = true);

}  // namespace rnngan::lstm
