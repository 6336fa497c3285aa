#include "core/error.h"

#include <filesystem>
#include <new>
#include <string_view>
#include <utility>

#include "core/utf8.h"

namespace rnngan {

Error::Error(ErrorKind kind, std::string place, std::string fact, std::string hint)
    : Error(kind, std::vector{Problem{std::move(place), std::move(fact), std::move(hint)}}) {}

Error::Error(ErrorKind kind, std::vector<Problem> problems)
    : kind_(kind), problems_(std::move(problems)) {
  if (problems_.empty()) problems_.push_back({"", "an error without a message", ""});
  for (Problem& problem : problems_) {  // names and cells of files, which may hold anything
    problem = {one_line(problem.place), one_line(problem.fact), one_line(problem.hint)};
  }
  what_ = problems_.front().message();
}

namespace {

// LibTorch's allocators throw a type of their own instead of std::bad_alloc.
bool is_out_of_memory(const std::exception& error) {
  const std::string_view text = error.what();
  return dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
         text.find("can't allocate memory") != std::string_view::npos ||
         text.find("out of memory") != std::string_view::npos;
}

}  // namespace

Error as_error(const std::exception& error) {
  if (const auto* known = dynamic_cast<const Error*>(&error)) return *known;
  if (is_out_of_memory(error)) {
    return {ErrorKind::bug, "rnngan", "out of memory",
            "use fewer or shorter sequences, a smaller batch or a smaller model"};
  }
  if (const auto* file = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
    return {ErrorKind::output, file->path1().string(),
            "cannot be opened: " + file->code().message()};
  }
  const std::string text = error.what();
  return {ErrorKind::bug, "rnngan", "internal error: " + text.substr(0, text.find('\n')),
          "this is a bug; please report it with the command and config"};
}

}  // namespace rnngan
