#include "training/logged_rows.h"

#include <utility>

#include <fmt/format.h>

#include "config/document.h"
#include "core/file.h"

namespace rnngan {

namespace {

constexpr const char* kRemoveRow = "remove the line: the run goes on without it";

LoggedRow logged_row(std::string text, const std::string& origin) {
  LoggedRow row;
  row.values = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (row.values.is_discarded()) {
    throw Error(ErrorKind::output, origin, "is not JSON", kRemoveRow);
  }
  const DocumentValue document(row.values, origin, ErrorKind::output, kRemoveRow);
  row.step = document.at("step").whole();
  for (const auto& [name, value] : document.object().items()) document.at(name).number_or_null();
  row.text = std::move(text);
  return row;
}

}  // namespace

std::vector<LoggedRow> read_logged_rows(const std::filesystem::path& file) {
  const std::string text = read_file(file, ErrorKind::output);
  std::vector<LoggedRow> rows;
  int64_t line = 1;
  for (size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1) {
    rows.push_back(
        logged_row(text.substr(at, end - at), fmt::format("{}:{}", file.string(), line)));
    ++line;
  }
  return rows;
}

}  // namespace rnngan
