// How the states of gates and classes are decided (columns/activation.h, nn/state_feedback.h) as
// nodes of ONNX.
#pragma once

#include <ATen/core/Tensor.h>

#include "app/onnx_graph.h"
#include "columns/layout.h"

namespace rnngan {

/// As Generator makes them: noise [B,T,Zs] standard normal -> [B,T,K] from 0 to 1, one number per
/// block.
OnnxValue onnx_draws(const OnnxValue& noise, int64_t noise_step, const Layout& layout);

/// The state of block k, of gates 0 for "none of them" and its channels from 1 on: the first one up
/// to which softmax adds to more than draws[k], or else the likeliest. numbers [..., W] of which
/// the block's begin at `begin`; draws [..., K] of the same type, or not defined; -> [...] int64.
OnnxValue onnx_state(const OnnxValue& numbers, int64_t begin, const ChannelBlock& block,
                     const OnnxValue& draws, int64_t k);

/// The weights of a StateFeedback.
struct OnnxFeedback {
  at::Tensor shares, transitions, to_values;
};

/// As StateFeedback::forward, numbers [B,T,W] float and draws [B,T,K] float or not defined. A Scan
/// goes from step to step.
OnnxValue onnx_fed_back(const OnnxValue& numbers, const OnnxValue& draws, const Layout& layout,
                        const OnnxFeedback& weights);

}  // namespace rnngan
