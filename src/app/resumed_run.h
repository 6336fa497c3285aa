// The run to go on with.
#pragma once

#include <filesystem>
#include <optional>

#include "training/checkpoint.h"
#include "training/run_directory.h"

namespace rnngan {

/// Locked before its checkpoint is read.
struct Resumed {
  RunDirectory run;
  std::filesystem::path file;
  Checkpoint checkpoint;
};

/// `resume`: a run, of which the newest checkpoint is taken, or one of its checkpoints; empty:
/// none. `leads`: this process is the one that writes into the run. Throws Error{checkpoint}.
std::optional<Resumed> open_resumed(const std::filesystem::path& resume, bool leads);

}  // namespace rnngan
