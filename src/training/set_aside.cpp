// What a run that goes on from an older checkpoint had done after it.
#include <algorithm>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "training/checkpoint.h"
#include "training/event_file.h"
#include "training/logged_rows.h"
#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

/// The files of a folder whose names say a later step, the latest first.
std::vector<fs::path> files_after(const fs::path& folder, int64_t step) {
  std::vector<fs::path> files;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(folder, failed)) {
    if (step_in_name(entry.path()).value_or(-1) > step) files.push_back(entry.path());
  }
  std::ranges::sort(files, std::greater<>(),
                    [](const fs::path& file) { return step_in_name(file); });
  return files;
}

/// Whether the best checkpoint is of a later step, or damaged.
bool is_after(const fs::path& best, int64_t step) {
  try {
    return read_checkpoint(best).counter("step") > step;
  } catch (const Error&) {
    return true;
  }
}

void make_aside(const fs::path& folder) {
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) {
    throw Error(ErrorKind::output, folder.string(), "cannot be made: " + failed.message());
  }
}

void move_into(const std::vector<fs::path>& files, const fs::path& folder) {
  if (!files.empty()) make_aside(folder);
  for (const fs::path& file : files) {
    std::error_code failed;
    fs::rename(file, folder / file.filename(), failed);
    if (!failed) continue;
    throw Error(ErrorKind::output, file.string(),
                fmt::format("cannot be moved to {}: {}", folder.string(), failed.message()));
  }
}

}  // namespace

std::string RunDirectory::set_aside(int64_t step) const {
  const auto checkpoints = files_after(path_ / "checkpoints", step);
  if (checkpoints.empty()) return {};
  std::string name;
  for (int number = 1; name.empty() || is_there(path_ / name, ErrorKind::output); ++number) {
    name = fmt::format("abandoned-{}", number);
  }
  const fs::path aside = path_ / name;
  make_aside(aside);
  // Checkpoints last: a run that is killed meanwhile goes on from the newest with all its rows.
  if (is_there(metrics(), ErrorKind::checkpoint)) {
    std::string rows;  // the earlier ones as well: the folder is a run that can be gone on with
    for (const LoggedRow& row : read_logged_rows(metrics())) rows += row.text + "\n";
    write_file(aside / "metrics.jsonl", rows);
  }
  copy_event_files(path_, aside);
  move_into(files_after(samples(), step), aside / "samples");
  if (is_there(path_ / "report.html", ErrorKind::output)) move_into({path_ / "report.html"}, aside);
  if (is_there(best_checkpoint(), ErrorKind::checkpoint) && is_after(best_checkpoint(), step)) {
    move_into({best_checkpoint()}, aside / "checkpoints");
  }
  move_into(checkpoints, aside / "checkpoints");
  return name;
}

}  // namespace rnngan
