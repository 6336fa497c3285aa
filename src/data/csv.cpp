#include "data/csv.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
#include "core/utf8.h"
#include "data/csv_parser.h"

namespace rnngan {

void NumberForm::add(std::string_view text, double value) {
  integer = integer && value == std::trunc(value);
  if (decimals < 0) return;
  if (text.find_first_of("eE") != std::string_view::npos) {
    decimals = -1;
    return;
  }
  const auto point = text.find('.');
  if (point == std::string_view::npos) return;
  const auto digits = static_cast<int>(std::min<size_t>(text.size() - point - 1, 10));
  decimals = digits > 9 ? -1 : std::max(decimals, digits);
}

std::string shown_cell(std::string_view text) {
  constexpr size_t kMost = 40;
  std::string shown(first_bytes(text, kMost));
  const char* const cut = shown.size() < text.size() ? "..." : "";
  const bool utf8 = is_utf8(shown);
  for (char& c : shown) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || (byte >= 0x80 && !utf8)) c = '?';
  }
  return fmt::format("\"{}{}\"", shown, cut);
}

namespace {

constexpr int64_t kProgressRows = 100'000;

bool is_missing(std::string_view cell) {
  return cell.empty() || cell == "NA";
}

bool is_number_or_missing(std::string_view cell) {
  return is_missing(cell) || parse_double(cell);
}

bool has_decimal_comma(std::string_view cell) {
  std::string text(cell);
  const auto comma = text.find(',');
  if (comma == std::string::npos) return false;
  text[comma] = '.';
  return parse_double(text).has_value();
}

constexpr const char* kTrailingHint =
    "the lines end in a delimiter: remove it, or choose the columns by data.columns";

/// Takes the cells from libcsv one by one. A header and the first row of data are kept back until
/// it is known what to do with their columns.
class CsvReader final : public CsvListener {
 public:
  CsvReader(const std::filesystem::path& path, const CsvOptions& options,
            const ChooseColumns& choose, const std::function<void(int64_t)>& progress)
      : path_(path),
        place_(path.string()),
        options_(options),
        choose_(choose),
        progress_(progress) {}

  void cell(std::string_view text, int32_t line) override {
    cell_line_ = line;
    if (column_ == 0) row_line_ = line;
    if (!chosen_) {
      kept_.push_back({std::string(trim(text)), line});
    } else if (column_ < table_.columns.size()) {
      store(table_.columns[column_], text);
    }
    last_cell_empty_ = text.empty();
    ++column_;
  }

  void end_row() override {
    const size_t cells = std::exchange(column_, 0);
    if (head_.names.empty() && take_header()) return;
    if (cells != head_.names.size()) refuse_ragged(cells);
    if (!chosen_) {
      choose_columns();
      return;
    }
    table_.lines.push_back(row_line_);
    if (progress_ && table_.rows() % kProgressRows == 0) progress_(table_.rows());
  }

  CsvTable finish() {
    if (table_.lines.empty()) {
      throw Error(
          ErrorKind::data, place_, "no rows of data",
          header_ ? "the first row was taken for a header; set data.header to \"no\" if it is data"
                  : "");
    }
    return std::move(table_);
  }

 private:
  struct KeptCell {
    std::string text;
    int32_t line;
  };

  /// Names the columns from the first row. True when it is a header, which is thereby done with.
  bool take_header() {
    const auto plain = [](const KeptCell& cell) { return is_number_or_missing(cell.text); };
    header_ = options_.header == Header::yes ||
              (options_.header == Header::automatic && !std::ranges::all_of(kept_, plain));
    header_line_ = row_line_;
    for (size_t i = 0; i < kept_.size(); ++i) {
      const bool named = header_ && !kept_[i].text.empty();
      if (named && !is_utf8(kept_[i].text)) {
        throw Error(ErrorKind::data, fmt::format("{}:{}", place_, kept_[i].line),
                    fmt::format("column {}: its name {} is not UTF-8 text", i + 1,
                                shown_cell(kept_[i].text)),
                    kEncodingHint);
      }
      unnamed_.push_back(header_ && !named);
      head_.names.push_back(named ? kept_[i].text : fmt::format("c{}", i + 1));
    }
    require_distinct(head_.names);
    if (header_) kept_.clear();
    return header_;
  }

  /// At the end of the first row of data.
  void choose_columns() {
    for (const KeptCell& cell : kept_) head_.cells.push_back(cell.text);
    const auto kinds = choose_(head_);
    for (size_t i = 0; i < head_.names.size(); ++i) {
      if (unnamed_[i] && kinds.at(i) != CellKind::skip) refuse_unnamed(i);
      CsvColumn column;
      column.name = head_.names[i];
      column.kind = kinds.at(i);
      table_.columns.push_back(std::move(column));
    }
    codes_.resize(head_.names.size());
    chosen_ = true;
    const int32_t line = row_line_;
    for (const KeptCell& kept : std::exchange(kept_, {})) cell(kept.text, kept.line);
    row_line_ = line;
    end_row();
  }

  [[noreturn]] void refuse_unnamed(size_t column) const {
    const bool trailing =
        column > 0 && column + 1 == head_.names.size() && head_.cells.back().empty();
    throw Error(
        ErrorKind::data, fmt::format("{}:{}", place_, header_line_),
        fmt::format("column {} has no name in the header", column + 1),
        trailing ? kTrailingHint
                 : "choose the columns by data.columns, or write the file without its index column "
                   "(pandas: index=False)");
  }

  [[noreturn]] void refuse_ragged(size_t cells) const {
    std::string hint = delimiter_hint(path_, options_.delimiter.front());
    if (hint.empty() && last_cell_empty_ && cells == head_.names.size() + 1) hint = kTrailingHint;
    if (hint.empty())
      hint = "mend the line, or set data.delimiter if cells are not separated by it";
    throw Error(ErrorKind::data, fmt::format("{}:{}", place_, row_line_),
                fmt::format("{} {}, expected {} as in the first row", cells,
                            cells == 1 ? "cell" : "cells", head_.names.size()),
                hint);
  }

  void require_distinct(const std::vector<std::string>& names) const {
    std::set<std::string_view> seen;
    for (const auto& name : names) {
      if (!seen.insert(name).second) {
        throw Error(ErrorKind::data, fmt::format("{}:{}", place_, row_line_),
                    fmt::format("two columns are named {}", shown_cell(name)),
                    "give every column of the header a name of its own");
      }
    }
  }

  void store(CsvColumn& column, std::string_view text) {
    if (column.kind == CellKind::skip) return;
    const std::string_view value = trim(text);
    if (column.kind == CellKind::category) {
      store_category(column, value);
    } else if (column.kind == CellKind::time) {
      store_time(column, value);
    } else {
      column.numbers.push_back(number(column, value));
    }
  }

  void store_category(CsvColumn& column, std::string_view value) {
    if (value.empty()) refuse_missing(column);
    auto& codes = codes_[column_];
    const auto [at, fresh] =
        codes.try_emplace(std::string(value), static_cast<int32_t>(column.texts.size()));
    if (fresh) {
      if (!is_utf8(value)) {
        refuse(column, fmt::format("{} is not UTF-8 text", shown_cell(value)), kEncodingHint);
      }
      column.texts.emplace_back(value);
    }
    column.codes.push_back(at->second);
  }

  void store_time(CsvColumn& column, std::string_view value) {
    if (is_missing(value)) refuse_missing(column);
    if (table_.lines.empty()) column.textual = !parse_double(value);
    if (!column.textual) {
      column.numbers.push_back(number(column, value));
      return;
    }
    const auto instant = parse_iso_time(value);
    if (!instant) {
      refuse(column, fmt::format("{} is no time: neither a number nor ISO 8601", shown_cell(value)),
             is_utf8(value) ? "convert the times to ISO 8601: 2020-01-31 or 2020-01-31T09:30:00Z"
                            : kEncodingHint);
    }
    column.texts.emplace_back(value);
    column.instants.push_back(*instant);
  }

  double number(CsvColumn& column, std::string_view text) {
    double value = std::numeric_limits<double>::quiet_NaN();
    if (!is_missing(text)) {
      const auto parsed = parse_double(text);
      if (!parsed) refuse_text(column, text);
      value = *parsed;
    }
    if (std::isfinite(value)) {
      column.form.add(text, value);
      return value;
    }
    if (std::isinf(value) && !(column.kind == CellKind::number && options_.infinite_allowed)) {
      refuse(column, fmt::format("{} is not finite", shown_cell(text)),
             "replace it by a number or leave the cell empty");
    }
    const bool allowed = std::isinf(value) || options_.missing_allowed;
    if (column.kind != CellKind::number || !allowed) refuse_missing(column);
    return value;
  }

  [[noreturn]] void refuse(const CsvColumn& column, const std::string& fact,
                           const std::string& hint) const {
    throw Error(ErrorKind::data, fmt::format("{}:{}", place_, cell_line_),
                fmt::format("column {}: {}", column.name, fact), hint);
  }

  [[noreturn]] void refuse_missing(const CsvColumn& column) const {
    const bool trailing = !header_ && table_.lines.empty() && column_ > 0 &&
                          column_ + 1 == head_.names.size() && head_.cells.back().empty();
    if (trailing) refuse(column, "missing value", kTrailingHint);
    refuse(column, "missing value",
           column.kind == CellKind::number
               ? "fill the cell, or set data.missing to \"interpolate\" or \"drop\""
               : "fill the cell: times, ids, labels and static values cannot be missing");
  }

  [[noreturn]] void refuse_text(const CsvColumn& column, std::string_view text) const {
    std::string hint;
    if (head_.names.size() == 1) hint = delimiter_hint(path_, options_.delimiter.front());
    if (hint.empty() && has_decimal_comma(text)) {
      hint = "write numbers with a decimal point: 1.5, not 1,5";
    }
    if (hint.empty()) {
      hint = fmt::format(
          "data.label={} (with data.id) makes it a class; or leave the column out by data.columns, "
          "or name it by data.time or data.id",
          column.name);
    }
    refuse(column, fmt::format("{} is not a number", shown_cell(text)), hint);
  }

  const std::filesystem::path& path_;
  std::string place_;
  const CsvOptions& options_;
  const ChooseColumns& choose_;
  const std::function<void(int64_t)>& progress_;
  CsvTable table_;
  std::vector<std::unordered_map<std::string, int32_t>> codes_;  // per column
  std::vector<KeptCell> kept_;  // the row at hand, until its columns are chosen
  CsvHead head_;                // names: from the first row; cells: from the first row of data
  std::vector<bool> unnamed_;   // per column: its cell of the header is empty
  bool header_ = false;         // there is one
  bool chosen_ = false;         // the columns are
  bool last_cell_empty_ = false;
  int32_t header_line_ = 0;
  size_t column_ = 0;
  int32_t row_line_ = 0;
  int32_t cell_line_ = 0;
};

}  // namespace

CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options,
                  const ChooseColumns& choose, const std::function<void(int64_t)>& progress) {
  if (options.delimiter.size() != 1 || options.delimiter.find_first_of("\"\r\n") == 0) {
    throw Error(ErrorKind::data, "data.delimiter",
                fmt::format("{} is not one character", shown_cell(options.delimiter)),
                "for example \",\", \";\" or \"\\t\"");
  }
  CsvReader reader(path, options, choose, progress);
  std::string hash = parse_csv(path, options.delimiter.front(), reader);
  CsvTable table = reader.finish();
  table.hash = std::move(hash);
  return table;
}

}  // namespace rnngan
