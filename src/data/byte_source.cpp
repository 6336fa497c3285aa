#include "data/byte_source.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <zlib.h>

#include "core/error.h"
#include "core/file.h"

namespace rnngan {

namespace {

constexpr size_t kPackedBytes = 1 << 16;
constexpr std::string_view kGzipStart = "\x1f\x8b";

}  // namespace

struct ByteSource::State {
  struct FileCloser {
    void operator()(std::FILE* open) const { std::fclose(open); }
  };

  std::string place;
  std::unique_ptr<std::FILE, FileCloser> file;
  Sha256 digest;
  bool started = false;

  bool packed = false;
  std::vector<char> input;  // packed bytes, of which `stream` says how many are left
  z_stream stream{};
  bool member_open = false;  // of the packed file: there may be several, one after the other

  ~State() {
    if (packed) inflateEnd(&stream);
  }

  [[noreturn]] void fail(const std::string& fact, const std::string& hint = "") const {
    throw Error(ErrorKind::data, place, fact, hint);
  }

  size_t read_stored(char* to, size_t size) {
    const size_t count = std::fread(to, 1, size, file.get());
    if (count == 0 && std::ferror(file.get()) != 0) {
      fail(fmt::format("cannot be read: {}", std::strerror(errno)));
    }
    digest.update({to, count});
    return count;
  }

  /// `start`: what has been read of it.
  void begin_unpacking(std::string_view start) {
    packed = true;
    input.assign(start.begin(), start.end());
    constexpr int kGzipOnly = 16;
    if (inflateInit2(&stream, MAX_WBITS + kGzipOnly) != Z_OK) fail("zlib cannot be initialised");
    point_at_input(input.size());
    member_open = true;
  }

  void point_at_input(size_t count) {
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(count);
  }

  /// False at the end of the file.
  bool more_input() {
    if (stream.avail_in > 0) return true;
    input.resize(kPackedBytes);
    point_at_input(read_stored(input.data(), input.size()));
    return stream.avail_in > 0;
  }

  size_t unpack(char* to, size_t size) {
    stream.next_out = reinterpret_cast<Bytef*>(to);
    stream.avail_out = static_cast<uInt>(size);
    while (stream.avail_out > 0) {
      if (!more_input()) {
        if (member_open) fail("ends within its packed data", "fetch or pack the file again");
        break;
      }
      if (!member_open) {
        inflateReset(&stream);
        member_open = true;
      }
      const int status = inflate(&stream, Z_NO_FLUSH);
      if (status == Z_STREAM_END) {
        member_open = false;
      } else if (status != Z_OK) {
        fail(fmt::format("its packed data is damaged ({})",
                         stream.msg != nullptr ? stream.msg : "zlib"),
             "fetch or pack the file again");
      }
    }
    return size - stream.avail_out;
  }
};

ByteSource::ByteSource(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  state_->place = path.string();
  state_->file.reset(std::fopen(path.c_str(), "rb"));
  if (!state_->file) state_->fail(fmt::format("cannot be read: {}", std::strerror(errno)));
}

ByteSource::~ByteSource() = default;

size_t ByteSource::read(char* to, size_t size) {
  State& state = *state_;
  if (state.packed) return state.unpack(to, size);
  const size_t count = state.read_stored(to, size);
  const bool first = !state.started;
  state.started = true;
  if (!first || !std::string_view(to, count).starts_with(kGzipStart)) return count;
  state.begin_unpacking({to, count});
  return state.unpack(to, size);
}

std::string ByteSource::hash() {
  return state_->digest.hex();
}

}  // namespace rnngan
