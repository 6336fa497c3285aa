// Columns of every kind.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include <torch/types.h>

#include "columns/derive.h"
#include "columns/fit.h"
#include "columns/schema.h"

namespace rnngan::columns_test {

inline constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// A column of these cells, one sequence, fitted.
inline Column fitted(const std::string& name, const std::vector<double>& values,
                     const ColumnConfig& chosen = {}, std::vector<std::string> classes = {},
                     int decimals = 1) {
  Column column;
  column.name = name;
  column.classes = std::move(classes);
  if (!column.classes.empty()) column.kind = ColumnKind::category;
  column.decimals = decimals;
  column.integer = decimals == 0;
  ColumnCells cells{values, std::vector<bool>(values.size(), true)};
  if (!values.empty()) cells.follows[0] = false;
  fit_column(column, cells, chosen, Scaling::automatic, 0, "file.csv");
  return column;
}

/// 400 rows of six columns: a plain number with one digit; a number with the atoms 0 (its least
/// value) and 50 and missing cells, heavy tails; whole numbers; a category, some cells missing; one
/// that is 7 where the second is 0 and 9 elsewhere; a number in full precision.
struct Mixed {
  std::vector<std::vector<double>> columns = std::vector<std::vector<double>>(6);
  Schema schema;
  at::Tensor rows;  // [400,6]

  Mixed() {
    for (int i = 0; i < 400; ++i) {
      const double wave = std::sin(0.37 * i);
      columns[0].push_back(((i * 37) % 101 - 50) / 10.0);
      const double heavy = std::round(10 * std::exp(3 + 2 * std::sin(1.7 * i))) / 10;
      columns[1].push_back(i % 5 == 0 ? 0 : i % 5 == 1 ? 50 : i % 20 == 2 ? kNan : heavy);
      columns[2].push_back(5 + (i * 17) % 31);
      columns[3].push_back(i % 10 == 3 ? kNan : (i / 3) % 3);
      columns[4].push_back(std::isnan(columns[1].back()) ? kNan : columns[1].back() == 0 ? 7 : 9);
      columns[5].push_back(wave * wave * wave);
    }
    schema.columns = {fitted("plain", columns[0]),
                      fitted("heavy", columns[1]),
                      fitted("whole", columns[2], {}, {}, 0),
                      fitted("state", columns[3], {}, {"a", "b", "c"}),
                      fitted("follows", columns[4], {}, {}, 0),
                      fitted("full", columns[5], {}, {}, -1)};
    std::vector<at::Tensor> all;
    for (const auto& column : columns) all.push_back(torch::tensor(column, torch::kDouble));
    rows = torch::stack(all, 1);
  }
  /// With the fifth column as derived: channels are 4 values, 3 gates, 4 classes.
  Mixed& derived() {
    find_derivations(rows, std::vector<bool>(6, false), schema.columns);
    return *this;
  }
};

}  // namespace rnngan::columns_test
