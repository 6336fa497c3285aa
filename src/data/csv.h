// Reads one CSV file into columns: numbers as doubles, text as codes. Knows nothing of sequences.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/run_config.h"
#include "data/csv_dialect.h"
#include "data/csv_numbers.h"
#include "data/csv_text.h"

namespace rnngan {

/// What becomes of the cells of a column.
enum class CellKind {
  skip,     // not looked at
  value,    // numbers or classes (data/csv_cells.h), or missing
  present,  // the same, missing is an error
  time,     // numbers, or text when the first row's cell is no number; missing is an error
  stamp,    // a time, or a part of it, as text; missing is an error
  name,     // of a sequence or its class: text, each stored once; missing is an error
};

struct CsvColumn {
  std::string name;
  CellKind kind = CellKind::skip;
  bool is_category = false;     // a value that is a class, not a number
  std::vector<double> numbers;  // values that are numbers, time: one per row; NaN = missing
  NumberForm form;              // of the numbers
  bool textual = false;         // a time that is text
  // textual: one per row; names and classes: the distinct ones in order of first appearance
  std::vector<std::string> texts;
  std::vector<int32_t> codes;  // names and classes: index into texts, one per row; -1 = missing
};

struct CsvTable {
  std::vector<CsvColumn> columns;  // as in the file
  std::vector<int32_t> lines;      // the line on which each row starts, counted from 1
  std::string hash;                // SHA-256 of the file, hex
  std::vector<std::string> notes;  // how the file was understood, a line each
  int64_t rows() const { return static_cast<int64_t>(lines.size()); }
};

struct CsvOptions {
  DialectSettings dialect = {};
  bool missing_allowed = true;                       // in `value` columns
  bool infinite_allowed = false;                     // likewise
  std::vector<std::string> na = DataConfig{}.na;     // marks of missing cells among numbers
  std::map<std::string, ColumnConfig> columns = {};  // what is said of them, by name
};

inline constexpr const char* kTrailingDelimiterHint =
    "the lines end in a delimiter: remove it, or choose the columns by data.columns";

/// What columns can be chosen by, one entry per column.
struct CsvHead {
  std::vector<std::string> names;  // c1..cF without a header, and where the header's cell is empty
  std::vector<std::string> cells;  // the first row of data
  std::vector<bool> unnamed;       // the header's cell is empty
  int32_t line = 0;                // of the first row
};

/// Says what to do with each column. May throw.
using ChooseColumns = std::function<std::vector<CellKind>(const CsvHead&)>;

/// Reads `path`. `progress` (may be empty) is told rows so far every 100,000 rows. Line ends LF or
/// CRLF, a byte-order mark, quoted cells (with delimiters, doubled quotes and newlines in them) and
/// a missing final newline are all fine; empty lines are passed over. Header::automatic: a first
/// row with a cell that is neither a number nor missing is a header. Throws Error{data} "FILE:LINE:
/// column NAME: FACT".
CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options,
                  const ChooseColumns& choose, const std::function<void(int64_t)>& progress = {});

}  // namespace rnngan
