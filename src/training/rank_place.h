// Which process of a training this one is, by what torchrun, mpirun and srun tell their processes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace rnngan {

struct RankPlace {
  int64_t rank = 0;         // 0..ranks-1
  int64_t ranks = 1;        // all processes
  int64_t local_ranks = 1;  // those on this machine
  std::string address;      // where rank 0 waits for the others: a name or an IP address
  int64_t port = 0;
};

/// The value of an environment variable; nullopt: it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// By RANK and WORLD_SIZE (torchrun), or what Open MPI, MPICH and Slurm have for them; MASTER_ADDR
/// and MASTER_PORT, which have defaults on one machine and under Slurm. nullopt: a process by
/// itself, as there is under one rank. Throws Error{usage} for variables that contradict each
/// other.
std::optional<RankPlace> rank_place(const Environment& environment);
/// By this process' environment.
std::optional<RankPlace> rank_place();

}  // namespace rnngan
