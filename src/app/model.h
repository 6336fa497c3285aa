// A trained model: opened once, sampled from any number of times.
//
//   const rnngan::Model model = rnngan::open_model("runs/eustockmarkets-hinge-1");
//   const rnngan::SequenceSet samples = model.sample({.count = 100});
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "config/config.h"
#include "core/stop.h"
#include "data/sequence_writer.h"
#include "training/checkpoint.h"
#include "training/sampler.h"

namespace rnngan {

/// A checkpoint and its config, in today's terms.
struct OpenedCheckpoint {
  std::filesystem::path file;
  Checkpoint checkpoint;
  ResolvedConfig config;
};

/// Reads a checkpoint file or the best, else the newest, checkpoint of a run directory. `sets`
/// ("path=value") lie over the config of its run: where the data are now. Throws Error{checkpoint,
/// config}.
OpenedCheckpoint open_checkpoint(const std::filesystem::path& file_or_run,
                                 const std::vector<std::string>& sets = {});

class Model {
 public:
  /// The generator of a checkpoint on a device.
  Model(OpenedCheckpoint opened, Weights weights, const at::Device& device);

  const std::filesystem::path& file() const { return opened_.file; }
  const ResolvedConfig& config() const { return opened_.config; }
  /// Columns, labels, and how lengths and labels are distributed.
  const Schema& schema() const { return opened_.checkpoint.schema; }
  /// SHA-256 of the data file that it was trained on.
  const std::string& data_hash() const { return opened_.checkpoint.data_hash; }

  /// Lengths, labels and attributes of the sequences of a file, for SampleRequest::like: one in the
  /// layout of the data, read as these were, or samples. Throws Error{data} where it cannot be read
  /// or lacks what the model is conditioned on.
  SequenceSet conditions_of(const std::filesystem::path& file) const;

  /// Sequences in original units with the digits of the data file, all in memory. Throws
  /// Error{usage} for a label, an attribute or a code that the model does not have.
  SequenceSet sample(const SampleRequest& request) const;
  /// The same, handed to `writer` in parts of some megabytes. `progress` is told how many are done;
  /// `stop` ends early. The caller finishes the writer.
  void sample(const SampleRequest& request, SequenceWriter& writer,
              const std::function<void(int64_t)>& progress = {},
              const StopFlag* stop = nullptr) const;

 private:
  OpenedCheckpoint opened_;
  at::Device device_;
  std::shared_ptr<Generator> generator_;
};

struct OpenOptions {
  std::string device = "auto";  // auto, cpu, cuda, cuda:N
  Weights weights = Weights::averaged;
  std::vector<std::string> sets = {};
};

/// Throws what open_checkpoint does, and Error{device}.
Model open_model(const std::filesystem::path& file_or_run, const OpenOptions& options = {});

}  // namespace rnngan
