// How a CSV file is written, as far as its first lines tell.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "config/run_config.h"

namespace rnngan {

/// What is said of it, as DataConfig has it.
struct DialectSettings {
  std::string delimiter = "auto";
  Decimal decimal = Decimal::automatic;
  Header header = Header::automatic;
  // The settings are those of another file: they hold where the file does not say otherwise.
  bool of_another_file = false;
};

struct CsvDialect {
  char delimiter = ',';
  bool aligned = false;        // runs of blanks stand between cells; `delimiter` is a tab then
  bool decimal_comma = false;  // numbers are written 12,5
  // What seems to separate the cells, where it is not `delimiter`; 0: nothing else does.
  char likely_delimiter = 0;
  int32_t text_row = 0;  // the line behind the header that may be units or a second header; 0: none
  std::vector<int32_t> passed_over;  // lines that hold no row: comments, "sep=;", units; rising
  std::vector<std::string> notes;    // what was found, a line each
};

/// `start`: the first bytes of the file, without a byte-order mark; `whole`: they are all of it.
CsvDialect find_dialect(std::string_view start, bool whole, const DialectSettings& settings);

/// Throws Error{data} unless it is auto or one character that can stand between cells.
void require_delimiter(const std::string& delimiter);

/// "set data.delimiter to \";\"" where another one seems to be meant, else "".
std::string delimiter_hint(const CsvDialect& dialect);

}  // namespace rnngan
