// A model of ONNX, node by node: https://onnx.ai/onnx/intro/concepts.html
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <ATen/core/Tensor.h>

#include "core/wire.h"

namespace rnngan {

class OnnxGraph;

/// A tensor of the graph: an input, a constant or what a node makes. Arithmetic adds nodes; both
/// sides must be of one type, and numbers stand for tensors of double.
struct OnnxValue {
  OnnxGraph* graph = nullptr;  // null: there is none
  std::string name;

  bool defined() const { return graph != nullptr; }
};
OnnxValue operator+(const OnnxValue& a, const OnnxValue& b);
OnnxValue operator-(const OnnxValue& a, const OnnxValue& b);
OnnxValue operator*(const OnnxValue& a, const OnnxValue& b);
OnnxValue operator/(const OnnxValue& a, const OnnxValue& b);
OnnxValue operator+(const OnnxValue& a, double b);
OnnxValue operator-(const OnnxValue& a, double b);
OnnxValue operator*(const OnnxValue& a, double b);
OnnxValue operator/(const OnnxValue& a, double b);

/// A size by number, or by a name that is the same size wherever it stands.
using OnnxSize = std::variant<int64_t, std::string>;

/// A named property of a node: a number, numbers, a text, or a graph by its message().
struct OnnxAttribute {
  std::string name;
  std::variant<int64_t, float, std::vector<int64_t>, std::string, WireMessage> value;
};

class OnnxGraph {
 public:
  OnnxGraph() = default;
  /// The body of a node that repeats it: its names begin with `prefix`, since they must differ from
  /// those of the graph around it.
  explicit OnnxGraph(std::string prefix) : prefix_(std::move(prefix)) {}
  OnnxGraph(const OnnxGraph&) = delete;
  OnnxGraph& operator=(const OnnxGraph&) = delete;

  /// Numbers of ONNX's types: float, double, int64 or bool.
  OnnxValue input(const std::string& name, at::ScalarType type, const std::vector<OnnxSize>& shape,
                  const std::string& meaning);
  /// Gives it a name to the outside, by which it may be used further.
  OnnxValue output(const std::string& name, const OnnxValue& value, at::ScalarType type,
                   const std::vector<OnnxSize>& shape, const std::string& meaning);

  OnnxValue constant(const at::Tensor& tensor);
  /// A scalar of double.
  OnnxValue number(double value);
  /// [n] int64.
  OnnxValue integers(const std::vector<int64_t>& values);

  /// The first output of a new node. An input that is not defined is left out.
  OnnxValue node(const std::string& op, const std::vector<OnnxValue>& inputs,
                 const std::vector<OnnxAttribute>& attributes = {});
  /// All of them.
  std::vector<OnnxValue> node_of(const std::string& op, const std::vector<OnnxValue>& inputs,
                                 const std::vector<OnnxAttribute>& attributes, int outputs);

  OnnxValue cast(const OnnxValue& value, at::ScalarType type);
  /// One of the entries along `axis`, which is gone.
  OnnxValue select(const OnnxValue& value, int64_t axis, int64_t index);
  /// Entries begin .. end - 1 along `axis`.
  OnnxValue slice(const OnnxValue& value, int64_t axis, int64_t begin, int64_t end);
  OnnxValue concat(const std::vector<OnnxValue>& values, int64_t axis);
  OnnxValue unsqueeze(const OnnxValue& value, int64_t axis);
  OnnxValue where(const OnnxValue& condition, const OnnxValue& yes, const OnnxValue& no);

  /// The inputs and outputs with their shapes and meanings, a line each.
  const std::vector<std::string>& interface() const { return interface_; }
  /// The graph alone.
  WireMessage message(const std::string& name) const;
  /// The bytes of a file. `metadata` are texts by name.
  std::string serialise(const std::string& producer,
                        const std::map<std::string, std::string>& metadata) const;

 private:
  OnnxValue made(const std::string& kind);
  void describe(const char* side, const std::string& name, at::ScalarType type,
                const std::vector<OnnxSize>& shape, const std::string& meaning);

  std::string prefix_;
  WireMessage graph_;
  int64_t count_ = 0;  // of values
  std::vector<std::string> interface_;
};

}  // namespace rnngan
