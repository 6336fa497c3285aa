#include "core/free_memory.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <string_view>

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// The number behind `key` in a file of lines "KEY NUMBER", "KEY: NUMBER kB"; an empty key: the
/// file's first number.
std::optional<int64_t> number_in(const fs::path& file, std::string_view key) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const size_t digits = line.find_first_of("0123456789");
    if (!line.starts_with(key) || digits == std::string::npos) continue;
    if (line.find_first_not_of(": \t", key.size()) != digits) continue;  // another, longer key
    int64_t value = 0;
    const auto read = std::from_chars(line.data() + digits, line.data() + line.size(), value);
    return read.ec == std::errc() ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

class Least {
 public:
  void add(std::optional<int64_t> value) {
    if (value) value_ = std::min(value_.value_or(*value), std::max<int64_t>(0, *value));
  }
  std::optional<int64_t> value() const { return value_; }

 private:
  std::optional<int64_t> value_;
};

/// Names of a version of control groups.
struct GroupFiles {
  const char *limit, *usage, *droppable;
};
constexpr GroupFiles kFirst = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                               "total_inactive_file"};
constexpr GroupFiles kSecond = {"memory.max", "memory.current", "inactive_file"};

std::optional<int64_t> left_in(const fs::path& group, const GroupFiles& names) {
  const auto limit = number_in(group / names.limit, "");
  const auto usage = number_in(group / names.usage, "");
  if (!limit || !usage) return std::nullopt;
  return *limit - *usage + number_in(group / "memory.stat", names.droppable).value_or(0);
}

/// Every group from that of the process up to the root. In a container the root is its own group,
/// and the path that is told lies outside.
void add_groups(const fs::path& root, fs::path path, const GroupFiles& names, Least& least) {
  for (path = path.relative_path();; path = path.parent_path()) {
    least.add(left_in(root / path, names));
    if (path.empty()) return;
  }
}

void add_groups(const MemoryFiles& files, Least& least) {
  std::ifstream lines(files.proc / "self" / "cgroup");
  for (std::string line; std::getline(lines, line);) {  // "ID:CONTROLLERS:PATH"
    const size_t first = line.find(':');
    const size_t second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = fmt::format(",{},", line.substr(first + 1, second - first - 1));
    const fs::path path = line.substr(second + 1);
    if (controllers == ",,") add_groups(files.cgroup, path, kSecond, least);
    if (controllers.find(",memory,") != std::string::npos) {
      add_groups(files.cgroup / "memory", path, kFirst, least);
    }
  }
}

std::optional<int64_t> addresses_left(const MemoryFiles& files) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return std::nullopt;
  const auto pages = number_in(files.proc / "self" / "statm", "");
  if (!pages) return std::nullopt;
  return static_cast<int64_t>(limit.rlim_cur) - *pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace

std::optional<int64_t> free_memory(const MemoryFiles& files) {
  constexpr int64_t kKilobyte = 1024;
  Least least;
  if (const auto available = number_in(files.proc / "meminfo", "MemAvailable")) {
    least.add(*available * kKilobyte);
  }
  add_groups(files, least);
  least.add(addresses_left(files));
  return least.value();
}

std::string memory_text(double bytes) {
  constexpr std::array kUnits = {"kB", "MB", "GB", "TB", "PB", "EB"};
  size_t unit = 0;
  double value = bytes / 1000;
  while (std::round(value) >= 1000 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const bool fraction = value < 9.95 && value >= 0.05;
  return fmt::format("{:.{}f} {}", value, fraction ? 1 : 0, kUnits[unit]);
}

}  // namespace rnngan
