// Results that cannot be put where they should go, and runs that must not be touched.
#include <fcntl.h>

#include "cli/support.h"

namespace rnngan::cli_testing {
namespace output_errors_test {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Words sample_to(const std::string& target) {
  return {"sample", "run", "-n", "3", "--out", target};
}

TEST_F(Program, RefusesATargetOfSamples) {
  add_run();
  const std::string known = "known are .csv, .npy, and - for CSV on standard output";
  expect_refusals({
      {sample_to("/dev/full"), 6, "/dev/full: cannot be written: No space left on device",
       "free some space, or write elsewhere"},
      {sample_to("nowhere/a.csv"), 6, "nowhere/a.csv: there is no directory nowhere",
       "create it first: mkdir -p nowhere"},
      {sample_to("run"), 6, "run: is a directory", "name a file inside it"},
      {sample_to("a.xyz"), 6, "a.xyz: unknown kind of file .xyz", known},
      {{"data", "make", "ar1", "-n", "2", "--out", "a"},
       6,
       "a: unknown kind of file (no extension)",
       known},
  });
}

TEST_F(Program, RefusesAReadOnlyFolder) {
  if (::geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  add_run();
  fs::create_directory(path("locked"));
  fs::permissions(path("locked"), fs::perms::owner_read | fs::perms::owner_exec);
  expect_refusals({
      {sample_to("locked/a.csv"), 6,
       "locked/a.csv: the directory cannot be written: Permission denied", ""},
      {{"train", "--config", "tiny.json", "--out", "locked/run"},
       6,
       StartsWith("locked/run: cannot be made: "),
       "choose another directory"},
  });
  fs::permissions(path("locked"), fs::perms::owner_all);
}

TEST_F(Program, TellsWhenStandardOutputIsFull) {
  add_run();
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  for (const Words& words : {Words{"losses"}, Words{"config", "keys"}, Words{"train", "--help"},
                             Words{"sample", "run", "--out", "-"}}) {
    Invocation invocation{words, folder()};
    invocation.output = full;
    expect_refusal({words, 6, "standard output: cannot be written: No space left on device",
                    "free some space, or write elsewhere"},
                   run_program(invocation));
  }
  ::close(full);
}

TEST_F(Program, RefusesToTrainIntoWhatExists) {
  add_run();
  fs::create_directory(path("notes"));
  write("notes/todo.txt", "mine");
  const auto into = [](const std::string& out) {
    return Words{"train", "--config", "tiny.json", "--out", out};
  };
  expect_refusals({
      {into("run"), 6, "run: holds a run already", "resume it, or choose another directory"},
      {into("notes"), 6, "notes: exists and is not empty", "choose another directory"},
      {into("tiny.json"), 6, "tiny.json: exists and is not a directory", ""},
      {into("tiny.json/run"), 6, StartsWith("tiny.json/run: cannot be made: "),
       HasSubstr("another directory")},
  });
}

TEST_F(Program, RefusesARunThatAnotherProcessUses) {
  Process training(
      {{"train", "--config", "tiny.json", "--out", "run", "--set", "train.steps=1000000", "-q"},
       folder()});
  while (training.running() && !fs::exists(path("run/checkpoints/0.safetensors"))) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  ASSERT_TRUE(training.running());
  const Words resume = {"train", "--resume", "run"};
  expect_refusal({resume, 6, "run: another process is using this run",
                  "wait for it, or choose another directory"},
                 run(resume));
  training.signal(SIGTERM);
  EXPECT_EQ(training.wait().code, 143);
}

TEST_F(Program, RefusesWhatCannotBeResumed) {
  add_run();
  fs::create_directory(path("notes"));
  write("other.csv", sine_csv(13));
  const std::string give_a_run = "give the directory of a run";
  expect_refusals({
      {{"train", "--resume", "nope"}, 5, "nope: there is no run to resume", give_a_run},
      {{"train", "--resume", "tiny.json"},
       5,
       "tiny.json: is not in the checkpoints/ folder of a run",
       give_a_run + ", or a file of its checkpoints/"},
      {{"train", "--resume", "notes"}, 5, "notes: holds no checkpoint", StartsWith("give a run")},
  });
  // One after the other: a run is locked while it is looked at.
  const std::vector<Refusal> of_the_run = {
      {{"train", "--resume", "run", "--set", "model.generator.hidden=8"},
       3,
       "run: model.generator.hidden: differs from the run's config",
       "a resumed run keeps its config; start a new run for another one"},
      {{"train", "--resume", "run", "--set", "data.path=other.csv", "--set", "train.steps=30"},
       4,
       "other.csv: is not the file that the run was trained on",
       "give the same file, or start a new run"},
      {{"train", "--resume", "run"},
       3,
       "run: the run is complete (20 of 20 steps)",
       "to extend it, resume it with more train.steps"},
  };
  for (const Refusal& refusal : of_the_run) expect_refusals({refusal});
}

TEST_F(Program, RefusesToLengthenARunWithASchedule) {
  ASSERT_EQ(run({"train", "--config", "tiny.json", "--out", "run", "-q", "--set", "train.steps=2",
                 "--set", "train.schedule.kind=linear"})
                .code,
            0);
  expect_refusals({
      {{"train", "--resume", "run", "--set", "train.steps=4"},
       3,
       "run: train.steps: cannot change under a learning-rate schedule that ends with the run "
       "(train.schedule.kind)",
       "start a new run, or train with train.schedule.kind=constant from the start"},
  });
}

TEST_F(Program, KeepsNoPartOfACheckpointThatDoesNotFit) {
  Invocation invocation{{"train", "--config", "tiny.json", "--out", "run", "-q"}, folder()};
  invocation.largest_file = 4096;
  expect_refusal({invocation.arguments, 6,
                  "run/checkpoints/0.safetensors: cannot be written: File too large", ""},
                 run_program(invocation));
  EXPECT_THAT(snapshot(path("run/checkpoints")), IsEmpty());
}

}  // namespace output_errors_test
}  // namespace rnngan::cli_testing
