// How much memory a process can still take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace rnngan {

/// Where the system tells of memory; other folders in tests.
struct MemoryFiles {
  std::filesystem::path proc = "/proc";
  std::filesystem::path cgroup = "/sys/fs/cgroup";
};

/// Bytes: the least of what the system has available without swapping (MemAvailable) and what the
/// limits of each control group above this process (versions 1 and 2) and its own limit of
/// addresses (RLIMIT_AS) leave. What a group holds of files that can be dropped counts as free.
/// nullopt where nothing of this is known.
std::optional<int64_t> free_memory(const MemoryFiles& files = {});

/// "480 GB", "1.5 GB", "22 MB": two digits or more, in powers of 1000.
std::string memory_text(double bytes);

}  // namespace rnngan
