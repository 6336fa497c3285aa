#include "core/file.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/temporary.h"

namespace rnngan {

namespace fs = std::filesystem;

namespace {

constexpr size_t kBufferBytes = 1 << 20;

constexpr int kMostLinks = 40;  // as the kernel has it

std::string reason() {
  return std::strerror(errno);
}

/// What a link leads to, whether it is there or not; any other path itself.
fs::path link_target(fs::path path) {
  std::error_code failed;
  for (int links = 0; links < kMostLinks && fs::is_symlink(path, failed); ++links) {
    const fs::path next = fs::read_symlink(path, failed);
    if (failed) break;
    path = next.is_absolute() ? next : path.parent_path() / next;
  }
  return path;
}

int open_for_reading(const fs::path& path, ErrorKind kind) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    if (errno == ENOENT) throw Error(kind, path.string(), "no such file");
    throw Error(kind, path.string(), "cannot be read: " + reason());
  }
  struct stat status {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    ::close(descriptor);
    throw Error(kind, path.string(), "is a directory");
  }
  return descriptor;
}

// Calls `use` with each piece of the file.
template <class Use>
void read_pieces(const fs::path& path, ErrorKind kind, Use use) {
  const int descriptor = open_for_reading(path, kind);
  std::string piece(kBufferBytes, '\0');
  for (;;) {
    const ssize_t count = ::read(descriptor, piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      const std::string why = reason();
      ::close(descriptor);
      throw Error(kind, path.string(), "cannot be read: " + why);
    }
    if (count == 0) break;
    use(std::string_view(piece.data(), static_cast<size_t>(count)));
  }
  ::close(descriptor);
}

bool is_special(const fs::path& target) {
  std::error_code ignored;
  const auto status = fs::status(target, ignored);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

/// Locks a new temporary file for sweep_temporaries(); false: another process took it for
/// abandoned before that.
bool is_held(int descriptor, const fs::path& temporary) {
  const bool locked = ::flock(descriptor, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK;
  return locked && ::access(temporary.c_str(), F_OK) == 0;
}

}  // namespace

std::string read_file(const fs::path& path, ErrorKind kind) {
  std::string bytes;
  std::error_code unknown;
  const std::uintmax_t size = fs::is_regular_file(path, unknown) ? fs::file_size(path, unknown) : 0;
  if (!unknown) bytes.reserve(size);
  read_pieces(path, kind, [&](std::string_view piece) { bytes += piece; });
  return bytes;
}

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> digest{EVP_MD_CTX_new(),
                                                                 &EVP_MD_CTX_free};
};

Sha256::Sha256() : context_(std::make_unique<Context>()) {
  EVP_DigestInit_ex(context_->digest.get(), EVP_sha256(), nullptr);
}

Sha256::~Sha256() = default;

void Sha256::update(std::string_view bytes) {
  EVP_DigestUpdate(context_->digest.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_DigestFinal_ex(context_->digest.get(), digest.data(), &size);
  std::string text;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

std::string sha256_hex(std::initializer_list<std::string_view> pieces) {
  Sha256 digest;
  for (const std::string_view piece : pieces) digest.update(piece);
  return digest.hex();
}

std::string sha256_file(const fs::path& path, ErrorKind kind) {
  Sha256 digest;
  read_pieces(path, kind, [&](std::string_view piece) { digest.update(piece); });
  return digest.hex();
}

bool is_there(const fs::path& path, ErrorKind kind) {
  std::error_code failed;
  const fs::file_status status = fs::status(path, failed);
  if (status.type() != fs::file_type::none) return fs::exists(status);
  throw Error(kind, path.string(), "cannot be opened: " + failed.message());
}

void require_writable(const fs::path& target) {
  if (target == "-") return;
  const std::string name = target.string();
  if (name.empty()) throw Error(ErrorKind::output, "", "the output file has an empty name");
  std::error_code ignored;
  if (fs::is_directory(target, ignored)) {
    throw Error(ErrorKind::output, name, "is a directory", "name a file inside it");
  }
  if (is_special(target)) {
    if (::access(target.c_str(), W_OK) != 0) {
      throw Error(ErrorKind::output, name, "cannot be written: " + reason());
    }
    return;
  }
  is_there(target, ErrorKind::output);
  const fs::path directory = directory_of(link_target(target));
  if (!is_there(directory, ErrorKind::output) || !fs::is_directory(directory, ignored)) {
    throw Error(ErrorKind::output, name, "there is no directory " + directory.string(),
                "create it first: mkdir -p " + directory.string());
  }
  if (::access(directory.c_str(), W_OK | X_OK) != 0) {
    throw Error(ErrorKind::output, name, "the directory cannot be written: " + reason());
  }
}

void require_writable(const fs::path& target, const std::string& extension) {
  if (target.extension() != extension) {
    throw Error(ErrorKind::usage, target.string(), "is not called *" + extension,
                "that is the kind of file that is written");
  }
  require_writable(target);
}

AtomicFile::AtomicFile(fs::path target) : target_(std::move(target)) {
  require_writable(target_);
  if (target_ == "-") {
    descriptor_ = ::dup(STDOUT_FILENO);
  } else if (is_special(target_)) {
    descriptor_ = ::open(target_.c_str(), O_WRONLY | O_CLOEXEC);
  } else {
    target_ = link_target(target_);  // which is written through, not replaced
    open_temporary();
  }
  if (descriptor_ < 0) fail("opened for writing");
}

void AtomicFile::open_temporary() {
  sweep_temporaries(directory_of(target_), target_.filename().string());
  for (;;) {
    temporary_ = temporary_beside(target_);
    descriptor_ = ::open(temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor_ >= 0 && is_held(descriptor_, temporary_)) break;
    if (descriptor_ < 0 && errno != EEXIST) {
      temporary_.clear();
      return;
    }
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  struct stat old {};
  if (::stat(target_.c_str(), &old) != 0) return;
  // An owner can be kept by root only, a group by its members.
  if (::fchown(descriptor_, old.st_uid, old.st_gid) != 0 &&
      ::fchown(descriptor_, static_cast<uid_t>(-1), old.st_gid) != 0) {
    old.st_mode &= 0777;
  }
  ::fchmod(descriptor_, old.st_mode & 07777);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::fail(const char* action) const {
  const int code = errno;
  throw Error(ErrorKind::output, (target_ == "-" ? "standard output" : target_.string()),
              std::string("cannot be ") + action + ": " + std::strerror(code),
              code == ENOSPC ? "free some space, or write elsewhere" : "");
}

void AtomicFile::flush() {
  size_t done = 0;
  while (done < buffer_.size()) {
    const ssize_t count = ::write(descriptor_, buffer_.data() + done, buffer_.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("written");
    done += static_cast<size_t>(count);
  }
  buffer_.clear();
}

// Piece by piece: what is written may be gigabytes, and is not held twice.
void AtomicFile::write(std::string_view bytes) {
  while (buffer_.size() + bytes.size() >= kBufferBytes) {
    const size_t room = kBufferBytes - buffer_.size();
    buffer_ += bytes.substr(0, room);
    bytes.remove_prefix(room);
    flush();
  }
  buffer_ += bytes;
}

void AtomicFile::commit() {
  flush();
  if (!temporary_.empty()) {
    if (::fsync(descriptor_) != 0) fail("written");
    if (::rename(temporary_.c_str(), target_.c_str()) != 0) fail("put in place");
    temporary_.clear();
    sync_directory(directory_of(target_));
  }
  const int descriptor = descriptor_;
  descriptor_ = -1;
  if (::close(descriptor) != 0) fail("written");
}

void write_file(const fs::path& target, std::string_view bytes) {
  AtomicFile file(target);
  file.write(bytes);
  file.commit();
}

std::optional<DirectoryLock> DirectoryLock::acquire(const fs::path& directory) {
  const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) {
    throw Error(ErrorKind::output, directory.string(), "cannot be opened: " + reason());
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
    ::close(descriptor);
    return std::nullopt;
  }
  return DirectoryLock(descriptor);
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept : descriptor_(other.descriptor_) {
  other.descriptor_ = -1;
}

DirectoryLock::~DirectoryLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace rnngan
