// Every hint of the reader, followed: it ends in a loaded file, after few steps and without a
// circle.
#include <map>
#include <regex>

#include <fmt/format.h>

#include "data_test_util.h"

namespace rnngan {
namespace hints_test {

using testing_data::config_for;
using testing_data::write_text;

/// A file that is refused, what is set, and the file as it is once it has been corrected, for hints
/// that ask for that.
struct Case {
  std::string name;
  std::string text;
  std::function<void(DataConfig&)> set = {};
  std::string corrected = {};
};

std::string numbered(int rows, const std::function<std::string(int)>& row) {
  std::string text;
  for (int i = 0; i < rows; ++i) text += row(i) + "\n";
  return text;
}

/// The name of a column in the fact of a message: "column NAME: ...".
std::string column_in(const std::string& fact) {
  std::smatch found;
  if (std::regex_search(fact, found, std::regex("cannot be named ([^ :]+)"))) return found[1];
  return std::regex_search(fact, found, std::regex("column ([^ :]+)")) ? found[1].str() : "";
}

/// All columns but one, in data.columns.
void leave_out(const std::string& name, const std::string& text, DataConfig& config) {
  const std::string head = text.substr(0, text.find_first_of("\r\n"));
  config.columns.clear();
  std::string cell;
  for (const char c : head + ",") {
    if (c != ',' && c != ';') {
      cell += c;
      continue;
    }
    const bool other =
        cell != name && cell != config.id && ColumnNames{{cell}} != config.time && !cell.empty();
    if (other) config.columns.push_back(cell);
    cell.clear();
  }
}

/// Does what the hint names first. False where it asks for another file.
bool follow(const Problem& problem, const std::string& text, DataConfig& config) {
  const std::string& hint = problem.hint;
  const std::string column = column_in(problem.message());
  const std::vector<std::pair<std::string, std::function<void()>>> remedies = {
      {"set data.delimiter to \"auto\"", [&] { config.delimiter = "auto"; }},
      {"set data.decimal to \"point\"", [&] { config.decimal = Decimal::point; }},
      {"set data.decimal to \"comma\"", [&] { config.decimal = Decimal::comma; }},
      {"set data.header to \"no\"", [&] { config.header = Header::no; }},
      {"set data.missing to \"keep\"", [&] { config.missing = Missing::keep; }},
      {"set data.split.policy to \"none\"", [&] { config.split.policy = SplitPolicy::none; }},
      {"set data.split.policy to \"sequence\"",
       [&] { config.split.policy = SplitPolicy::sequence; }},
      {"set data.missing to fill", [&] { config.missing = Missing::fill; }},
      {"leave out data.id", [&] { config.id.clear(); }},
      {"by data.time=c1", [&] { config.time = "c1"; }},
      {"by data.time", [&] { config.time.names = {column}; }},
      {"by data.id",
       [&] { config.id = column.empty() || ColumnNames{{column}} == config.time ? "id" : column; }},
      {"name it in data.na",
       [&] {
         std::smatch cell;
         const std::string message = problem.message();
         if (std::regex_search(message, cell, std::regex("\"([^\"]*)\""))) {
           config.na.push_back(cell[1]);
         }
       }},
      {"kind=category", [&] { config.column[column].kind = ColumnKind::category; }},
      {"data.columns", [&] { leave_out(column, text, config); }},
      {"leave out data.column.", [&] { config.column.clear(); }},
      {"choose asinh", [&] { config.scaling = Scaling::asinh; }},
  };
  size_t first = std::string::npos;
  const std::function<void()>* chosen = nullptr;
  for (const auto& [words, apply] : remedies) {
    const size_t at = hint.find(words);
    if (at >= first) continue;
    first = at;
    chosen = &apply;
  }
  std::smatch found;
  if (std::regex_search(hint, found, std::regex("data.window.length to at most ([0-9]+)"))) {
    config.window.length = std::stoll(found[1]);
    return true;
  }
  if (std::regex_search(hint, found, std::regex("did you mean ([^ ?]+)"))) {
    (config.columns.empty() ? config.label : config.columns.back()) = found[1];
    return true;
  }
  if (chosen == nullptr) return false;
  (*chosen)();
  return true;
}

std::vector<Case> cases() {
  const auto path_of = [](int i) { return fmt::format("{},{}", i % 7, (i * i) % 11); };
  const auto with_window = [](DataConfig& config) { config.window.length = 100; };
  const std::string table = "a,b\n" + numbered(40, path_of);
  return {
      {"delimiter", "a;b\n1;2\n2;5\n3;3\n", [](auto& c) { c.delimiter = ","; }},
      {"thousands", "a,b\n1,\"1,119\"\n2,\"1,250\"\n3,7\n"},
      {"decimal comma", "a;b\n1;2,5\n2;3,5\n3;7\n", [](auto& c) { c.decimal = Decimal::point; }},
      {"decimal point", "a;b\n1;2.5\n2;3.5\n3;7\n", [](auto& c) { c.decimal = Decimal::comma; }},
      {"both marks", "a;b\n1.5;2,5\n2;3,5\n3;7\n", {}, "a;b\n1.5;2.5\n2;3.5\n3;7\n"},
      {"odd commas", "a,b\n1.5,\"1,11,9\"\n2,4\n3,7\n", {}, "a,b\n1.5,1119\n2,4\n3,7\n"},
      {"days",
       "day,v\n" +
           numbered(25, [](int i) { return fmt::format("2020-01-{:02},{}", i + 1, i * i % 5); })},
      {"few days", "day,v\n2020-01-01,1\n2020-01-02,4\n2020-01-03,2\n"},
      {"stretches", "who,v\na,1\na,2\nb,5\nb,6\nc,3\nc,1\n"},
      {"names",
       "who,v\n" + numbered(400, [](int i) { return fmt::format("n{},{}", i % 350, i % 9); })},
      {"stray text", "a,b\n" + numbered(500, path_of) + "3,bad\n"},
      {"infinity", "a,b\n1,inf\n2,5\n3,1\n", {}, "a,b\n1,4\n2,5\n3,1\n"},
      {"missing", "a,b\n1,\n2,5\n3,1\n", [](auto& c) { c.missing = Missing::error; }},
      {"missing id", "id,b\n,1\nx,5\n", [](auto& c) { c.id = "id"; }, "id,b\nx,1\nx,5\n"},
      {"ragged", "a,b\n1\n2,5\n", {}, "a,b\n1,4\n2,5\n"},
      {"twice", "a,a\n1,2\n2,5\n", {}, "a,b\n1,2\n2,5\n"},
      {"no name", "a,,b\n1,2,3\n2,5,4\n"},
      {"end", "a,b,\n1,2,\n2,5,\n"},
      {"quote", "a,b\n1,\"2\n2,5\n", {}, "a,b\n1,2\n2,5\n"},
      {"header only", "1,2\n",
       [](auto& c) {
         c.header = Header::yes;
         c.window.length = 1;
       },
       "1,2\n2,3\n"},
      {"short", table, with_window},
      {"short sequences", "id,v\nx,1\nx,2\ny,5\n",
       [](auto& c) {
         c.id = "id";
         c.window.length = 3;
       }},
      {"wrong column", table, [](auto& c) { c.columns = {"bb"}; }},
      {"constant", "a,b\n1,1\n1,1\n", {}, "a,b\n1,1\n1,2\n"},
      {"constant choice", "a,b\n1,1\n1,2\n", [](auto& c) { c.columns = {"a"}; }, "a,b\n1,1\n3,2\n"},
      {"a label without ids", "id,k,v\nx,p,1\nx,p,2\ny,q,5\n", [](auto& c) { c.label = "k"; }},
      {"label changes", "id,k,v\nx,p,1\nx,q,2\n",
       [](auto& c) {
         c.id = "id";
         c.label = "k";
       },
       "id,k,v\nx,p,1\nx,p,2\n"},
      {"time twice", "t,id,v\n1,x,3\n2,x,4\n1,y,5\n2,y,9\n", [](auto& c) { c.time = "t"; }},
      {"drop", "a,b\n1,\n,5\n3,\n,6\n",
       [](auto& c) {
         c.missing = Missing::drop;
         c.split.policy = SplitPolicy::none;
       }},
      {"log", "a,b\n" + numbered(40, path_of), [](auto& c) { c.scaling = Scaling::log; }},
      {"few rows", "a,b\n" + numbered(10, path_of),
       [](auto& c) {
         c.split.policy = SplitPolicy::blocks;
         c.window.length = 8;
       }},
      {"steps", "step,v\n1,5\n2,3\n4,1\n"},
      {"atoms of text", "k,v\non,1\noff,2\non,5\n",
       [](auto& c) { c.column["k"].atoms = std::vector<double>{1}; }},
  };
}

TEST(Hints, EachOneEndsInALoadedFile) {
  constexpr size_t kMostSteps = 4;
  for (const Case& a : cases()) {
    std::string text = a.text;
    DataConfig config = config_for(write_text("file.csv", text), 1);
    if (a.set) a.set(config);
    std::vector<std::string> steps;
    while (steps.size() <= kMostSteps) {
      try {
        load_dataset(config);
        break;
      } catch (const Error& error) {
        const Problem& problem = error.problems().front();
        steps.push_back(problem.message() + " | " + problem.hint);
        EXPECT_FALSE(problem.hint.empty()) << a.name << ": " << steps.back();
        const bool followed = follow(problem, text, config);
        if (followed) continue;
        if (text == a.corrected || a.corrected.empty()) {
          ADD_FAILURE() << a.name << ": " << fmt::format("{}", fmt::join(steps, "\n"));
          break;
        }
        text = a.corrected;
        config.path = write_text("file.csv", text);
      }
    }
    EXPECT_LE(steps.size(), kMostSteps)
        << a.name << " goes round: " << fmt::format("{}", fmt::join(steps, "\n"));
    EXPECT_FALSE(steps.empty()) << a.name << " is not refused";
  }
}

TEST(Hints, FilesThatAreNotReadAreNamed) {
  for (const std::string extension : {"xlsx", "parquet", "json", "npz", "pkl", "h5", "zip", "ts"}) {
    const auto problem = testing_data::load_problem(config_for(write_text("x." + extension, "x")));
    EXPECT_THAT(problem.message(), testing::HasSubstr("which is not read")) << extension;
    EXPECT_THAT(problem.hint, testing::AnyOf(testing::HasSubstr("CSV"), testing::HasSubstr(".npy"),
                                             testing::HasSubstr("unpack")))
        << extension;
  }
}

}  // namespace hints_test
}  // namespace rnngan
