#include "core/mapped_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/free_memory.h"

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

std::shared_ptr<const MappedFile> MappedFile::scratch(size_t size, const std::string& of) {
  const char* const chosen = std::getenv("TMPDIR");
  const std::filesystem::path folder = chosen == nullptr || *chosen == '\0' ? "/tmp" : chosen;
  const auto fail = [&](int reason) {
    throw Error(ErrorKind::output, folder.string(),
                fmt::format("cannot hold the values of {} ({}): {}", of,
                            memory_text(static_cast<double>(size)), std::strerror(reason)),
                "name another folder for temporary files: TMPDIR=FOLDER rnngan ...");
  };
  std::string name = (folder / "rnngan-XXXXXX").string();
  const int descriptor = mkostemp(name.data(), O_CLOEXEC);
  if (descriptor < 0) fail(errno);
  unlink(name.c_str());
  // Room is taken now: a full disk would be a signal later.
  int reason = posix_fallocate(descriptor, 0, static_cast<off_t>(size));
  void* const mapped = reason == 0
                           ? mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0)
                           : MAP_FAILED;
  if (reason == 0 && mapped == MAP_FAILED) reason = errno;
  close(descriptor);
  if (reason != 0) fail(reason);
  std::shared_ptr<MappedFile> file(new MappedFile);
  file->data_ = static_cast<char*>(mapped);
  file->size_ = size;
  return file;
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
