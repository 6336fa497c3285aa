// Whether there is something to learn from values, and whether they can be scaled.
#pragma once

#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/column.h"
#include "config/run_config.h"

namespace rnngan {

/// Throws Error{data} where each column of rows [R,F] has one value only.
void require_variation(const DataConfig& config, const at::Tensor& rows);

/// Throws Error{data} where squares of deviations would overflow or fall below the normal doubles.
void require_scalable(const DataConfig& config, const std::vector<Column>& columns);

/// Throws Error{data} where a channel of rows [R,F] would exceed the floats: held-out values may
/// lie far beyond the training range, and without scaling any value may be too large.
void require_floats(const DataConfig& config, const at::Tensor& rows,
                    const std::vector<Column>& columns);

}  // namespace rnngan
