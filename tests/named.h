// Names for sets of sequences that were made up.
#pragma once

#include <string>
#include <vector>

#include "data/sequence_set.h"

namespace rnngan {

/// The set with these names of its columns and classes.
inline SequenceSet named(SequenceSet set, const std::vector<std::string>& columns,
                         const std::vector<std::string>& classes = {}) {
  set.columns.clear();
  for (const std::string& name : columns) {
    set.columns.emplace_back();
    set.columns.back().name = name;
  }
  set.classes = classes;
  return set;
}

}  // namespace rnngan
