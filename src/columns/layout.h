// Which channels networks see of a step, and in what role. Networks and terms read roles, never
// kinds of columns.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/schema.h"

namespace rnngan {

enum class Role {
  value,     // a scaled number
  gate,      // 0 or 1: whether a number is one of its atoms, or missing
  category,  // 0 or 1: whether a category is one of its classes, or missing
};

/// Channels of one column of which at most one is 1.
struct ChannelBlock {
  int64_t column = 0;
  Role role = Role::gate;
  int64_t begin = 0;  // its first channel
  int64_t width = 0;
  bool missing = false;  // its last channel says that the cell is missing
  bool drawn = false;    // its state is drawn (Column::transitions)
};

/// Neighbouring blocks of one role and width: channels begin .. begin + count * width.
struct BlockGroup {
  Role role = Role::gate;
  int64_t begin = 0, count = 0, width = 0;
  int64_t first_block = 0;
};

/// The channels of a schema: first the values, in the order of their columns, then the blocks of
/// gates, then those of categories, narrow ones first. Constant and derived columns have none.
class Layout {
 public:
  Layout() = default;
  explicit Layout(const Schema& schema);

  /// W.
  int64_t width() const { return width_; }
  /// How many of them, at the front, are values: V.
  int64_t values() const { return static_cast<int64_t>(value_columns_.size()); }
  /// Columns that have channels.
  int64_t columns() const { return columns_; }

  /// The column of each value channel.
  const std::vector<int64_t>& value_columns() const { return value_columns_; }
  const std::vector<ChannelBlock>& blocks() const { return blocks_; }
  const std::vector<BlockGroup>& groups() const { return groups_; }
  /// Per value channel the gate that says that it is missing; -1: it never is.
  const std::vector<int64_t>& missing_gates() const { return missing_gates_; }
  /// G: how many blocks, the first ones, are of gates.
  int64_t gate_blocks() const {
    return std::ranges::count(blocks_, Role::gate, &ChannelBlock::role);
  }
  bool any_drawn() const { return std::ranges::any_of(blocks_, &ChannelBlock::drawn); }
  /// [W] bool: the channels of states that are drawn.
  at::Tensor drawn() const;
  /// Each column has one channel, a value.
  bool only_values() const { return blocks_.empty(); }

  /// [W]: the weight of each channel in a mean over them that counts each column once; their sum is
  /// W.
  const at::Tensor& weights() const { return weights_; }
  /// x [B,T,W] -> [B,T,V] bool, which values are present; undefined: all of them.
  at::Tensor present(const at::Tensor& x) const;

 private:
  void add_block(const Schema& schema, int64_t column);
  void order_blocks();
  void make_weights();

  int64_t width_ = 0;
  int64_t columns_ = 0;
  std::vector<int64_t> value_columns_;
  std::vector<ChannelBlock> blocks_;
  std::vector<BlockGroup> groups_;
  std::vector<int64_t> missing_gates_;
  at::Tensor weights_;
};

/// change [B,T,W] where x [B,T,W] has a value that is present, 0 elsewhere: what noise may touch.
at::Tensor on_values(const at::Tensor& change, const at::Tensor& x, const Layout& layout);

/// values [..., W] with each channel times the root of its weight, so that sums of squares over
/// channels count each column once. The tensor itself where each column is one channel.
at::Tensor evened(const at::Tensor& values, const Layout& layout);

}  // namespace rnngan
