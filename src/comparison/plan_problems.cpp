#include "comparison/plan_problems.h"

#include <utility>

namespace rnngan {

void PlanProblems::add(const std::string& key, const std::string& fact, const std::string& hint) {
  add(Problem{file_ + ": " + key, fact, hint});
}

void PlanProblems::add(const Error& error, const std::string& place) {
  for (const Problem& problem : error.problems()) {
    Problem here = problem;
    if (!place.empty()) here.place = place + (here.place.empty() ? "" : ": " + here.place);
    add(here);
  }
}

void PlanProblems::add(Problem problem) {
  const bool first = told_.emplace(problem.place, problem.fact, problem.hint).second;
  if (first) problems_.push_back(std::move(problem));
}

void PlanProblems::throw_all() const {
  if (!problems_.empty()) throw Error(ErrorKind::config, problems_);
}

}  // namespace rnngan
