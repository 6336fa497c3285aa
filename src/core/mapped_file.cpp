#include "core/mapped_file.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace rnngan {

MappedFile::MappedFile(const std::filesystem::path& path, ErrorKind kind) {
  const auto fail = [&](int descriptor) {
    const int reason = errno;
    if (descriptor >= 0) close(descriptor);
    throw Error(kind, path.string(), fmt::format("cannot be read: {}", std::strerror(reason)));
  };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status = {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) fail(descriptor);
  if (!S_ISREG(status.st_mode)) {
    close(descriptor);
    throw Error(kind, path.string(), "is not a regular file");
  }
  size_ = static_cast<size_t>(status.st_size);
  if (size_ > 0) {
    // Not counted as memory that the process may come to need: nearly all of it is only read.
    void* const mapped =
        mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0);
    if (mapped == MAP_FAILED) fail(descriptor);
    data_ = static_cast<char*>(mapped);
  }
  close(descriptor);
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) munmap(data_, size_);
}

void MappedFile::release() const {
#ifdef MADV_PAGEOUT
  if (data_ != nullptr) madvise(data_, size_, MADV_PAGEOUT);
#endif
}

void MappedFile::expect_random_access() const {
  if (data_ != nullptr) madvise(data_, size_, MADV_RANDOM);
}

}  // namespace rnngan
