// NumberCodec, grids and states of columns as nodes of ONNX. Values are double, of any shape.
#pragma once

#include "app/onnx_graph.h"
#include "columns/column.h"

namespace rnngan {

/// As NumberCodec::decode and encode.
OnnxValue onnx_decoded(const OnnxValue& channel, const NumberCodec& codec);
OnnxValue onnx_encoded(const OnnxValue& value, const NumberCodec& codec);

/// As Column::on_grid.
OnnxValue onnx_on_grid(const OnnxValue& value, const Column& column);
OnnxValue onnx_clamped(const OnnxValue& value, double low, double high);
/// A channel of float that the activation folds back at the hard ends of the column.
OnnxValue onnx_folded(const OnnxValue& channel, float low, float high, const Column& column);
/// With the digits that a file of the column has.
OnnxValue onnx_as_written(const OnnxValue& value, const Column& column);

}  // namespace rnngan
