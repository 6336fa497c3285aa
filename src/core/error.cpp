#include "core/error.h"

#include <utility>

namespace rnngan {

Error::Error(ErrorKind kind, std::string place, std::string fact, std::string hint)
    : Error(kind, std::vector{Problem{std::move(place), std::move(fact), std::move(hint)}}) {}

Error::Error(ErrorKind kind, std::vector<Problem> problems)
    : kind_(kind), problems_(std::move(problems)) {
  if (problems_.empty()) problems_.push_back({"", "an error without a message", ""});
  what_ = problems_.front().message();
}

}  // namespace rnngan
