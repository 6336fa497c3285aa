// A whole page of one run.
#include "report/run_report.h"

#include "evaluation/mixed_sets.h"
#include "evaluation/scoring.h"
#include "report/support.h"
#include "tensor/random.h"

namespace rnngan {
namespace run_report_test {

using ::testing::HasSubstr;
using ::testing::Not;

Score one_score(const std::string& metric, double value) {
  Score score;
  score.metric = find_metric(metric).value();
  score.result.value = score.common_value = value;
  score.floor = 0.1;
  score.ceiling = 1.1;
  score.real_count = score.synthetic_count = score.common_count = 30;
  return score;
}

RunReport report_of(int64_t features, int64_t steps = 8) {
  RunReport report;
  report.title = "title";
  report.subtitle = "subtitle";
  std::vector<std::string> names;
  for (int64_t d = 0; d < features; ++d) names.push_back("c" + std::to_string(d));
  report.real = named(waves(30, steps, features), names);
  report.synthetic = waves(25, steps, features, 0.3);
  report.scores = {one_score("mmd2", 0.4), one_score("acf_d1", -0.2)};
  report.commands = {"rnngan evaluate --checkpoint run"};
  report.config = {{"objective", {{"preset", "r3gan"}}}, {"train", {{"steps", 4000}, {"seed", 1}}}};
  return report;
}

TEST(ARunReport, IsASoundPageWithAllItsParts) {
  const std::string page = run_report(report_of(2));
  expect_sound_page(page);
  MarkupReader reader(page);
  reader.read();
  for (const char* part :
       {"s-scores", "s-sequences", "s-distributions", "s-autocorrelation", "s-maps-of-both-sets"}) {
    EXPECT_THAT(reader.values_of("id"), ::testing::Contains(part));
  }
  // Per feature two panels of sequences, two histograms, two autocorrelations; two maps.
  EXPECT_GE(reader.count("svg"), 2 * 6 + 2);
  EXPECT_THAT(page, HasSubstr("are whole sequences distributed alike?"));
  EXPECT_THAT(page, HasSubstr("rnngan evaluate --checkpoint run"));
  EXPECT_THAT(page, HasSubstr("<dt>objective</dt><dd>r3gan</dd>"));
}

TEST(ARunReport, IsTheSameTwice) {
  EXPECT_EQ(run_report(report_of(2)), run_report(report_of(2)));
}

TEST(ARunReport, EscapesWhatUsersChose) {
  RunReport report = report_of(1);
  report.real = named(report.real, {"<b>&\""});
  report.title = "</title><script>alert(1)</script>";
  report.subtitle = "a & b";
  report.commands = {"echo '<&>'"};
  report.config = {{"data", {{"path", "<p>.csv"}}}};
  const std::string page = run_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;&amp;&quot;"));
  EXPECT_THAT(page, Not(HasSubstr("<b>")));
}

TEST(ARunReport, SaysWhichScoresAreMissingAndWhy) {
  RunReport report = report_of(1);
  Score skipped;
  skipped.metric = find_metric("xcorr").value();
  skipped.result = MetricResult::skipped("needs_d_ge_2");
  report.scores.push_back(skipped);
  const std::string page = run_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("<code>xcorr</code>: needs_d_ge_2"));
}

TEST(ARunReport, SaysWhereAScoreCannotTell) {
  RunReport report = report_of(1);
  report.scores = {one_score("mmd2", 0.4)};
  EXPECT_THAT(run_report(report), HasSubstr("aria-label=\"norm 0.3\""));
  report.scores[0].ceiling = 0.11;
  const std::string page = run_report(report);
  EXPECT_THAT(page, Not(HasSubstr("aria-label=\"norm")));
  EXPECT_THAT(page, HasSubstr("cannot tell here: floor and ceiling nearly coincide"));
}

TEST(ARunReport, DrawsWhatGivesSamplesAway) {
  RunReport report;
  at::Generator generator = stream_generator(1, "giveaway", 0);
  const at::Tensor real = at::rand({80, 8, 1}, generator, at::kDouble) - 0.5;
  report.real = named({real.clamp_min(0), at::full({80}, 8, at::kLong)}, {"rain"});
  report.synthetic = {real.abs() + 0.01, report.real.lengths};
  EvaluationRequest request;
  request.metrics = {"c2st"};
  report.scores = evaluate({report.real, report.synthetic, {}}, request);
  const std::string page = run_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("What gives it away</h2>"));
  EXPECT_THAT(page, HasSubstr("% of pairs (50 %: it cannot tell them apart"));
  EXPECT_THAT(page, HasSubstr("<strong>1. rain: "));
  EXPECT_THAT(page, HasSubstr("rain: exact zeros "));
  EXPECT_THAT(page, HasSubstr("features by which they differ</summary>"));
}

TEST(ARunReport, NeedsNoScoresAndNoConfig) {
  RunReport report = report_of(1);
  report.scores.clear();
  report.config = nullptr;
  report.commands.clear();
  expect_sound_page(run_report(report));
}

TEST(ARunReport, LeavesOutSequencesThatAreNotFinite) {
  RunReport report = report_of(1);
  report.synthetic.padded()[3].fill_(NAN);
  report.synthetic.padded()[4][0][0] = INFINITY;
  report.synthetic.padded()[5][0][0] = NAN;  // a cell only
  const std::string page = run_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("2 synthetic that are no data"));
  report.synthetic.padded().fill_(NAN);
  const std::string empty = run_report(report);
  expect_sound_page(empty);
  EXPECT_THAT(empty, HasSubstr("no finite sequences"));
}

TEST(ARunReport, TakesRaggedConstantAndShortSequences) {
  RunReport ragged = report_of(2);
  std::vector<int64_t> lengths;
  for (int i = 0; i < 30; ++i) lengths.push_back(1 + i % 8);
  ragged.real = with_lengths(ragged.real, lengths);
  expect_sound_page(run_report(ragged));
  RunReport longer = report_of(1);
  longer.synthetic = waves(25, 13, 1);
  expect_sound_page(run_report(longer));
  RunReport constant = report_of(2);
  constant.real.padded().select(2, 1).fill_(7);
  constant.synthetic.padded().select(2, 1).fill_(7);
  expect_sound_page(run_report(constant));
  expect_sound_page(run_report(report_of(1, 1)));
  expect_sound_page(run_report(report_of(1, 2)));
  RunReport one = report_of(1);
  one.real = waves(1, 8, 1);
  one.synthetic = waves(1, 8, 1);
  expect_sound_page(run_report(one));
  RunReport wild = report_of(1);
  wild.synthetic.padded().mul_(1e200);
  expect_sound_page(run_report(wild));
}

/// A column of classes, one of rain that is often 0, and one that misses cells.
RunReport mixed_report() {
  RunReport report;
  report.title = "weather";
  report.real = mixed_weather(60, 1);
  MixedOptions options;
  options.tied = false;
  report.synthetic = mixed_weather(60, 2, options);
  return report;
}

TEST(ARunReport, DrawsColumnsOfAllKinds) {
  const std::string page = run_report(mixed_report());
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("storm"));
  EXPECT_THAT(page, HasSubstr("per cent of cells"));
  EXPECT_THAT(page, HasSubstr("exactly 0: "));
  EXPECT_THAT(page, HasSubstr("temperature: "));
  EXPECT_THAT(page, HasSubstr("of the real cells are missing"));
  EXPECT_THAT(page, HasSubstr("<dt>synthetic sequences</dt><dd>60</dd>"));
  EXPECT_THAT(page, Not(HasSubstr("left out"))) << "missing cells are data";
  EXPECT_THAT(page, Not(HasSubstr("First differences of sky"))) << "codes have no changes";
}

TEST(ARunReport, DrawsColumnsOfClassesAlone) {
  RunReport report = mixed_report();
  for (SequenceSet* set : {&report.real, &report.synthetic}) {
    *set = with_kinds(with_values(*set, set->padded().narrow(2, 0, 1).contiguous()),
                      {{"sky", {"clear", "cloudy", "storm"}}});
  }
  expect_sound_page(run_report(report));
}

TEST(ARunReport, GathersRareClasses) {
  std::vector<std::string> classes;
  std::vector<double> row;
  for (int v = 0; v < 30; ++v) {
    classes.push_back("class number " + std::to_string(v));
    row.insert(row.end(), static_cast<size_t>(30 - v), v);
  }
  RunReport report;
  report.real = report.synthetic = mixed_rows({row, row, row, row}, {{"many", classes}});
  const std::string page = run_report(report);
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("19 others"));
}

TEST(ARunReport, LimitsItsPanelsAndSaysSo) {
  const std::string page = run_report(report_of(60));
  expect_sound_page(page);
  EXPECT_THAT(page, HasSubstr("The first 12 of 60 features."));
  EXPECT_THAT(page, Not(HasSubstr("c13,")));
  EXPECT_LT(page.size(), 1'000'000U);
}

}  // namespace run_report_test
}  // namespace rnngan
