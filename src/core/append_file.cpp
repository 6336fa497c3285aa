#include "core/append_file.h"

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/error.h"

namespace rnngan {

AppendFile::AppendFile(std::filesystem::path path)
    : path_(std::move(path)),
      descriptor_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) {
    throw Error(ErrorKind::output, path_.string(),
                std::string("cannot be opened: ") + std::strerror(errno));
  }
}

AppendFile::~AppendFile() {
  ::close(descriptor_);
}

void AppendFile::append(std::string_view bytes) {
  for (size_t done = 0; done < bytes.size();) {
    const ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const int code = errno;
      throw Error(ErrorKind::output, path_.string(),
                  std::string("cannot be written: ") + std::strerror(code),
                  code == ENOSPC ? "free some space, then resume the run" : "");
    }
    done += static_cast<size_t>(count);
  }
}

}  // namespace rnngan
