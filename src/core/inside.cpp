#include "core/inside.h"

#include <algorithm>

#include <fmt/format.h>

namespace rnngan {

namespace fs = std::filesystem;

namespace {

bool begins_with(const fs::path& path, const fs::path& folder) {
  return std::mismatch(folder.begin(), folder.end(), path.begin(), path.end()).first ==
         folder.end();
}

}  // namespace

bool is_plain_name(std::string_view name) {
  constexpr size_t kLongest = 100;
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  return !name.empty() && name.size() <= kLongest && name.front() != '.' &&
         std::ranges::all_of(name, allowed);
}

void require_inside(const fs::path& folder, const fs::path& path, ErrorKind kind) {
  const fs::path below = path.lexically_relative(folder);
  if (below.empty() || std::ranges::find(below, "..") != below.end()) {
    throw Error(kind, path.string(), "leads out of " + folder.string());
  }
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed == std::errc::no_such_file_or_directory) return;
  if (failed) throw Error(kind, folder.string(), "cannot be opened: " + failed.message());
  fs::path here = folder;
  for (const fs::path& part : below) {
    here /= part;
    const fs::file_status status = fs::symlink_status(here, failed);
    if (status.type() == fs::file_type::not_found) return;  // and nothing below it
    if (!fs::exists(status)) {
      throw Error(kind, here.string(), "cannot be opened: " + failed.message());
    }
    if (!fs::is_symlink(status)) continue;
    const fs::path target = fs::canonical(here, failed);
    if (failed || !begins_with(target, root)) {
      throw Error(kind, here.string(),
                  failed ? "is a link that leads nowhere"
                         : fmt::format("is a link that leads out of {}", folder.string()),
                  "put the file itself in its place");
    }
  }
}

}  // namespace rnngan
