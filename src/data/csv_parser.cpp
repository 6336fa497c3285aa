#include "data/csv_parser.h"

#include <algorithm>
#include <exception>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <csv.h>
#include <fmt/format.h>

#include "core/error.h"
#include "data/byte_source.h"
#include "data/csv_text.h"

namespace rnngan {

namespace {

class Parser {
 public:
  Parser(CsvListener& listener, CsvDialect dialect, std::string place)
      : listener_(listener), place_(std::move(place)), dialect_(std::move(dialect)) {
    if (csv_init(&parser_, 0) != 0) throw Error(ErrorKind::bug, "", "libcsv cannot be initialised");
    csv_set_delim(&parser_, static_cast<unsigned char>(dialect_.delimiter));
  }
  ~Parser() { csv_free(&parser_); }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  /// A piece of the file with at most one newline, its last byte.
  void feed(std::string_view piece, bool starts_line) {
    if (starts_line) {
      ++line_;
      passes_over_ =
          next_passed_ < dialect_.passed_over.size() && dialect_.passed_over[next_passed_] == line_;
      if (passes_over_) ++next_passed_;
    }
    if (passes_over_) return;
    if (dialect_.aligned) piece = with_single_delimiters(piece, starts_line);
    const size_t taken = csv_parse(&parser_, piece.data(), piece.size(), on_cell, on_row, this);
    if (error_) std::rethrow_exception(error_);
    if (taken != piece.size()) fail();
  }

  void finish() {
    // Strict only here: an open quote at the end is an error, stray quotes inside a cell are text.
    csv_set_opts(&parser_, CSV_STRICT | CSV_STRICT_FINI);
    const int status = csv_fini(&parser_, on_cell, on_row, this);
    if (error_) std::rethrow_exception(error_);
    if (status != 0) fail();
  }

 private:
  static void on_cell(void* text, size_t size, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    const std::string_view cell(static_cast<const char*>(text), size);
    const auto newlines = static_cast<int32_t>(std::count(cell.begin(), cell.end(), '\n'));
    parser.guard([&] { parser.listener_.cell(cell, parser.line_ - newlines); });
  }

  static void on_row(int /*terminator*/, void* self) {
    auto& parser = *static_cast<Parser*>(self);
    parser.guard([&] { parser.listener_.end_row(); });
    parser.last_row_ = parser.line_;
  }

  /// libcsv is C: no exception may pass through it, so the first one is kept and thrown behind it.
  template <class Function>
  void guard(Function&& function) {
    if (error_) return;
    try {
      function();
    } catch (...) {
      error_ = std::current_exception();
    }
  }

  [[noreturn]] void fail() {
    const int code = csv_error(&parser_);
    if (code == CSV_EPARSE) {
      const std::string hint = delimiter_hint(dialect_);
      throw Error(ErrorKind::data, fmt::format("{}:{}", place_, last_row_ + 1),
                  "a quoted cell of this row is never closed",
                  hint.empty() ? "close it with \"" : hint);
    }
    throw Error(ErrorKind::data, fmt::format("{}:{}", place_, line_), csv_strerror(code));
  }

  /// Runs of blanks, those within quotes excepted, become one delimiter each.
  std::string_view with_single_delimiters(std::string_view piece, bool starts_line) {
    joined_.clear();
    if (starts_line) quoted_ = false, behind_cell_ = false, gap_ = false;
    for (const char c : piece) {
      if (c == '"') quoted_ = !quoted_;
      if (!quoted_ && (c == ' ' || c == '\t')) {
        gap_ = behind_cell_;
        continue;
      }
      const bool ends = c == '\n' || c == '\r';
      if (gap_ && !ends) joined_ += dialect_.delimiter;
      gap_ = false;
      behind_cell_ = !ends;
      joined_ += c;
    }
    return joined_;
  }

  CsvListener& listener_;
  std::string place_;
  CsvDialect dialect_;
  size_t next_passed_ = 0;    // of the lines that are passed over
  bool passes_over_ = false;  // the line that is read
  // Of files whose cells are aligned by blanks.
  std::string joined_;
  bool quoted_ = false, behind_cell_ = false, gap_ = false;
  csv_parser parser_{};
  std::exception_ptr error_;
  int32_t line_ = 0;
  int32_t last_row_ = 0;  // the line on which the last row ended
};

void refuse_utf16(std::string_view start, const std::filesystem::path& path) {
  if (!start.starts_with("\xFF\xFE") && !start.starts_with("\xFE\xFF")) return;
  throw Error(ErrorKind::data, fmt::format("{}:1", path.string()), "is UTF-16, not UTF-8 text",
              kEncodingHint);
}

}  // namespace

std::string parse_csv(const std::filesystem::path& path, const DialectSettings& settings,
                      CsvListener& listener) {
  ByteSource source(path);
  std::optional<Parser> parser;
  std::vector<char> buffer(1 << 18);
  bool starts_line = true;
  while (const size_t size = source.read(buffer.data(), buffer.size())) {
    std::string_view rest(buffer.data(), size);
    if (!parser) {
      refuse_utf16(rest, path);
      if (rest.starts_with("\xEF\xBB\xBF")) rest.remove_prefix(3);
      const CsvDialect dialect = find_dialect(rest, size < buffer.size(), settings);
      listener.begin(dialect);
      parser.emplace(listener, dialect, path.string());
    }
    while (!rest.empty()) {
      // Line by line, so that lines inside quotes are counted too.
      const size_t end = rest.find('\n');
      const bool whole = end != std::string_view::npos;
      const std::string_view piece = rest.substr(0, whole ? end + 1 : rest.size());
      parser->feed(piece, starts_line);
      starts_line = whole;
      rest.remove_prefix(piece.size());
    }
  }
  if (parser) parser->finish();
  return source.hash();
}

}  // namespace rnngan
