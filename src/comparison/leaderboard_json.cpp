// leaderboard.json
#include "comparison/leaderboard.h"

namespace rnngan {

using nlohmann::ordered_json;

namespace {

template <class T>
ordered_json value_or_null(const std::optional<T>& value) {
  return value ? ordered_json(*value) : ordered_json(nullptr);
}

ordered_json array_of(const SeedValues& values) {
  ordered_json array = ordered_json::array();
  for (const auto& value : values) array.push_back(value_or_null(value));
  return array;
}

ordered_json summary_json(const SeedScores& scores) {
  return {{"mean", value_or_null(scores.over_seeds.mean)},
          {"sd", value_or_null(scores.over_seeds.sd)},
          {"values", array_of(scores.values)}};
}

ordered_json bounds_json(const std::vector<MetricId>& metrics,
                         const std::map<MetricId, SeedScores>& bounds) {
  ordered_json object = ordered_json::object();
  for (const MetricId& metric : metrics) object[metric.name()] = summary_json(bounds.at(metric));
  return object;
}

ordered_json scores_json(const std::vector<MetricId>& metrics, const LeaderboardRow& row) {
  ordered_json object = ordered_json::object();
  for (const MetricId& metric : metrics) {
    object[metric.name()] = summary_json(row.score(metric));
    object[metric.name()]["tie"] = row.score(metric).tie;
  }
  return object;
}

ordered_json row_json(const std::vector<MetricId>& metrics, const LeaderboardRow& row) {
  ordered_json statuses = ordered_json::array(), reasons = statuses, directories = statuses;
  for (const auto& [result, directory] : row.runs) {
    statuses.push_back(to_string(result.status));
    reasons.push_back(result.reason.empty() ? ordered_json(nullptr) : ordered_json(result.reason));
    directories.push_back(directory);
  }
  return {{"variant", row.variant},
          {"objective", row.objective},
          {"changes", row.changes},
          {"rank", value_or_null(row.rank)},
          {"mean_rank", value_or_null(row.mean_rank)},
          {"rank_sd", value_or_null(row.rank_sd)},
          {"scores", scores_json(metrics, row)},
          {"seconds_per_1000_steps", value_or_null(row.seconds_per_1000_steps)},
          {"steps", row.steps},
          {"discriminator_steps", row.discriminator_steps},
          {"generator_parameters", row.generator_parameters},
          {"discriminator_parameters", row.discriminator_parameters},
          {"finished", row.finished()},
          {"seeds", row.runs.size()},
          {"statuses", std::move(statuses)},
          {"reasons", std::move(reasons)},
          {"runs", std::move(directories)}};
}

const char* verdict_text(Verdict verdict) {
  if (verdict == Verdict::tie) return "tie";
  return verdict == Verdict::a ? "a" : "b";
}

ordered_json difference_json(const RowDifference& pair) {
  const PairedDifference& difference = pair.difference;
  return {{"a", pair.a},
          {"b", pair.b},
          {"metric", pair.metric.name()},
          {"mean", difference.mean},
          {"sd", value_or_null(difference.sd)},
          {"low", value_or_null(difference.low)},
          {"high", value_or_null(difference.high)},
          {"seeds", difference.seeds},
          {"descriptive", difference.descriptive},
          {"verdict", verdict_text(difference.verdict)}};
}

ordered_json test_json(const RelativeTest& test) {
  return {{"a", test.a},
          {"b", test.b},
          {"metric", test.metric},
          {"p", array_of(test.p)},
          {"a_closer", test.a_closer},
          {"b_closer", test.b_closer}};
}

template <class Items, class Convert>
ordered_json array_json(const Items& items, Convert convert) {
  ordered_json array = ordered_json::array();
  for (const auto& item : items) array.push_back(convert(item));
  return array;
}

}  // namespace

ordered_json to_json(const Leaderboard& board) {
  ordered_json document = {
      {"title", board.title},
      {"base", board.base},
      {"data", board.data},
      {"split", board.split},
      {"sequences", {{"train", board.train_sequences}, {"test", board.test_sequences}}},
      {"steps", board.steps},
      {"command", board.command},
      {"version", board.version},
      {"seeds", board.seeds},
      {"rank_by", names_of(board.rank_by)},
      {"metrics", names_of(board.metrics)},
      {"directions", ordered_json::object()},
      {"complete", board.complete},
      {"notes", board.notes},
      {"floor", bounds_json(board.metrics, board.floor)},
      {"ceiling", bounds_json(board.metrics, board.ceiling)},
      {"rows",
       array_json(board.rows, [&](const auto& row) { return row_json(board.metrics, row); })},
      {"paired", array_json(board.paired, difference_json)}};
  for (const MetricId& metric : board.metrics) {
    document["directions"][metric.name()] = to_string(metric.row->direction);
  }
  if (board.relative_tests) document["cmp_rmmd"] = array_json(*board.relative_tests, test_json);
  return document;
}

}  // namespace rnngan
