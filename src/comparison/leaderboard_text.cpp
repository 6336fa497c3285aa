// The leaderboard for people and for spreadsheets.
#include <algorithm>

#include <fmt/format.h>

#include "comparison/leaderboard.h"
#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

namespace {

using Row = std::vector<std::string>;

std::string fixed(const std::optional<double>& value, int digits) {
  return value ? fmt::format("{:.{}f}", *value, digits) : "-";
}

/// "0.0021 ± 0.0004"
std::string mean_and_sd(const Summary& summary) {
  if (!summary.mean) return "-";
  const std::string mean = fmt::format("{:.3g}", *summary.mean);
  return summary.sd ? fmt::format("{} ± {:.2g}", mean, *summary.sd) : mean;
}

Row header(const Leaderboard& board) {
  Row cells = {"rank", "variant", "mean rank"};
  for (const MetricId& metric : board.rank_by) cells.push_back(metric.name());
  cells.insert(cells.end(), {"s/1000 steps", "finished"});
  return cells;
}

Row cells_of(const Leaderboard& board, const LeaderboardRow& row) {
  Row cells = {row.rank ? std::to_string(*row.rank) : "-", row.variant, fixed(row.mean_rank, 2)};
  for (const MetricId& metric : board.rank_by) {
    const SeedScores& scores = row.score(metric);
    cells.push_back(mean_and_sd(scores.over_seeds) + (scores.tie ? " ≈" : ""));
  }
  cells.push_back(fixed(row.seconds_per_1000_steps, 1));
  cells.push_back(fmt::format("{}/{}", row.finished(), row.runs.size()));
  return cells;
}

Row bound_cells(const Leaderboard& board, const char* name,
                const std::map<MetricId, SeedScores>& bounds) {
  Row cells = {"", name, ""};
  for (const MetricId& metric : board.rank_by) {
    cells.push_back(mean_and_sd(bounds.at(metric).over_seeds));
  }
  cells.insert(cells.end(), {"", ""});
  return cells;
}

std::vector<Row> table_of(const Leaderboard& board) {
  std::vector<Row> rows = {header(board)};
  for (const LeaderboardRow& row : board.rows) rows.push_back(cells_of(board, row));
  rows.push_back(bound_cells(board, "floor", board.floor));
  rows.push_back(bound_cells(board, "ceiling", board.ceiling));
  return rows;
}

std::string markdown_line(const Row& cells) {
  return "| " + join(cells, " | ") + " |\n";
}

std::string relative_tests_markdown(const Leaderboard& board) {
  if (!board.relative_tests || board.relative_tests->empty()) return {};
  std::string text = fmt::format(
      "\nRelative tests of the samples by seed: p below 0.05 says that the variant is closer to "
      "the {} sequences than {}, above 0.95 that it is farther; of overlapping windows it is too "
      "sure.\n\n",
      board.split, board.rows.front().variant);
  text += markdown_line({"variant", "test", "p"}) + markdown_line({"---", "---", "---"});
  for (const RelativeTest& test : *board.relative_tests) {
    Row p;
    for (const auto& of_seed : test.p) p.push_back(fixed(of_seed, 3));
    text += markdown_line({test.b, test.metric, join(p, ", ")});
  }
  return text;
}

std::string csv_number(const std::optional<double>& value) {
  return value ? shortest(*value) : "";
}

/// The cells behind variant, seed and metric; `score` may be null.
std::string csv_numbers(const RunResult& run, const Score* score) {
  if (score == nullptr) {
    return fmt::format(",,,,,{},{}", to_string(run.status), csv_cell(run.reason));
  }
  return fmt::format("{},{},{},{},{},{},{}", csv_number(score->result.value),
                     csv_number(score->result.sd), csv_number(score->floor),
                     csv_number(score->ceiling), csv_number(score->norm()),
                     to_string(score->result.status), csv_cell(score->result.reason));
}

}  // namespace

std::string leaderboard_markdown(const Leaderboard& board) {
  std::string text = fmt::format("# {}\n\n", markdown_text(board.title));
  text += fmt::format("{}: {} training and {} {} sequences; base {}; {}.\n\n",
                      markdown_text(board.data), grouped(board.train_sequences),
                      grouped(board.test_sequences), board.split, markdown_text(board.base),
                      markdown_text(board.version));
  auto rows = table_of(board);
  Row line;
  for (size_t i = 0; i < rows.front().size(); ++i) line.push_back(i == 1 ? "---" : "---:");
  for (size_t i = rows.size() - 2; i < rows.size(); ++i) rows[i][1] = "*" + rows[i][1] + "*";
  text += markdown_line(rows.front()) + markdown_line(line);
  for (size_t i = 1; i < rows.size(); ++i) text += markdown_line(rows[i]);
  text += "\n";
  for (const std::string& note : board.notes) text += "- " + note + "\n";
  text += relative_tests_markdown(board);
  text += "\nVariants:\n\n";
  for (const LeaderboardRow& row : board.rows) {
    text += fmt::format("- {}: {}; {}\n", markdown_code(row.variant), markdown_text(row.objective),
                        markdown_code(row.changes.dump()));
  }
  text += fmt::format("\nMade by {}.\n", markdown_code(board.command));
  return text;
}

std::string leaderboard_table(const Leaderboard& board) {
  const auto rows = table_of(board);
  std::vector<size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], character_count(row[i]));
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
  for (size_t v = 0; v < runs.size(); ++v) {
    for (size_t s = 0; s < runs[v].size(); ++s) {
      const RunResult& result = runs[v][s].result;
      for (const MetricId& metric : plan.metrics) {
        text += fmt::format("{},{},{},{}\n", plan.variants[v].name, plan.seeds[s], metric.name(),
                            csv_numbers(result, result.score(metric)));
      }
    }
  }
  return text;
}

}  // namespace rnngan
