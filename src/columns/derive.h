// Columns that follow from others.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/column.h"

namespace rnngan {

/// Turns columns into derived ones that on all of `rows` [R,F] double equal another one, are affine
/// in it to within half a last digit (50 rows at least), or are a function of its atoms or classes
/// with at least 50 rows of each, and miss the same cells. Constants and columns of which `keep` is
/// true stay as they are. The first of equal columns is the one that the others follow.
void find_derivations(const at::Tensor& rows, const std::vector<bool>& keep,
                      std::vector<Column>& columns);

}  // namespace rnngan
