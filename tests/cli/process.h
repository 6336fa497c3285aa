// Runs the program as a shell would and waits for it.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace rnngan::cli_testing {

struct Invocation {
  std::vector<std::string> arguments;
  std::filesystem::path directory;          // the working directory
  int output = -1;                          // a descriptor for standard output; -1: captured
  int error = -1;                           // the same for standard error
  std::optional<rlim_t> largest_file = {};  // bytes; writing more fails as on a full disk
  std::chrono::seconds timeout{120};
  std::vector<std::string> environment = {};  // "NAME=VALUE", before the test's own variables
};

/// What is left of a process. `code` is minus the signal's number when a signal ended it.
struct Outcome {
  int code = 0;
  std::string out, err;
};

/// A file without a name.
class CapturedStream {
 public:
  CapturedStream() : file_(std::tmpfile(), &std::fclose) {}
  int descriptor() const { return ::fileno(file_.get()); }
  std::string text() const {
    std::string all;
    std::rewind(file_.get());
    char piece[4096];
    for (size_t count; (count = std::fread(piece, 1, sizeof piece, file_.get())) > 0;) {
      all.append(piece, count);
    }
    return all;
  }

 private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
};

/// A running program. It is killed when the object goes without wait().
class Process {
 public:
  explicit Process(const Invocation& invocation) : timeout_(invocation.timeout) {
    std::vector<std::string> words = {RNNGAN_PROGRAM};
    words.insert(words.end(), invocation.arguments.begin(), invocation.arguments.end());
    const auto argv = pointers(words);
    std::vector<std::string> variables = invocation.environment;
    for (char** variable = environ; *variable != nullptr; ++variable) {
      variables.emplace_back(*variable);
    }
    const auto environment = pointers(variables);
    const int output = invocation.output >= 0 ? invocation.output : out_.descriptor();
    const int error = invocation.error >= 0 ? invocation.error : err_.descriptor();
    child_ = ::fork();
    if (child_ == 0) become(invocation, argv, environment, output, error);
  }
  ~Process() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    ::waitpid(child_, nullptr, 0);
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  void signal(int number) const { ::kill(child_, number); }
  /// Whether it has a handler for the signal by now.
  bool catches(int number) const {
    std::ifstream status("/proc/" + std::to_string(child_) + "/status");
    for (std::string line; std::getline(status, line);) {
      if (!line.starts_with("SigCgt:")) continue;
      return (std::stoull(line.substr(7), nullptr, 16) >> (number - 1) & 1) != 0;
    }
    return false;
  }
  bool running() const {
    siginfo_t info{};
    ::waitid(P_PID, static_cast<id_t>(child_), &info, WEXITED | WNOHANG | WNOWAIT);
    return info.si_pid == 0;
  }

  Outcome wait() {
    const auto deadline = std::chrono::steady_clock::now() + timeout_;
    while (running()) {
      if (std::chrono::steady_clock::now() > deadline) {
        ADD_FAILURE() << "the program takes more than " << timeout_.count() << " s";
        ::kill(child_, SIGKILL);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    int status = 0;
    ::waitpid(std::exchange(child_, -1), &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status), out_.text(), err_.text()};
  }

 private:
  static std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> all;
    for (auto& text : texts) all.push_back(text.data());
    all.push_back(nullptr);
    return all;
  }

  // In the child; only calls that are safe between fork and exec.
  [[noreturn]] void become(const Invocation& invocation, const std::vector<char*>& argv,
                           const std::vector<char*>& environment, int output, int error) const {
    ::dup2(output, STDOUT_FILENO);
    ::dup2(error, STDERR_FILENO);
    std::signal(SIGPIPE, SIG_DFL);
    if (invocation.largest_file) {
      const rlimit limit{*invocation.largest_file, *invocation.largest_file};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    if (::chdir(invocation.directory.c_str()) == 0) {
      ::execve(argv[0], argv.data(), environment.data());
    }
    ::_exit(127);
  }

  std::chrono::seconds timeout_;
  CapturedStream out_, err_;
  pid_t child_ = -1;
};

inline Outcome run_program(const Invocation& invocation) {
  return Process(invocation).wait();
}

}  // namespace rnngan::cli_testing
