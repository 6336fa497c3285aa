#include "cli/report.h"

#include <functional>

#include <fmt/format.h>

#include "cli/console.h"
#include "config/config.h"
#include "core/file.h"
#include "objective/objective.h"
#include "report/comparison_report.h"
#include "training/evaluation_sets.h"

namespace rnngan {

namespace {

std::string report_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                      const std::filesystem::path& directory) {
  ComparisonReport report;
  report.leaderboard = leaderboard;
  report.directory = directory;
  for (const Column& column : compared.schema.columns) report.columns.push_back(column.name);
  report.real = compared.real;
  for (const LeaderboardRow& row : leaderboard.rows) {
    for (const PlacedRun& run : row.runs) {  // of the first run that has some
      const auto samples = compared.samples.find(run.directory);
      if (samples != compared.samples.end()) {
        report.synthetic.emplace(row.variant, samples->second);
      }
    }
  }
  return comparison_report(report);
}

void write_report(const std::filesystem::path& file, Console& console,
                  const std::function<std::string()>& make) {
  try {
    console.status("report   " + file.string());
    write_file(file, make());
    console.clear_progress();
    console.line("report", file.string());
  } catch (const std::exception& error) {
    console.clear_progress();
    console.line("warning", fmt::format("no report.html: {}", error.what()));
  }
}

}  // namespace

ComparedSequences compared_sequences(const Plan& plan, const RunGrid& runs,
                                     const std::filesystem::path& directory) {
  const RunConfig config = resolve_config(plan.variants.front().config, {}, catalogs(),
                                          (directory / "comparison.json").string())
                               .config;
  const Dataset data = load_dataset(config.data);
  return {data.schema, sequences_of(data, data.test),
          read_run_samples(runs, directory, data.schema)};
}

void write_report_of(const ComparedSequences& compared, const Leaderboard& leaderboard,
                     const std::filesystem::path& directory, Console& console) {
  write_report(directory / "report.html", console,
               [&] { return report_of(compared, leaderboard, directory); });
}

}  // namespace rnngan
