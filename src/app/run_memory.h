// Whether a run fits into memory, asked before anything of it is made.
#pragma once

#include <filesystem>
#include <optional>

#include "config/memory_need.h"
#include "data/dataset.h"
#include "objective/objective.h"

namespace rnngan {

/// Bytes that are taken at a time while a CSV or NPY file is read, told from its size and its
/// first lines. nullopt where these do not tell: compressed files, formats that are refused.
std::optional<double> memory_of_reading(const std::filesystem::path& file);

/// Throws Error{data} "FILE: ... needs about ..., ... are free" where that is more than is free.
void require_room_to_read(const std::filesystem::path& file);

/// `report`: one is to be made at the end.
MemoryShape memory_shape(const RunConfig& config, const Objective& objective, const Dataset& data,
                         bool report);

/// Throws Error{config} "KEY: VALUE needs about ..., ... are free" where a run on the CPU would
/// take more memory than is free, its data being loaded; nothing where that is not known. Returns
/// what it will take.
MemoryNeed require_room(const RunConfig& config, const MemoryShape& shape);

}  // namespace rnngan
