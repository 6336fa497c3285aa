#include "app/tune_tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "core/text.h"
#include "report/html.h"

namespace rnngan {

namespace {

using Cells = std::vector<std::string>;

constexpr const char* kImportanceNote =
    "Share of the variance of the first rung's mean ranks that lies between groups of the key's "
    "values (at most four), less what chance puts there. Of few candidates it says little.";

struct TextTable {
  Cells head;
  std::vector<Cells> rows;
};

TextTable importance_table(const TuneTables& tables) {
  TextTable table{{"key", "share", "best"}, {}};
  for (const KeyImportance& key : tables.importance) {
    table.rows.push_back({key.key, fmt::format("{:.2f}", key.share), key.best});
  }
  return table;
}

/// Those that came furthest first, by their ranks there.
TextTable candidate_table(const TuneTables& tables) {
  TextTable table{{"candidate"}, {}};
  for (const SearchKey& key : tables.search.space) table.head.push_back(key.key);
  for (const RungRanks& rung : tables.rungs) {
    table.head.push_back(fmt::format("mean rank at {} steps", grouped(rung.rung.steps)));
  }
  std::vector<const Candidate*> order;
  for (const Candidate& candidate : tables.candidates) order.push_back(&candidate);
  for (const RungRanks& rung : tables.rungs) {
    std::ranges::stable_sort(order, {}, [&](const Candidate* candidate) {
      const auto rank = rung.ranks.find(candidate->name);
      return rank == rung.ranks.end() ? 1e9 : rank->second;
    });
  }
  for (const Candidate* candidate : order) {
    Cells row = {candidate->name};
    for (const SearchKey& key : tables.search.space) {
      const auto value = candidate->values.find(key.key);
      const bool given = value != candidate->values.end();
      row.push_back(!given                      ? "as in the base"
                    : value->second.is_string() ? value->second.get<std::string>()
                                                : value->second.dump());
    }
    for (const RungRanks& rung : tables.rungs) {
      const auto rank = rung.ranks.find(candidate->name);
      row.push_back(rank == rung.ranks.end() ? "" : fmt::format("{:.2f}", rank->second));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

std::string as_markdown(const TextTable& table) {
  const auto line = [](const Cells& cells) { return "| " + join(cells, " | ") + " |\n"; };
  std::string text = line(table.head) + line(Cells(table.head.size(), "---"));
  for (const Cells& row : table.rows) text += line(row);
  return text;
}

}  // namespace

std::string TuneTables::markdown(const std::string& title) const {
  return fmt::format("# {}\n\n{}\n## Importance\n\n{}\n\n{}", title,
                     as_markdown(candidate_table(*this)), kImportanceNote,
                     as_markdown(importance_table(*this)));
}

std::string TuneTables::html() const {
  const TextTable keys = importance_table(*this), all = candidate_table(*this);
  return html::table(keys.head, keys.rows, kImportanceNote) +
         html::table(all.head, all.rows, "All candidates, those that came furthest first.");
}

}  // namespace rnngan
