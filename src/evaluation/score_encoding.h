// What scores compute with where a set has categories or missing cells: numbers only, by one
// encoding that is fitted on real sequences, whatever a model makes of its columns.
#pragma once

#include <string>
#include <vector>

#include "evaluation/sequences.h"
#include "evaluation/valid_cells.h"

namespace rnngan {

/// A number stays as it is, in original units; where real sequences miss cells of the column, a
/// missing one becomes the reference's mean, and a column "NAME missing" tells 0 or 1; where they
/// miss none, it only becomes the mean. A category
/// becomes a column "NAME = class" of 0 and 1 for each class, all 0 where it is missing. The
/// columns that were made of one count as one together (SequenceSet::encoded). Complete numbers
/// stay what they are, and cost nothing.
class ScoreEncoding {
 public:
  /// `reference`: real sequences; `cells` are of the same.
  ScoreEncoding(const SequenceSet& reference, const ValidCells& cells);

  bool is_identity() const { return identity_; }
  /// Sequences of the columns of the reference. `set` itself where it is the identity and `set`
  /// complete.
  SequenceSet operator()(const SequenceSet& set) const;

 private:
  struct Source {
    std::string name;
    std::vector<std::string> classes;  // empty: a number
    bool may_miss = false;
    double mean = 0;
  };

  std::vector<Source> sources_;
  bool identity_ = true;
};

}  // namespace rnngan
