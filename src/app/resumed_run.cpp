#include "app/resumed_run.h"

#include <utility>

#include "core/error.h"
#include "core/file.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

// The run that RUN/checkpoints/FILE belongs to; absolute or relative as the file was named.
fs::path run_of(const fs::path& file) {
  const fs::path folder = fs::absolute(file).lexically_normal().parent_path();
  if (folder.filename() != "checkpoints") {
    throw Error(ErrorKind::checkpoint, file.string(), "is not in the checkpoints/ folder of a run",
                "give the directory of a run, or a file of its checkpoints/");
  }
  return file.is_absolute() ? folder.parent_path() : fs::proximate(folder.parent_path());
}

}  // namespace

std::optional<Resumed> open_resumed(const fs::path& resume, bool leads) {
  if (resume.empty()) return std::nullopt;
  const bool is_file = is_there(resume, ErrorKind::checkpoint) && fs::is_regular_file(resume);
  const fs::path path = is_file ? run_of(resume) : resume;
  RunDirectory run = leads ? RunDirectory::open(path) : RunDirectory::followed(path);
  const fs::path file = is_file ? resume : newest_checkpoint(resume);
  Checkpoint checkpoint = read_checkpoint(file);
  return Resumed{std::move(run), file, std::move(checkpoint)};
}

}  // namespace rnngan
