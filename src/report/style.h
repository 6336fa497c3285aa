// How a report looks: colours for light and dark, type, layout, print.
#pragma once

#include <string>

namespace rnngan {

/// Cascading style sheet without characters that XML would take for markup. Drawings use its
/// classes: `l` a line, `a` an area, `p` points; `real`, `syn`, `floor`, `ceil`, `mut`, and `k0`
/// ... `k5` for further kinds say which colour and dashes.
std::string style_sheet();

}  // namespace rnngan
