#include "core/error.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "core/out_of_memory.h"
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

bool is_out_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const std::length_error*>(&error) != nullptr) return true;
  // LibTorch's allocators throw types of their own.
  constexpr std::array<std::string_view, 3> kTexts = {"can't allocate memory", "not enough memory",
                                                      "out of memory"};
  const std::string_view text = error.what();
  return std::ranges::any_of(
      kTexts, [&](std::string_view t) { return text.find(t) != std::string_view::npos; });
}

Error as_error(const std::exception& error) {
  if (const auto* known = dynamic_cast<const Error*>(&error)) return *known;
  if (is_out_of_memory(error)) {
    return {ErrorKind::data, "rnngan", "out of memory", "use fewer or shorter sequences"};
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
