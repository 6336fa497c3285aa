// Field numbers: onnx/onnx.proto3.
#include "app/onnx_graph.h"

#include <limits>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr int64_t kIrVersion = 7, kOpset = 13;

int onnx_type(at::ScalarType type) {
  switch (type) {
    case torch::kFloat:
      return 1;
    case torch::kInt64:
      return 7;
    case torch::kBool:
      return 9;
    case torch::kDouble:
      return 11;
    default:
      break;
  }
  throw Error(ErrorKind::bug, "OnnxGraph", "a type that is not used");
}

const char* type_name(at::ScalarType type) {
  return type == torch::kFloat ? "float32" : type == torch::kDouble ? "float64" : "int64";
}

WireMessage attribute_message(const OnnxAttribute& attribute) {
  constexpr int kType = 20, kFloat = 1, kInt = 2, kString = 3, kGraph = 5, kInts = 7;
  WireMessage message;
  message.text(1, attribute.name);
  if (const auto* real = std::get_if<float>(&attribute.value)) {
    return message.real32(2, *real).integer(kType, kFloat);
  }
  if (const auto* integer = std::get_if<int64_t>(&attribute.value)) {
    return message.integer(3, *integer).integer(kType, kInt);
  }
  if (const auto* text = std::get_if<std::string>(&attribute.value)) {
    return message.text(4, *text).integer(kType, kString);
  }
  if (const auto* graph = std::get_if<WireMessage>(&attribute.value)) {
    return message.message(6, *graph).integer(kType, kGraph);
  }
  return message.integers(8, std::get<std::vector<int64_t>>(attribute.value)).integer(kType, kInts);
}

WireMessage value_info(const std::string& name, at::ScalarType type,
                       const std::vector<OnnxSize>& shape, const std::string& meaning) {
  WireMessage sizes;
  for (const OnnxSize& size : shape) {
    const auto* number = std::get_if<int64_t>(&size);
    sizes.message(1, number != nullptr ? WireMessage().integer(1, *number)
                                       : WireMessage().text(2, std::get<std::string>(size)));
  }
  const WireMessage tensor = WireMessage().integer(1, onnx_type(type)).message(2, sizes);
  return WireMessage().text(1, name).message(2, WireMessage().message(1, tensor)).text(3, meaning);
}

WireMessage tensor_message(const std::string& name, const at::Tensor& given) {
  const at::Tensor tensor = given.detach().to(torch::kCPU).contiguous();
  const size_t size = static_cast<size_t>(tensor.numel()) * tensor.element_size();
  return WireMessage()
      .integers(1, tensor.sizes().vec())
      .integer(2, onnx_type(tensor.scalar_type()))
      .text(8, name)
      .text(9, {static_cast<const char*>(tensor.data_ptr()), size});
}

OnnxValue binary(const char* op, const OnnxValue& a, const OnnxValue& b) {
  return a.graph->node(op, {a, b});
}

}  // namespace

OnnxValue operator+(const OnnxValue& a, const OnnxValue& b) {
  return binary("Add", a, b);
}
OnnxValue operator-(const OnnxValue& a, const OnnxValue& b) {
  return binary("Sub", a, b);
}
OnnxValue operator*(const OnnxValue& a, const OnnxValue& b) {
  return binary("Mul", a, b);
}
OnnxValue operator/(const OnnxValue& a, const OnnxValue& b) {
  return binary("Div", a, b);
}
OnnxValue operator+(const OnnxValue& a, double b) {
  return a + a.graph->number(b);
}
OnnxValue operator-(const OnnxValue& a, double b) {
  return a - a.graph->number(b);
}
OnnxValue operator*(const OnnxValue& a, double b) {
  return a * a.graph->number(b);
}
OnnxValue operator/(const OnnxValue& a, double b) {
  return a / a.graph->number(b);
}

void OnnxGraph::describe(const char* side, const std::string& name, at::ScalarType type,
                         const std::vector<OnnxSize>& shape, const std::string& meaning) {
  std::vector<std::string> sizes;
  for (const OnnxSize& size : shape) {
    const auto* number = std::get_if<int64_t>(&size);
    sizes.push_back(number != nullptr ? std::to_string(*number) : std::get<std::string>(size));
  }
  interface_.push_back(
      fmt::format("{} {} {} [{}]: {}", side, name, type_name(type), join(sizes), meaning));
}

OnnxValue OnnxGraph::made(const std::string& kind) {
  return {this, fmt::format("{}{}_{}", prefix_, kind, ++count_)};
}

OnnxValue OnnxGraph::input(const std::string& name, at::ScalarType type,
                           const std::vector<OnnxSize>& shape, const std::string& meaning) {
  graph_.message(11, value_info(name, type, shape, meaning));
  describe("input", name, type, shape, meaning);
  return {this, name};
}

OnnxValue OnnxGraph::output(const std::string& name, const OnnxValue& value, at::ScalarType type,
                            const std::vector<OnnxSize>& shape, const std::string& meaning) {
  graph_.message(1, WireMessage().text(1, value.name).text(2, name).text(4, "Identity"));
  graph_.message(12, value_info(name, type, shape, meaning));
  describe("output", name, type, shape, meaning);
  return {this, name};
}

OnnxValue OnnxGraph::constant(const at::Tensor& tensor) {
  const OnnxValue value = made("constant");
  graph_.message(5, tensor_message(value.name, tensor));
  return value;
}

OnnxValue OnnxGraph::number(double value) {
  return constant(torch::tensor(value, torch::kDouble));
}

OnnxValue OnnxGraph::integers(const std::vector<int64_t>& values) {
  return constant(torch::tensor(values, torch::kInt64));
}

std::vector<OnnxValue> OnnxGraph::node_of(const std::string& op,
                                          const std::vector<OnnxValue>& inputs,
                                          const std::vector<OnnxAttribute>& attributes,
                                          int outputs) {
  WireMessage message;
  for (const OnnxValue& input : inputs) message.text(1, input.name);
  std::vector<OnnxValue> values;
  for (int i = 0; i < outputs; ++i) {
    values.push_back(made(op));
    message.text(2, values.back().name);
  }
  message.text(4, op);
  for (const OnnxAttribute& attribute : attributes)
    message.message(5, attribute_message(attribute));
  graph_.message(1, message);
  return values;
}

OnnxValue OnnxGraph::node(const std::string& op, const std::vector<OnnxValue>& inputs,
                          const std::vector<OnnxAttribute>& attributes) {
  return node_of(op, inputs, attributes, 1).front();
}

OnnxValue OnnxGraph::cast(const OnnxValue& value, at::ScalarType type) {
  return node("Cast", {value}, {{"to", int64_t{onnx_type(type)}}});
}

OnnxValue OnnxGraph::select(const OnnxValue& value, int64_t axis, int64_t index) {
  return node("Gather", {value, constant(torch::tensor(index, torch::kInt64))}, {{"axis", axis}});
}

OnnxValue OnnxGraph::slice(const OnnxValue& value, int64_t axis, int64_t begin, int64_t end) {
  return node("Slice", {value, integers({begin}), integers({end}), integers({axis})});
}

OnnxValue OnnxGraph::concat(const std::vector<OnnxValue>& values, int64_t axis) {
  return values.size() == 1 ? values.front() : node("Concat", values, {{"axis", axis}});
}

OnnxValue OnnxGraph::unsqueeze(const OnnxValue& value, int64_t axis) {
  return node("Unsqueeze", {value, integers({axis})});
}

OnnxValue OnnxGraph::where(const OnnxValue& condition, const OnnxValue& yes, const OnnxValue& no) {
  return node("Where", {condition, yes, no});
}

WireMessage OnnxGraph::message(const std::string& name) const {
  WireMessage graph = graph_;
  return graph.text(2, name);
}

std::string OnnxGraph::serialise(const std::string& producer,
                                 const std::map<std::string, std::string>& metadata) const {
  WireMessage model;
  model.integer(1, kIrVersion).text(2, producer).message(7, message("generator"));
  model.message(8, WireMessage().integer(2, kOpset));
  for (const auto& [key, value] : metadata) {
    model.message(14, WireMessage().text(1, key).text(2, value));
  }
  // No message of Protocol Buffers may be larger.
  if (model.bytes().size() > std::numeric_limits<int32_t>::max()) {
    throw Error(ErrorKind::usage, "model", "is larger than 2 GB, which ONNX has no file for");
  }
  return model.bytes();
}

}  // namespace rnngan
