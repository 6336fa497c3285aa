#include "app/onnx_dead_band.h"

#include <cstdint>
#include <vector>

namespace rnngan {

namespace {

/// What happens in each step, [B,1] double: what was shown, what was to come -> what is shown,
/// which is that before the next step; again, which is kept.
WireMessage step_graph(const Column& column) {
  OnnxGraph body("shown_");
  const OnnxValue before = body.input("before", torch::kDouble, {"batch", int64_t{1}}, "");
  const OnnxValue value = body.input("value", torch::kDouble, {"batch", int64_t{1}}, "");
  const OnnxValue change = body.node("Abs", {value - before});
  const OnnxValue stays = body.node("Less", {change, body.number(column.dead_band)});
  const OnnxValue now = body.where(stays, before, value);
  body.output("after", now, torch::kDouble, {"batch", int64_t{1}}, "");
  body.output("kept", now, torch::kDouble, {"batch", int64_t{1}}, "");
  return body.message("step");
}

}  // namespace

OnnxValue onnx_shown(const OnnxValue& values, const OnnxValue& before, const Column& column) {
  OnnxGraph& graph = *values.graph;
  const std::vector<OnnxAttribute> attributes = {{"body", step_graph(column)},
                                                 {"num_scan_inputs", int64_t{1}},
                                                 {"scan_input_axes", std::vector<int64_t>{1}},
                                                 {"scan_output_axes", std::vector<int64_t>{1}}};
  const auto made = graph.node_of("Scan", {before, graph.unsqueeze(values, 2)}, attributes, 2);
  return graph.node("Squeeze", {made[1], graph.integers({2})});
}

}  // namespace rnngan
