#include "tensor/safetensors.h"

#include <cstring>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <torch/types.h>

#include "core/error.h"

namespace rnngan {
namespace safetensors_test {

TensorFile example() {
  TensorFile file;
  file.metadata = {{"format_version", "1"}, {"note", "a \"quoted\" text"}};
  file.tensors = {{"a.weight", torch::arange(6, torch::kFloat32).view({2, 3})},
                  {"b", torch::tensor({1.5, -2.5}, torch::kFloat64)},
                  {"empty", torch::empty({0, 4})},
                  {"flag", torch::tensor({true, false})},
                  {"state.step", torch::tensor(int64_t{42}, torch::kInt64)}};
  return file;
}

std::string refusal(const std::string& bytes) {
  try {
    deserialise(bytes, "x.safetensors");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::checkpoint);
    return error.what();
  }
  return "";
}

TEST(Safetensors, RoundTripsExactly) {
  const TensorFile file = example();
  const TensorFile back = deserialise(serialise(file), "x");
  EXPECT_EQ(back.metadata, file.metadata);
  ASSERT_EQ(back.tensors.size(), file.tensors.size());
  for (const auto& [name, tensor] : file.tensors) {
    EXPECT_TRUE(torch::equal(back.tensors.at(name), tensor)) << name;
    EXPECT_EQ(back.tensors.at(name).scalar_type(), tensor.scalar_type()) << name;
  }
}

TEST(Safetensors, WritesNonContiguousViews) {
  TensorFile file;
  file.tensors["t"] = torch::arange(6, torch::kFloat32).view({2, 3}).t();
  EXPECT_TRUE(torch::equal(deserialise(serialise(file), "x").tensors["t"], file.tensors["t"]));
}

// The layout that the format's specification asks for, read without our own reader.
TEST(Safetensors, FollowsTheFormatByteByByte) {
  const std::string bytes = serialise(example());
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0U);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  EXPECT_EQ(bytes[8], '{');
  uint64_t end = 0;
  std::map<uint64_t, uint64_t> ranges;
  for (const auto& [name, entry] : header.items()) {
    if (name == "__metadata__") {
      for (const auto& value : entry) EXPECT_TRUE(value.is_string());
      continue;
    }
    ranges[entry["data_offsets"][0].get<uint64_t>()] = entry["data_offsets"][1].get<uint64_t>();
    end = std::max(end, entry["data_offsets"][1].get<uint64_t>());
  }
  EXPECT_EQ(8 + length + end, bytes.size()) << "bytes behind the last tensor";
  EXPECT_EQ(header["a.weight"]["dtype"], "F32");
  EXPECT_EQ(header["a.weight"]["shape"], (std::vector<int64_t>{2, 3}));
  float value = 0;
  const uint64_t begin = header["a.weight"]["data_offsets"][0].get<uint64_t>();
  std::memcpy(&value, bytes.data() + 8 + length + begin + 5 * sizeof(float), sizeof value);
  EXPECT_EQ(value, 5.0F);
}

TEST(Safetensors, EveryFlippedBitIsRefused) {
  const std::string bytes = serialise(example());
  for (size_t at = 0; at < bytes.size(); ++at) {
    std::string altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ (1 << (at % 8)));
    EXPECT_NE(refusal(altered), "") << "byte " << at;
  }
}

TEST(Safetensors, EveryTruncationIsRefused) {
  const std::string bytes = serialise(example());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_NE(refusal(bytes.substr(0, size)), "") << size;
  }
  EXPECT_NE(refusal(bytes + "x"), "");
  EXPECT_EQ(refusal(""), "x.safetensors: the file is empty");
}

TEST(Safetensors, AnAbsurdHeaderLengthAllocatesNothing) {
  std::string bytes = serialise(example());
  std::memset(bytes.data(), 0xff, 8);
  EXPECT_NE(refusal(bytes).find("not a safetensors file"), std::string::npos);
}

}  // namespace safetensors_test
}  // namespace rnngan
