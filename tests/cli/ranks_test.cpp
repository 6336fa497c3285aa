// One training by several processes, as torchrun, mpirun or srun start them.
#include <algorithm>
#include <cmath>
#include <memory>

#include "cli/support.h"
#include "tests/free_port.h"

namespace rnngan::cli_testing {
namespace ranks_test {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;
using testing_support::free_port;

class Ranks : public Program {
 protected:
  void SetUp() override {
    Program::SetUp();
    write("tiny.json", tiny_config({{"train", {{"batch", 12}}}}));
  }

  std::vector<std::unique_ptr<Process>> start(int ranks, const Words& arguments) const {
    const int port = free_port();
    std::vector<std::unique_ptr<Process>> processes;
    for (int rank = 0; rank < ranks; ++rank) {
      Invocation invocation{arguments, folder()};
      invocation.environment = {fmt::format("RANK={}", rank), fmt::format("WORLD_SIZE={}", ranks),
                                fmt::format("LOCAL_WORLD_SIZE={}", ranks), "MASTER_ADDR=127.0.0.1",
                                fmt::format("MASTER_PORT={}", port)};
      processes.push_back(std::make_unique<Process>(invocation));
    }
    return processes;
  }

  static std::vector<Outcome> wait(const std::vector<std::unique_ptr<Process>>& processes) {
    std::vector<Outcome> outcomes;
    for (const auto& process : processes) outcomes.push_back(process->wait());
    return outcomes;
  }

  std::vector<Outcome> run_ranks(int ranks, const Words& arguments) const {
    return wait(start(ranks, arguments));
  }

  void wait_for(const std::string& name) const {
    for (int i = 0; i < 6000 && !fs::exists(path(name)); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    ASSERT_TRUE(fs::exists(path(name))) << name;
  }

  void expect_near_rows(const std::string& run, const std::string& expected) const {
    const auto lines = lines_of(read(run + "/metrics.jsonl"));
    const auto expected_lines = lines_of(read(expected + "/metrics.jsonl"));
    ASSERT_EQ(lines.size(), expected_lines.size());
    for (size_t i = 0; i < lines.size(); ++i) {
      const auto row = nlohmann::json::parse(lines[i]);
      const auto expected_row = nlohmann::json::parse(expected_lines[i]);
      for (const auto& [key, value] : expected_row.items()) {
        if (key == "steps_per_second" || !value.is_number()) continue;
        const double number = value.get<double>();
        EXPECT_NEAR(row.at(key).get<double>(), number, 0.02 * std::abs(number) + 2e-3) << key;
      }
    }
  }
};

TEST_F(Ranks, TrainAsOneProcessDoes) {
  run_well({"train", "-c", "tiny.json", "--out", "one", "--no-report"});
  const auto outcomes = run_ranks(
      2, {"train", "-c", "tiny.json", "--out", "two", "--no-report", "--set", "train.steps=10"});
  for (const Outcome& outcome : outcomes) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
    EXPECT_EQ(outcome.err, "");
  }
  EXPECT_THAT(lines_of(outcomes[0].out),
              Contains("train    bce; 10 steps of 12; cpu, 2 ranks of 1 thread; seed 1"));
  EXPECT_EQ(outcomes[1].out, "");
  // Another number of them goes on.
  for (const Outcome& outcome :
       run_ranks(3, {"train", "--resume", "two", "--no-report", "--set", "train.steps=15"})) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }
  run_well({"train", "--resume", "two", "--no-report", "--set", "train.steps=20"});
  expect_near_rows("two", "one");
}

TEST_F(Ranks, EndWithOneThatIsKilled) {
  const auto processes = start(3, {"train", "-c", "tiny.json", "--out", "run", "--no-report",
                                   "--set", "train.steps=1000000"});
  wait_for("run/checkpoints/10.safetensors");
  processes[1]->signal(SIGKILL);
  const auto outcomes = wait(processes);
  EXPECT_EQ(outcomes[1].code, -SIGKILL);
  for (const int rank : {0, 2}) {
    const Outcome& outcome = outcomes[static_cast<size_t>(rank)];
    EXPECT_EQ(outcome.code, 8);
    EXPECT_THAT(first_line(outcome.err),
                StartsWith(fmt::format("error: rank {} of 3: lost another rank: ", rank)));
    EXPECT_THAT(outcome.err, HasSubstr("rnngan train --resume RUN goes on"));
  }
  const auto newest = [&] {
    int64_t step = 0;
    for (const auto& entry : fs::directory_iterator(path("run/checkpoints"))) {
      step = std::max<int64_t>(step, std::atoll(entry.path().stem().c_str()));
    }
    return step;
  };
  const int64_t steps = newest() + 10;
  for (const Outcome& outcome : run_ranks(2, {"train", "--resume", "run", "--no-report", "--set",
                                              fmt::format("train.steps={}", steps)})) {
    EXPECT_EQ(outcome.code, 0) << outcome.err;
  }
  EXPECT_EQ(newest(), steps);
}

TEST_F(Ranks, StopTogetherBySignal) {
  const auto processes = start(2, {"train", "-c", "tiny.json", "--out", "run", "--no-report",
                                   "--set", "train.steps=1000000"});
  wait_for("run/checkpoints/10.safetensors");
  processes[1]->signal(SIGTERM);
  const auto outcomes = wait(processes);
  for (const Outcome& outcome : outcomes) EXPECT_EQ(outcome.code, 128 + SIGTERM) << outcome.err;
  EXPECT_THAT(lines_of(outcomes[0].out), Contains(StartsWith("stopped  ")));
}

TEST_F(Ranks, RefuseWhatTheyCannotShare) {
  const auto refused =
      run_ranks(2, {"train", "-c", "tiny.json", "--out", "run", "--set", "train.batch=9"});
  for (const Outcome& outcome : refused) EXPECT_EQ(outcome.code, 3);
  EXPECT_EQ(first_line(refused[0].err),
            "error: train.batch: 9 sequences cannot be dealt evenly to 2 ranks");
  EXPECT_EQ(first_line(refused[1].err),
            "error: rank 1: train.batch: 9 sequences cannot be dealt evenly to 2 ranks");

  write("other.csv", sine_csv(13));
  std::vector<std::unique_ptr<Process>> processes;
  const int port = free_port();
  for (int rank = 0; rank < 2; ++rank) {
    Invocation invocation{{"train", "-c", "tiny.json", "--out", "run", "--set",
                           rank == 0 ? "data.path=sine.csv" : "data.path=other.csv"},
                          folder()};
    invocation.environment = {fmt::format("RANK={}", rank), "WORLD_SIZE=2", "MASTER_ADDR=127.0.0.1",
                              fmt::format("MASTER_PORT={}", port)};
    processes.push_back(std::make_unique<Process>(invocation));
  }
  for (size_t rank = 0; rank < 2; ++rank) {
    const Outcome outcome = processes[rank]->wait();
    EXPECT_EQ(outcome.code, 3);
    EXPECT_EQ(first_line(outcome.err),
              fmt::format("error: rank {} of 2: has other data than another rank", rank));
  }
  EXPECT_FALSE(fs::exists(path("run")));
}

TEST_F(Ranks, SayWhichVariableIsMissing) {
  Invocation invocation{{"train", "-c", "tiny.json", "--out", "run"}, folder()};
  invocation.environment = {"WORLD_SIZE=2"};
  const Outcome outcome = run_program(invocation);
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(first_line(outcome.err),
            "error: environment variable RANK: is not set, but WORLD_SIZE is 2");
  EXPECT_FALSE(fs::exists(path("run")));
}

}  // namespace ranks_test
}  // namespace rnngan::cli_testing
