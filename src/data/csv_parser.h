// A CSV file as a stream of cells and rows, by libcsv, with the lines on which they stand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "data/csv_dialect.h"

namespace rnngan {

/// Told what is in the file. May throw: parsing stops and the exception leaves parse_csv.
class CsvListener {
 public:
  virtual ~CsvListener() = default;
  /// How the file is written, before any cell.
  virtual void begin(const CsvDialect& dialect) = 0;
  /// `line` (from 1) is where the cell begins: a quoted cell may go on over several lines.
  virtual void cell(std::string_view text, int32_t line) = 0;
  virtual void end_row() = 0;
};

/// Cells are unquoted and without the blanks around them; empty lines are passed over, a byte-order
/// mark is skipped; a file that gzip has packed is unpacked. Returns the SHA-256 of the file, hex.
/// Throws Error{data} when the file cannot be read or ends within a quoted cell.
std::string parse_csv(const std::filesystem::path& path, const DialectSettings& settings,
                      CsvListener& listener);

}  // namespace rnngan
