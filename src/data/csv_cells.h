// One column of values as it is read, cell by cell: whether it holds numbers or classes is known
// only when all of it has been seen.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/run_config.h"
#include "data/csv.h"

namespace rnngan {

inline constexpr size_t kMostClasses = 300;  // of a category

/// The cells that stand for a missing number: empty ones, NaN, and marks, which are compared as
/// text and, where they are numbers, by value.
class MissingMarks {
 public:
  explicit MissingMarks(const std::vector<std::string>& marks);
  /// `value`: what parse_double reads from `text`.
  bool has(std::string_view text, const std::optional<double>& value) const;

 private:
  std::set<std::string, std::less<>> texts_;
  std::vector<double> numbers_;
};

/// What may stand in a column.
struct ValueRules {
  std::optional<ColumnKind> kind;  // as data.column says it
  bool missing_allowed = true;
  bool infinite_allowed = false;
  Decimal decimal = Decimal::automatic;  // as data.decimal says it
  bool decimal_comma = false;            // as the file is written
};

/// What is wrong with a cell.
struct CellProblem {
  int32_t line = 0;
  std::string fact;
  std::string hint;
  bool missing = false;  // there is no value
  // Not empty: what the number is if it has the other decimal mark than the file.
  std::string other_reading = {};
};

/// A column holds numbers when at least half of its cells do, and then all of them must, or be
/// missing; else it is a category. The text of each cell is kept, as a code, until there are too
/// many different ones for a category: then only the numbers are.
class ValueCells {
 public:
  ValueCells(const MissingMarks& marks, const ValueRules& rules) : marks_(&marks), rules_(rules) {}

  /// `text` is trimmed.
  void add(std::string_view text, int32_t line);

  /// Fills `column`: numbers and form, or texts and codes. Returns what is wrong with the cells.
  /// `points`: the file has numbers with decimal points, so that its commas group thousands.
  std::optional<CellProblem> finish(CsvColumn& column, bool points = false);

  /// Numbers with digits behind the decimal mark are among them.
  bool has_fractions() const;

 private:
  struct Cell {
    std::string text;
    std::optional<double> value;
    std::string plain;     // the number as parse_double reads it, where that is not `text`
    bool grouped = false;  // commas group its thousands
    bool missing = false;  // where the other cells are numbers
    bool certain = false;  // likewise, and nothing else could be meant
    int64_t count = 0;
    int32_t line = 0;  // the first
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  Cell parsed(std::string_view text, int32_t line) const;
  void note(const Cell& cell);
  void add_number(const Cell& cell);
  void keep_numbers();
  bool is_category() const;
  CellProblem wrong_text(const CsvColumn& column) const;
  std::optional<CellProblem> no_category(const CsvColumn& column) const;
  std::optional<CellProblem> finish_numbers(CsvColumn& column, bool points);
  CellProblem ask_for_mark() const;
  std::optional<CellProblem> finish_category(CsvColumn& column);

  const MissingMarks* marks_;
  ValueRules rules_;

  // While a category is possible.
  bool classes_possible_ = true;
  std::vector<Cell> cells_;  // the different ones, in order of first appearance
  std::unordered_map<std::string, int32_t, Hash, std::equal_to<>> places_;
  std::vector<int32_t> codes_;  // per row: index into cells_

  // Behind that.
  std::vector<double> numbers_;  // per row
  NumberForm form_;

  // Of all cells; the first of each kind has line 0 when there is none.
  int64_t number_count_ = 0;
  int64_t text_count_ = 0;
  int64_t comma_count_ = 0;      // texts that are numbers but for their commas or points
  bool surely_grouped_ = false;  // one of the grouped ones can only be that
  Cell first_grouped_, first_text_, first_missing_, first_infinite_;
  int32_t full_line_ = 0;  // of the cell that was one class too many
};

}  // namespace rnngan
