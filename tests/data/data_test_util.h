// Small files and expected errors for the tests of this folder.
#pragma once

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/error.h"
#include "data/dataset.h"
#include "data/split.h"

namespace rnngan::testing_data {

/// A path in the test's own temporary folder, where nothing is yet.
inline std::string temporary_path(const std::string& name) {
  const auto* info = ::testing::UnitTest::GetInstance()->current_test_info();
  const auto folder = std::filesystem::path(::testing::TempDir()) /
                      (std::string("rnngan_data_") + info->test_suite_name() + "_" + info->name());
  std::filesystem::create_directories(folder);
  std::filesystem::remove_all(folder / name);
  return (folder / name).string();
}

inline std::string write_text(const std::string& name, std::string_view text) {
  const std::string path = temporary_path(name);
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

inline std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The first problem of the Error that `action` throws.
inline Problem problem_of(const std::function<void()>& action, ErrorKind kind = ErrorKind::data) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(static_cast<int>(error.kind()), static_cast<int>(kind));
    return error.problems().front();
  }
  ADD_FAILURE() << "no Error was thrown";
  return {};
}

/// Everything in all three splits, windows of `window` steps (0 = whole sequences or 24).
inline DataConfig config_for(const std::string& path, int64_t window = 0) {
  DataConfig config;
  config.path = path;
  config.window.length = window;
  config.split.policy = SplitPolicy::none;
  return config;
}

/// "a\n0\n1\n..." : one column that counts.
inline std::string counting_csv(int64_t rows) {
  std::string text = "a\n";
  for (int64_t i = 0; i < rows; ++i) text += std::to_string(i) + "\n";
  return text;
}

/// A column of the data set in original units, all rows.
inline std::vector<double> column_of(const Dataset& data, int64_t f) {
  const auto values = data.file.rows.select(1, f).contiguous();
  return {values.data_ptr<double>(), values.data_ptr<double>() + values.size(0)};
}

/// Where the sequences of a set begin and how long they are; sources are not told.
inline std::vector<Span> spans_of(const SequenceSet& set) {
  std::vector<Span> spans;
  for (int64_t i = 0; i < set.count(); ++i) {
    spans.push_back({set.begins[i].item<int64_t>(), set.lengths[i].item<int64_t>(), 0});
  }
  return spans;
}

/// Whole sequences told apart by the column `id`, all of them in all three splits.
inline DataConfig sequences_config(const std::string& text) {
  auto config = config_for(write_text("file.csv", text));
  config.id = "id";
  return config;
}

inline Problem load_problem(const DataConfig& config) {
  return problem_of([&] { load_dataset(config); });
}

}  // namespace rnngan::testing_data
