// Everything that is wrong with a comparison file, collected so that it is told at once.
#pragma once

#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "core/error.h"

namespace rnngan {

class PlanProblems {
 public:
  /// `file` names the comparison file.
  explicit PlanProblems(std::string file) : file_(std::move(file)) {}

  /// "FILE: KEY: FACT"
  void add(const std::string& key, const std::string& fact, const std::string& hint = {});
  /// The problems of an error, each at `place`, if one is given.
  void add(const Error& error, const std::string& place = {});

  bool empty() const { return problems_.empty(); }
  /// Throws Error{config} if there are any.
  void throw_all() const;

 private:
  void add(Problem problem);

  std::string file_;
  std::vector<Problem> problems_;
  std::set<std::tuple<std::string, std::string, std::string>> told_;  // no problem comes twice
};

}  // namespace rnngan
