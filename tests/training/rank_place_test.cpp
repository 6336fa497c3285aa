#include "training/rank_place.h"

#include <map>

#include <gtest/gtest.h>

#include "core/error.h"

namespace rnngan {
namespace rank_place_test {

using Variables = std::map<std::string, std::string>;

std::optional<RankPlace> place_of(const Variables& variables) {
  return rank_place([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  });
}

void expect_place(const Variables& variables, const RankPlace& expected) {
  const auto place = place_of(variables);
  ASSERT_TRUE(place);
  EXPECT_EQ(place->rank, expected.rank);
  EXPECT_EQ(place->ranks, expected.ranks);
  EXPECT_EQ(place->local_ranks, expected.local_ranks);
  EXPECT_EQ(place->address, expected.address);
  EXPECT_EQ(place->port, expected.port);
}

TEST(RankPlace, IsThatOfTorchrun) {
  Variables variables = {{"RANK", "3"},
                         {"WORLD_SIZE", "4"},
                         {"LOCAL_RANK", "1"},
                         {"LOCAL_WORLD_SIZE", "2"},
                         {"MASTER_ADDR", "node7"},
                         {"MASTER_PORT", "1234"}};
  expect_place(variables, {3, 4, 2, "node7", 1234});
  // torchrun itself waits at its port.
  variables["TORCHELASTIC_USE_AGENT_STORE"] = "True";
  expect_place(variables, {3, 4, 2, "node7", 1235});
}

TEST(RankPlace, IsThatOfMpi) {
  const Variables open = {{"OMPI_COMM_WORLD_RANK", "1"},
                          {"OMPI_COMM_WORLD_SIZE", "2"},
                          {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};
  expect_place(open, {1, 2, 2, "127.0.0.1", 29500});
  const Variables mpich = {{"PMI_RANK", "0"}, {"PMI_SIZE", "2"}, {"MASTER_ADDR", "a"}};
  expect_place(mpich, {0, 2, 1, "a", 29500});
}

TEST(RankPlace, IsThatOfSlurm) {
  Variables variables = {{"SLURM_PROCID", "5"},
                         {"SLURM_STEP_NUM_TASKS", "6"},
                         {"SLURM_STEP_TASKS_PER_NODE", "2(x3)"},
                         {"SLURM_STEP_NODELIST", "node[003-005]"},
                         {"SLURM_JOB_ID", "1234567"}};
  expect_place(variables, {5, 6, 2, "node003", 30067});
  variables["SLURM_STEP_NODELIST"] = "alpha,beta[1-2]";
  EXPECT_EQ(place_of(variables)->address, "alpha");
  variables["SLURM_STEP_NODELIST"] = "gpu[7,9-10],x";
  EXPECT_EQ(place_of(variables)->address, "gpu7");
  variables["SLURM_STEP_TASKS_PER_NODE"] = "6";
  EXPECT_EQ(place_of(variables)->address, "127.0.0.1");
}

TEST(RankPlace, IsNoneOfAProcessByItself) {
  EXPECT_FALSE(place_of({}));
  EXPECT_FALSE(place_of({{"RANK", "0"}, {"WORLD_SIZE", "1"}}));
  EXPECT_FALSE(place_of({{"WORLD_SIZE", ""}, {"RANK", "9"}}));
  // One of several torchruns that srun started.
  EXPECT_FALSE(place_of(
      {{"RANK", "0"}, {"WORLD_SIZE", "1"}, {"SLURM_PROCID", "1"}, {"SLURM_STEP_NUM_TASKS", "2"}}));
  // A batch script of several tasks that starts the program without srun.
  EXPECT_FALSE(place_of({{"SLURM_NTASKS", "4"}, {"SLURM_PROCID", "0"}}));
}

std::string refusal(const Variables& variables) {
  try {
    place_of(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(RankPlace, RefusesWhatContradictsItself) {
  EXPECT_EQ(refusal({{"WORLD_SIZE", "2"}}),
            "environment variable RANK: is not set, but WORLD_SIZE is 2");
  EXPECT_EQ(refusal({{"WORLD_SIZE", "2"}, {"RANK", "2"}}),
            "environment variable RANK: \"2\" is not a whole number from 0 to 1");
  EXPECT_EQ(refusal({{"WORLD_SIZE", "two"}, {"RANK", "0"}}),
            "environment variable WORLD_SIZE: \"two\" is not a whole number from 1 to 1000000");
  EXPECT_EQ(refusal({{"WORLD_SIZE", "2"}, {"RANK", "0"}}),
            "environment variable MASTER_ADDR: is not set");
}

}  // namespace rank_place_test
}  // namespace rnngan
