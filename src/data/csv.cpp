#include "data/csv.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
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
  std::string shown(text.substr(0, kMost));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return fmt::format("\"{}{}\"", shown, text.size() > kMost ? "..." : "");
}

namespace {

constexpr int64_t kProgressRows = 100'000;

bool is_missing(std::string_view cell) {
  return cell.empty() || cell == "NA";
}

bool is_number_or_missing(std::string_view cell) {
  return is_missing(cell) || parse_double(cell);
}

/// Takes the cells from libcsv one by one. The first row is kept back until it is known to be a
/// header or not.
class CsvReader final : public CsvListener {
 public:
  CsvReader(std::string place, const CsvOptions& options, const ChooseColumns& choose,
            const std::function<void(int64_t)>& progress)
      : place_(std::move(place)), options_(options), choose_(choose), progress_(progress) {}

  void cell(std::string_view text, int32_t line) override {
    cell_line_ = line;
    if (column_ == 0) row_line_ = line;
    if (!first_done_) {
      first_.emplace_back(text);
    } else if (column_ < table_.columns.size()) {
      store(table_.columns[column_], text);
    }
    ++column_;
  }

  void end_row() override {
    const size_t cells = std::exchange(column_, 0);
    if (!first_done_) {
      take_first_row();
      return;
    }
    if (cells != table_.columns.size()) {
      throw Error(ErrorKind::data,
                  fmt::format("{}:{}: {} {}, expected {} as in the first row", place_, row_line_,
                              cells, cells == 1 ? "cell" : "cells", table_.columns.size()),
                  "mend the line, or set data.delimiter if cells are not separated by it");
    }
    table_.lines.push_back(row_line_);
    if (progress_ && table_.rows() % kProgressRows == 0) progress_(table_.rows());
  }

  CsvTable finish() {
    if (table_.lines.empty()) {
      throw Error(
          ErrorKind::data, fmt::format("{}: no rows of data", place_),
          first_done_
              ? "the first row was taken for a header; set data.header to \"no\" if it is data"
              : "");
    }
    return std::move(table_);
  }

 private:
  void take_first_row() {
    const bool header = options_.header == Header::yes ||
                        (options_.header == Header::automatic &&
                         !std::all_of(first_.begin(), first_.end(), is_number_or_missing));
    std::vector<std::string> names;
    for (size_t i = 0; i < first_.size(); ++i) {
      const auto name = header ? trim(first_[i]) : std::string_view();
      names.push_back(name.empty() ? fmt::format("c{}", i + 1) : std::string(name));
    }
    require_distinct(names);
    const auto kinds = choose_(names);
    for (size_t i = 0; i < names.size(); ++i) {
      CsvColumn column;
      column.name = names[i];
      column.kind = kinds.at(i);
      table_.columns.push_back(std::move(column));
    }
    codes_.resize(names.size());
    first_done_ = true;
    if (header) return;
    const auto cells = std::exchange(first_, {});
    for (const auto& text : cells) cell(text, row_line_);
    end_row();
  }

  void require_distinct(const std::vector<std::string>& names) const {
    std::set<std::string_view> seen;
    for (const auto& name : names) {
      if (!seen.insert(name).second) {
        throw Error(
            ErrorKind::data,
            fmt::format("{}:{}: two columns are named {}", place_, row_line_, shown_cell(name)),
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
    if (fresh) column.texts.emplace_back(value);
    column.codes.push_back(at->second);
  }

  void store_time(CsvColumn& column, std::string_view value) {
    if (is_missing(value)) refuse_missing(column);
    if (table_.lines.empty()) column.textual = !parse_double(value);
    if (column.textual) {
      column.texts.emplace_back(value);
    } else {
      column.numbers.push_back(number(column, value));
    }
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
    if (std::isinf(value)) {
      refuse(column, fmt::format("{} is not finite", shown_cell(text)),
             "replace it by a number or leave the cell empty");
    }
    if (column.kind != CellKind::number || !options_.missing_allowed) refuse_missing(column);
    return value;
  }

  [[noreturn]] void refuse(const CsvColumn& column, const std::string& fact,
                           const std::string& hint) const {
    throw Error(ErrorKind::data,
                fmt::format("{}:{}: column {}: {}", place_, cell_line_, column.name, fact), hint);
  }

  [[noreturn]] void refuse_missing(const CsvColumn& column) const {
    refuse(column, "missing value",
           column.kind == CellKind::number
               ? "fill the cell, or set data.missing to \"interpolate\" or \"drop\""
               : "fill the cell: times, ids, labels and static values cannot be missing");
  }

  [[noreturn]] void refuse_text(const CsvColumn& column, std::string_view text) const {
    std::string hint =
        "leave the column out by data.columns, or give it a role: data.time, data.id or data.label";
    for (const char other : {';', '\t', '|'}) {
      if (table_.columns.size() == 1 && text.find(other) != std::string_view::npos) {
        hint = fmt::format("set data.delimiter to \"{}\"",
                           other == '\t' ? "\\t" : std::string(1, other));
      }
    }
    refuse(column, fmt::format("{} is not a number", shown_cell(text)), hint);
  }

  std::string place_;
  const CsvOptions& options_;
  const ChooseColumns& choose_;
  const std::function<void(int64_t)>& progress_;
  CsvTable table_;
  std::vector<std::unordered_map<std::string, int32_t>> codes_;  // per column
  std::vector<std::string> first_;  // the first row, until it is understood
  bool first_done_ = false;
  size_t column_ = 0;
  int32_t row_line_ = 0;
  int32_t cell_line_ = 0;
};

}  // namespace

CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options,
                  const ChooseColumns& choose, const std::function<void(int64_t)>& progress) {
  if (options.delimiter.size() != 1 || options.delimiter.find_first_of("\"\r\n") == 0) {
    throw Error(
        ErrorKind::data,
        fmt::format("data.delimiter: {} is not one character", shown_cell(options.delimiter)),
        "for example \",\", \";\" or \"\\t\"");
  }
  CsvReader reader(path.string(), options, choose, progress);
  parse_csv(path, options.delimiter.front(), reader);
  return reader.finish();
}

}  // namespace rnngan
