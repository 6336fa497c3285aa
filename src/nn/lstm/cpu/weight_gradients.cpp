#include "nn/lstm/cpu/weight_gradients.h"

#include <algorithm>
#include <vector>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

#include "nn/lstm/cpu/instruction_set.h"
#include "nn/lstm/cpu/pack.h"
#include "nn/lstm/cpu/step_rows.h"

namespace rnngan::lstm::cpu {
namespace {

// Rows of delta that are summed up before they are added to a result: they fit in the cache, and
// sums of sums are more precise than one long chain.
constexpr int64_t kChunk = 384;

// Samples that are summed up at a time: rows [row, row + rows) of steps [step, step + steps).
struct Chunk {
  int64_t step, steps, row, rows;
};

std::vector<Chunk> chunks_of(int64_t steps, int64_t batch) {
  const int64_t most_steps = std::max(int64_t{1}, kChunk / batch);
  std::vector<Chunk> chunks;
  for (int64_t step = 0; step < steps; step += most_steps) {
    for (int64_t row = 0; row < batch; row += kChunk) {
      chunks.push_back(
          {step, std::min(most_steps, steps - step), row, std::min(kChunk, batch - row)});
    }
  }
  return chunks;
}

// A part of the result [D, rows, C] that one thread works on: rows of one of x, h and 1, in one
// group of columns.
struct Part {
  enum Source { input, hidden, ones } source;
  int64_t direction, column;  // the first one of the group
  int64_t above;              // rows of the result before those of this source
  int64_t row, rows;          // of the source
};

// What a part costs beside its rows: delta is read.
constexpr int64_t kRowsOfReading = 2;

template <class Real>
class WeightProduct {
 public:
  WeightProduct(const WeightFactors& factors, const Columns& columns, int64_t input, int64_t hidden,
                int64_t ones)
      : kernels_(best_kernels<Real>()),
        factors_(factors),
        columns_(columns),
        batch_(factors.h.size(1)),
        chunks_(chunks_of(factors.delta.size(1), batch_)) {
    const int64_t directions = factors.delta.size(0);
    result_ =
        torch::zeros({directions, input + hidden + ones, columns.count()}, factors.h.options());
    for (int64_t d = 0; d < directions; ++d) {
      const int64_t width = kGroupVectors * columns.lanes;
      for (int64_t column = 0; column < columns.count(); column += width) {
        add_parts({Part::input, d, column, 0, 0, input});
        add_parts({Part::hidden, d, column, input, 0, hidden});
        add_parts({Part::ones, d, column, input + hidden, 0, ones});
      }
    }
  }

  at::Tensor operator()() {
    // Shares of cost, not of parts: these are not of one size. A part goes to whom its middle
    // does.
    at::parallel_for(0, cost_, kernels_.block, [&](int64_t first, int64_t last) {
      const auto at = [&](int64_t cost) {
        return std::lower_bound(middles_.begin(), middles_.end(), cost) - middles_.begin();
      };
      for (const Chunk& chunk : chunks_) {
        for (auto k = at(first); k < at(last); ++k) multiply(parts_[static_cast<size_t>(k)], chunk);
      }
    });
    return result_;
  }

 private:
  void add_parts(const Part& all) {
    const int64_t blocks = (all.rows + kernels_.block - 1) / kernels_.block;
    for (int64_t block = 0; block < blocks; ++block) {
      Part part = all;
      part.row = all.rows * block / blocks;
      part.rows = all.rows * (block + 1) / blocks - part.row;
      parts_.push_back(part);
      middles_.push_back(cost_ + (part.rows + kRowsOfReading) / 2);
      cost_ += part.rows + kRowsOfReading;
    }
  }

  void multiply(const Part& part, Chunk chunk) const {
    if (part.source == Part::hidden && factors_.zero_start && chunk.step == 0) {
      ++chunk.step;
      if (--chunk.steps == 0) return;
    }
    Product<Real> product = {};
    product.terms[product.count++] = term(part, chunk);
    product.add = true;
    product.row = columns_.count();
    product.result = result_.data_ptr<Real>() + part.direction * result_.stride(0) +
                     part.above * columns_.count() + part.column;
    kernels_.multiply(product, part.row, part.row + part.rows);
  }

  Term<Real> term(const Part& part, const Chunk& chunk) const {
    Term<Real> term = {};
    term.a_row = 1;
    if (part.source == Part::ones) {
      static const Real one = 1;
      term.a = &one;
    } else {
      const Rows<Real> rows =
          part.source == Part::input
              ? rows_of_direction<Real>(factors_.x, part.direction, factors_.order)
              : states_of_direction<Real>(factors_.h, part.direction, factors_.order);
      term.a_depth = rows.row;
      term.a_block = rows.step;
      term.a = rows.at(chunk.step, chunk.row);
    }
    const at::Tensor& delta = factors_.delta;
    const int64_t panel = 4 * columns_.panel_start(part.column);  // its first column
    term.b_depth = 4 * columns_.panel_width(part.column);
    term.b_block = columns_.count() * batch_;
    term.b = delta.data_ptr<Real>() + part.direction * delta.stride(0) + chunk.step * term.b_block +
             panel * batch_ + chunk.row * term.b_depth + part.column - panel;
    term.depth = chunk.rows;
    term.blocks = chunk.steps;
    return term;
  }

  const Kernels<Real>& kernels_;
  const WeightFactors& factors_;
  Columns columns_;
  int64_t batch_;
  std::vector<Chunk> chunks_;
  std::vector<Part> parts_;
  std::vector<int64_t> middles_;  // of the parts' shares of the cost, in rows
  int64_t cost_ = 0;
  at::Tensor result_;
};

}  // namespace

Gradients weight_gradients(const WeightFactors& factors, const Columns& columns, int64_t hidden,
                           const Needs& needs) {
  const int64_t from_x = needs.w_ih ? factors.x.size(3) : 0, from_h = needs.w_hh ? hidden : 0;
  at::Tensor result;  // [D, rows, C]
  AT_DISPATCH_FLOATING_TYPES(factors.delta.scalar_type(), "weight_gradients", [&] {
    result = WeightProduct<scalar_t>(factors, columns, from_x, from_h, needs.bias ? 1 : 0)();
  });
  Gradients gradients;
  if (needs.w_ih) gradients.w_ih = unpack_rows(result, columns, hidden, 0, from_x);
  if (needs.w_hh) gradients.w_hh = unpack_rows(result, columns, hidden, from_x, from_h);
  if (needs.bias) {
    gradients.bias = unpack_rows(result, columns, hidden, from_x + from_h, 1).squeeze(2);
  }
  return gradients;
}

}  // namespace rnngan::lstm::cpu
