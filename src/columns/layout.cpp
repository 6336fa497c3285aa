#include "columns/layout.h"

#include <algorithm>
#include <map>
#include <tuple>

#include <torch/types.h>

namespace rnngan {

Layout::Layout(const Schema& schema) {
  for (int64_t f = 0; f < schema.features(); ++f) {
    const Column& column = schema.columns[static_cast<size_t>(f)];
    if (column.kind == ColumnKind::derived) continue;
    ++columns_;
    if (column.kind == ColumnKind::number) value_columns_.push_back(f);
    add_block(schema, f);
  }
  order_blocks();
  make_weights();
}

void Layout::add_block(const Schema& schema, int64_t index) {
  const Column& column = schema.columns[static_cast<size_t>(index)];
  const bool category = column.kind == ColumnKind::category;
  const auto states = static_cast<int64_t>(category ? column.classes.size() : column.atoms.size());
  ChannelBlock block{index, category ? Role::category : Role::gate, 0, states, column.missing > 0};
  if (block.missing) ++block.width;
  block.drawn = !column.transitions.empty();
  if (block.width > 0) blocks_.push_back(block);
}

void Layout::order_blocks() {
  std::ranges::stable_sort(
      blocks_, {}, [](const ChannelBlock& block) { return std::tuple(block.role, block.width); });
  width_ = values();
  missing_gates_.assign(value_columns_.size(), -1);
  for (ChannelBlock& block : blocks_) {
    block.begin = width_;
    width_ += block.width;
    const bool fits = !groups_.empty() && groups_.back().role == block.role &&
                      groups_.back().width == block.width;
    if (!fits) {
      groups_.push_back({block.role, block.begin, 0, block.width, &block - blocks_.data()});
    }
    ++groups_.back().count;
    if (block.role != Role::gate || !block.missing) continue;
    const auto value = std::ranges::find(value_columns_, block.column) - value_columns_.begin();
    missing_gates_[static_cast<size_t>(value)] = block.begin + block.width - 1;
  }
}

void Layout::make_weights() {
  std::map<int64_t, float> channels;  // of each column
  for (const int64_t column : value_columns_) channels[column] += 1;
  for (const ChannelBlock& block : blocks_) {
    channels[block.column] += static_cast<float>(block.width);
  }
  const float each =
      static_cast<float>(width_) / static_cast<float>(std::max<int64_t>(columns_, 1));
  std::vector<float> weights;
  for (const int64_t column : value_columns_) weights.push_back(each / channels[column]);
  for (const ChannelBlock& block : blocks_) {
    weights.insert(weights.end(), static_cast<size_t>(block.width), each / channels[block.column]);
  }
  weights_ = torch::tensor(weights);
}

at::Tensor Layout::drawn() const {
  at::Tensor drawn = torch::zeros({width_}, torch::kBool);
  for (const ChannelBlock& block : blocks_) {
    if (block.drawn) drawn.narrow(0, block.begin, block.width).fill_(true);
  }
  return drawn;
}

at::Tensor Layout::present(const at::Tensor& x) const {
  if (std::ranges::all_of(missing_gates_, [](int64_t gate) { return gate < 0; })) return {};
  std::vector<at::Tensor> present;
  for (const int64_t gate : missing_gates_) {
    present.push_back(gate < 0 ? torch::ones_like(x.select(-1, 0), torch::kBool)
                               : x.select(-1, gate).detach() < 0.5);
  }
  return torch::stack(present, -1);
}

at::Tensor on_values(const at::Tensor& change, const at::Tensor& x, const Layout& layout) {
  if (layout.only_values()) return change;
  at::Tensor values = change.narrow(-1, 0, layout.values());
  if (const at::Tensor present = layout.present(x); present.defined()) {
    values = values.masked_fill(present.logical_not(), 0);
  }
  return at::constant_pad_nd(values, {0, layout.width() - layout.values()});
}

at::Tensor evened(const at::Tensor& values, const Layout& layout) {
  if (layout.only_values()) return values;
  return values * layout.weights().sqrt().to(values.device(), values.scalar_type());
}

}  // namespace rnngan
