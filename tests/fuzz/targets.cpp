#include "fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "core/utf8.h"

namespace rnngan::fuzzing {

namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    std::string name = (fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string());
    name += "/rnngan_fuzz_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) give_up("no folder " + name);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void check_refusal(const Target& target, const Error& error) {
  if (std::ranges::find(target.kinds, error.kind()) == target.kinds.end()) {
    give_up(std::string(target.name) + ": refused by another kind of error: " + error.what());
  }
  const std::string message = error.what();
  const bool clean = is_utf8(message) && std::ranges::none_of(message, [](char c) {
                       return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
                     });
  if (message.empty() || !clean) give_up(std::string(target.name) + ": no clean line: " + message);
}

}  // namespace

void give_up(const std::string& fact) {
  std::fprintf(stderr, "fuzz: %s\n", fact.c_str());
  std::abort();
}

std::string write_input(const char* name, const std::string& bytes) {
  static const Folder kFolder;
  const fs::path file = kFolder.path() / name;
  std::ofstream(file, std::ios::binary) << bytes;
  return file.string();
}

void run_target(const Target& target, const std::string& bytes) {
  try {
    target.read(bytes);
  } catch (const Error& error) {
    check_refusal(target, error);
  } catch (const std::exception& error) {
    give_up(std::string(target.name) + ": " + error.what());
  }
}

}  // namespace rnngan::fuzzing
