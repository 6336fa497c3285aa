// A small run to test with: a data file, its dataset, a config, a run directory.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "config/config.h"
#include "data/recipes.h"
#include "data/sequence_writer.h"
#include "objective/objective.h"
#include "training/trainer.h"

namespace rnngan::testing_support {

namespace fs = std::filesystem;

inline fs::path fresh_directory(const std::string& name) {
  const fs::path path = fs::path(::testing::TempDir()) / ("rnngan-training-" + name);
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

/// Labelled ragged sines in CSV.
inline fs::path write_sine_classes(const fs::path& directory, int64_t sequences = 60) {
  const fs::path file = directory / "sines.csv";
  for (const auto& recipe : recipes()) {
    if (recipe.name == "sine_classes") write_sequences(recipe.make(sequences, 20, 3), file);
  }
  return file;
}

/// A config for that file with small networks, as --set texts on top.
inline ResolvedConfig small_config(const fs::path& file, const std::vector<std::string>& sets) {
  const nlohmann::json document = {
      {"data", {{"path", file.string()}, {"label", "speed"}}},
      {"model",
       {{"generator", {{"hidden", 8}, {"noise_step", 3}, {"noise_global", 2}}},
        {"discriminator", {{"hidden", 8}, {"head", 8}}}}},
      {"train", {{"steps", 8}, {"batch", 6}, {"log", {{"every", 3}}}, {"sample", {{"every", 0}}}}}};
  return resolve_config(document, sets, catalogs(), "test");
}

/// Everything a trainer needs, kept alive together.
struct SmallRun {
  SmallRun(const std::string& name, const std::vector<std::string>& sets)
      : directory(fresh_directory(name)),
        config(small_config(write_sine_classes(directory), sets)),
        data(load_dataset(config.config.data)),
        run(RunDirectory::create(directory / "run")) {}

  TrainerHooks hooks() {
    TrainerHooks hooks;
    hooks.sinks.push_back([this](const nlohmann::json& row) {
      nlohmann::json kept = row;
      kept.erase("steps_per_second");
      rows.push_back(kept);
    });
    return hooks;
  }
  std::unique_ptr<Trainer> trainer() {
    return std::make_unique<Trainer>(config, data, run, torch::kCPU, hooks());
  }

  fs::path directory;
  ResolvedConfig config;
  Dataset data;
  RunDirectory run;
  std::vector<nlohmann::json> rows;
};

}  // namespace rnngan::testing_support
