// One safetensors file that holds a run at a step: networks, averages, optimiser moments, buffers
// of terms, counters; with the config, the schema and the hash of the data in its metadata.
// Readable from Python in one line.
//
//   generator.PARAM, discriminator.PARAM
//   ema.generator.PARAM (absent when the average is off)
//   optim.NETWORK.exp_avg.PARAM, optim.NETWORK.exp_avg_sq.PARAM
//   terms.NAME.BUFFER
//   augment.state (only where the scores lead it)
//   state.step, state.discriminator_step, state.optim.NETWORK.step (int64 scalars)
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include <nlohmann/json.hpp>

#include "columns/schema.h"
#include "tensor/safetensors.h"

namespace rnngan {

struct Checkpoint {
  nlohmann::json config;  // complete document
  Schema schema;
  std::string data_hash;
  nlohmann::json log;                              // statistics since the last row of the log
  nlohmann::json best = nlohmann::json::object();  // the best step so far (Monitor::state)
  std::string program;                             // "rnngan 0.2.0"
  std::string libtorch;                            // "1.13.1"
  std::map<std::string, at::Tensor> tensors;

  int64_t counter(const std::string& name) const;
};

/// Throws Error{output}.
void write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
/// Checks digest, format version, metadata (the config and the schema, too) and counters. Throws
/// Error{checkpoint} "FILE: FACT".
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// A file stays itself; a run directory means its best checkpoint, else its newest. Throws
/// Error{checkpoint} when there is none.
std::filesystem::path find_checkpoint(const std::filesystem::path& file_or_run);
/// The newest checkpoint of a run directory.
std::filesystem::path newest_checkpoint(const std::filesystem::path& run);

/// Copies `from` into the tensors of `into`, name by name, after comparing all names and shapes.
/// `origin` names the file in Error{checkpoint}. Only names with one of the prefixes that `into`
/// uses are looked at.
void load_tensors(const std::map<std::string, at::Tensor>& from,
                  const std::map<std::string, at::Tensor>& into, const std::string& origin);

std::string program_version();
std::string libtorch_version();

}  // namespace rnngan
