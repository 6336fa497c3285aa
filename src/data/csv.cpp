#include "data/csv.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"
#include "core/utf8.h"
#include "data/csv_cells.h"
#include "data/csv_numbers.h"
#include "data/csv_parser.h"

namespace rnngan {

namespace {

constexpr int64_t kProgressRows = 100'000;

constexpr const char* kNeededHint =
    "fill the cell: times, ids, labels, static values and covariates cannot be missing";

/// Takes the cells from libcsv one by one. A header and the first row of data are kept back until
/// it is known what to do with their columns.
class CsvReader final : public CsvListener {
 public:
  CsvReader(const std::filesystem::path& path, const CsvOptions& options,
            const ChooseColumns& choose, const std::function<void(int64_t)>& progress)
      : place_(path.string()),
        options_(options),
        choose_(choose),
        progress_(progress),
        marks_(options.na) {}

  void begin(const CsvDialect& dialect) override { dialect_ = dialect; }

  void cell(std::string_view text, int32_t line) override {
    cell_line_ = line;
    if (column_ == 0) row_line_ = line;
    if (!chosen_) {
      kept_.push_back({std::string(trim(text)), line, trim(text).size() != text.size()});
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
    finish_values();
    table_.notes = std::move(dialect_.notes);
    note_blanks();
    return std::move(table_);
  }

 private:
  struct KeptCell {
    std::string text;
    int32_t line;
    bool trimmed;  // lost blanks within quotes
  };

  /// Names the columns from the first row. True when it is a header, which is thereby done with.
  bool take_header() {
    const auto plain = [&](const KeptCell& cell) {
      const auto value = number_in(cell.text);
      return value || marks_.has(cell.text, value);
    };
    const Header said = options_.dialect.header;
    header_ = said == Header::yes ||
              (said == Header::automatic && !std::ranges::all_of(kept_, plain)) ||
              (options_.dialect.of_another_file && names_samples());
    head_.line = row_line_;
    for (size_t i = 0; i < kept_.size(); ++i) {
      const bool named = header_ && !kept_[i].text.empty();
      if (named && !is_utf8(kept_[i].text)) {
        throw Error(ErrorKind::data, fmt::format("{}:{}", place_, kept_[i].line),
                    fmt::format("column {}: its name {}", i + 1, not_utf8(kept_[i].text)),
                    kEncodingHint);
      }
      head_.unnamed.push_back(header_ && !named);
      if (header_ && i == 0 && kept_[i].text.starts_with("# ")) kept_[i].text.erase(0, 2);
      head_.names.push_back(named ? kept_[i].text : fmt::format("c{}", i + 1));
    }
    require_distinct(head_.names);
    if (header_) kept_.clear();
    return header_;
  }

  /// A header of samples, whatever is said of the header of another file.
  bool names_samples() const {
    return std::ranges::any_of(kept_, [](const KeptCell& cell) {
      return cell.text == "sequence_id" || cell.text == "example_id" || cell.text == "c1";
    });
  }

  std::optional<double> number_in(std::string_view text) const {
    return read_number(text, dialect_.decimal_comma).value;
  }

  /// At the end of the first row of data.
  void choose_columns() {
    for (const KeptCell& cell : kept_) head_.cells.push_back(cell.text);
    const auto kinds = choose_(head_);
    for (size_t i = 0; i < head_.names.size(); ++i) {
      CsvColumn column;
      column.name = head_.names[i];
      column.kind = kinds.at(i);
      values_.emplace_back(marks_, rules_of(column));
      table_.columns.push_back(std::move(column));
    }
    codes_.resize(head_.names.size());
    for (const KeptCell& kept : kept_) trimmed_.push_back(kept.trimmed ? 1 : 0);
    chosen_ = true;
    const int32_t line = row_line_;
    for (const KeptCell& kept : std::exchange(kept_, {})) cell(kept.text, kept.line);
    row_line_ = line;
    end_row();
  }

  [[noreturn]] void refuse_ragged(size_t cells) const {
    std::string hint = delimiter_hint(dialect_);
    if (hint.empty() && last_cell_empty_ && cells == head_.names.size() + 1)
      hint = kTrailingDelimiterHint;
    if (hint.empty()) {
      hint = fmt::format(
          "correct the line, or set data.delimiter if cells are not separated by \"{}\"",
          dialect_.delimiter == '\t' ? "\\t" : std::string(1, dialect_.delimiter));
    }
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
    if (value.size() != text.size()) ++trimmed_[column_];  // within quotes
    if (column.kind == CellKind::name) {
      store_name(column, value);
    } else if (column.kind == CellKind::time || column.kind == CellKind::stamp) {
      store_time(column, value);
    } else {
      values_[column_].add(value, cell_line_);
    }
  }

  void store_name(CsvColumn& column, std::string_view value) {
    if (value.empty()) refuse_needed(column);
    auto& codes = codes_[column_];
    const auto [at, fresh] =
        codes.try_emplace(std::string(value), static_cast<int32_t>(column.texts.size()));
    if (fresh) {
      if (!is_utf8(value)) refuse(column, not_utf8(value), kEncodingHint);
      column.texts.emplace_back(value);
    }
    column.codes.push_back(at->second);
  }

  void store_time(CsvColumn& column, std::string_view value) {
    const auto number = number_in(value);
    if (marks_.has(value, number)) refuse_needed(column);
    if (table_.lines.empty()) column.textual = !number || column.kind == CellKind::stamp;
    if (!column.textual) {
      if (!number) refuse(column, fmt::format("{} is not a number", shown_cell(value)), "");
      if (!std::isfinite(*number)) {
        refuse(column, fmt::format("{} is not finite", shown_cell(value)), "");
      }
      if (table_.lines.empty()) column.form = NumberForm{};
      column.form.add(value, *number);
      column.numbers.push_back(*number);
      return;
    }
    if (!is_utf8(value)) refuse(column, not_utf8(value), kEncodingHint);
    column.texts.emplace_back(value);
  }

  ValueRules rules_of(const CsvColumn& column) const {
    ValueRules rules;
    const auto said = options_.columns.find(column.name);
    if (said != options_.columns.end()) rules.kind = said->second.kind;
    const bool optional = column.kind == CellKind::value;
    rules.missing_allowed = optional && options_.missing_allowed;
    rules.infinite_allowed = optional && options_.infinite_allowed;
    rules.decimal = options_.dialect.decimal;
    rules.decimal_comma = dialect_.decimal_comma;
    return rules;
  }

  /// What the columns of values hold, now that all of them is known.
  void finish_values() {
    std::optional<CellProblem> first;
    size_t at = 0;
    const bool points = !dialect_.decimal_comma && has_fractions();
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      CsvColumn& column = table_.columns[i];
      if (column.kind != CellKind::value && column.kind != CellKind::present) continue;
      auto problem = values_[i].finish(column, points);
      if (!problem) problem = problem_of_file(column, i);
      if (!problem || (first && first->line <= problem->line)) continue;
      first = std::move(problem);
      at = i;
    }
    if (!first) return;
    cell_line_ = first->line;
    refuse(table_.columns[at], first->fact, hint_of(*first, at));
  }

  /// Columns that are there because the file is not read as it was meant.
  std::optional<CellProblem> problem_of_file(const CsvColumn& column, size_t at) const {
    const bool single = head_.names.size() == 1;
    if (single && column.is_category && !delimiter_hint(dialect_).empty()) {
      return CellProblem{table_.lines[0],
                         fmt::format("{} is not a number", shown_cell(column.texts.at(0))), ""};
    }
    if (!ends_in_delimiter(at)) return std::nullopt;
    const auto nothing = [](double value) { return std::isnan(value); };
    if (column.is_category || !std::ranges::all_of(column.numbers, nothing)) return std::nullopt;
    return CellProblem{table_.lines[0], "missing value", kTrailingDelimiterHint, true};
  }

  /// It looks so: the last column of a file without a header, empty in its first row.
  bool ends_in_delimiter(size_t column) const {
    return !header_ && column > 0 && column + 1 == head_.names.size() && head_.cells.back().empty();
  }

  std::string hint_of(const CellProblem& problem, size_t at) const {
    if (head_.names.size() == 1) {
      std::string hint = delimiter_hint(dialect_);
      if (!hint.empty()) return hint;
    }
    if (!problem.missing && problem.line == dialect_.text_row) {
      return fmt::format("if line {} holds units or a second header, remove it; else: {}",
                         problem.line, problem.hint);
    }
    if (!problem.other_reading.empty()) {
      return decimal_mark_hint(dialect_.decimal_comma, has_fractions(), problem.other_reading);
    }
    if (!problem.missing) return problem.hint;
    if (ends_in_delimiter(at) && problem.line == table_.lines[0]) return kTrailingDelimiterHint;
    return table_.columns[at].kind == CellKind::value
               ? "fill the cell, or set data.missing to \"keep\", \"fill\", \"interpolate\" or "
                 "\"drop\""
               : kNeededHint;
  }

  bool has_fractions() const {
    return std::ranges::any_of(values_, [](const ValueCells& c) { return c.has_fractions(); });
  }

  /// Text that was read without the blanks around it, though quotes hold them.
  void note_blanks() {
    for (size_t i = 0; i < table_.columns.size(); ++i) {
      const CsvColumn& column = table_.columns[i];
      if (trimmed_[i] == 0 || column.codes.empty()) continue;
      table_.notes.push_back(fmt::format("column {}: blanks around the text of {} {} are left out",
                                         column.name, trimmed_[i],
                                         trimmed_[i] == 1 ? "cell" : "cells"));
    }
  }

  [[noreturn]] void refuse(const CsvColumn& column, const std::string& fact,
                           const std::string& hint) const {
    throw Error(ErrorKind::data, fmt::format("{}:{}", place_, cell_line_),
                fmt::format("column {}: {}", column.name, fact), hint);
  }

  [[noreturn]] void refuse_needed(const CsvColumn& column) const {
    const bool first_row = table_.lines.empty();
    refuse(column, "missing value",
           first_row && ends_in_delimiter(column_) ? kTrailingDelimiterHint : kNeededHint);
  }

  std::string place_;
  const CsvOptions& options_;
  const ChooseColumns& choose_;
  const std::function<void(int64_t)>& progress_;
  MissingMarks marks_;
  CsvDialect dialect_;
  CsvTable table_;
  std::vector<ValueCells> values_;                               // per column
  std::vector<std::unordered_map<std::string, int32_t>> codes_;  // per column of names
  std::vector<int64_t> trimmed_;  // per column: cells that lost blanks within quotes
  std::vector<KeptCell> kept_;    // the row at hand, until its columns are chosen
  CsvHead head_;                  // names: from the first row; cells: from the first row of data
  bool header_ = false;           // there is one
  bool chosen_ = false;           // the columns are
  bool last_cell_empty_ = false;
  size_t column_ = 0;
  int32_t row_line_ = 0;
  int32_t cell_line_ = 0;
};

}  // namespace

CsvTable read_csv(const std::filesystem::path& path, const CsvOptions& options,
                  const ChooseColumns& choose, const std::function<void(int64_t)>& progress) {
  require_delimiter(options.dialect.delimiter);
  CsvReader reader(path, options, choose, progress);
  std::string hash = parse_csv(path, options.dialect, reader);
  CsvTable table = reader.finish();
  table.hash = std::move(hash);
  return table;
}

}  // namespace rnngan
