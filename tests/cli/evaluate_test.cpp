// Scores of files and of checkpoints.
#include "cli/support.h"

namespace rnngan::cli_testing {
namespace evaluate_test {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::map<std::string, json> records(const std::string& text) {
  std::map<std::string, json> by_name;
  for (const json& record : json::parse(text)) by_name[record.at("metric")] = record;
  return by_name;
}

/// The columns of sine_csv() in another order, y raised by `offset`.
std::string other_csv(int sequences, double offset) {
  std::string text = "sequence_id,step,y,x\n";
  for (int s = 0; s < sequences; ++s) {
    for (int t = 0; t < 6; ++t) {
      text += fmt::format("{},{},{:.3f},{:.3f}\n", s, t, std::cos(s + 0.5 * t) + offset,
                          std::sin(s + t));
    }
  }
  return text;
}

TEST_F(Program, ScoresAnybodysFileBesideItsFloorAndCeiling) {
  write("real.csv", sine_csv(60));
  write("same.csv", other_csv(60, 0));
  write("moved.csv", other_csv(60, 5));
  const auto score = [&](const std::string& synthetic) {
    return records(run_well({"evaluate", "--real", "real.csv", "--synthetic", synthetic, "--train",
                             "real.csv", "-m", "marginal_w1,mmd2", "--json"})
                       .out);
  };
  const auto same = score("same.csv"), moved = score("moved.csv");
  ASSERT_EQ(same.size(), 2U);
  EXPECT_NEAR(same.at("marginal_w1").at("value").get<double>(), 0, 1e-3);
  EXPECT_GT(moved.at("marginal_w1").at("value").get<double>(), 2.0);
  for (const auto& [name, record] : moved) {
    EXPECT_LT(record.at("floor").get<double>(), record.at("ceiling").get<double>()) << name;
    EXPECT_EQ(record.at("n_real"), 60) << name;
    EXPECT_EQ(record.at("status"), "ok") << name;
    EXPECT_GT(record.at("value").get<double>(), same.at(name).at("value").get<double>()) << name;
  }
}

TEST_F(Program, WarnsOfFilesThatDoNotBelongTogether) {
  write("real.csv", sine_csv(60));
  write("moved.csv", other_csv(60, 500));
  const auto warnings = [&](const std::string& synthetic) {
    return lines_of(
        run({"evaluate", "--real", "real.csv", "--synthetic", synthetic, "-m", "mmd2", "--json"})
            .err);
  };
  EXPECT_THAT(
      warnings("moved.csv"),
      ElementsAre(AllOf(StartsWith("warning  y: the middle half of distinct synthetic values is "),
                        EndsWith(": another unit or scale?"))));
  EXPECT_THAT(warnings("real.csv"), IsEmpty());
}

TEST_F(Program, ScoresTheSamplesOfARunAgainstWhatItWasNotShown) {
  add_run();
  fs::copy(trained_run().parent_path() / "sine.csv", path("sine.csv"),
           fs::copy_options::overwrite_existing);
  const Words words = {"evaluate", "--checkpoint", "run", "-m", "fast", "--json"};
  const std::string text = run_well(words).out;
  EXPECT_EQ(records(text).size(), 9U);
  EXPECT_EQ(run_well(words).out, text);
  EXPECT_THAT(run_well({"evaluate", "--checkpoint", "run", "-m", "invalid_rate"}).out,
              HasSubstr("invalid_rate     0"));
}

// What is scored is what a user would get: the columns have two decimals.
TEST_F(Program, ScoresACheckpointAsItsWrittenSamples) {
  std::string text = "x,y\n";
  for (int i = 0; i < 900; ++i) {
    text += fmt::format("{:.2f},{:.2f}\n", std::sin(0.3 * i), std::cos(0.21 * i) * (i % 7));
  }
  write("series.csv", text);
  write("config.json", tiny_config({{"data", {{"path", "series.csv"}, {"window", {{"length", 6}}}}},
                                    {"evaluate", {{"every", 0}}}}));
  run_well({"train", "--config", "config.json", "--out", "run", "-q", "--no-report"});
  const std::string metrics = "marginal_w1,acf_d1,mmd2,c2st_fast";
  const auto own = records(
      run_well({"evaluate", "--checkpoint", "run", "-n", "60", "-m", metrics, "--json"}).out);
  ASSERT_EQ(own.size(), 4U);
  for (const std::string file : {"samples.csv", "samples.npy"}) {
    run_well({"sample", "-q", "--checkpoint", "run", "-n", "60", "--out", file});
    // It warns that so little training gives other values.
    const auto written = records(
        run({"evaluate", "--config", "config.json", "--synthetic", file, "-m", metrics, "--json"})
            .out);
    for (const auto& [name, record] : own) {
      EXPECT_TRUE(record.at("value").is_number()) << name;
      EXPECT_EQ(record.at("value"), written.at(name).at("value")) << file << ": " << name;
    }
  }
}

TEST_F(Program, ScoresSamplesOfUnequalLengthsAsTheyAreWritten) {
  run_well({"data", "make", "sine_classes", "-n", "90", "--out", "classes.csv"});
  write("config.json",
        tiny_config(
            {{"data", {{"path", "classes.csv"}, {"label", "speed"}, {"split", {{"test", 0.3}}}}},
             {"evaluate", {{"every", 0}}}}));
  run_well({"train", "--config", "config.json", "--out", "run", "-q", "--no-report"});
  // Few enough that none of them is as long as the longest of the data.
  const std::string metrics = "marginal_w1,acf,acf_d1,mmd2";
  const auto own = records(
      run_well({"evaluate", "--checkpoint", "run", "-n", "6", "-m", metrics, "--json"}).out);
  run_well({"sample", "-q", "--checkpoint", "run", "-n", "6", "--out", "samples.csv"});
  const auto written = records(run({"evaluate", "--config", "config.json", "--synthetic",
                                    "samples.csv", "-m", metrics, "--json"})
                                   .out);
  ASSERT_EQ(own.size(), 4U);
  for (const auto& [name, record] : own) {
    EXPECT_EQ(record.at("value"), written.at(name).at("value")) << name;
  }
}

TEST_F(Program, ShowsWhatGivesSamplesAway) {
  std::string real = "sequence_id,step,x\n", synthetic = real;
  for (int i = 0; i < 60 * 8; ++i) {
    const double value = std::max(0.0, std::sin(0.37 * i * i));
    real += fmt::format("{},{},{:.3f}\n", i / 8, i % 8, value);
    synthetic += fmt::format("{},{},{:.3f}\n", i / 8, i % 8, value + 0.001 * (i % 3));
  }
  write("real.csv", real);
  write("synthetic.csv", synthetic);
  const std::string out = run_well({"evaluate", "--real", "real.csv", "--synthetic",
                                    "synthetic.csv", "-m", "c2st", "--no-bounds"})
                              .out;
  EXPECT_THAT(out, HasSubstr("what gives it away (c2st "));
  EXPECT_THAT(out, HasSubstr("  1. x: "));
  EXPECT_THAT(out, HasSubstr("x: exact zeros "));
}

TEST_F(Program, WritesAReportOfAnybodysFiles) {
  write("real.csv", sine_csv(40));
  write("synthetic.csv", other_csv(30, 0.2));
  const Outcome outcome =
      run_well({"evaluate", "--real", "real.csv", "--synthetic", "synthetic.csv", "-m",
                "marginal_w1,tstr_clf", "--report", "report.html"});
  EXPECT_THAT(lines_of(outcome.out).back(), "report   report.html");
  const std::string page = read("report.html");
  EXPECT_THAT(page, StartsWith("<!DOCTYPE html>"));
  EXPECT_THAT(page, HasSubstr("<h1>synthetic.csv beside real.csv</h1>"));
  EXPECT_THAT(page, HasSubstr(">x, synthetic</text>"));
  EXPECT_THAT(page, HasSubstr("<code>tstr_clf</code>: needs_labels"));
  EXPECT_THAT(page, HasSubstr("rnngan evaluate --real real.csv --synthetic synthetic.csv --metrics "
                              "marginal_w1,tstr_clf --report report.html"));
  // Beside --json, standard output still holds the records only.
  const Words words = {"evaluate", "--real",      "real.csv", "--synthetic", "synthetic.csv",
                       "-m",       "marginal_w1", "--json",   "--report",    "again.html"};
  EXPECT_EQ(records(run_well(words).out).size(), 1U);
  EXPECT_TRUE(fs::exists(path("again.html")));
}

TEST_F(Program, WritesAReportOfARunWithItsTraining) {
  add_run();
  run_well({"evaluate", "--checkpoint", "run", "-m", "invalid_rate", "--report", "report.html"});
  const std::string page = read("report.html");
  EXPECT_THAT(page, HasSubstr(">d.total</th>"));
  EXPECT_THAT(page, HasSubstr("<summary>Complete configuration</summary>"));
}

TEST_F(Program, SaysWhichOfTwoModelsIsCloser) {
  write("real.csv", sine_csv(60));
  write("near.csv", other_csv(60, 0.1));
  write("far.csv", other_csv(60, 2));
  const Words words = {"evaluate", "--real",   "real.csv", "--synthetic", "far.csv",
                       "--versus", "near.csv", "-m",       "mmd2"};
  const std::string text = run_well(words).out;
  EXPECT_THAT(text, HasSubstr("b closer"));
  EXPECT_THAT(text, HasSubstr("a: far.csv; b: near.csv; p below 0.05"));
  Words as_json = words;
  as_json.push_back("--json");
  const auto found = records(run_well(as_json).out);
  EXPECT_LT(found.at("cmp_rmmd").at("value").get<double>(), 0.05);
  EXPECT_EQ(found.at("cmp_rmmd").at("detail").at("verdict"), "b closer");
  EXPECT_EQ(found.at("cmp_rmmd_d1").at("detail").at("verdict"), "none");  // moved, else the same
}

TEST_F(Program, CountsSyntheticSequencesThatAreNoData) {
  write("real.csv", sine_csv(60));
  std::string text = other_csv(60, 0);
  int sequence = 60;
  for (const char* cell : {"inf", "-inf", "nan", ""}) {
    text += fmt::format("{},0,0.5,{}\n", sequence++, cell);
  }
  write("broken.csv", text);
  const auto outcome = run({"evaluate", "--real", "real.csv", "--synthetic", "broken.csv", "-m",
                            "invalid_rate,marginal_w1", "--json"});
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.err, HasSubstr("% of the synthetic cells are empty, none of the real ones"));
  const auto found = records(outcome.out);
  EXPECT_NEAR(found.at("invalid_rate").at("value").get<double>(), 4.0 / 64, 1e-12);
  EXPECT_EQ(found.at("invalid_rate").at("n_syn"), 64);
  EXPECT_EQ(found.at("marginal_w1").at("status"), "partial");
  EXPECT_EQ(found.at("marginal_w1").at("detail").at("invalid"), 4);
  // Real ones have to be whole.
  EXPECT_EQ(run({"evaluate", "--real", "broken.csv", "--synthetic", "real.csv"}).code, 4);
}

TEST_F(Program, RefusesWhatCannotBeScored) {
  write("wide.csv", "sequence_id,step,x,z\n0,0,1,2\n0,1,2,3\n");
  write("text.csv", "sequence_id,step,x,y\n0,0,1,hello\n");
  const Words files = {"evaluate", "--real", "sine.csv", "--synthetic"};
  const auto with = [&](const std::string& file) {
    Words words = files;
    words.push_back(file);
    return words;
  };
  expect_refusals(
      {{{"evaluate"}, 2, "rnngan evaluate: nothing to score", HasSubstr("--checkpoint RUN")},
       {{"evaluate", "--synthetic", "sine.csv"},
        2,
        "rnngan evaluate: no real sequences to compare with",
        HasSubstr("--real FILE")},
       {{"evaluate", "--checkpoint", "run", "--real", "sine.csv"},
        2,
        "rnngan evaluate: --checkpoint excludes --real and --synthetic",
        ::testing::_},
       {{"evaluate", "--real", "sine.csv", "--synthetic", "sine.csv", "--count", "5"},
        2,
        "rnngan evaluate: --count and --weights are of a checkpoint's samples",
        HasSubstr("--max-n N")},
       {{"evaluate", "--real", "sine.csv", "--synthetic", "sine.csv", "--weights", "raw"},
        2,
        "rnngan evaluate: --count and --weights are of a checkpoint's samples",
        ::testing::_},
       {{"evaluate", "--checkpoint", "run", "-m", "mmd3"}, 2, HasSubstr("mmd3"), HasSubstr("mmd2")},
       {{"evaluate", "--real", "sine.csv", "--synthetic", "sine.csv", "--report", "no/report.html"},
        6,
        HasSubstr("no"),
        ::testing::_},
       {{"evaluate", "--real", "sine.csv", "--synthetic", "sine.csv", "--report", "sine.csv"},
        2,
        "sine.csv: is not called *.html",
        "that is the kind of file that is written"},
       {with("none.csv"), 4, StartsWith("none.csv: "), ::testing::_},
       {with("wide.csv"), 4, "wide.csv: has no column y (x, z)", ::testing::_},
       {with("text.csv"), 4,
        "text.csv: column y holds text (\"hello\"), but numbers in the real sequences",
        ::testing::_},
       {{"metrics", "mmd3"}, 2, "rnngan metrics: mmd3: unknown name", "did you mean mmd2?"}});
}

TEST_F(Program, ExplainsEveryScore) {
  const std::string list = run_well({"metrics"}).out;
  for (const std::string name : {"mmd2", "ds_timegan", "dcr", "tstr_next", "coverage"}) {
    EXPECT_THAT(list, HasSubstr("  " + name + " "));
    EXPECT_THAT(run_well({"metrics", name}).out, HasSubstr("formula"));
  }
  EXPECT_THAT(run_well({"metrics", "fast"}).out, StartsWith("invalid_rate\nmarginal_w1\n"));
}

TEST_F(Program, AStoppedEvaluationPrintsNoJson) {
  write("real.csv", sine_csv(60));
  Process scoring({{"evaluate", "--real", "real.csv", "--synthetic", "real.csv", "-m", "ds",
                    "--repeats", "1000000", "--json", "-q"},
                   folder()});
  while (scoring.running() && !scoring.catches(SIGINT)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  scoring.signal(SIGINT);
  const Outcome outcome = scoring.wait();
  EXPECT_EQ(outcome.code, 130) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

}  // namespace evaluate_test
}  // namespace rnngan::cli_testing
