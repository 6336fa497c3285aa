// The one exception of the library: what kind of thing is wrong, where, what about it, and what
// helps.
#pragma once

#include <exception>
#include <string>
#include <vector>

namespace rnngan {

/// What is wrong. The values are those in the records of comparisons.
enum class ErrorKind : int {
  bug = 1,
  usage = 2,  // a request that contradicts itself, or that the model cannot meet
  config = 3,
  data = 4,
  checkpoint = 5,
  output = 6,  // a file or directory cannot be written, or is taken
  diverged = 7,
  device = 8,
};

/// One thing to mend.
struct Problem {
  std::string place;  // file, line, JSON path, or field of the request; empty where there is none
  std::string fact;   // the value and what is allowed
  std::string hint;   // what to do; empty where there is no remedy to name

  /// "PLACE: FACT", or the fact alone.
  std::string message() const { return place.empty() ? fact : place + ": " + fact; }

  bool operator==(const Problem&) const = default;
};

/// Control characters and broken UTF-8 of what it is given are escaped (one_line of core/utf8.h).
class Error : public std::exception {
 public:
  Error(ErrorKind kind, std::string place, std::string fact, std::string hint = {});
  /// All problems of a config at once; at least one.
  Error(ErrorKind kind, std::vector<Problem> problems);

  ErrorKind kind() const { return kind_; }
  const std::vector<Problem>& problems() const { return problems_; }
  /// The first problem's message.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  ErrorKind kind_;
  std::vector<Problem> problems_;
  std::string what_;
};

/// Whatever was thrown, as an error for people: itself, or a bug with the first line of its message
/// (LibTorch's carry a stack trace).
Error as_error(const std::exception& error);

}  // namespace rnngan
