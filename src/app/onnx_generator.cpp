#include "app/onnx_generator.h"

#include <set>

#include <fmt/format.h>
#include <torch/types.h>

#include "app/onnx_columns.h"
#include "app/onnx_states.h"
#include "core/error.h"
#include "nn/pooling.h"
#include "training/networks.h"

namespace rnngan {

namespace {

using at::Tensor;

/// Weights in PyTorch's order of gates (i, f, g, o) -> [1, ...] in ONNX's (i, o, f, g).
Tensor in_onnx_order(const Tensor& weight) {
  const std::vector<Tensor> gates = weight.chunk(4);
  return torch::cat({gates[0], gates[3], gates[1], gates[2]}).unsqueeze(0);
}

class GeneratorNodes {
 public:
  GeneratorNodes(OnnxGraph& graph, const Generator& generator, const Schema& schema)
      : graph_(graph),
        generator_(generator),
        config_(generator.config()),
        schema_(schema),
        weights_(module_tensors(generator, "")) {
    if (config_.autoregressive) steps_ = int64_t{1};
  }

  void add();

 private:
  /// What an LSTM remembers: h and c [layers,B,H] each.
  struct State {
    OnnxValue h, c;
  };

  /// A parameter of the generator.
  Tensor tensor(const std::string& name);
  OnnxValue weight(const std::string& name) { return graph_.constant(tensor(name)); }
  void require_all_used() const;
  OnnxValue linear(const OnnxValue& x, const std::string& layer);
  std::vector<OnnxValue> known(const OnnxValue& values, int64_t axis,
                               const std::vector<Column>& columns);
  OnnxValue one_hot(const OnnxValue& codes, int64_t classes);
  void read_noise();
  void read_context();
  void read_covariates();
  void read_state();
  OnnxValue initial_half(const OnnxValue& both, int64_t half);
  State initial_state();
  OnnxValue step_input();
  OnnxValue states(const OnnxValue& input, const State& initial);
  OnnxValue layer(int64_t index, const OnnxValue& rows, const State& initial);
  bool draws_states() const { return config_.state_feedback && generator_.layout().any_drawn(); }
  OnnxValue numbers(const OnnxValue& states);
  OnnxValue fed_back(const OnnxValue& numbers);
  OnnxValue squashed(const OnnxValue& numbers);
  void write_state(const OnnxColumns& columns);

  OnnxGraph& graph_;
  const Generator& generator_;
  const GeneratorConfig& config_;
  const Schema& schema_;
  std::map<std::string, Tensor> weights_;
  std::set<std::string> used_;  // of their names
  OnnxSize steps_ = std::string("steps");
  OnnxValue noise_, context_, covariates_;  // [B,T,Zs], [B,C], [B,T,Ct]
  OnnxValue draws_;                         // [B,T,K]
  OnnxValue before_;                        // [B,1,W]: the step before
  State given_;                             // of the step before
  OnnxStepState step_;                      // of one that is autoregressive
  std::vector<OnnxValue> last_h_, last_c_;  // of each layer, [1,B,H]
};

Tensor GeneratorNodes::tensor(const std::string& name) {
  used_.insert(name);
  return weights_.at(name);
}

/// A part of the network that is not in the model would make it another one.
void GeneratorNodes::require_all_used() const {
  for (const auto& parameter : generator_.named_parameters()) {
    if (used_.contains(parameter.key())) continue;
    throw Error(ErrorKind::usage, "generator." + parameter.key(), "cannot be exported to ONNX");
  }
}

OnnxValue GeneratorNodes::linear(const OnnxValue& x, const std::string& layer) {
  return graph_.node("MatMul", {x, graph_.constant(tensor(layer + ".weight").t())}) +
         weight(layer + ".bias");
}

OnnxValue GeneratorNodes::one_hot(const OnnxValue& codes, int64_t classes) {
  return graph_.node("Gather", {graph_.constant(torch::eye(classes)), codes});
}

/// values [...,n] double -> float parts, as encode_condition() and encode_covariates() make them.
std::vector<OnnxValue> GeneratorNodes::known(const OnnxValue& values, int64_t axis,
                                             const std::vector<Column>& columns) {
  std::vector<OnnxValue> parts;
  for (size_t i = 0; i < columns.size(); ++i) {
    const OnnxValue value = graph_.select(values, axis, static_cast<int64_t>(i));
    if (columns[i].is_category()) {
      const auto classes = static_cast<int64_t>(columns[i].classes.size());
      parts.push_back(one_hot(graph_.cast(value, torch::kInt64), classes));
    } else {
      const NumberCodec codec = affine_codec(columns[i], Scaling::standard);
      const OnnxValue channel = (value - codec.offset) / codec.scale;
      parts.push_back(graph_.unsqueeze(graph_.cast(channel, torch::kFloat), axis));
    }
  }
  return parts;
}

void GeneratorNodes::read_noise() {
  if (config_.noise_step > 0) {
    noise_ = graph_.input("noise_step", torch::kFloat,
                          {"batch", steps_, int64_t{config_.noise_step}}, "standard normal");
  }
}

void GeneratorNodes::read_context() {
  std::vector<OnnxValue> parts;
  if (config_.noise_global > 0) {
    parts.push_back(graph_.input("noise_global", torch::kFloat,
                                 {"batch", int64_t{config_.noise_global}}, "standard normal"));
  }
  if (!schema_.labels.empty()) {
    const OnnxValue label =
        graph_.input("label", torch::kInt64, {"batch"}, "place among the labels, from 0");
    parts.push_back(one_hot(label, static_cast<int64_t>(schema_.labels.size())));
  }
  if (!schema_.statics.empty()) {
    const auto count = static_cast<int64_t>(schema_.statics.size());
    const OnnxValue attributes = graph_.input("attributes", torch::kDouble, {"batch", count},
                                              "original units; places among classes, from 0");
    for (const OnnxValue& part : known(attributes, 1, schema_.statics)) parts.push_back(part);
  }
  if (const int64_t width = config_.code_categories + config_.code_continuous; width > 0) {
    parts.push_back(graph_.input("code", torch::kFloat, {"batch", width},
                                 "information code: a one-hot class, then numbers from -1 to 1"));
  }
  if (!parts.empty()) context_ = graph_.concat(parts, 1);
}

void GeneratorNodes::read_covariates() {
  std::vector<OnnxValue> parts;
  if (!schema_.calendar.empty()) {
    const auto width = static_cast<int64_t>(2 * schema_.calendar.size());
    parts.push_back(graph_.input("calendar", torch::kFloat, {"batch", steps_, width},
                                 "sine and cosine of 2 pi times the place in each cycle"));
  }
  if (!schema_.covariates.empty()) {
    const auto count = static_cast<int64_t>(schema_.covariates.size());
    const OnnxValue values = graph_.input("covariates", torch::kDouble, {"batch", steps_, count},
                                          "original units; places among classes, from 0");
    for (const OnnxValue& part : known(values, 2, schema_.covariates)) parts.push_back(part);
  }
  if (!parts.empty()) covariates_ = graph_.concat(parts, 2);
}

/// What comes back of the step before; at the first step, where `step` is 0, it does not count.
void GeneratorNodes::read_state() {
  if (!config_.autoregressive) return;
  const int64_t layers = config_.layers, hidden = config_.hidden;
  const int64_t width = generator_.layout().width();
  const OnnxValue step = graph_.input("step", torch::kInt64, {},
                                      "number of the step, from 0; what is read of the "
                                      "step before does not count at 0");
  step_.first = graph_.node("Equal", {step, graph_.constant(torch::tensor(int64_t{0}))});
  given_.h =
      graph_.input("h", torch::kFloat, {layers, "batch", hidden}, "next_h of the step before");
  given_.c =
      graph_.input("c", torch::kFloat, {layers, "batch", hidden}, "next_c of the step before");
  const OnnxValue x =
      graph_.input("x", torch::kFloat, {"batch", int64_t{1}, width}, "next_x of the step before");
  step_.x = x;
  before_ = graph_.where(step_.first, graph_.constant(torch::tensor(0.0F)), x);
  if (const int64_t trends = trend_count(schema_); trends > 0) {
    step_.levels =
        graph_.input("level", torch::kDouble, {"batch", trends}, "next_level of the step before");
  }
}

/// both [2,layers,B,H]
OnnxValue GeneratorNodes::initial_half(const OnnxValue& both, int64_t half) {
  const OnnxValue state = graph_.select(both, 0, half);
  return half == 0 ? graph_.node("Tanh", {state}) : state;
}

GeneratorNodes::State GeneratorNodes::initial_state() {
  State state;
  if (context_.defined()) {
    const OnnxValue inner = graph_.node("LeakyRelu", {linear(context_, "state_in")},
                                        {{"alpha", static_cast<float>(kLeak)}});
    const OnnxValue shape = graph_.integers({-1, 2, config_.layers, config_.hidden});
    const OnnxValue both =
        graph_.node("Transpose", {graph_.node("Reshape", {linear(inner, "state_out"), shape})},
                    {{"perm", std::vector<int64_t>{1, 2, 0, 3}}});
    state = {initial_half(both, 0), initial_half(both, 1)};
  }
  if (!config_.autoregressive) return state;
  const auto begun = [&](const OnnxValue& initial, const OnnxValue& given) {
    const OnnxValue at_first = initial.defined() ? initial : graph_.constant(torch::tensor(0.0F));
    return graph_.where(step_.first, at_first, given);
  };
  return {begun(state.h, given_.h), begun(state.c, given_.c)};
}

/// [B,T,in]: noise, covariates, the context at every step, the step before.
OnnxValue GeneratorNodes::step_input() {
  std::vector<OnnxValue> parts;
  if (noise_.defined()) parts.push_back(noise_);
  if (covariates_.defined()) parts.push_back(covariates_);
  if (context_.defined()) {
    const OnnxValue one = graph_.integers({1});
    OnnxValue steps = one;
    if (!parts.empty()) {
      steps = graph_.slice(graph_.node("Shape", {parts.front()}), 0, 1, 2);
    } else if (!config_.autoregressive) {
      steps =
          graph_.unsqueeze(graph_.input("steps", torch::kInt64, {}, "how many steps to make"), 0);
    }
    const OnnxValue shape = graph_.concat({one, steps, one}, 0);
    parts.push_back(graph_.node("Expand", {graph_.unsqueeze(context_, 1), shape}));
  }
  if (before_.defined()) parts.push_back(before_);
  return graph_.concat(parts, 2);
}

/// rows [T,B,in] -> [T,B,H]
OnnxValue GeneratorNodes::layer(int64_t index, const OnnxValue& rows, const State& initial) {
  const auto weights = [&](const char* name) {
    return in_onnx_order(tensor(fmt::format("lstm.{}_l{}", name, index)));
  };
  const Tensor biases = torch::cat({weights("bias_ih"), weights("bias_hh")}, 1);
  std::vector<OnnxValue> inputs = {rows, graph_.constant(weights("weight_ih")),
                                   graph_.constant(weights("weight_hh")), graph_.constant(biases)};
  if (initial.h.defined()) {
    inputs.push_back({});  // lengths: all of them
    inputs.push_back(graph_.slice(initial.h, 0, index, index + 1));
    inputs.push_back(graph_.slice(initial.c, 0, index, index + 1));
  }
  const auto made = graph_.node_of("LSTM", inputs, {{"hidden_size", int64_t{config_.hidden}}}, 3);
  last_h_.push_back(made[1]);
  last_c_.push_back(made[2]);
  return graph_.node("Squeeze", {made[0], graph_.integers({1})});
}

/// input [B,T,in] -> [B,T,H]
OnnxValue GeneratorNodes::states(const OnnxValue& input, const State& initial) {
  const std::vector<OnnxAttribute> swap = {{"perm", std::vector<int64_t>{1, 0, 2}}};
  OnnxValue rows = graph_.node("Transpose", {input}, swap);
  for (int64_t index = 0; index < config_.layers; ++index) rows = layer(index, rows, initial);
  return graph_.node("Transpose", {rows}, swap);
}

/// states [B,T,H] -> what the head makes of them, [B,T,W]. What is drawn gets no noise.
OnnxValue GeneratorNodes::numbers(const OnnxValue& states) {
  const Tensor head = tensor("head.weight");
  const int64_t hidden = config_.hidden;
  const int64_t shown = config_.noise_to_head ? int64_t{config_.noise_step} : 0;
  OnnxValue offset = weight("head.bias");
  if (context_.defined()) {
    const int64_t own = hidden + shown;
    const OnnxValue share = graph_.constant(head.narrow(1, own, head.size(1) - own).t());
    offset = graph_.unsqueeze(graph_.node("MatMul", {context_, share}) + offset, 1);
  }
  const OnnxValue made =
      graph_.node("MatMul", {states, graph_.constant(head.narrow(1, 0, hidden).t())}) + offset;
  if (shown == 0) return made;
  Tensor of_noise = head.narrow(1, hidden, shown).clone();
  if (draws_states()) {
    of_noise.masked_fill_(generator_.layout().drawn().unsqueeze(1), 0);
  }
  return made + graph_.node("MatMul", {noise_, graph_.constant(of_noise.t())});
}

/// What its states make of it, where they are fed back.
OnnxValue GeneratorNodes::fed_back(const OnnxValue& numbers) {
  const Layout& layout = generator_.layout();
  if (draws_states() && noise_.defined()) {
    draws_ = onnx_draws(noise_, config_.noise_step, layout);
  }
  if (!weights_.contains("feedback.shares")) return numbers;
  return onnx_fed_back(
      numbers, draws_, layout,
      {tensor("feedback.shares"), tensor("feedback.transitions"), tensor("feedback.to_values")});
}

/// Under `range` values lie within that of training.
OnnxValue GeneratorNodes::squashed(const OnnxValue& numbers) {
  if (config_.output != OutputActivation::range) return numbers;
  const int64_t values = generator_.layout().values(), width = generator_.layout().width();
  const ChannelRange range = channel_range(schema_);
  const OnnxValue share = graph_.node("Sigmoid", {graph_.slice(numbers, 2, 0, values)});
  const OnnxValue inside =
      graph_.constant(range.low) + graph_.constant(range.high - range.low) * share;
  if (values == width) return inside;
  return graph_.concat({inside, graph_.slice(numbers, 2, values, width)}, 2);
}

void GeneratorNodes::write_state(const OnnxColumns& columns) {
  if (!config_.autoregressive) return;
  const int64_t layers = config_.layers, hidden = config_.hidden;
  graph_.output("next_h", graph_.concat(last_h_, 0), torch::kFloat, {layers, "batch", hidden},
                "h of the next step");
  graph_.output("next_c", graph_.concat(last_c_, 0), torch::kFloat, {layers, "batch", hidden},
                "c of the next step");
  graph_.output("next_x", columns.x, torch::kFloat,
                {"batch", int64_t{1}, generator_.layout().width()}, "x of the next step");
  if (!columns.levels.defined()) return;
  graph_.output("next_level", columns.levels, torch::kDouble, {"batch", trend_count(schema_)},
                "level of the next step");
}

void GeneratorNodes::add() {
  read_noise();
  read_context();
  read_covariates();
  read_state();
  const State initial = initial_state();
  const OnnxValue input = step_input();
  const OnnxValue raw =
      graph_.output("raw", squashed(fed_back(numbers(states(input, initial)))), torch::kFloat,
                    {"batch", steps_, generator_.layout().width()},
                    "what the generator made before values were rounded and classes decided");
  const OnnxColumns columns = add_columns(raw, schema_, config_.output, step_, draws_);
  graph_.output("sequences", columns.values, torch::kDouble, {"batch", steps_, schema_.features()},
                "original units; places among classes, from 0; NaN: missing");
  write_state(columns);
  require_all_used();
}

}  // namespace

void add_generator(OnnxGraph& graph, const Generator& generator, const Schema& schema) {
  const torch::NoGradGuard no_grad;
  GeneratorNodes(graph, generator, schema).add();
}

}  // namespace rnngan
