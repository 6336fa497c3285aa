#include "training/checkpoint.h"

#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>
#include <torch/version.h>

#include "config/config.h"
#include "config/document.h"
#include "core/error.h"
#include "core/file.h"
#include "core/inside.h"
#include "objective/objective.h"
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
  was("/model/generator/state_feedback", false);
  was("/model/discriminator/input_variance", 0);
  was("/train/instance_noise/grid", 0);
  return config;
}

constexpr int64_t kLargestCounter = 1'000'000'000'000;

/// Statistics since the last row of the log (StatisticsLog::state).
void check_log(const DocumentValue& log) {
  for (const DocumentValue& item : log.items()) {
    const std::string side = item.at("side").text();
    if (side != "d." && side != "g.") item.at("side").refuse_as(R"(neither "d." nor "g.")");
    const auto names = item.at("names").items(1), sums = item.at("sums").items(1);
    for (const DocumentValue& name : names) name.text();
    for (const DocumentValue& sum : sums) sum.number();
    if (names.size() != sums.size()) item.refuse("has not one sum for each name");
    item.at("count").whole(1);
  }
}

void check_best(const DocumentValue& best) {
  if (best.object().empty()) return;
  best.at("best_step").whole();
  best.at("best_selection").number();
}

/// A member of the metadata that is a document.
nlohmann::json document_in(const std::map<std::string, std::string>& metadata, const char* key,
                           const std::string& origin) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    throw Error(ErrorKind::checkpoint, origin, fmt::format("its metadata has no {}", key));
  }
  return read_document(found->second, fmt::format("{}: {}", origin, key), ErrorKind::checkpoint);
}

void check_counters(const Checkpoint& checkpoint, const std::string& origin) {
  for (const auto& [name, tensor] : checkpoint.tensors) {
    if (!name.starts_with("state.")) continue;
    const bool single = tensor.numel() == 1 && tensor.scalar_type() == torch::kInt64;
    const int64_t value = single ? tensor.item<int64_t>() : -1;
    if (value >= 0 && value <= kLargestCounter) continue;
    throw Error(ErrorKind::checkpoint, origin,
                fmt::format("{} is {}, which is no number of steps", name,
                            single ? std::to_string(value) : shape_text(tensor)),
                "use another file of the run's checkpoints/ folder");
  }
  for (const char* name : {"step", "discriminator_step"}) checkpoint.counter(name);
}

/// Everything but tensors of networks and moments, which load_tensors() compares with a model.
Checkpoint checkpoint_of(TensorFile file, const std::string& origin) {
  Checkpoint checkpoint;
  checkpoint.config = document_in(file.metadata, "config", origin);
  checkpoint.schema = document_in(file.metadata, "schema", origin).get<Schema>();
  checkpoint.log = document_in(file.metadata, "log", origin);
  check_log({checkpoint.log, "log", ErrorKind::checkpoint});
  if (file.metadata.contains("best")) {  // files of before there were scores in training have none
    checkpoint.best = document_in(file.metadata, "best", origin);
    check_best({checkpoint.best, "best", ErrorKind::checkpoint});
  }
  checkpoint.data_hash = file.metadata["data_sha256"];
  checkpoint.program = file.metadata["program"];
  checkpoint.libtorch = file.metadata["libtorch"];
  checkpoint.tensors = std::move(file.tensors);
  check_counters(checkpoint, origin);
  resolve_config(checkpoint.config, {}, catalogs(), "config");
  checkpoint.config = with_older_defaults(std::move(checkpoint.config));
  return checkpoint;
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
  const std::string origin = path.string();
  TensorFile file = read_safetensors(path);
  check_version(file.metadata, origin);
  try {
    return checkpoint_of(std::move(file), origin);
  } catch (const Error& error) {  // of a config or a schema
    Problem problem = error.problems().front();
    if (!problem.place.starts_with(origin)) {
      problem.place = problem.place.empty() ? origin : fmt::format("{}: {}", origin, problem.place);
    }
    throw Error(ErrorKind::checkpoint, {problem});
  }
}

fs::path newest_checkpoint(const fs::path& run) {
  std::optional<int64_t> newest;
  fs::path found;
  std::error_code failed;
  const fs::path folder = run / "checkpoints";
  const bool exists = is_there(run, ErrorKind::checkpoint);
  if (exists && is_there(folder, ErrorKind::checkpoint)) {
    for (fs::directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
      const auto step = checkpoint_step(at->path());
      if (step && (!newest || *step > *newest)) {
        newest = step;
        found = at->path();
      }
    }
    if (failed) {
      throw Error(ErrorKind::checkpoint, folder.string(), "cannot be read: " + failed.message());
    }
  }
  if (!newest) {
    throw Error(ErrorKind::checkpoint, run.string(),
                exists ? "holds no checkpoint" : "no such file or directory",
                "give a run directory, or a .safetensors file in it");
  }
  require_inside(run, found, ErrorKind::checkpoint);
  return found;
}

fs::path find_checkpoint(const fs::path& file_or_run) {
  std::error_code failed;
  if (is_there(file_or_run, ErrorKind::checkpoint) && !fs::is_directory(file_or_run, failed)) {
    return file_or_run;
  }
  const fs::path best = file_or_run / "checkpoints" / "best.safetensors";
  if (!is_there(best, ErrorKind::checkpoint)) return newest_checkpoint(file_or_run);
  require_inside(file_or_run, best, ErrorKind::checkpoint);
  return best;
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
