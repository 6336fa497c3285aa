// The leaderboard for people and for spreadsheets.
#include <algorithm>

#include <fmt/format.h>

#include "comparison/leaderboard.h"
#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

using nlohmann::json;
using nlohmann::ordered_json;

namespace {

using Row = std::vector<std::string>;

std::string short_number(const ordered_json& value) {
  return value.is_number() ? fmt::format("{:.3g}", value.get<double>()) : "-";
}

/// "0.0021 ± 0.0004"
std::string mean_and_sd(const ordered_json& summary) {
  std::string mean = short_number(summary.at("mean"));
  if (!summary.at("sd").is_number()) return mean;
  return fmt::format("{} ± {:.2g}", mean, summary.at("sd").get<double>());
}

std::string fixed(const ordered_json& value, int digits) {
  return value.is_number() ? fmt::format("{:.{}f}", value.get<double>(), digits) : "-";
}

Row header(const ordered_json& board) {
  Row cells = {"rank", "variant", "mean rank"};
  for (const auto& metric : board.at("rank_by")) cells.push_back(metric);
  cells.insert(cells.end(), {"s/1000 steps", "finished"});
  return cells;
}

Row cells_of(const ordered_json& board, const ordered_json& row) {
  Row cells = {row.at("rank").is_null() ? "-" : std::to_string(row.at("rank").get<int>()),
               row.at("variant").get<std::string>(), fixed(row.at("mean_rank"), 2)};
  for (const auto& metric : board.at("rank_by")) {
    const auto& scores = row.at("scores").at(metric.get<std::string>());
    cells.push_back(mean_and_sd(scores) + (scores.at("tie").get<bool>() ? " ≈" : ""));
  }
  cells.push_back(fixed(row.at("seconds_per_1000_steps"), 1));
  cells.push_back(fmt::format("{}/{}", row.at("finished").get<int>(), row.at("seeds").get<int>()));
  return cells;
}

Row bound_cells(const ordered_json& board, const char* name) {
  Row cells = {"", name, ""};
  for (const auto& metric : board.at("rank_by")) {
    cells.push_back(mean_and_sd(board.at(name).at(metric.get<std::string>())));
  }
  cells.insert(cells.end(), {"", ""});
  return cells;
}

std::vector<Row> table_of(const ordered_json& board) {
  std::vector<Row> rows = {header(board)};
  for (const auto& row : board.at("rows")) rows.push_back(cells_of(board, row));
  rows.push_back(bound_cells(board, "floor"));
  rows.push_back(bound_cells(board, "ceiling"));
  return rows;
}

std::string markdown_line(const Row& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

std::string relative_tests_markdown(const ordered_json& board) {
  if (!board.contains("cmp_rmmd") || board.at("cmp_rmmd").empty()) return {};
  std::string text = fmt::format(
      "\nRelative tests of the samples by seed: p below 0.05 says that the variant is closer to "
      "the "
      "test sequences than {}, above 0.95 that it is farther; of overlapping windows it is too "
      "sure.\n\n",
      board.at("rows")[0].at("variant").get<std::string>());
  text += markdown_line({"variant", "test", "p"}) + markdown_line({"---", "---", "---"});
  for (const auto& test : board.at("cmp_rmmd")) {
    Row p;
    for (const auto& of_seed : test.at("p")) p.push_back(fixed(of_seed, 3));
    text += markdown_line({test.at("b"), test.at("metric"), join(p, ", ")});
  }
  return text;
}

std::string csv_number(const json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_number() ? shortest(found->get<double>()) : "";
}

std::string csv_text(const json& record, const char* key) {
  const auto found = record.find(key);
  return found != record.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string leaderboard_markdown(const ordered_json& board) {
  std::string text = fmt::format("# {}\n\n", board.at("title").get<std::string>());
  text += fmt::format("{}: {} training and {} test sequences; base {}; {}.\n\n",
                      board.at("data").get<std::string>(),
                      grouped(board.at("sequences").at("train").get<int64_t>()),
                      grouped(board.at("sequences").at("test").get<int64_t>()),
                      board.at("base").get<std::string>(), board.at("version").get<std::string>());
  auto rows = table_of(board);
  Row line;
  for (size_t i = 0; i < rows.front().size(); ++i) line.push_back(i == 1 ? "---" : "---:");
  for (size_t i = rows.size() - 2; i < rows.size(); ++i) rows[i][1] = "*" + rows[i][1] + "*";
  text += markdown_line(rows.front()) + markdown_line(line);
  for (size_t i = 1; i < rows.size(); ++i) text += markdown_line(rows[i]);
  text += "\n";
  for (const auto& note : board.at("notes")) text += "- " + note.get<std::string>() + "\n";
  text += relative_tests_markdown(board);
  text += "\nVariants:\n\n";
  for (const auto& row : board.at("rows")) {
    text += fmt::format("- `{}`: {}; `{}`\n", row.at("variant").get<std::string>(),
                        row.at("objective").get<std::string>(), row.at("changes").dump());
  }
  text += fmt::format("\nMade by `{}`.\n", board.at("command").get<std::string>());
  return text;
}

std::string leaderboard_table(const ordered_json& board) {
  const auto rows = table_of(board);
  std::vector<size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], character_count(row[i]));
  }
  std::string text;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      line += std::string(widths[i] - character_count(row[i]) + 2, ' ');
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string leaderboard_csv(const Plan& plan, const RunGrid& runs) {
  std::string text = "variant,seed,metric,value,std,floor,ceiling,norm,status,reason\n";
  const json none = json::object();
  for (size_t v = 0; v < runs.size(); ++v) {
    for (size_t s = 0; s < runs[v].size(); ++s) {
      const RunResult& result = runs[v][s].result;
      for (const std::string& metric : plan.metrics) {
        const json* found = result.record(metric);
        const json& record = found == nullptr ? none : *found;
        const std::string status =
            found == nullptr ? to_string(result.status) : csv_text(record, "status");
        const std::string reason = found == nullptr ? result.reason : csv_text(record, "reason");
        text += fmt::format("{},{},{}", plan.variants[v].name, plan.seeds[s], metric);
        for (const char* key : {"value", "std", "floor", "ceiling", "norm"}) {
          text += ',';
          text += csv_number(record, key);
        }
        text += fmt::format(",{},{}\n", status, csv_cell(reason));
      }
    }
  }
  return text;
}

}  // namespace rnngan
