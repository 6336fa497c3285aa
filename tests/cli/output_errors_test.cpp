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

TEST_F(Program, RefusesToWriteSamplesOverTheirData) {
  add_run();
  const std::string data = read("sine.csv");
  expect_refusals(
      {{sample_to("sine.csv"), 2, "--out: sine.csv is the data that the model was trained on",
        "give another name"}});
  EXPECT_EQ(read("sine.csv"), data);
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
      {{"train", "--resume", "nope"}, 5, "nope: there is no run", give_a_run},
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
  EXPECT_THAT(snapshot(folder()), ::testing::SizeIs(2));  // the data and the config
  run_well(invocation.arguments);
}

/// "DIRECTORY is whole or not there" where there is an empty one already, too.
TEST_F(Program, KeepsAnEmptyDirectoryEmptyOnAFullDisk) {
  fs::create_directory(path("run"));
  Invocation invocation{{"train", "--config", "tiny.json", "--out", "run", "-q"}, folder()};
  invocation.largest_file = 4096;
  EXPECT_EQ(run_program(invocation).code, 6);
  EXPECT_THAT(snapshot(path("run")), IsEmpty());
  run_well(invocation.arguments);
  EXPECT_TRUE(fs::exists(path("run/checkpoints/20.safetensors")));
}

/// Of standard error, too, which may be a pipe that nobody reads.
TEST_F(Program, EndsWithItsCodeWhereErrorsCannotBeWritten) {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  for (const int error : {full, ends[1]}) {
    Invocation invocation{{"train", "--config", "none.json"}, folder()};
    invocation.error = error;
    EXPECT_EQ(run_program(invocation).code, 3);
  }
  ::close(full);
  ::close(ends[1]);
}

TEST_F(Program, LeavesNothingWhereAFileGrowsTooLarge) {
  add_run();
  Invocation invocation{{"sample", "run", "-n", "5000", "--out", "a.csv", "-q"}, folder()};
  invocation.largest_file = 4096;
  const auto before = snapshot(folder());
  expect_refusal({invocation.arguments, 6, "a.csv: cannot be written: File too large", ""},
                 run_program(invocation));
  EXPECT_THAT(snapshot(folder()), ::testing::ContainerEq(before));
}

TEST_F(Program, WritesItsFileWhereNobodyReadsItsMessages) {
  add_run();
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  Invocation invocation{{"sample", "run", "-n", "50", "--out", "a.csv"}, folder()};
  invocation.output = invocation.error = ends[1];
  EXPECT_EQ(run_program(invocation).code, 0);
  ::close(ends[1]);
  EXPECT_EQ(lines_of(read("a.csv")).size(), 301U);
}

TEST_F(Program, TrainsOnWhereItsLogDoesNotFit) {
  add_run();
  constexpr size_t kFull = 200'000;  // more than a checkpoint
  write("run/run.log", std::string(kFull, '\n'));
  Invocation invocation{{"train", "--resume", "run", "--set", "train.steps=21"}, folder()};
  invocation.largest_file = kFull;
  const Outcome outcome = run_program(invocation);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_EQ(outcome.err, "");
  EXPECT_THAT(outcome.out,
              HasSubstr("warning  a line is missing here or in run/run.log: File too large"));
  EXPECT_TRUE(fs::exists(path("run/checkpoints/21.safetensors")));
}

TEST_F(Program, TellsThingsApartThatCannotBeOpened) {
  fs::create_symlink("loop", path("loop"));
  const std::string loop = "loop: cannot be opened: Too many levels of symbolic links";
  const std::string name(5000, 'a');
  const std::string long_name = name + ": cannot be opened: File name too long";
  write("loop.json", tiny_config({{"data", {{"path", "loop"}}}}));
  write("extends.json", R"({"extends": "loop"})");
  expect_refusals({
      {{"train", "--resume", "loop"}, 5, loop, ""},
      {{"train", "--resume", name}, 5, long_name, ""},
      {{"sample", "loop"}, 5, loop, ""},
      {{"sample", name}, 5, long_name, ""},
      {{"train", "-c", "tiny.json", "--out", name}, 6, long_name, ""},
      {{"train", "-c", "tiny.json", "--out", "loop"}, 6, loop, ""},
      {{"train", "-c", "loop.json"}, 4, loop, ""},
      {{"data", "show", name}, 4, long_name, ""},
      {{"train", "-c", "extends.json"}, 3, loop, ""},
      {{"train", "-c", "loop"}, 3, HasSubstr("Too many levels of symbolic links"), ""},
      {{"compare", "--resume", "loop"}, 6, StartsWith("loop"), ::testing::_},
      {{"compare", "--resume", name}, 6, StartsWith(name), ::testing::_},
      {{"data", "make", "ar1", "-n", "2", "--out", name + ".csv"},
       6,
       name + ".csv: cannot be opened: File name too long",
       ""},
  });
}

TEST_F(Program, ShowsMessagesOnOneLine) {
  const std::string wild = "a\nb\x1b[31m\xff";
  const std::string shown = R"(a\nb\x1b[31m\xff)";
  write("keys.json", R"({"tr\nain": 1})");
  write("cells.csv", "x,y\n1,2\n3,q\x1b[31m\x01\n");
  expect_refusals({
      {{"sample", wild}, 5, shown + ": no such file or directory", ::testing::_},
      {{wild}, 2, StartsWith(shown), ::testing::_},
      {{"train", "-c", wild}, 3, shown + ": no such file", ::testing::_},
      {{"train", "-c", "keys.json"}, 3, R"(keys.json: tr\nain: unknown key)", ::testing::_},
      {{"data", "show", wild},
       4,
       shown + ": the name is not UTF-8, as configs are",
       "give the file another name"},
  });
  for (const Words& words : {Words{"data", "show", "cells.csv"}, Words{"sample", wild}}) {
    const Outcome outcome = run(words);
    for (const std::string& text : {outcome.out, outcome.err}) {
      EXPECT_EQ(text.find('\x1b'), std::string::npos) << text;
      EXPECT_EQ(text.find('\x01'), std::string::npos) << text;
    }
  }
}

}  // namespace output_errors_test
}  // namespace rnngan::cli_testing
