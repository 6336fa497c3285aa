#include "cli/report.h"

#include <functional>
#include <utility>

#include <fmt/format.h>

#include "cli/console.h"
#include "core/file.h"
#include "objective/objective.h"
#include "report/comparison_report.h"

namespace rnngan {

namespace {

std::string report_of(const ComparedSequences& compared, const nlohmann::json& leaderboard,
                      const std::filesystem::path& directory) {
  ComparisonReport report;
  report.leaderboard = leaderboard;
  report.directory = directory;
  report.real = compared.real;
  for (const auto& row : leaderboard.at("rows")) {
    for (const auto& run : row.at("runs")) {  // of the first run that has some
      const auto samples = compared.samples.find(run.get<std::string>());
      if (samples != compared.samples.end()) {
        report.synthetic.emplace(row.at("variant"), samples->second);
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

ComparedSequences compared_sequences(const Plan& plan, const nlohmann::json& leaderboard,
                                     const std::filesystem::path& directory) {
  const RunConfig config = resolve_config(plan.variants.front().config, {}, catalogs(),
                                          (directory / "comparison.json").string())
                               .config;
  const Dataset data = load_dataset(config.data);
  SequenceSet real = unshared(data.test);
  RunSamples samples = read_run_samples(leaderboard, directory, real);
  return {std::move(real), std::move(samples)};
}

void write_report_of(const ComparedSequences& compared, const nlohmann::json& leaderboard,
                     const std::filesystem::path& directory, Console& console) {
  write_report(directory / "report.html", console,
               [&] { return report_of(compared, leaderboard, directory); });
}

}  // namespace rnngan
