#include "training/checkpoint.h"

#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>
#include <torch/version.h>

#include "core/error.h"
#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr int kFormatVersion = 1;

std::string shape_text(const at::Tensor& tensor) {
  return fmt::format("[{}]", fmt::join(tensor.sizes().vec(), ", "));
}

void check_version(const std::map<std::string, std::string>& metadata, const std::string& origin) {
  const auto found = metadata.find("format_version");
  int version = 0;
  if (found != metadata.end()) {
    std::from_chars(found->second.data(), found->second.data() + found->second.size(), version);
  }
  if (version < 1) {
    throw Error(ErrorKind::checkpoint, origin, "not an rnngan checkpoint",
                "give a file from the checkpoints/ folder of a run, or the run directory");
  }
  if (version > kFormatVersion) {
    throw Error(
        ErrorKind::checkpoint, origin,
        fmt::format("format version {} is newer than this program's ({})", version, kFormatVersion),
        "use the version that wrote it, or a newer one");
  }
}

/// The complete config of a checkpoint in today's terms: keys that its program did not have say how
/// its networks were made.
nlohmann::json with_older_defaults(nlohmann::json config) {
  const auto was = [&](const char* pointer, const nlohmann::json& value) {
    const nlohmann::json::json_pointer place(pointer);
    if (!config.contains(place)) config[place] = value;
  };
  was("/model/generator/noise_to_head", false);
  was("/model/discriminator/input_variance", 0);
  return config;
}

}  // namespace

int64_t Checkpoint::counter(const std::string& name) const {
  const auto found = tensors.find("state." + name);
  if (found == tensors.end() || found->second.numel() != 1 ||
      found->second.scalar_type() != torch::kInt64) {
    throw Error(ErrorKind::checkpoint, "", "the checkpoint has no counter state." + name);
  }
  return found->second.item<int64_t>();
}

void write_checkpoint(const fs::path& path, const Checkpoint& checkpoint) {
  TensorFile file;
  file.tensors = checkpoint.tensors;
  file.metadata = {{"format_version", std::to_string(kFormatVersion)},
                   {"program", checkpoint.program},
                   {"libtorch", checkpoint.libtorch},
                   {"config", checkpoint.config.dump()},
                   {"schema", nlohmann::json(checkpoint.schema).dump()},
                   {"data_sha256", checkpoint.data_hash},
                   {"log", checkpoint.log.dump()},
                   {"best", checkpoint.best.dump()}};
  write_safetensors(path, file);
}

Checkpoint read_checkpoint(const fs::path& path) {
  TensorFile file = read_safetensors(path);
  check_version(file.metadata, path.string());
  Checkpoint checkpoint;
  try {
    const auto& metadata = file.metadata;
    checkpoint.config = with_older_defaults(nlohmann::json::parse(metadata.at("config")));
    checkpoint.schema = nlohmann::json::parse(metadata.at("schema")).get<Schema>();
    checkpoint.log = nlohmann::json::parse(metadata.at("log"));
    if (metadata.contains("best")) {  // files of before there were scores in training have none
      checkpoint.best = nlohmann::json::parse(metadata.at("best"));
    }
    checkpoint.data_hash = metadata.at("data_sha256");
    checkpoint.program = metadata.at("program");
    checkpoint.libtorch = metadata.at("libtorch");
  } catch (const std::exception& error) {
    throw Error(ErrorKind::checkpoint, path.string(),
                std::string("its metadata is not valid (") + error.what() + ")");
  }
  checkpoint.tensors = std::move(file.tensors);
  return checkpoint;
}

fs::path newest_checkpoint(const fs::path& run) {
  std::optional<int64_t> newest;
  fs::path found;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(run / "checkpoints", failed)) {
    const auto step = checkpoint_step(entry.path());
    if (step && (!newest || *step > *newest)) {
      newest = step;
      found = entry.path();
    }
  }
  if (!newest) {
    const bool exists = fs::exists(run, failed);
    throw Error(ErrorKind::checkpoint, run.string(),
                exists ? "holds no checkpoint" : "no such file or directory",
                "give a run directory, or a .safetensors file in it");
  }
  return found;
}

fs::path find_checkpoint(const fs::path& file_or_run) {
  std::error_code failed;
  if (fs::exists(file_or_run, failed) && !fs::is_directory(file_or_run, failed)) return file_or_run;
  const fs::path best = file_or_run / "checkpoints" / "best.safetensors";
  return fs::exists(best, failed) ? best : newest_checkpoint(file_or_run);
}

void load_tensors(const std::map<std::string, at::Tensor>& from,
                  const std::map<std::string, at::Tensor>& into, const std::string& origin) {
  for (const auto& [name, target] : into) {
    const auto found = from.find(name);
    if (found == from.end()) {
      throw Error(ErrorKind::checkpoint, origin, "has no tensor " + name,
                  "it belongs to another architecture or objective");
    }
    const at::Tensor& source = found->second;
    if (source.sizes() != target.sizes() || source.scalar_type() != target.scalar_type()) {
      throw Error(ErrorKind::checkpoint, origin,
                  fmt::format("{} has shape {}, this model needs {}", name, shape_text(source),
                              shape_text(target)),
                  "it belongs to another architecture");
    }
  }
  for (const auto& [name, tensor] : from) {
    const auto neighbour = into.lower_bound(name.substr(0, name.find('.') + 1));
    const bool same_part =
        neighbour != into.end() && neighbour->first.starts_with(name.substr(0, name.find('.') + 1));
    if (same_part && !into.contains(name)) {
      throw Error(ErrorKind::checkpoint, origin, "has a tensor " + name + " that this model lacks",
                  "it belongs to another architecture or objective");
    }
  }
  const torch::NoGradGuard no_grad;
  for (const auto& [name, target] : into) at::Tensor(target).copy_(from.at(name));
}

std::string program_version() {
  return "rnngan " RNNGAN_VERSION;
}

std::string libtorch_version() {
  return TORCH_VERSION;
}

}  // namespace rnngan
