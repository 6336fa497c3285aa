// Texts about rows of the catalogs that more than one page shows.
#pragma once

#include <string>
#include <vector>

#include "evaluation/metric.h"

namespace rnngan {

/// What the letters of the formulas mean.
const std::string& formula_symbols();
/// "D: ...; G: ..." -> a line for each side.
std::vector<std::string> formula_sides(const std::string& formula);
/// "1406.2661" of "Goodfellow et al. 2014, arXiv:1406.2661, eq. 1"; the first one, or nothing.
std::string arxiv_id(const std::string& paper);

/// "0; lower is better"
std::string describe_ideal(const MetricRow& row);
/// What a score needs beside two sets of sequences; may be empty.
std::vector<std::string> metric_needs(const MetricRow& row);

}  // namespace rnngan
