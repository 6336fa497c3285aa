#include "data/csv.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <set>
#include <utility>

#include <csv.h>
#include <fmt/format.h>

#include "core/error.h"
#include "core/text.h"

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
class CsvReader {
 public:
  CsvReader(std::string place, const CsvOptions& options, const ChooseColumns& choose,
            const std::function<void(int64_t)>& progress)
      : place_(std::move(place)), options_(options), choose_(choose), progress_(progress) {}

  void next_line() { ++line_; }
  int32_t row_line() const { return row_line_; }
  int32_t line() const { return line_; }

  void cell(std::string_view text) {
    const auto newlines = static_cast<int32_t>(std::count(text.begin(), text.end(), '\n'));
    cell_line_ = line_ - newlines;
    if (column_ == 0) row_line_ = cell_line_;
    if (!first_done_) {
      first_.emplace_back(text);
    } else if (column_ < table_.columns.size()) {
      store(table_.columns[column_], text);
    }
    ++column_;
  }

  void end_row() {
    const size_t cells = std::exchange(column_, 0);
    if (!first_done_) {
      take_first_row();
      return;
    }
    if (cells != table_.columns.size()) {
      throw Error(ErrorKind::data,
                  fmt::format("{}:{}: {} cells, expected {} as in the first row", place_, row_line_,
                              cells, table_.columns.size()),
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
    for (const auto& text : cells) cell(text);
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
  int32_t line_ = 0;
  int32_t row_line_ = 0;
  int32_t cell_line_ = 0;
};

/// libcsv is C: no exception may pass through it, so the first one is kept here and thrown behind
/// it.
struct CallbackState {
  CsvReader& reader;
  std::exception_ptr error;

  template <class Function>
  void guard(Function&& function) {
    if (error) return;
    try {
      function();
    } catch (...) {
      error = std::current_exception();
    }
  }
};

void on_cell(void* text, size_t size, void* state) {
  auto& callback = *static_cast<CallbackState*>(state);
  callback.guard([&] { callback.reader.cell({static_cast<const char*>(text), size}); });
}

void on_row(int /*terminator*/, void* state) {
  auto& callback = *static_cast<CallbackState*>(state);
  callback.guard([&] { callback.reader.end_row(); });
}

class Parser {
 public:
  Parser(CsvReader& reader, char delimiter, std::string place)
      : state_{reader, nullptr}, place_(std::move(place)) {
    if (csv_init(&parser_, 0) != 0) throw Error(ErrorKind::bug, "libcsv cannot be initialised");
    csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// A piece of the file with at most one newline, its last byte.
  void feed(std::string_view piece, bool starts_line) {
    if (starts_line) state_.reader.next_line();
    const size_t taken = csv_parse(&parser_, piece.data(), piece.size(), on_cell, on_row, &state_);
    if (state_.error) std::rethrow_exception(state_.error);
    if (taken != piece.size()) fail();
  }

  void finish() {
    // Strict only here: an open quote at the end is an error, stray quotes inside a cell are text.
    csv_set_opts(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    const int status = csv_fini(&parser_, on_cell, on_row, &state_);
    if (state_.error) std::rethrow_exception(state_.error);
    if (status != 0) fail();
  }

 private:
  [[noreturn]] void fail() {
    const int code = csv_error(&parser_);
    if (code == CSV_EPARSE) {
      throw Error(ErrorKind::data,
                  fmt::format("{}: a quoted cell that begins after line {} is never closed", place_,
                              state_.reader.row_line()),
                  "close it with \"");
    }
    throw Error(ErrorKind::data,
                fmt::format("{}:{}: {}", place_, state_.reader.line(), csv_strerror(code)));
  }

  csv_parser parser_{};
  CallbackState state_;
  std::string place_;
};

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

/// Line by line, so that the reader can count lines that lie inside quotes.
void feed_file(const std::filesystem::path& path, Parser& parser) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    throw Error(ErrorKind::data,
                fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
  }
  std::vector<char> buffer(1 << 18);
  bool starts_line = true;
  bool first = true;
  while (const size_t size = std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    std::string_view rest(buffer.data(), size);
    if (std::exchange(first, false) && rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
    while (!rest.empty()) {
      const size_t end = rest.find('\n');
      const bool whole = end != std::string_view::npos;
      const std::string_view piece = rest.substr(0, whole ? end + 1 : rest.size());
      parser.feed(piece, starts_line);
      starts_line = whole;
      rest.remove_prefix(piece.size());
    }
  }
  if (std::ferror(file.get()) != 0) {
    throw Error(ErrorKind::data,
                fmt::format("{}: cannot be read: {}", path.string(), std::strerror(errno)));
  }
  parser.finish();
}

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
  Parser parser(reader, options.delimiter.front(), path.string());
  feed_file(path, parser);
  return reader.finish();
}

}  // namespace rnngan
