// A small catalog, files on disk and problems as text.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "config/config.h"

namespace rnngan::testing {

struct HingeOptions {
  double margin = 1;
  bool symmetric = false;
};

struct PenaltyOptions {
  int64_t points = 3;
};

inline LossDescription loss(std::string name, std::vector<Need> needs, std::vector<Need> provides,
                            OptionsDescription options = describe_options<NoOptions>({})) {
  LossDescription row;
  row.name = std::move(name);
  row.summary = "what " + row.name + " does";
  row.needs = std::move(needs);
  row.provides = std::move(provides);
  row.options = std::move(options);
  return row;
}

inline Catalogs small_catalogs() {
  Catalogs all;
  all.adversarial = {
      loss("hinge", {}, {},
           describe_options<HingeOptions>(
               {make_field<HingeOptions>(
                    "margin", [](auto& o) -> auto& { return o.margin; }, greater_than(0),
                    "distance"),
                make_field<HingeOptions>(
                    "symmetric", [](auto& o) -> auto& { return o.symmetric; }, "both sides")})),
      loss("bce", {}, {Need::logit_score}),
      loss("pairs", {Need::batch_coupled}, {}),
      loss("energies", {Need::autoencoder_d}, {}),
      loss("vectors", {Need::several_scores}, {}),
  };
  all.terms = {
      loss("r1", {Need::input_grad}, {},
           describe_options<PenaltyOptions>({make_field<PenaltyOptions>(
               "points", [](auto& o) -> auto& { return o.points; }, at_least(1), "how many")})),
      loss("mmd", {Need::batch_coupled, Need::scalar_score}, {}),
      loss("classes", {Need::labels}, {}),
      loss("smoothing", {Need::logit_score}, {}),
      loss("forced", {Need::autoregressive_g}, {}),
      loss("rebuilt", {Need::encoder}, {}),
      loss("paths", {Need::double_backward_g}, {}),
      loss("codes", {Need::code}, {}),
      loss("dropped", {Need::dropout_d}, {}),
      loss("finds", {Need::hidden_labels}, {}),
      loss("own", {}, {},
           describe_options<PenaltyOptions>({make_field<PenaltyOptions>(
               "points", [](auto& o) -> auto& { return o.points; }, at_least(1), "how many")})),
  };
  all.terms.back().check =
      check_options<PenaltyOptions>([](const PenaltyOptions& options, RowCheck& row) {
        if (options.points > 3) {
          row.refuse(std::to_string(options.points) + " points are too many", "use 3");
        }
        if (row.data.features.value_or(0) > 50) row.refuse("there are too many columns", "");
      });
  all.presets = {
      {"hinge_r1", "hinge + 10 r1",
       R"({"objective": {"adversarial": {"type": "hinge", "margin": 2},
                         "terms": {"r1": {"weight": 10}}},
           "train": {"n_critic": 2, "optim": {"generator": {"lr": 0.5}}}})"},
      {"plain", "cross-entropy", R"({"objective": {"adversarial": {"type": "bce"}}})"},
  };
  all.default_preset = "hinge_r1";
  return all;
}

/// Resolves JSON text under the name "test".
inline ResolvedConfig resolve(const std::string& text, const std::vector<std::string>& sets = {}) {
  return resolve_config(parse_json(text, "test"), sets, small_catalogs(), "test");
}

/// The problems that `action` throws; empty when it throws nothing.
template <class Action>
std::vector<Problem> problems_of(Action action, ErrorKind kind = ErrorKind::config) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.problems();
  }
  return {};
}

inline std::vector<Problem> problems(const std::string& text,
                                     const std::vector<std::string>& sets = {}) {
  return problems_of([&] { resolve(text, sets); });
}

/// The one problem there must be.
inline Problem only_problem(const std::string& text, const std::vector<std::string>& sets = {}) {
  const auto all = problems(text, sets);
  EXPECT_EQ(all.size(), 1U) << text;
  for (const auto& problem : all) {
    if (all.size() > 1) ADD_FAILURE() << problem.message();
  }
  return all.empty() ? Problem{} : all.front();
}

inline std::string only_message(const std::string& text,
                                const std::vector<std::string>& sets = {}) {
  return only_problem(text, sets).message();
}

/// A folder that is gone after the test.
class ConfigFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              (std::string("rnngan_config_") + test->name() + "_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder_ / "sub");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return (folder_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  ResolvedConfig load(const std::string& name, const std::vector<std::string>& sets = {}) const {
    return load_config(path(name), sets, small_catalogs());
  }
  std::string first_message(const std::string& name,
                            const std::vector<std::string>& sets = {}) const {
    const auto all = problems_of([&] { load(name, sets); });
    EXPECT_FALSE(all.empty());
    return all.empty() ? "" : all.front().message();
  }

  std::filesystem::path folder_;
};

}  // namespace rnngan::testing
