// A child process: started, asked after, told to stop.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace rnngan {

struct ProcessRequest {
  std::filesystem::path program;
  std::vector<std::string> arguments;  // without the program's name
  std::filesystem::path err;           // file for standard error, added to; other output is lost
};

/// The program that is running.
std::filesystem::path own_program();

class ChildProcess {
 public:
  /// Starts it in a process group of its own, so that Ctrl-C reaches it only through signal(). It
  /// is sent SIGTERM when this process dies. Throws Error{output} if a file cannot be opened,
  /// Error{bug} if no process can be made; a program that is not there exits with 127.
  explicit ChildProcess(const ProcessRequest& request);
  /// Kills it if it still runs.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// Nothing while it runs; then its exit code, or minus the signal that ended it.
  std::optional<int> poll();
  void signal(int number) const;

 private:
  pid_t pid_ = -1;
  std::optional<int> code_;
};

}  // namespace rnngan
