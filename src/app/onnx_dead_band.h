// Values that stay as they were until they have changed enough (Column::dead_band) as nodes of
// ONNX.
#pragma once

#include "app/onnx_graph.h"
#include "columns/column.h"

namespace rnngan {

/// values [B,T] double, original units -> what a column shows that showed `before` [B,1], not a
/// number where it showed nothing. A Scan goes from step to step.
OnnxValue onnx_shown(const OnnxValue& values, const OnnxValue& before, const Column& column);

}  // namespace rnngan
