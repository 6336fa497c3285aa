#include "cli/find_config.h"

#include <system_error>
#include <vector>

#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;

/// Or something that may not be looked at: then its reader says why.
bool is_file(const fs::path& path) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  return status.type() == fs::file_type::none || (fs::exists(status) && !fs::is_directory(status));
}

/// The folders whose `configs` are looked into: the working directory and, once the program is
/// installed, its share folder.
std::vector<fs::path> roots() {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return {""};
  const fs::path share = (program.parent_path() / ".." / "share" / "rnngan").lexically_normal();
  if (!fs::is_directory(share, failed)) return {""};
  return {"", share};
}

/// Names as they would be given: "eustockmarkets", "presets/hinge".
std::vector<std::string> shipped_names() {
  std::vector<std::string> names;
  for (const fs::path& root : roots()) {
    const fs::path folder = root / "configs";
    std::error_code failed;
    for (const auto& entry : fs::recursive_directory_iterator(folder, failed)) {
      if (entry.path().extension() != ".json") continue;
      names.push_back(entry.path().lexically_relative(folder).replace_extension().generic_string());
    }
  }
  return names;
}

}  // namespace

fs::path find_config(const std::string& name) {
  if (name.starts_with("/") || name.starts_with("./") || name.starts_with("../")) return name;
  std::string file = name;
  if (fs::path(name).extension() != ".json") file += ".json";
  std::vector<std::string> tried;
  for (const fs::path& root : roots()) {
    for (const fs::path& candidate : {root / name, root / "configs" / file}) {
      if (is_file(candidate)) return candidate;
      tried.push_back(candidate.string());
    }
  }
  std::error_code failed;
  if (fs::is_directory(name, failed)) return name;  // its reader says what is wrong
  const std::string guess = did_you_mean(name, shipped_names());
  throw Error(ErrorKind::config, name, "no such file",
              (guess.empty() ? "" : guess + " ") + "looked for " + join(tried));
}

}  // namespace rnngan
