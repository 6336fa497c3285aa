// How the candidates of a search fared, and which keys mattered.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "comparison/search.h"

namespace rnngan {

/// Mean rank of each candidate.
using RankByName = std::map<std::string, double>;

struct RungRanks {
  Rung rung;
  RankByName ranks;
};

struct TuneTables {
  const Search& search;
  const std::vector<Candidate>& candidates;
  const std::vector<RungRanks>& rungs;  // that were made
  std::vector<KeyImportance> importance;

  std::string markdown(const std::string& title) const;
  std::string html() const;
};

}  // namespace rnngan
