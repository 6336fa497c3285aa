#include "data/npy.h"

#include <cstring>

#include "data/data_file.h"
#include "data_test_util.h"

namespace rnngan {
namespace npy_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::problem_of;
using testing_data::write_text;

/// An NPY file of any version and header.
template <class Value>
std::string npy_bytes(const std::string& header, const std::vector<Value>& values,
                      char version = 1) {
  std::string text = header + "\n";
  std::string bytes = "\x93NUMPY";
  bytes += version;
  bytes += '\0';
  bytes += static_cast<char>(text.size() & 0xff);
  bytes += static_cast<char>(text.size() >> 8);
  if (version > 1) bytes += std::string(2, '\0');
  bytes += text;
  bytes.append(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
  return bytes;
}

std::string header(const std::string& descr, const std::string& order, const std::string& shape) {
  return "{'descr': '" + descr + "', 'fortran_order': " + order + ", 'shape': " + shape + ", }";
}

std::vector<double> numbers(const NpyArray& array) {
  return {array.values.data_ptr<double>(), array.values.data_ptr<double>() + array.values.numel()};
}

NpyArray read(const std::string& bytes) {
  return read_npy(write_text("file.npy", bytes));
}

TEST(Npy, FloatTypesAndVersions) {
  for (const char version : {'\1', '\2', '\3'}) {
    const auto doubles =
        read(npy_bytes<double>(header("<f8", "False", "(2, 2)"), {1, 2, 3, 4.5}, version));
    EXPECT_THAT(doubles.shape, ElementsAre(2, 2));
    EXPECT_THAT(numbers(doubles), ElementsAre(1, 2, 3, 4.5));
  }
  const auto floats = read(npy_bytes<float>(header("<f4", "False", "(2,)"), {0.1F, 2}));
  EXPECT_TRUE(floats.float32);
  EXPECT_THAT(numbers(floats), ElementsAre(static_cast<double>(0.1F), 2));
}

// 0.1F is 0.10000000149...: samples, which have the digits of the file, could never match it.
TEST(Npy, FloatsAreReadAsTheyAreWritten) {
  const auto bytes = npy_bytes<float>(header("<f4", "False", "(4,)"), {0.1F, 2.25F, 1e-20F, 7});
  const DataFile file = read_data_file(testing_data::config_for(write_text("file.npy", bytes)));
  EXPECT_EQ(file.sequences.columns[0].decimals, -1) << "an exponent";
  EXPECT_EQ(file.sequences.rows[0].item<double>(), static_cast<double>(0.1F));
  const auto plain = npy_bytes<float>(header("<f4", "False", "(3,)"), {0.1F, 2.25F, 7});
  const DataFile fixed = read_data_file(testing_data::config_for(write_text("fixed.npy", plain)));
  EXPECT_EQ(fixed.sequences.columns[0].decimals, 2);
  EXPECT_EQ(fixed.sequences.rows[0].item<double>(), 0.1);
}

TEST(Npy, FortranOrderBecomesCOrder) {
  // a[i][j][k] = 100 i + 10 j + k, first index fastest.
  std::vector<double> values;
  for (int k = 0; k < 4; ++k) {
    for (int j = 0; j < 3; ++j) {
      for (int i = 0; i < 2; ++i) values.push_back(100 * i + 10 * j + k);
    }
  }
  const auto array = read(npy_bytes(header("<f8", "True", "(2, 3, 4)"), values));
  size_t at = 0;
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) {
      for (int k = 0; k < 4; ++k) EXPECT_EQ(numbers(array)[at++], 100 * i + 10 * j + k);
    }
  }
}

TEST(Npy, OwnHeaderIsReadBackAndAligned) {
  for (const auto& shape : std::vector<std::vector<int64_t>>{{3}, {2, 2}, {100000, 24, 5}}) {
    EXPECT_EQ(npy_header(shape).size() % 64, 0U);
  }
  std::string bytes = npy_header({1, 2, 1});
  const double values[] = {1, 2};
  bytes.append(reinterpret_cast<const char*>(values), sizeof values);
  EXPECT_THAT(read(bytes).shape, ElementsAre(1, 2, 1));
}

TEST(Npy, DamagedFiles) {
  const std::string good = npy_bytes<double>(header("<f8", "False", "(2,)"), {1, 2});
  EXPECT_THAT(problem_of([&] { read(good.substr(0, good.size() - 1)); }).hint,
              HasSubstr("cut short"));
  EXPECT_THAT(problem_of([&] { read(good.substr(0, 20)); }).message(),
              HasSubstr("cut short within its header"));
  EXPECT_THAT(problem_of([&] { read(good.substr(0, 7)); }).message(), HasSubstr("cut short"));
  EXPECT_THAT(problem_of([&] { read(good + "x"); }).message(), HasSubstr("17 bytes of values"));
  EXPECT_THAT(problem_of([&] { read(good + good); }).hint, HasSubstr("one array"));
  EXPECT_THAT(problem_of([&] { read("a,b\n1,2\n"); }).message(), HasSubstr("is not an NPY file"));
  EXPECT_THAT(problem_of([] { read(npy_bytes<double>("{'descr': '<f8'}", {1})); }).message(),
              HasSubstr("lacks"));
  EXPECT_THAT(
      problem_of([] { read(npy_bytes<double>(header("<f8", "False", "(-1,)"), {1})); }).message(),
      HasSubstr("no valid shape"));
  EXPECT_THAT(problem_of([] {
                read(npy_bytes<double>(header("<f8", "False", "(9999999999, 9999999999)"), {1}));
              }).message(),
              HasSubstr("impossible shape"));
  EXPECT_THAT(
      problem_of([] { read(npy_bytes<double>(header("<f8", "False", "(1,)"), {1}, 4)); }).message(),
      HasSubstr("version 4"));
}

TEST(Npy, ForeignTypesAreNamed) {
  const auto problem = problem_of([] {
    read(npy_bytes<int64_t>(header("<i8", "False", "(2,)"), {1, 2}));
  });
  EXPECT_THAT(problem.message(), HasSubstr("<i8"));
  EXPECT_THAT(problem.hint, HasSubstr("astype"));
  EXPECT_THAT(
      problem_of([] { read(npy_bytes<double>(header(">f8", "False", "(1,)"), {1})); }).message(),
      HasSubstr(">f8"));
}

}  // namespace npy_test
}  // namespace rnngan
