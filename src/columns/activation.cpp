#include "columns/activation.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

namespace rnngan {

namespace {

constexpr int64_t kGrain = 512;  // steps that are worth another thread
constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

/// `hard` in the forward pass, the identity of `soft` in the backward pass, or `slope` times it,
/// but for entries whose `outside` is 1 (-1): there a gradient that would move them further up
/// (down) is blocked. `outside` of no elements: nothing is blocked; `slope` of none: 1.
class StraightThrough : public torch::autograd::Function<StraightThrough> {
 public:
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& soft,
                            const at::Tensor& hard, const at::Tensor& outside,
                            const at::Tensor& slope) {
    (void)soft;
    context->save_for_backward({outside, slope});
    return hard.clone();
  }
  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const at::Tensor &outside = saved[0], &slope = saved[1];
    at::Tensor gradient = gradients[0];
    // Descent moves against the gradient.
    if (outside.numel() > 0) gradient = gradient.masked_fill((outside * gradient) < 0, 0);
    if (slope.numel() > 0) gradient = slope * gradient;
    return {gradient, at::Tensor(), at::Tensor(), at::Tensor()};
  }
};

at::Tensor straight_through(const at::Tensor& soft, const at::Tensor& hard,
                            const at::Tensor& outside = {}, const at::Tensor& slope = {}) {
  const at::Tensor none = at::empty({0}, soft.options().requires_grad(false));
  return StraightThrough::apply(soft, hard, outside.defined() ? outside : none,
                                slope.defined() ? slope : none);
}

/// The state of each block, p [B,T,count,states] -> [B,T,count].
at::Tensor decided(const at::Tensor& p, const at::Tensor& draws) {
  const at::Tensor likeliest = p.argmax(-1);
  if (!draws.defined()) return likeliest;
  const at::Tensor drawn = p.cumsum(-1).le(draws.unsqueeze(-1)).sum(-1).clamp_max(p.size(-1) - 1);
  return at::where(draws.lt(0), likeliest, drawn);
}

}  // namespace

bool grid_is_resolved(const Column& column) {
  if (!column.readings.values.empty()) return true;
  const double step = column.grid_step();
  if (step <= 0 || column.max - column.min < step) return false;
  return column.codec.tells_apart(column.min, column.min + step) &&
         column.codec.tells_apart(column.max - step, column.max);
}

at::Tensor coarse_grids(const Schema& schema) {
  constexpr double kCoarse = 0.1;
  const Layout layout(schema);
  at::Tensor steps = torch::zeros({layout.width()}, torch::kDouble);
  for (int64_t v = 0; v < layout.values(); ++v) {
    const auto f = static_cast<size_t>(layout.value_columns()[static_cast<size_t>(v)]);
    const Column& column = schema.columns[f];
    const double half = column.grid_step() / 2;
    if (half < kCoarse * column.sd / 2 || half == 0) continue;
    steps[v] = column.codec.encode(column.mean + half) - column.codec.encode(column.mean - half);
  }
  return steps.any().item<bool>() ? steps : at::Tensor();
}

Activation::Activation(const Schema& schema, OutputActivation output)
    : layout_(schema), output_(output) {
  const ChannelRange range = channel_range(schema);
  low_ = range.low.to(torch::kDouble);
  high_ = range.high.to(torch::kDouble);
  for (int64_t v = 0; v < layout_.values(); ++v) {
    const auto f = static_cast<size_t>(layout_.value_columns()[static_cast<size_t>(v)]);
    const Column& column = schema.columns[f];
    values_.push_back(
        {column, grid_is_resolved(column), low_[v].item<double>(), high_[v].item<double>()});
    if (column.trend == 0) continue;
    trends_.push_back(column);
    trend_channels_.push_back(v);
  }
  for (const BlockGroup& group : layout_.groups()) {
    Gates gates;
    std::vector<int64_t> values;
    gates.atoms = torch::zeros({group.count, group.width});
    gates.exact = torch::zeros({group.count, group.width}, torch::kBool);
    for (int64_t i = 0; group.role == Role::gate && i < group.count; ++i) {
      const auto& block = layout_.blocks()[static_cast<size_t>(group.first_block + i)];
      const Column& column = schema.columns[static_cast<size_t>(block.column)];
      const auto& columns = layout_.value_columns();
      values.push_back(std::ranges::find(columns, block.column) - columns.begin());
      for (size_t k = 0; k < column.atoms.size(); ++k) {
        const auto at = static_cast<int64_t>(k);
        gates.atoms[i][at] = static_cast<float>(column.codec.encode(column.atoms[k]));
        gates.exact[i][at] = true;
      }
    }
    gates.values = torch::tensor(values, torch::kLong);
    gates_.push_back(std::move(gates));
  }
}

void Activation::move_to(const at::Tensor& like) const {
  if (low_.device() == like.device()) return;
  const auto move = [&](at::Tensor& tensor) { tensor = tensor.to(like.device()); };
  move(low_);
  move(high_);
  for (Gates& gates : gates_) {
    move(gates.values);
    move(gates.atoms);
    move(gates.exact);
  }
}

// What lies beyond a hard end comes back as far as it went, from end to end where both are hard.
// Turns `slope` around where that turns the direction.
template <class Real>
Real Activation::folded(Real given, const Value& of, Real& slope) {
  const auto low = static_cast<Real>(of.low), high = static_cast<Real>(of.high);
  const bool above = given > high && of.column.folds_high;
  if (!above && !(given < low && of.column.folds_low)) return given;
  Real beyond = above ? given - high : low - given;
  if (!std::isfinite(beyond) || !(low < high)) return given;
  slope = -1;
  if (of.column.folds_low && of.column.folds_high) {
    const Real width = high - low, phase = std::fmod(beyond, 2 * width);
    if (phase == 0 || phase >= width) slope = 1;
    beyond = std::min(phase, 2 * width - phase);
  }
  return above ? high - beyond : low + beyond;
}

template <class Real>
void Activation::clamp_and_round(const Real* from, int64_t steps, const Hardened<Real>& to,
                                 double* shown) const {
  const auto width = static_cast<int64_t>(values_.size());
  for (int64_t v = 0; v < width; ++v) {
    const Value& of = values_[static_cast<size_t>(v)];
    const Column& column = of.column;
    const auto low = static_cast<Real>(of.low), high = static_cast<Real>(of.high);
    const bool stays = dead_bands_ && column.dead_band > 0;
    double& before = shown[v];
    for (int64_t i = v; i < steps * width; i += width) {
      Real slope = 1;
      const Real value = folded(from[i], of, slope);
      if (to.slope != nullptr) to.slope[i] = slope;
      to.outside[i] = value > high ? 1 : value < low ? -1 : 0;
      to.value[i] = value > high ? high : value < low ? low : value;
      if (!of.rounds && !stays) continue;
      const double original = column.on_grid(std::clamp(
          column.codec.decode(static_cast<double>(to.value[i])), column.min, column.max));
      before = stays ? column.after(before, original) : original;
      to.value[i] = static_cast<Real>(static_cast<float>(column.codec.encode(before)));
    }
  }
}

// [B,V] double, original units: not a number where there is none.
at::Tensor Activation::shown_before(const at::Tensor& raw, const at::Tensor& before) const {
  at::Tensor shown = at::full({raw.size(0), layout_.values()}, kNone, at::kDouble);
  if (!before.defined()) return shown;
  const at::Tensor channels = before.detach().to(torch::kCPU, torch::kDouble).contiguous();
  const int64_t width = layout_.values();
  for (int64_t i = 0; i < shown.numel(); ++i) {
    const Column& column = values_[static_cast<size_t>(i % width)].column;
    if (column.dead_band == 0) continue;
    const double channel = channels.data_ptr<double>()[i / width * channels.size(2) + i % width];
    shown.data_ptr<double>()[i] = column.on_grid(column.codec.decode(channel));
  }
  if (const at::Tensor present = layout_.present(channels); present.defined()) {
    shown.masked_fill_(present.squeeze(1).logical_not(), kNone);
  }
  return shown;
}

// Element by element on the CPU, by the functions that encode() and decode() use.
at::Tensor Activation::clamped_and_rounded(const at::Tensor& raw, const at::Tensor& before) const {
  if (values_.empty()) return raw;
  at::Tensor given = raw.detach().to(torch::kCPU).contiguous();
  at::Tensor shown = shown_before(given, before);
  const int64_t steps = given.size(1),
                grain = std::max<int64_t>(1, kGrain / std::max<int64_t>(1, steps));
  const bool folds = std::ranges::any_of(
      values_, [](const Value& of) { return of.column.folds_low || of.column.folds_high; });
  at::Tensor hard = torch::empty_like(given), outside = torch::empty_like(given), slope;
  if (folds) slope = torch::empty_like(given);
  AT_DISPATCH_FLOATING_TYPES(given.scalar_type(), "activation", [&] {
    const auto of_sequence = [&](at::Tensor& tensor, int64_t b) {
      return tensor.defined() ? tensor.data_ptr<scalar_t>() + b * steps * layout_.values()
                              : nullptr;
    };
    at::parallel_for(0, given.size(0), grain, [&](int64_t first, int64_t last) {
      for (int64_t b = first; b < last; ++b) {
        clamp_and_round<scalar_t>(
            of_sequence(given, b), steps,
            {of_sequence(hard, b), of_sequence(outside, b), of_sequence(slope, b)},
            shown.data_ptr<double>() + b * layout_.values());
      }
    });
  });
  const auto back = [&](const at::Tensor& tensor) {
    return tensor.defined() ? tensor.to(raw.device()) : tensor;
  };
  return straight_through(raw, back(hard), back(outside), back(slope));
}

// The first step of a column with a trend is a level, in values [B,T,V]; `soft`: what they are made
// from.
at::Tensor Activation::with_levels(const at::Tensor& values, const at::Tensor& soft) const {
  std::vector<at::Tensor> levels = values.narrow(1, 0, 1).unbind(-1);
  for (size_t i = 0; i < trends_.size(); ++i) {
    const Column& column = trends_[i];
    const StartLevel& start = column.start;
    const at::Tensor given = soft.narrow(1, 0, 1).select(-1, trend_channels_[i]);
    const at::Tensor level = given.detach().to(torch::kCPU, torch::kDouble).contiguous().clone();
    for (int64_t k = 0; k < level.numel(); ++k) {
      double& value = level.data_ptr<double>()[k];
      const double original = column.on_grid(std::clamp(start.decode(value), start.min, start.max));
      value = static_cast<double>(static_cast<float>(start.encode(original)));
    }
    const at::Tensor hard = level.to(given.device(), given.scalar_type());
    const at::Tensor outside = (given.detach() > start.encode(start.max)).to(hard.scalar_type()) -
                               (given.detach() < start.encode(start.min)).to(hard.scalar_type());
    levels[static_cast<size_t>(trend_channels_[i])] = straight_through(given, hard, outside);
  }
  return at::cat({at::stack(levels, -1), values.narrow(1, 1, values.size(1) - 1)}, 1);
}

// The gates of a group, p and hard [B,T,count,1 + width] with "none of them" first; puts atoms in
// place of their values.
at::Tensor Activation::activate_gates(const at::Tensor& p, const at::Tensor& hard, const Gates& of,
                                      at::Tensor& values) {
  const int64_t width = p.size(-1) - 1;
  const at::Tensor on = straight_through(p, hard);
  const at::Tensor atoms = of.atoms.to(p.scalar_type());
  const at::Tensor value = values.index_select(-1, of.values);
  const at::Tensor now = value * on.select(-1, 0) + (atoms * on.narrow(-1, 1, width)).sum(-1);
  values = values.index_copy(-1, of.values, now);
  // A value that comes out as an atom without its gate is that atom all the same.
  const at::Tensor same = now.detach().unsqueeze(-1).eq(atoms).logical_and(of.exact);
  const at::Tensor missing = hard.narrow(-1, 1, width).gt(0).logical_and(of.exact.logical_not());
  const at::Tensor says =
      same.logical_and(missing.any(-1, true).logical_not()).logical_or(missing).to(p.scalar_type());
  return straight_through(p.narrow(-1, 1, width), says);
}

at::Tensor Activation::activate_blocks(const at::Tensor& raw, const at::Tensor& draws,
                                       at::Tensor values) const {
  std::vector<at::Tensor> parts;
  for (size_t g = 0; g < layout_.groups().size(); ++g) {
    const BlockGroup& group = layout_.groups()[g];
    const bool gate = group.role == Role::gate;
    std::vector<int64_t> sizes = raw.sizes().vec();
    sizes.back() = group.count;
    sizes.push_back(group.width);
    at::Tensor logits = raw.narrow(-1, group.begin, group.count * group.width).reshape(sizes);
    if (gate) logits = at::cat({at::zeros_like(logits.narrow(-1, 0, 1)), logits}, -1);
    const at::Tensor p = logits.softmax(-1);
    const at::Tensor of_group =
        draws.defined() ? draws.narrow(-1, group.first_block, group.count) : draws;
    const at::Tensor hard =
        at::one_hot(decided(p.detach(), of_group), p.size(-1)).to(p.scalar_type());
    const at::Tensor x =
        gate ? activate_gates(p, hard, gates_[g], values) : straight_through(p, hard);
    parts.push_back(x.flatten(-2));
  }
  parts.insert(parts.begin(), values);
  return at::cat(parts, -1);
}

Activated Activation::operator()(const at::Tensor& numbers, bool first, const at::Tensor& draws,
                                 const at::Tensor& before) const {
  move_to(numbers);
  at::Tensor soft = numbers.narrow(-1, 0, layout_.values());
  if (output_ == OutputActivation::range) {
    const at::Tensor low = low_.to(soft.scalar_type()), high = high_.to(soft.scalar_type());
    soft = low + (high - low) * soft.sigmoid();
  }
  at::Tensor values =
      output_ == OutputActivation::straight_through ? clamped_and_rounded(soft, before) : soft;
  if (first && !trends_.empty() && output_ == OutputActivation::straight_through) {
    values = with_levels(values, soft);
  }
  if (layout_.only_values()) return {soft, values};
  const int64_t blocks = layout_.width() - layout_.values();
  return {at::cat({soft, numbers.narrow(-1, layout_.values(), blocks)}, -1),
          activate_blocks(numbers, draws, values)};
}

at::Tensor misfit(const at::Tensor& made, const at::Tensor& real, const StepMask& steps,
                  const Layout& layout, int64_t power) {
  // Before anything is squared: whatever stands on padding must not reach the gradient.
  const at::Tensor raw = zero_padding(made, steps), x = zero_padding(real, steps);
  const auto to_power = [power](const at::Tensor& apart) {
    return power == 1 ? apart.abs() : apart.square();
  };
  if (layout.only_values()) return to_power(x - raw);
  const int64_t count = layout.values();
  at::Tensor values = to_power(x.narrow(-1, 0, count) - raw.narrow(-1, 0, count));
  if (const at::Tensor present = layout.present(x); present.defined()) {
    values = values.masked_fill(present.logical_not(), 0);
  }
  std::vector<at::Tensor> parts = {values};
  for (const ChannelBlock& block : layout.blocks()) {
    const at::Tensor target = x.narrow(-1, block.begin, block.width);
    at::Tensor logits = raw.narrow(-1, block.begin, block.width);
    at::Tensor none;  // the cross-entropy where no channel is 1
    if (block.role == Role::gate) {
      logits = at::cat({at::zeros_like(logits.narrow(-1, 0, 1)), logits}, -1);
      const at::Tensor unlikely = -logits.log_softmax(-1);
      none = unlikely.narrow(-1, 0, 1) * (1 - target.sum(-1, true));
      logits = unlikely.narrow(-1, 1, block.width);
    } else {
      logits = -logits.log_softmax(-1);
    }
    at::Tensor part = target * logits;
    if (none.defined()) part = part + at::constant_pad_nd(none, {0, block.width - 1});
    parts.push_back(part);
  }
  return zero_padding(at::cat(parts, -1), steps);
}

}  // namespace rnngan
