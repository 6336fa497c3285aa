#include "app/onnx_codec.h"

#include <cmath>
#include <vector>

#include <torch/types.h>

#include "core/error.h"

namespace rnngan {

namespace {

OnnxValue table(OnnxGraph& graph, const std::vector<double>& values) {
  return graph.constant(torch::tensor(values, torch::kDouble));
}

/// How many of these numbers are not above x.
OnnxValue count_reached(const OnnxValue& x, const OnnxValue& numbers) {
  OnnxGraph& graph = *x.graph;
  const OnnxValue reached = graph.node("GreaterOrEqual", {graph.unsqueeze(x, -1), numbers});
  return graph.node("ReduceSum", {graph.cast(reached, torch::kInt64), graph.integers({-1})},
                    {{"keepdims", int64_t{0}}});
}

/// The piecewise linear map through (from, to), its ends taken for what lies beyond.
OnnxValue onnx_interpolated(const OnnxValue& given, const std::vector<double>& from,
                            const std::vector<double>& to) {
  OnnxGraph& graph = *given.graph;
  const auto last = static_cast<int64_t>(from.size()) - 1;
  const OnnxValue x = onnx_clamped(given, from.front(), from.back());
  const OnnxValue knots = table(graph, from), levels = table(graph, to);
  // The number of the first knot above x, but never beyond the ends.
  const OnnxValue count = count_reached(x, knots);
  const OnnxValue one = graph.integers({1});
  const OnnxValue above =
      graph.node("Min", {graph.node("Max", {count, one}), graph.integers({last})});
  const OnnxValue below = above - one;
  const auto at = [&](const OnnxValue& values, const OnnxValue& index) {
    return graph.node("Gather", {values, index});
  };
  const OnnxValue start = at(knots, below), low = at(levels, below);
  const OnnxValue share = (x - start) / (at(knots, above) - start);
  return low + share * (at(levels, above) - low);
}

/// asinh(x): ONNX has it, but its runtime not for double.
OnnxValue onnx_asinh(const OnnxValue& x) {
  OnnxGraph& graph = *x.graph;
  const OnnxValue size = graph.node("Abs", {x});
  return graph.node("Sign", {x}) *
         graph.node("Log", {size + graph.node("Sqrt", {size * size + 1.0})});
}

OnnxValue onnx_sinh(const OnnxValue& x) {
  OnnxGraph& graph = *x.graph;
  return (graph.node("Exp", {x}) - graph.node("Exp", {x * -1.0})) / 2.0;
}

double digits_of(const Column& column) {
  return std::pow(10.0, column.integer ? 0 : std::max(column.decimals, 0));
}

}  // namespace

OnnxValue onnx_clamped(const OnnxValue& value, double low, double high) {
  OnnxGraph& graph = *value.graph;
  return graph.node("Min", {graph.node("Max", {value, graph.number(low)}), graph.number(high)});
}

OnnxValue onnx_folded(const OnnxValue& channel, float low, float high, const Column& column) {
  if (!column.folds_low && !column.folds_high) return channel;
  OnnxGraph& graph = *channel.graph;
  const auto number = [&](float value) { return graph.constant(torch::tensor(value)); };
  const auto from = [&](const OnnxValue& beyond) {  // how far inside it comes to lie
    if (!column.folds_low || !column.folds_high) return beyond;
    const float period = 2 * (high - low);
    const OnnxValue phase = graph.node("Mod", {beyond, number(period)}, {{"fmod", int64_t{1}}});
    return graph.node("Min", {phase, number(period) - phase});
  };
  OnnxValue folded = channel;
  if (column.folds_low) {
    const OnnxValue beyond = graph.node("Greater", {number(low), channel});
    folded = graph.where(beyond, number(low) + from(number(low) - channel), folded);
  }
  if (column.folds_high) {
    const OnnxValue beyond = graph.node("Greater", {channel, number(high)});
    folded = graph.where(beyond, number(high) - from(channel - number(high)), folded);
  }
  return folded;
}

OnnxValue onnx_decoded(const OnnxValue& channel, const NumberCodec& codec) {
  const OnnxValue y = channel * codec.scale + codec.offset;
  if (codec.is_affine()) return y;
  switch (codec.transform) {
    case Scaling::asinh:
      return onnx_sinh(y) * codec.spread + codec.center;
    case Scaling::log:
      return y.graph->node("Exp", {y}) + codec.center;
    case Scaling::quantile:
      return onnx_interpolated(y, codec.levels, codec.knots);
    default:
      break;
  }
  throw Error(ErrorKind::bug, "onnx_decoded", "the transform was not chosen");
}

OnnxValue onnx_encoded(const OnnxValue& value, const NumberCodec& codec) {
  OnnxValue y = value;
  if (codec.transform == Scaling::asinh) y = onnx_asinh((y - codec.center) / codec.spread);
  if (codec.transform == Scaling::log) {
    const OnnxValue least = y.graph->number(codec.spread / 2);
    y = y.graph->node("Log", {y.graph->node("Max", {y - codec.center, least})});
  }
  if (codec.transform == Scaling::quantile) y = onnx_interpolated(y, codec.knots, codec.levels);
  return (y - codec.offset) / codec.scale;
}

OnnxValue onnx_on_grid(const OnnxValue& value, const Column& column) {
  if (const Readings& readings = column.readings; !readings.values.empty()) {
    OnnxGraph& graph = *value.graph;
    return graph.node("Gather", {table(graph, readings.values),
                                 count_reached(value, table(graph, readings.bounds))});
  }
  if (column.grid == 0) return value;
  const double digits = digits_of(column);
  const auto units = static_cast<double>(column.grid);
  return value.graph->node("Round", {value * digits / units}) * units / digits;
}

OnnxValue onnx_as_written(const OnnxValue& value, const Column& column) {
  if (column.is_category() || (!column.integer && column.decimals < 0)) return value;
  const double digits = digits_of(column);
  return value.graph->node("Round", {value * digits}) / digits;
}

}  // namespace rnngan
