// The generator's last part and the decoding of channels (columns/activation.h, columns/schema.h)
// as nodes of ONNX: raw numbers to values in original units, as `sample` writes them.
#pragma once

#include <vector>

#include "app/onnx_graph.h"
#include "columns/layout.h"
#include "config/run_config.h"

namespace rnngan {

/// Of a model that makes one step at a time: what it has to know of the steps before.
struct OnnxStepState {
  OnnxValue first;   // [] bool: this is the first step of a sequence
  OnnxValue x;       // [B,1,W] float: the step before
  OnnxValue levels;  // [B,trends] double: columns with a trend, before rules of other columns
};

/// B sequences of T steps; T = 1 with a state.
struct OnnxColumns {
  OnnxValue values;  // [B,T,F] double, original units; NaN: missing
  OnnxValue x;       // [B,T,W] float, what the next step is given; only with a state
  OnnxValue levels;  // [B,trends] double, for the next step; likewise, and only with trends
};

/// raw [B,T,W] float, values before clamping and rounding, and logits; `state`: of a whole sequence
/// not defined; draws [B,T,K] float, which decide gates and classes: not defined, the likeliest.
OnnxColumns add_columns(const OnnxValue& raw, const Schema& schema, OutputActivation output,
                        const OnnxStepState& state, const OnnxValue& draws = {});

/// How many columns have a trend.
int64_t trend_count(const Schema& schema);

}  // namespace rnngan
