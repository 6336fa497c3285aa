#include "training/rank_place.h"

#include <charconv>
#include <cstdlib>

#include <fmt/format.h>

#include "core/error.h"

namespace rnngan {

namespace {

constexpr int64_t kPort = 29500;  // that of PyTorch
constexpr int64_t kLargestPort = 65535;

/// How a launcher calls what it tells.
struct Launcher {
  const char *size, *rank, *local_size;
};

// Slurm's count of tasks is that of the step: a batch script that starts the program without srun
// has a rank and a number of tasks as well, but no step of several.
constexpr Launcher kLaunchers[] = {
    {"WORLD_SIZE", "RANK", "LOCAL_WORLD_SIZE"},
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_SIZE"},
    {"PMI_SIZE", "PMI_RANK", "MPI_LOCALNRANKS"},
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_STEP_TASKS_PER_NODE"},
};

class Variables {
 public:
  explicit Variables(const Environment& environment) : environment_(environment) {}

  std::optional<std::string> text(const char* name) const {
    auto value = environment_(name);
    return value && !value->empty() ? value : std::nullopt;
  }

  /// Of "2(x3),1", as Slurm writes it, the 2.
  std::optional<int64_t> number(const char* name, int64_t least, int64_t most) const {
    const auto value = text(name);
    if (!value) return std::nullopt;
    int64_t number = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
    const bool whole = end == value->data() + value->size() || *end == '(' || *end == ',';
    if (error == std::errc() && whole && number >= least && number <= most) return number;
    throw Error(ErrorKind::usage, fmt::format("environment variable {}", name),
                fmt::format("\"{}\" is not a whole number from {} to {}", *value, least, most),
                "start the processes by torchrun, mpirun or srun, or unset it");
  }

 private:
  const Environment& environment_;
};

/// "node[003-007,9],other2" -> "node003".
std::string first_host(const std::string& list) {
  const size_t bracket = list.find('['), comma = list.find(',');
  if (bracket == std::string::npos || comma < bracket) return list.substr(0, comma);
  const size_t end = list.find_first_of(",-]", bracket);
  return list.substr(0, bracket) + list.substr(bracket + 1, end - bracket - 1);
}

std::string address_of(const Variables& variables, const RankPlace& place) {
  if (const auto address = variables.text("MASTER_ADDR")) return *address;
  if (place.local_ranks == place.ranks) return "127.0.0.1";
  if (const auto hosts = variables.text("SLURM_STEP_NODELIST")) return first_host(*hosts);
  throw Error(ErrorKind::usage, "environment variable MASTER_ADDR", "is not set",
              "set it to the machine of rank 0 in all processes");
}

int64_t port_of(const Variables& variables) {
  constexpr int64_t kLargestJob = INT64_MAX;
  if (const auto port = variables.number("MASTER_PORT", 1, kLargestPort)) {
    // There torchrun itself waits, in the language of its own version of LibTorch.
    return variables.text("TORCHELASTIC_USE_AGENT_STORE") == "True" ? *port % kLargestPort + 1
                                                                    : *port;
  }
  // Two jobs on one machine.
  const int64_t job = variables.number("SLURM_JOB_ID", 0, kLargestJob).value_or(0);
  return kPort + job % 1000;
}

}  // namespace

std::optional<RankPlace> rank_place(const Environment& environment) {
  constexpr int64_t kMost = 1'000'000;
  const Variables variables(environment);
  for (const Launcher& launcher : kLaunchers) {
    const int64_t ranks = variables.number(launcher.size, 1, kMost).value_or(0);
    const auto rank = ranks > 0 ? variables.number(launcher.rank, 0, ranks - 1) : std::nullopt;
    if (ranks == 1 && rank) return std::nullopt;  // whatever started that which started this
    if (ranks < 2) continue;
    RankPlace place;
    place.ranks = ranks;
    if (!rank) {
      throw Error(ErrorKind::usage, fmt::format("environment variable {}", launcher.rank),
                  fmt::format("is not set, but {} is {}", launcher.size, ranks),
                  "start the processes by torchrun, mpirun or srun, or unset both");
    }
    place.rank = *rank;
    place.local_ranks = variables.number(launcher.local_size, 1, ranks).value_or(1);
    place.address = address_of(variables, place);
    place.port = port_of(variables);
    return place;
  }
  return std::nullopt;
}

std::optional<RankPlace> rank_place() {
  return rank_place([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  });
}

}  // namespace rnngan
