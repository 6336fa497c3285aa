// Means of a step's statistics between two rows of the log. Everything stays on the device until a
// row is due; nothing in here waits for it earlier.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>
#include <nlohmann/json_fwd.hpp>

#include "objective/objective.h"
#include "tensor/communicator.h"

namespace rnngan {

/// The first statistic that was not finite since the last row.
struct NonFinite {
  Side side;
  int64_t step;  // generator step, 0-based
  std::string name;
};

/// The value of the statistic of this name over all ranks, fetched from the device; nullopt: it is
/// not there.
std::optional<double> value_of(const std::string& name, const std::vector<Statistic>& statistics,
                               const Communicator& ranks = one_process());

class StatisticsLog {
 public:
  void add(Side side, int64_t step, const std::vector<Statistic>& statistics);

  /// Mean of each statistic over the steps in which it was computed: "d.total", "g.grad_norm", ...
  std::map<std::string, double> means() const;
  /// `n_critic`: steps of the discriminator per step of the generator; they come before it,
  /// from generator step `pretrain` on.
  std::optional<NonFinite> first_non_finite(int64_t n_critic, int64_t pretrain = 0) const;
  void clear() { series_.clear(); }
  /// From what own rows gave to what the whole batch did. Before anything is asked.
  void join(const Communicator& ranks);

  /// Exact state for checkpoints, so that a resumed run logs the same rows.
  nlohmann::json state() const;
  void restore(const nlohmann::json& state, const at::Device& device);

 private:
  // Steps that computed the same statistics share one vector of sums; a lazy penalty makes a second
  // kind of step.
  struct Series {
    at::Tensor sums;  // [n] double
    at::Tensor
        first_bad;  // [n] int64: the step at which the statistic was first not finite, or kNever
    int64_t count = 0;
  };
  using Key = std::pair<Side, std::vector<std::string>>;
  std::map<Key, Series> series_;
};

}  // namespace rnngan
