// The one exception of the program: thrown anywhere, caught once in main, which prints it and exits
// with its kind.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace rnngan {

/// What went wrong; the value is the exit code of the process.
enum class ErrorKind : int {
  bug = 1,
  usage = 2,
  config = 3,
  data = 4,
  checkpoint = 5,
  output = 6,
  diverged = 7,
  device = 8,
};

/// One thing to mend. `message` reads "PLACE: FACT" (file, JSON path or line; the value; what is
/// allowed) and `hint` says what to do, or is empty where there is no remedy to name.
struct Problem {
  std::string message;
  std::string hint;

  bool operator==(const Problem&) const = default;
};

class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string message, std::string hint = {});
  /// All problems of a config at once; at least one.
  Error(ErrorKind kind, std::vector<Problem> problems);

  ErrorKind kind() const { return kind_; }
  const std::vector<Problem>& problems() const { return problems_; }
  /// The first problem's message.
  const char* what() const noexcept override { return problems_.front().message.c_str(); }

 private:
  ErrorKind kind_;
  std::vector<Problem> problems_;
};

/// Whatever was thrown, as an error for people: itself, or a bug with the first line of its message
/// (LibTorch's carry a stack trace).
Error as_error(const std::exception& error);

}  // namespace rnngan
