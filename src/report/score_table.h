// The table of scores, and its bars.
#pragma once

#include <string>
#include <vector>

#include "evaluation/score.h"

namespace rnngan {

/// One row each; those without a value below, with the reason. Empty for none.
std::string score_table(const std::vector<Score>& scores);

/// A bar from 0 (as good as real) to 1 (noise), as markup; beyond 1 it ends in an arrow.
std::string norm_bar(double norm);

}  // namespace rnngan
