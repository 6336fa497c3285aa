// Training as a user sees it: what is printed and written, interruption and resume, divergence.
#include <fcntl.h>

#include "cli/support.h"

namespace rnngan::cli_testing {
namespace train_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

std::vector<nlohmann::json> rows_of(const std::string& metrics) {
  std::vector<nlohmann::json> rows;
  for (const auto& line : lines_of(metrics)) rows.push_back(nlohmann::json::parse(line));
  return rows;
}

/// Without what a clock decides.
std::vector<nlohmann::json> timeless_rows(const std::string& metrics) {
  auto rows = rows_of(metrics);
  for (auto& row : rows) row.erase("steps_per_second");
  return rows;
}

void expect_same_rows(const std::string& metrics, const std::string& expected) {
  const auto rows = timeless_rows(metrics);
  const auto expected_rows = timeless_rows(expected);
  ASSERT_EQ(rows.size(), expected_rows.size());
  for (size_t i = 0; i < rows.size(); ++i) ASSERT_EQ(rows[i], expected_rows[i]);
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST_F(Program, TrainsAndSaysWhatToDoNext) {
  const Outcome outcome = run_well({"train", "--config", "tiny.json", "--out", "out/run"});
  EXPECT_THAT(
      lines_of(outcome.out),
      ElementsAre(MatchesRegex("data     sine.csv: 72 rows x 2 columns \\(x y\\) -> .*"),
                  MatchesRegex("model    generator lstm 1x4, .* parameters; discriminator bilstm "
                               "1x4, .* parameters"),
                  "train    bce; 20 steps of 4; cpu, 1 thread; seed 1",
                  StartsWith("monitor  off: too few sequences to compare with: 1 for validation"),
                  "run      out/run", StartsWith("step     5/20  D "),
                  StartsWith("step     10/20  D "), StartsWith("step     15/20  D "),
                  StartsWith("step     20/20  D "),
                  "report   none: 1 test sequence is too few for a report (10 at least)",
                  MatchesRegex("done     .*; checkpoint out/run/checkpoints/20.safetensors"),
                  "next     rnngan sample --checkpoint out/run -n 100 --out samples.csv"));
}

TEST_F(Program, SaysWhichClassASplitLacks) {
  std::string csv = "id,t,x,cls\n";
  for (int s = 0; s < 30; ++s) {
    for (int t = 0; t < 6; ++t) {
      csv += fmt::format("{},{},{:.3f},{}\n", s, t, std::sin(s + t), s == 7 ? "rare" : "common");
    }
  }
  write("rare.csv", csv);
  const Outcome outcome =
      run_well({"train", "-c", "tiny.json", "--set", "data.path=rare.csv", "--set", "data.id=id",
                "--set", "data.time=t", "--set", "data.label=cls", "--set", "train.steps=1",
                "--out", "rare", "--no-report"});
  EXPECT_THAT(lines_of(outcome.out),
              Contains("note     cls rare (1 sequence): absent from validation and test"));
}

TEST_F(Program, QuotesTheNextCommand) {
  const Outcome outcome = run_well({"train", "--config", "tiny.json", "--out", "my run"});
  EXPECT_EQ(lines_of(outcome.out).back(),
            "next     rnngan sample --checkpoint 'my run' -n 100 --out samples.csv");
}

/// The tiny config with enough held out to be scored.
std::string scored_config() {
  return tiny_config({{"data", {{"path", "long.csv"}, {"split", {{"validation", 0.4}}}}},
                      {"evaluate", {{"every", 10}}}});
}

TEST_F(Program, ScoresWhileItTrainsAndKeepsTheBest) {
  write("long.csv", sine_csv(60));
  write("scored.json", scored_config());
  const Outcome outcome = run_well({"train", "--config", "scored.json", "--out", "run"});
  EXPECT_THAT(lines_of(outcome.out),
              AllOf(Contains("monitor  fast of 24 validation sequences every 10 steps; the best "
                             "step by mmd2, mmd2_d1, acf, acf_d1"),
                    Contains(MatchesRegex("score    10/20  acf.* \\(floor .*\\)  .*mmd2 .*  "
                                          "mmd2_d1 .*  selection .*, the best so far")),
                    Contains(StartsWith("score    20/20  acf")),
                    Contains(MatchesRegex("best     step [12]0 \\(selection .*\\): "
                                          "run/checkpoints/best.safetensors"))));
  EXPECT_THAT(read("run/run.log"), HasSubstr("score    10/20  acf"));
  std::vector<int> scored;
  for (const auto& row : rows_of(read("run/metrics.jsonl"))) {
    if (!row.contains("score.mmd2")) continue;
    scored.push_back(row.at("step"));
    for (const char* key : {"score.mmd2.floor", "score.ed_nn", "score.selection"}) {
      EXPECT_TRUE(row.contains(key)) << key;
    }
  }
  EXPECT_THAT(scored, ElementsAre(10, 20));
  // A run means its best checkpoint, but goes on from its newest.
  EXPECT_THAT(run_well({"inspect", "run"}).out, HasSubstr("run/checkpoints/best.safetensors"));
  run_well({"sample", "-q", "--checkpoint", "run", "--out", "a.csv"});
  run_well({"sample", "-q", "--checkpoint", "run/checkpoints/best.safetensors", "--out", "b.csv"});
  EXPECT_EQ(read("a.csv"), read("b.csv"));
  const Outcome more = run_well({"train", "--resume", "run", "--set", "train.steps=25", "--set",
                                 "evaluate.every=4", "--set", "evaluate.metrics=[\"acf\"]"});
  EXPECT_THAT(more.out, AllOf(HasSubstr("resume   run/checkpoints/20.safetensors at step 20"),
                              HasSubstr("score    24/25 "), HasSubstr("score    25/25 ")));
  EXPECT_TRUE(fs::exists(path("run/checkpoints/best.safetensors")));
  const Outcome other =
      run({"train", "--resume", "run", "--set", "evaluate.count=21", "--set", "train.steps=30"});
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("run: evaluate.count: differs from the run's config"));
}

TEST_F(Program, ScoringDoesNotChangeARun) {
  write("long.csv", sine_csv(60));
  write("scored.json", scored_config());
  run_well({"train", "--config", "scored.json", "--out", "with", "-q"});
  run_well(
      {"train", "--config", "scored.json", "--out", "without", "-q", "--set", "evaluate.every=0"});
  EXPECT_EQ(read("with/samples/20.csv"), read("without/samples/20.csv"));
  EXPECT_THAT(names_in(path("without/checkpoints")), Not(Contains("best.safetensors")));
}

TEST_F(Program, RefusesScoresThatItDoesNotKnow) {
  const Words sets = {"--set", "evaluate.metrics=[\"mmd3\"]"};
  Words train = {"train", "--config", "tiny.json"},
        check = {"config", "check", "--config", "tiny.json"};
  for (Words* words : {&train, &check}) words->insert(words->end(), sets.begin(), sets.end());
  const auto fact = "evaluate.metrics: \"mmd3\" is neither a score nor a group";
  expect_refusals({{train, 3, fact, "did you mean mmd2?"}, {check, 3, fact, "did you mean mmd2?"}});
}

TEST_F(Program, WritesARunDirectory) {
  const fs::path run = trained_run();
  EXPECT_THAT(names_in(run), UnorderedElementsAre("checkpoints", "config.json",
                                                  "events.out.tfevents.000001.rnngan",
                                                  "metrics.jsonl", "run.log", "samples"));
  EXPECT_THAT(names_in(run / "checkpoints"),
              UnorderedElementsAre("0.safetensors", "10.safetensors", "20.safetensors"));
  EXPECT_THAT(names_in(run / "samples"), ElementsAre("20.csv"));
  EXPECT_EQ(lines_of(read_text(run / "samples" / "20.csv")).front(), "sequence_id,step,x,y");
  EXPECT_THAT(read_text(run / "run.log"), HasSubstr("train    bce; 20 steps of 4"));
  std::vector<int> steps;
  for (const auto& row : rows_of(read_text(run / "metrics.jsonl"))) {
    steps.push_back(row.at("step"));
    EXPECT_TRUE(row.at("d.total").is_number() && row.at("g.total").is_number());
  }
  EXPECT_THAT(steps, ElementsAre(5, 10, 15, 20));
}

TEST_F(Program, EndsARunWithAReport) {
  write("sine.csv", sine_csv(120));
  const Outcome outcome = run_well({"train", "--config", "tiny.json", "--out", "run"});
  EXPECT_THAT(outcome.out, HasSubstr("report   run/report.html\n"));
  const std::string page = read("run/report.html");
  EXPECT_THAT(page, HasSubstr("<h1>bce on sine.csv</h1>"));
  EXPECT_THAT(page, HasSubstr("rnngan train --config run/config.json"));
  for (const char* name : {">mmd2<", ">invalid_rate<", ">x, real</text>", ">d.total</th>"}) {
    EXPECT_THAT(page, HasSubstr(name));
  }
  run_well({"train", "--config", "tiny.json", "--out", "plain", "--no-report"});
  EXPECT_FALSE(fs::exists(path("plain/report.html")));
}

TEST_F(Program, SaysInTheLogWhyThereIsNoReport) {
  EXPECT_THAT(read_text(trained_run() / "run.log"), HasSubstr("report   none: "));
}

TEST_F(Program, WritesAConfigThatTrainsTheSameRun) {
  add_run();
  run_well({"train", "--config", "run/config.json", "--out", "again", "-q"});
  EXPECT_TRUE(read("again/checkpoints/20.safetensors") == read("run/checkpoints/20.safetensors"));
  expect_same_rows(read("again/metrics.jsonl"), read("run/metrics.jsonl"));
}

TEST_F(Program, NumbersItsRunsAndIsQuietWhenAsked) {
  fs::create_directories(path("runs/tiny-bce-1"));
  const Words words = {"train", "--config", "tiny.json", "-q", "--set", "train.steps=1"};
  EXPECT_EQ(run_well(words).out, "");
  EXPECT_THAT(names_in(path("runs")), UnorderedElementsAre("tiny-bce-1", "tiny-bce-2"));
  EXPECT_TRUE(fs::is_empty(path("runs/tiny-bce-1")));
}

TEST_F(Program, ExtendsARun) {
  add_run();
  write("run/checkpoints/.30.safetensors.AbCdEf.part", "half of a checkpoint");
  const Outcome outcome = run_well({"train", "--resume", "run", "--set", "train.steps=30"});
  EXPECT_FALSE(fs::exists(path("run/checkpoints/.30.safetensors.AbCdEf.part")));
  EXPECT_THAT(outcome.out, HasSubstr("resume   run/checkpoints/20.safetensors at step 20"));
  EXPECT_TRUE(fs::exists(path("run/checkpoints/30.safetensors")));
  run_well({"train", "--config", "tiny.json", "--out", "long", "-q", "--set", "train.steps=30"});
  expect_same_rows(read("run/metrics.jsonl"), read("long/metrics.jsonl"));
}

TEST_F(Program, KeepsWhatCameAfterTheCheckpointThatItResumes) {
  add_run();
  write("run/report.html", "of step 20");
  const std::string later = read("run/checkpoints/20.safetensors");
  const Outcome outcome = run_well({"train", "--resume", "run/checkpoints/10.safetensors"});
  EXPECT_THAT(lines_of(outcome.out),
              Contains("aside    what the run had after step 10 is in run/abandoned-1"));
  EXPECT_TRUE(read("run/abandoned-1/checkpoints/20.safetensors") == later);
  EXPECT_EQ(read("run/abandoned-1/samples/20.csv"),
            read_text(trained_run() / "samples" / "20.csv"));
  EXPECT_EQ(read("run/abandoned-1/metrics.jsonl"), read_text(trained_run() / "metrics.jsonl"));
  EXPECT_EQ(read("run/abandoned-1/report.html"), "of step 20");
  // The new work is there, and rotation has not taken it for the oldest.
  EXPECT_TRUE(read("run/checkpoints/20.safetensors") == later);
  expect_same_rows(read("run/metrics.jsonl"), read_text(trained_run() / "metrics.jsonl"));
  // What was set aside is a run as well.
  run_well({"train", "--resume", "run/abandoned-1", "--set", "train.steps=22", "-q"});
  EXPECT_TRUE(fs::exists(path("run/abandoned-1/checkpoints/22.safetensors")));
  run_well({"train", "--resume", "run/checkpoints/0.safetensors", "-q"});
  EXPECT_TRUE(fs::exists(path("run/abandoned-2/checkpoints/10.safetensors")));
}

/// What stays where a run is killed after its later checkpoints were set aside.
TEST_F(Program, ABestCheckpointOfWorkThatIsNoMoreGoes) {
  add_run();
  const fs::path checkpoints = path("run/checkpoints");
  fs::rename(checkpoints / "20.safetensors", checkpoints / "best.safetensors");
  run_well({"train", "--resume", "run", "-q"});
  EXPECT_FALSE(fs::exists(checkpoints / "best.safetensors"));
  EXPECT_TRUE(read("run/checkpoints/20.safetensors") ==
              read_text(trained_run() / "checkpoints" / "20.safetensors"));
}

TEST_F(Program, AnOlderCheckpointReplacesADamagedOneWithoutLosingIt) {
  add_run();
  write("run/checkpoints/20.safetensors", "damaged");
  run_well({"train", "--resume", "run/checkpoints/10.safetensors", "-q"});
  EXPECT_EQ(read("run/abandoned-1/checkpoints/20.safetensors"), "damaged");
  EXPECT_TRUE(read("run/checkpoints/20.safetensors") ==
              read_text(trained_run() / "checkpoints" / "20.safetensors"));
}

TEST_F(Program, MakesTheReportThatACompleteRunLacks) {
  write("sine.csv", sine_csv(120));
  run_well({"train", "--config", "tiny.json", "--out", "run", "-q"});
  const std::string page = read("run/report.html");
  fs::remove(path("run/report.html"));
  const auto checkpoints = snapshot(path("run/checkpoints"));
  EXPECT_THAT(run_well({"train", "--resume", "run"}).out, HasSubstr("report   run/report.html\n"));
  EXPECT_EQ(read("run/report.html"), page);
  EXPECT_EQ(run({"train", "--resume", "run"}).code, 3);
  fs::remove(path("run/report.html"));
  EXPECT_EQ(run_well({"report", "run"}).out, "report   run/report.html\n");
  EXPECT_EQ(read("run/report.html"), page);
  run_well({"report", "run", "-q"});  // again
  EXPECT_THAT(snapshot(path("run/checkpoints")), ::testing::ContainerEq(checkpoints));
  fs::rename(path("sine.csv"), path("moved.csv"));
  EXPECT_EQ(run({"report", "run"}).code, 4);
  run_well({"report", "run", "-q", "--set", "data.path=moved.csv"});
  EXPECT_EQ(run({"report", "nope"}).code, 5);
}

TEST_F(Program, AReportThatFailsIsAnError) {
  write("sine.csv", sine_csv(120));
  run_well({"train", "--config", "tiny.json", "--out", "run", "-q", "--no-report"});
  fs::create_directory(path("run/report.html"));
  const Outcome outcome = run({"train", "--resume", "run", "-q", "--set", "train.steps=21"});
  EXPECT_EQ(outcome.code, 6);
  EXPECT_THAT(
      first_line(outcome.err),
      StartsWith("error: run/report.html: cannot be made: run/report.html: is a directory"));
  EXPECT_TRUE(fs::exists(path("run/checkpoints/21.safetensors")));
  EXPECT_EQ(run({"report", "run", "-q"}).code, 6);
}

TEST_F(Program, SaysThatARunWithoutTestSequencesHasNoReport) {
  const Outcome said = run_well({"train", "--config", "tiny.json", "--out", "run"});
  EXPECT_THAT(said.out, ::testing::ContainsRegex("report +none: 1 test sequence is too few"));
  expect_refusals(
      {{{"report", "run"},
        4,
        ::testing::HasSubstr("its 1 test sequence is too few for a report (10 at least)"),
        ::testing::_}});
}

TEST_F(Program, ResumesFromOneCheckpointOfARun) {
  add_run();
  fs::remove(path("run/checkpoints/20.safetensors"));
  fs::remove(path("run/metrics.jsonl"));
  Invocation invocation{
      {"train", "--resume", "10.safetensors", "--set", "data.path=../../sine.csv"},
      path("run/checkpoints")};
  const Outcome outcome = run_program(invocation);
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_THAT(outcome.out, HasSubstr("\nresume   10.safetensors at step 10\n"));
  EXPECT_THAT(outcome.out, HasSubstr("checkpoint ../checkpoints/20.safetensors\n"));
  EXPECT_EQ(read("run/samples/20.csv"), read_text(trained_run() / "samples" / "20.csv"));
}

TEST_F(Program, OutlivesTheReaderOfItsProgress) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Invocation invocation{{"train", "--config", "tiny.json", "--out", "run"}, folder()};
  invocation.output = ends[1];
  Process training(invocation);
  ::close(ends[0]);
  ::close(ends[1]);
  EXPECT_EQ(training.wait().code, 0);
  EXPECT_TRUE(fs::exists(path("run/checkpoints/20.safetensors")));
}

TEST_F(Program, StopsWhenItDiverges) {
  write("wild.json",
        tiny_config(
            {{"objective", {{"adversarial", {{"type", "wgan"}}}}},
             {"train",
              {{"optim", {{"generator", {{"lr", 1e30}}}, {"discriminator", {{"lr", 1e30}}}}}}}}));
  const Outcome outcome = run({"train", "--config", "wild.json", "--out", "run"});
  EXPECT_EQ(outcome.code, 7);
  EXPECT_THAT(first_line(outcome.err),
              MatchesRegex("error: run: training diverged at step [0-9]+: \".*\" of the "
                           "(generator|discriminator) was the first value that was not finite; the "
                           "checkpoint at step 0 is kept"));
  EXPECT_THAT(lines_of(outcome.err)[1], StartsWith("hint:  lower train.optim"));
  EXPECT_THAT(names_in(path("run/checkpoints")), ElementsAre("0.safetensors"));
  // sample refuses values that are not finite.
  EXPECT_EQ(lines_of(run_well({"sample", "run", "-n", "2", "--length", "3"}).out).size(), 7U);
}

/// A run of 120 steps that nobody disturbed, made once.
const fs::path& undisturbed_run() {
  static const TemporaryFolder folder;
  static const fs::path run = [] {
    write_text(folder.path() / "sine.csv", sine_csv());
    write_text(folder.path() / "long.json",
               tiny_config(
                   {{"train",
                     {{"steps", 120}, {"log", {{"every", 1}}}, {"checkpoint", {{"every", 25}}}}}}));
    const Words words = {"train", "--config", "long.json", "--out", "run", "-q"};
    EXPECT_EQ(run_program({words, folder.path()}).code, 0);
    return folder.path() / "run";
  }();
  return run;
}

class Interrupted : public Program, public ::testing::WithParamInterface<int> {
 protected:
  int64_t last_logged_step() const {
    if (!fs::exists(path("run/metrics.jsonl"))) return 0;
    const std::string metrics = read("run/metrics.jsonl");
    const auto end = metrics.rfind('\n');
    if (end == std::string::npos) return 0;
    return rows_of(metrics.substr(0, end)).back().at("step");
  }

  /// Trains into "run" and sends the signal some steps behind the checkpoint of step 25.
  Outcome train_and_interrupt(int signal) const {
    Process training({{"train", "--config", "long.json", "--out", "run"}, folder()});
    while (training.running() && last_logged_step() < 28) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    EXPECT_TRUE(training.running());
    training.signal(signal);
    return training.wait();
  }
};

TEST_P(Interrupted, GoesOnAsIfNothingHadHappened) {
  fs::copy_file(undisturbed_run().parent_path() / "long.json", path("long.json"));
  const int signal = GetParam();
  const Outcome outcome = train_and_interrupt(signal);
  EXPECT_EQ(outcome.code, signal == SIGKILL ? -SIGKILL : 128 + signal);
  EXPECT_LT(last_logged_step(), 120);
  if (signal != SIGKILL) {
    const auto step = last_logged_step();  // log.every is 1
    const std::string last = lines_of(outcome.out).back();
    EXPECT_EQ(last, "next     rnngan train --resume run");
    EXPECT_THAT(outcome.out, HasSubstr(fmt::format("checkpoint run/checkpoints/{}.safe", step)));
    EXPECT_THAT(run_well({"inspect", "run"}).out,
                HasSubstr(fmt::format("step      {} of 120", step)));
  }
  run_well({"train", "--resume", "run", "-q"});
  const fs::path reference = undisturbed_run();
  EXPECT_TRUE(read("run/checkpoints/120.safetensors") ==
              read_text(reference / "checkpoints" / "120.safetensors"));
  expect_same_rows(read("run/metrics.jsonl"), read_text(reference / "metrics.jsonl"));
  EXPECT_EQ(read("run/samples/120.csv"), read_text(reference / "samples" / "120.csv"));
}

INSTANTIATE_TEST_SUITE_P(By, Interrupted, ::testing::Values(SIGINT, SIGTERM, SIGHUP, SIGKILL),
                         [](const auto& test) {
                           return std::string(test.param == SIGINT    ? "Interrupt"
                                              : test.param == SIGTERM ? "Terminate"
                                              : test.param == SIGHUP  ? "HangUp"
                                                                      : "Kill");
                         });

}  // namespace train_test
}  // namespace rnngan::cli_testing
