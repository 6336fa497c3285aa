#include "app/onnx_columns.h"

#include <algorithm>
#include <limits>

#include <torch/types.h>

#include "app/onnx_codec.h"
#include "app/onnx_dead_band.h"
#include "app/onnx_states.h"
#include "columns/activation.h"
#include "columns/rules.h"

namespace rnngan {

namespace {

constexpr double kNotThere = std::numeric_limits<double>::quiet_NaN();

class ColumnNodes {
 public:
  ColumnNodes(const OnnxValue& raw, const Schema& schema, OutputActivation output,
              const OnnxStepState& state, const OnnxValue& draws)
      : graph_(*raw.graph),
        raw_(raw),
        schema_(schema),
        layout_(schema),
        range_(channel_range(schema)),
        rounds_(output == OutputActivation::straight_through),
        state_(state),
        draws_(draws) {}

  OnnxColumns add();

 private:
  /// A column of numbers on its way: [B,T] each.
  struct Cell {
    OnnxValue channel;  // float: what networks see of it
    OnnxValue value;    // double, original units
  };

  bool steps_alone() const { return state_.first.defined(); }
  const Column& column(int64_t f) const { return schema_.columns[static_cast<size_t>(f)]; }
  OnnxValue all(double value);
  OnnxValue later_than_first(const OnnxValue& first, const OnnxValue& others);
  OnnxValue first_step(const OnnxValue& values) { return graph_.slice(values, 1, 0, 1); }
  OnnxValue state_of(const ChannelBlock& block);
  OnnxValue before(int64_t v);
  Cell number(int64_t v);
  Cell level(const OnnxValue& given, const Column& column);
  void with_its_atoms(Cell& cell, const Column& column);
  void add_gates(const ChannelBlock& block, Cell& cell);
  void add_category(const ChannelBlock& block);
  void add_up_steps();
  void add_gaps();
  void add_derived();
  OnnxValue derived(const Column& column);

  OnnxGraph& graph_;
  OnnxValue raw_;
  const Schema& schema_;
  Layout layout_;
  ChannelRange range_;
  bool rounds_;
  OnnxStepState state_;
  OnnxValue draws_;
  std::vector<OnnxValue> rows_;      // of each column, [B,T] double
  std::vector<OnnxValue> channels_;  // [B,T,1] or [B,T,width] float
  std::vector<OnnxValue> levels_;    // [B,1] double
};

/// [B,T] double.
OnnxValue ColumnNodes::all(double value) {
  const OnnxValue shape = graph_.slice(graph_.node("Shape", {raw_}), 0, 0, 2);
  return graph_.node("Expand", {graph_.number(value), shape});
}

/// `first` at the first step of a sequence, `others` elsewhere: [B,T] each.
OnnxValue ColumnNodes::later_than_first(const OnnxValue& first, const OnnxValue& others) {
  if (steps_alone()) return graph_.where(state_.first, first, others);
  constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
  return graph_.concat({first_step(first), graph_.slice(others, 1, 1, kEnd)}, 1);
}

/// [B,T] int64, of gates 0 for "none of them"
OnnxValue ColumnNodes::state_of(const ChannelBlock& block) {
  return onnx_state(raw_, block.begin, block, draws_, &block - layout_.blocks().data());
}

ColumnNodes::Cell ColumnNodes::level(const OnnxValue& given, const Column& column) {
  const StartLevel& start = column.start;
  const auto original = [&](const OnnxValue& channel) {
    const OnnxValue value = graph_.cast(channel, torch::kDouble) * start.sd + start.mean;
    return onnx_on_grid(onnx_clamped(value, start.min, start.max), column);
  };
  Cell cell{given, original(given)};
  if (rounds_) {
    cell.channel = graph_.cast((cell.value - start.mean) / start.sd, torch::kFloat);
    cell.value = original(cell.channel);
  }
  return cell;
}

/// [B,1] double: what a column showed in the step before, original units; not a number where there
/// is none or it was missing.
OnnxValue ColumnNodes::before(int64_t v) {
  const OnnxValue none = graph_.number(kNotThere);
  if (!steps_alone()) {
    const OnnxValue batch = graph_.slice(graph_.node("Shape", {raw_}), 0, 0, 1);
    return graph_.node("Expand", {none, graph_.concat({batch, graph_.integers({1})}, 0)});
  }
  const int64_t f = layout_.value_columns()[static_cast<size_t>(v)];
  const OnnxValue channel = graph_.cast(graph_.select(state_.x, 2, v), torch::kDouble);
  OnnxValue value = onnx_on_grid(onnx_decoded(channel, column(f).codec), column(f));
  if (const int64_t gate = layout_.missing_gates()[static_cast<size_t>(v)]; gate >= 0) {
    const OnnxValue gone = graph_.node(
        "Greater", {graph_.select(state_.x, 2, gate), graph_.constant(torch::tensor(0.0F))});
    value = graph_.where(gone, none, value);
  }
  return graph_.where(state_.first, none, value);
}

ColumnNodes::Cell ColumnNodes::number(int64_t v) {
  const Column& column = this->column(layout_.value_columns()[static_cast<size_t>(v)]);
  const OnnxValue given = graph_.select(raw_, 2, v);
  Cell cell{given, {}};
  if (rounds_) {
    const OnnxValue folded =
        onnx_folded(given, range_.low[v].item<float>(), range_.high[v].item<float>(), column);
    cell.channel = graph_.node("Min", {graph_.node("Max", {folded, graph_.constant(range_.low[v])}),
                                       graph_.constant(range_.high[v])});
  }
  const OnnxValue value = onnx_decoded(graph_.cast(cell.channel, torch::kDouble), column.codec);
  cell.value = onnx_on_grid(onnx_clamped(value, column.min, column.max), column);
  if (rounds_ && column.dead_band > 0) cell.value = onnx_shown(cell.value, before(v), column);
  if (steps_alone() && rounds_ && (grid_is_resolved(column) || column.dead_band > 0)) {
    cell.channel = graph_.cast(onnx_encoded(cell.value, column.codec), torch::kFloat);
  }
  if (column.trend == 0) return cell;
  const Cell first = level(given, column);
  return {later_than_first(first.channel, cell.channel), later_than_first(first.value, cell.value)};
}

/// A channel that is an atom's without its gate stands for the atom all the same.
void ColumnNodes::with_its_atoms(Cell& cell, const Column& column) {
  for (const double atom : column.atoms) {
    const auto channel = static_cast<float>(column.codec.encode(atom));
    const OnnxValue same =
        graph_.node("Equal", {cell.channel, graph_.constant(torch::tensor(channel))});
    cell.value = graph_.where(same, graph_.number(atom), cell.value);
  }
}

void ColumnNodes::add_gates(const ChannelBlock& block, Cell& cell) {
  const Column& column = this->column(block.column);
  with_its_atoms(cell, column);
  std::vector<double> atoms = column.atoms;
  std::vector<float> encoded, exact;
  for (const double atom : atoms) {
    encoded.push_back(static_cast<float>(column.codec.encode(atom)));
    exact.push_back(1);
  }
  if (block.missing) {
    atoms.push_back(kNotThere);
    encoded.push_back(0);
    exact.push_back(0);
  }
  const OnnxValue one = graph_.constant(torch::tensor(int64_t{1}));
  const OnnxValue decided = state_of(block);
  const OnnxValue on = graph_.node("GreaterOrEqual", {decided, one});
  const OnnxValue state = graph_.node("Max", {decided - one, one - one});  // none: not looked at
  const auto take = [&](const at::Tensor& table) {
    return graph_.node("Gather", {graph_.constant(table), state});
  };
  cell.value = graph_.where(on, take(torch::tensor(atoms, torch::kDouble)), cell.value);
  if (!steps_alone()) return;
  cell.channel = graph_.where(on, take(torch::tensor(encoded)), cell.channel);
  const OnnxValue same =
      graph_.cast(graph_.node("Equal", {graph_.unsqueeze(cell.channel, 2),
                                        graph_.constant(torch::tensor(encoded))}),
                  torch::kFloat) *
      graph_.constant(torch::tensor(exact));
  // A missing cell has the channel 0, which may be an atom's.
  const OnnxValue gone = graph_.node("IsNaN", {cell.value});
  const OnnxValue one_hot = take(torch::eye(block.width));
  channels_.push_back(graph_.where(graph_.unsqueeze(gone, 2), one_hot, same));
}

void ColumnNodes::add_category(const ChannelBlock& block) {
  const OnnxValue state = state_of(block);
  OnnxValue value = graph_.cast(state, torch::kDouble);
  if (block.missing) {
    const OnnxValue last = graph_.constant(torch::tensor(block.width - 1, torch::kInt64));
    value = graph_.where(graph_.node("Equal", {state, last}), graph_.number(kNotThere), value);
  }
  rows_[static_cast<size_t>(block.column)] = value;
  if (!steps_alone()) return;
  channels_.push_back(graph_.node("Gather", {graph_.constant(torch::eye(block.width)), state}));
}

/// As from_steps().
void ColumnNodes::add_up_steps() {
  for (int64_t f = 0; f < schema_.features(); ++f) {
    const Column& column = this->column(f);
    if (column.trend == 0) continue;
    OnnxValue& row = rows_[static_cast<size_t>(f)];
    const OnnxValue step =
        graph_.node("Max", {row, graph_.number(0)}) * static_cast<double>(column.trend);
    if (steps_alone()) {
      const auto index = static_cast<int64_t>(levels_.size());
      const OnnxValue before = graph_.slice(state_.levels, 1, index, index + 1);
      row = graph_.where(state_.first, row, onnx_on_grid(before + step, column));
      levels_.push_back(row);
    } else {
      const OnnxValue axis = graph_.constant(torch::tensor(int64_t{1}));
      row = onnx_on_grid(graph_.node("CumSum", {later_than_first(row, step), axis}), column);
    }
  }
}

/// As from_gaps().
void ColumnNodes::add_gaps() {
  for (const int64_t f : bounds_before_bounded(schema_.columns)) {
    const Column& column = this->column(f);
    if (column.above.empty()) continue;
    OnnxValue& row = rows_[static_cast<size_t>(f)];
    std::vector<OnnxValue> lower;
    for (const int64_t below : column.above) lower.push_back(rows_[static_cast<size_t>(below)]);
    const OnnxValue bound = lower.size() == 1 ? lower.front() : graph_.node("Max", lower);
    const OnnxValue value = onnx_on_grid(bound + row, column);
    const OnnxValue raised =
        column.grid > 0 ? onnx_on_grid(value + column.grid_step(), column) : bound;
    row = graph_.where(graph_.node("Less", {value, bound}), raised, value);
  }
}

OnnxValue ColumnNodes::derived(const Column& column) {
  const Derivation& rule = column.derivation;
  if (rule.source < 0) return all(rule.offset);
  const Column& source = this->column(rule.source);
  OnnxValue from = rows_[static_cast<size_t>(rule.source)];
  for (const int64_t part : rule.plus) from = from + rows_[static_cast<size_t>(part)];
  if (rule.values.empty()) return onnx_on_grid(from * rule.slope + rule.offset, column);
  const OnnxValue gone = graph_.node("IsNaN", {from});
  OnnxValue value;
  if (source.is_category()) {
    const OnnxValue code = graph_.cast(graph_.where(gone, graph_.number(0), from), torch::kInt64);
    value =
        graph_.node("Gather", {graph_.constant(torch::tensor(rule.values, torch::kDouble)), code});
  } else {
    value = all(rule.values.back());
    for (size_t k = 0; k < source.atoms.size(); ++k) {
      const OnnxValue same = graph_.node("Equal", {from, graph_.number(source.atoms[k])});
      value = graph_.where(same, graph_.number(rule.values[k]), value);
    }
  }
  return graph_.where(gone, graph_.number(kNotThere), value);
}

void ColumnNodes::add_derived() {
  for (int64_t f = 0; f < schema_.features(); ++f) {
    if (column(f).kind == ColumnKind::derived) rows_[static_cast<size_t>(f)] = derived(column(f));
  }
}

OnnxColumns ColumnNodes::add() {
  rows_.assign(schema_.columns.size(), {});
  for (int64_t f = 0; f < schema_.features();
       ++f) {  // until they are derived, as decode() has them
    if (column(f).kind == ColumnKind::derived) rows_[static_cast<size_t>(f)] = all(0);
  }
  std::vector<Cell> cells;
  for (int64_t v = 0; v < layout_.values(); ++v) cells.push_back(number(v));
  for (const ChannelBlock& block : layout_.blocks()) {
    if (block.role == Role::category) {
      add_category(block);
      continue;
    }
    const auto v = std::ranges::find(layout_.value_columns(), block.column);
    add_gates(block, cells[static_cast<size_t>(v - layout_.value_columns().begin())]);
  }
  std::vector<OnnxValue> seen;
  for (size_t v = 0; v < cells.size(); ++v) {
    rows_[static_cast<size_t>(layout_.value_columns()[v])] = cells[v].value;
    if (steps_alone()) seen.push_back(graph_.unsqueeze(cells[v].channel, 2));
  }
  seen.insert(seen.end(), channels_.begin(), channels_.end());
  add_up_steps();
  add_gaps();
  add_derived();
  std::vector<OnnxValue> written;
  for (size_t f = 0; f < rows_.size(); ++f) {
    written.push_back(graph_.unsqueeze(onnx_as_written(rows_[f], schema_.columns[f]), 2));
  }
  OnnxColumns columns;
  columns.values = graph_.concat(written, 2);
  if (steps_alone()) columns.x = graph_.concat(seen, 2);
  if (!levels_.empty()) columns.levels = graph_.concat(levels_, 1);
  return columns;
}

}  // namespace

OnnxColumns add_columns(const OnnxValue& raw, const Schema& schema, OutputActivation output,
                        const OnnxStepState& state, const OnnxValue& draws) {
  return ColumnNodes(raw, schema, output, state, draws).add();
}

int64_t trend_count(const Schema& schema) {
  return std::ranges::count_if(schema.columns, [](const Column& c) { return c.trend != 0; });
}

}  // namespace rnngan
