#include "columns/state_chain.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include <torch/types.h>

namespace rnngan {

namespace {

// Of what never occurs in training.
constexpr double kLeastShare = 1e-4;
constexpr size_t kMostStates = 32;  // a matrix of them is kept in every checkpoint
// Of the mean distance of all numbers: .01 to .21 of capped levels and of readings that were
// interpolated, .98 of rain.
constexpr double kClose = 0.5;

size_t count_states(const Column& column) {
  const size_t named = column.is_category() ? column.classes.size() : column.atoms.size() + 1;
  return named + (column.missing > 0 ? 1 : 0);
}

size_t state_of(double value, const Column& column) {
  const size_t named = column.is_category() ? column.classes.size() : column.atoms.size();
  if (std::isnan(value)) return named;
  if (column.is_category()) return static_cast<size_t>(value);
  const auto atom = std::ranges::find(column.atoms, value);
  return atom != column.atoms.end() ? static_cast<size_t>(atom - column.atoms.begin())
                                    : count_states(column) - 1;
}

double log_share(double share) {
  return std::log(std::max(share, kLeastShare));
}

/// The share of each state; of gates "none" is the last one.
std::vector<double> shares_of(const Column& column) {
  std::vector<double> shares;
  double rest = 1 - column.missing;
  for (const double share : column.shares) {
    shares.push_back(share * (1 - column.missing));
    rest -= shares.back();
  }
  if (column.missing > 0) shares.push_back(column.missing);
  if (!column.is_category()) shares.push_back(rest);
  return shares;
}

/// Logits of the channels of a block from the shares of its column's states.
std::vector<double> logits_of(const std::vector<double>& shares, const ChannelBlock& block) {
  const double base = block.role == Role::gate ? log_share(shares.back()) : 0;
  std::vector<double> logits;
  for (int64_t k = 0; k < block.width; ++k) {
    logits.push_back(log_share(shares[static_cast<size_t>(k)]) - base);
  }
  return logits;
}

/// Shares that fit the block, whatever a schema of elsewhere says.
std::vector<double> marginal_logits(const Column& column, const ChannelBlock& block) {
  std::vector<double> shares = shares_of(column);
  shares.resize(static_cast<size_t>(block.width) + (block.role == Role::gate ? 1 : 0), kLeastShare);
  return logits_of(shares, block);
}

/// How far the neighbours of atoms are from them, over what it would be at random.
double distance_of_neighbours(const ColumnCells& cells, const Column& column) {
  const auto is_plain = [&](double x) {
    return !std::isnan(x) && std::ranges::find(column.atoms, x) == column.atoms.end();
  };
  double found = 0, expected = 0;
  for (const double atom : column.atoms) {
    double all = 0, near = 0;
    int64_t plain = 0, pairs = 0;
    for (size_t i = 0; i < cells.values.size(); ++i) {
      const double x = cells.values[i];
      if (is_plain(x)) {
        all += std::abs(x - atom);
        ++plain;
      }
      if (i == 0 || !cells.follows[i]) continue;
      for (const auto& [one, other] :
           {std::pair(x, cells.values[i - 1]), {cells.values[i - 1], x}}) {
        if (one != atom || !is_plain(other)) continue;
        near += std::abs(other - atom);
        ++pairs;
      }
    }
    found += near;
    if (plain > 0) expected += static_cast<double>(pairs) * all / static_cast<double>(plain);
  }
  return expected > 0 ? found / expected : 1;
}

}  // namespace

void count_transitions(const ColumnCells& cells, Column& column) {
  const size_t states = count_states(column);
  column.transitions.clear();
  if (column.kind == ColumnKind::derived || states < 2 || states > kMostStates) return;
  if (column.missing == 0 && !column.is_category() &&
      distance_of_neighbours(cells, column) < kClose) {
    return;
  }
  std::vector<double> shares(states, 0), counts(states * states, 0);
  size_t before = 0;
  for (size_t i = 0; i < cells.values.size(); ++i) {
    const size_t now = state_of(cells.values[i], column);
    shares[now] += 1.0 / static_cast<double>(cells.values.size());
    if (i > 0 && cells.follows[i]) counts[before * states + now] += 1;
    before = now;
  }
  for (size_t from = 0; from < states; ++from) {
    double sum = 1;  // one transition as it would be by the shares: of states that are rare
    for (size_t to = 0; to < states; ++to) sum += counts[from * states + to];
    for (size_t to = 0; to < states; ++to) {
      column.transitions.push_back((counts[from * states + to] + shares[to]) / sum);
    }
  }
}

at::Tensor share_logits(const Schema& schema, const Layout& layout) {
  std::vector<float> logits(static_cast<size_t>(layout.values()), 0.0F);
  for (const ChannelBlock& block : layout.blocks()) {
    const auto of_block = marginal_logits(schema.columns[static_cast<size_t>(block.column)], block);
    logits.insert(logits.end(), of_block.begin(), of_block.end());
  }
  return torch::tensor(logits);
}

at::Tensor transition_logits(const Schema& schema, const Layout& layout) {
  const int64_t width = layout.width() - layout.values();
  int64_t gates = 0;
  at::Tensor logits = torch::zeros({width, width + layout.gate_blocks()}, torch::kDouble);
  for (const ChannelBlock& block : layout.blocks()) {
    const Column& column = schema.columns[static_cast<size_t>(block.column)];
    const int64_t first = block.begin - layout.values();
    const bool gate = block.role == Role::gate;
    const int64_t none = width + gates;
    gates += gate ? 1 : 0;
    const auto states = static_cast<size_t>(block.width + (gate ? 1 : 0));
    if (column.transitions.size() != states * states) continue;
    const auto marginal = marginal_logits(column, block);
    for (size_t from = 0; from < states; ++from) {
      const auto row = column.transitions.begin() + static_cast<std::ptrdiff_t>(from * states);
      const auto after = logits_of({row, row + static_cast<std::ptrdiff_t>(states)}, block);
      const auto k = static_cast<int64_t>(from);
      for (int64_t to = 0; to < block.width; ++to) {
        const auto i = static_cast<size_t>(to);
        logits[first + to][k < block.width ? first + k : none] = after[i] - marginal[i];
      }
    }
  }
  return logits.to(torch::kFloat32);
}

}  // namespace rnngan
