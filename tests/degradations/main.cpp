// Which score sees which degradation: the table of docs/measurements/degradations.md on standard
// output.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

#include "evaluation/degradation_bench.h"

namespace {

using namespace rnngan;

std::string cell(double by) {
  if (std::isnan(by)) return "";
  const std::string text = by >= 100 ? ">99" : fmt::format("{:.0f}", by);
  return by > 5 ? "**" + text + "**" : text;
}

void print_row(const std::string& name, const ScoreMap& moved,
               const std::vector<std::string>& ids) {
  std::string line = "| " + name + " |";
  for (const std::string& id : ids) {
    const auto found = moved.find(id);
    line += " " + cell(found == moved.end() ? std::nan("") : found->second) + " |";
  }
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const int64_t count = argc > 1 ? std::atoi(argv[1]) : 500;
  const int nulls = argc > 2 ? std::atoi(argv[2]) : 12;
  std::vector<std::string> ids;
  for (const std::string& id : names_of(resolve_metrics({"default"}))) {
    if (id != "invalid_rate") ids.push_back(id);
  }
  const DegradationBench bench(count, ids, nulls, 3);
  std::string head = "| degradation |", rule = "|---|";
  for (const std::string& id : ids) {
    head += " `" + id + "` |";
    rule += "---|";
  }
  fmt::print("{}\n{}\n", head, rule);
  for (const Degradation& degradation : all_degradations()) {
    for (const double strength : degradation.strengths) {
      print_row(fmt::format("{} {:g}", degradation.name, strength),
                bench.worse_by(degradation, strength), ids);
    }
  }
  return 0;
}
