#include "app/onnx_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "tests/hex.h"

namespace rnngan {
namespace onnx_graph_test {

using testing_support::hex;

// y = transposed(x + 1.5): bytes that the package onnx 1.23 accepts and ONNX Runtime runs.
TEST(OnnxGraph, GoldenBytes) {
  OnnxGraph graph;
  const OnnxValue x = graph.input("x", torch::kDouble, {"batch", int64_t{3}}, "in");
  const OnnxValue sum = graph.node("Transpose", {x + 1.5}, {{"perm", std::vector<int64_t>{1, 0}}});
  graph.output("y", sum, torch::kDouble, {int64_t{3}, "batch"}, "out");
  EXPECT_EQ(
      hex(graph.serialise("rnngan", {{"key", "value"}})),
      "08071206726e6e67616e3acb015a1c0a017812130a11080b120d0a07120562617463680a0208031a02696e2a18"
      "100b420a636f6e7374616e745f314a08000000000000f83f0a1b0a01780a0a636f6e7374616e745f3112054164"
      "645f3222034164640a2e0a054164645f32120b5472616e73706f73655f3322095472616e73706f73652a0d0a04"
      "7065726d42020100a001070a1a0a0b5472616e73706f73655f3312017922084964656e74697479621d0a017912"
      "130a11080b120d0a0208030a07120562617463681a036f7574120967656e657261746f724202100d720c0a036b"
      "6579120576616c7565");
  EXPECT_EQ(graph.interface(), (std::vector<std::string>{"input x float64 [batch, 3]: in",
                                                         "output y float64 [3, batch]: out"}));
}

// A graph within a node: names of its own, as an attribute of type 5.
TEST(OnnxGraph, HoldsAGraphAsAnAttribute) {
  OnnxGraph body("step_");
  const OnnxValue inner = body.node("Abs", {body.input("x_now", torch::kFloat, {}, "")});
  EXPECT_EQ(inner.name, "step_Abs_1");
  const std::string bytes = body.message("step").bytes();
  OnnxGraph graph;
  graph.node("Scan", {}, {{"body", body.message("step")}});
  const std::string attribute =
      "\x0a\x04"
      "body"
      "\x32" +
      std::string(1, static_cast<char>(bytes.size())) + bytes + "\xa0\x01\x05";
  EXPECT_THAT(graph.message("outer").bytes(), ::testing::HasSubstr(attribute));
}

}  // namespace onnx_graph_test
}  // namespace rnngan
