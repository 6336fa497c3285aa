#include "app/onnx_states.h"

#include <cmath>
#include <string>
#include <vector>

#include <torch/types.h>

#include "nn/state_feedback.h"

namespace rnngan {

namespace {

/// state [...] int64 -> [..., width], 1 at the state.
OnnxValue one_hot_rows(const OnnxValue& state, const at::Tensor& rows) {
  return state.graph->node("Gather", {state.graph->constant(rows), state});
}

/// The states of a step, as StateFeedback has them: logits [B,L] -> [B,L+G] double.
OnnxValue states_of_step(const OnnxValue& logits, const OnnxValue& draws, const Layout& layout) {
  OnnxGraph& graph = *logits.graph;
  std::vector<OnnxValue> on, none;
  int64_t k = 0;
  for (const ChannelBlock& block : layout.blocks()) {
    const OnnxValue state = onnx_state(logits, block.begin - layout.values(), block, draws, k++);
    const at::Tensor one = torch::eye(block.width, torch::kDouble);
    if (block.role == Role::category) {
      on.push_back(one_hot_rows(state, one));
      continue;
    }
    on.push_back(one_hot_rows(state, torch::cat({torch::zeros_like(one.narrow(0, 0, 1)), one})));
    at::Tensor first = torch::zeros({block.width + 1, 1}, torch::kDouble);
    first[0] = 1;
    none.push_back(one_hot_rows(state, first));
  }
  on.insert(on.end(), none.begin(), none.end());
  return graph.concat(on, 1);
}

/// What happens in each step: states before [B,L+G], logits [B,L], draws [B,K] -> states, which are
/// those before the next step; states and logits, which are kept. All double.
WireMessage step_graph(const Layout& layout, const at::Tensor& transitions, bool drawn) {
  OnnxGraph body("step_");
  const int64_t states = transitions.size(1), width = transitions.size(0);
  const auto blocks = static_cast<int64_t>(layout.blocks().size());
  const OnnxValue before = body.input("state_before", torch::kDouble, {"batch", states}, "");
  const OnnxValue given = body.input("logits_alone", torch::kDouble, {"batch", width}, "");
  OnnxValue draws;
  if (drawn) draws = body.input("step_draws", torch::kDouble, {"batch", blocks}, "");
  const OnnxValue weight = body.constant(transitions.t().to(torch::kDouble));
  const OnnxValue logits = given + body.node("MatMul", {before, weight});
  const OnnxValue now = states_of_step(logits, draws, layout);
  body.output("state_after", now, torch::kDouble, {"batch", states}, "");
  body.output("step_states", now, torch::kDouble, {"batch", states}, "");
  body.output("step_logits", logits, torch::kDouble, {"batch", width}, "");
  return body.message("step");
}

}  // namespace

OnnxValue onnx_draws(const OnnxValue& noise, int64_t noise_step, const Layout& layout) {
  OnnxGraph& graph = *noise.graph;
  const auto single = [&](double value) {
    return graph.constant(torch::tensor(static_cast<float>(value)));
  };
  std::vector<int64_t> used;  // those of blocks that are not drawn are never looked at
  int64_t next = 0;
  for (const ChannelBlock& block : layout.blocks()) {
    used.push_back(next % noise_step);
    next += block.drawn ? 1 : 0;
  }
  const OnnxValue normal =
      graph.node("Gather", {noise, graph.integers(used)}, {{"axis", int64_t{2}}});
  const OnnxValue error = graph.node("Erf", {normal * single(M_SQRT1_2)});
  return single(0.5) * (single(1) + error);
}

OnnxValue onnx_state(const OnnxValue& numbers, int64_t begin, const ChannelBlock& block,
                     const OnnxValue& draws, int64_t k) {
  OnnxGraph& graph = *numbers.graph;
  const std::vector<OnnxAttribute> last = {{"axis", int64_t{-1}}};
  OnnxValue logits = graph.slice(numbers, -1, begin, begin + block.width);
  int64_t states = block.width;
  if (block.role == Role::gate) {
    const OnnxValue one = graph.slice(numbers, -1, begin, begin + 1);
    logits = graph.concat({one - one, logits}, -1);  // the logit of "none" is 0
    ++states;
  }
  if (!draws.defined() || !block.drawn) {
    return graph.node("ArgMax", {logits}, {{"axis", int64_t{-1}}, {"keepdims", int64_t{0}}});
  }
  const OnnxValue axis = graph.constant(torch::tensor(int64_t{-1}));
  const OnnxValue up_to = graph.node("CumSum", {graph.node("Softmax", {logits}, last), axis});
  const OnnxValue not_above = graph.node("LessOrEqual", {up_to, graph.slice(draws, -1, k, k + 1)});
  const OnnxValue count =
      graph.node("ReduceSum", {graph.cast(not_above, torch::kInt64), graph.integers({-1})},
                 {{"keepdims", int64_t{0}}});
  return graph.node("Min", {count, graph.constant(torch::tensor(states - 1))});
}

OnnxValue onnx_fed_back(const OnnxValue& numbers, const OnnxValue& draws, const Layout& layout,
                        const OnnxFeedback& weights) {
  OnnxGraph& graph = *numbers.graph;
  const OnnxValue share = graph.constant(StateFeedback::shift(layout).to(torch::kFloat));
  const OnnxValue logits = graph.constant(weights.shares) +
                           share * graph.slice(numbers, 2, layout.values(), layout.width());
  const OnnxValue batch = graph.slice(graph.node("Shape", {numbers}), 0, 0, 1);
  const OnnxValue shape = graph.concat({batch, graph.integers({weights.transitions.size(1)})}, 0);
  std::vector<OnnxValue> inputs = {graph.node("Expand", {graph.number(0), shape}),
                                   graph.cast(logits, torch::kDouble)};
  if (draws.defined()) inputs.push_back(graph.cast(draws, torch::kDouble));
  const auto scanned = static_cast<int64_t>(inputs.size()) - 1;
  const std::vector<OnnxAttribute> attributes = {
      {"body", step_graph(layout, weights.transitions, draws.defined())},
      {"num_scan_inputs", scanned},
      {"scan_input_axes", std::vector<int64_t>(inputs.size() - 1, 1)},
      {"scan_output_axes", std::vector<int64_t>{1, 1}}};
  const auto made = graph.node_of("Scan", inputs, attributes, 3);
  const OnnxValue states = graph.cast(made[1], torch::kFloat);
  const OnnxValue values = graph.slice(numbers, 2, 0, layout.values()) +
                           graph.node("MatMul", {states, graph.constant(weights.to_values.t())});
  return graph.concat({values, graph.cast(made[2], torch::kFloat)}, 2);
}

}  // namespace rnngan
