#include "nn/lstm_weight_gradients.h"

#include <algorithm>
#include <vector>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

#include "nn/lstm_packing.h"

namespace rnngan {
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

// A part of the result [D, in + H + 1, C] that one thread works on: rows of one of x, h and 1, in
// one group of columns.
struct Part {
  int64_t direction, column, row, rows;
  enum Source { input, hidden, ones } source;
};

template <class Real>
class WeightProduct {
 public:
  WeightProduct(const std::vector<WeightTerm>& terms, const LstmColumns& columns, int64_t hidden)
      : kernels_(lstm_kernels<Real>()), terms_(terms), columns_(columns), hidden_(hidden) {
    const at::Tensor& h = terms[0].h;
    input_ = terms[0].x.size(3);
    batch_ = h.size(2);
    chunks_ = chunks_of(h.size(1) - 1, batch_);
    result_ = torch::zeros({h.size(0), input_ + hidden + 1, columns.count()}, h.options());
    const int64_t width = kGroupVectors * columns.lanes;
    for (int64_t d = 0; d < h.size(0); ++d) {
      for (int64_t column = 0; column < columns.count(); column += width) {
        add_parts({d, column, 0, input_, Part::input});
        add_parts({d, column, 0, hidden_, Part::hidden});
        add_parts({d, column, 0, 1, Part::ones});
      }
    }
  }

  at::Tensor operator()() {
    // Shares of rows, not of parts: these are not of one size. A part goes to whom its last row
    // does.
    at::parallel_for(0, ends_.back(), kernels_.block, [&](int64_t first, int64_t last) {
      const auto at = [&](int64_t row) {
        return std::upper_bound(ends_.begin(), ends_.end(), row) - ends_.begin();
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
      ends_.push_back((ends_.empty() ? 0 : ends_.back()) + part.rows);
    }
  }

  void multiply(const Part& part, const Chunk& chunk) const {
    LstmProduct<Real> product = {};
    for (const WeightTerm& term : terms_) add_term(product, term, part, chunk);
    product.add = true;
    product.row = columns_.count();
    const int64_t above = part.source == Part::input    ? 0
                          : part.source == Part::hidden ? input_
                                                        : input_ + hidden_;
    product.result = result_.data_ptr<Real>() + part.direction * result_.stride(0) +
                     above * columns_.count() + part.column;
    kernels_.multiply(product, part.row, part.row + part.rows, kGroupVectors);
  }

  void add_term(LstmProduct<Real>& product, const WeightTerm& term, const Part& part,
                const Chunk& chunk) const {
    LstmTerm<Real> factors = {};
    if (part.source == Part::ones) {
      if (!term.bias) return;
      static const Real one = 1;
      factors.a = &one;
    } else {
      const at::Tensor& values = part.source == Part::input ? term.x : term.h;
      if (!values.defined()) return;
      factors.a_row = 1;
      factors.a_depth = values.stride(2);
      factors.a_block = values.stride(1);
      factors.a = values.data_ptr<Real>() + part.direction * values.stride(0) +
                  chunk.step * factors.a_block + chunk.row * factors.a_depth;
    }
    const int64_t start = columns_.panel_start(part.column);
    factors.b_depth = 4 * columns_.panel_width(part.column);
    factors.b_block = columns_.count() * batch_;
    factors.b = term.delta.data_ptr<Real>() + part.direction * term.delta.stride(0) +
                chunk.step * factors.b_block + 4 * start * batch_ + chunk.row * factors.b_depth +
                (part.column - 4 * start);
    factors.depth = chunk.rows;
    factors.blocks = chunk.steps;
    product.terms[product.count++] = factors;
  }

  const LstmKernels<Real>& kernels_;
  const std::vector<WeightTerm>& terms_;
  LstmColumns columns_;
  int64_t hidden_, input_, batch_;
  std::vector<Chunk> chunks_;
  std::vector<Part> parts_;
  std::vector<int64_t> ends_;  // rows of the parts up to and with each
  at::Tensor result_;
};

}  // namespace

WeightGradients weight_gradients(const std::vector<WeightTerm>& terms, const LstmColumns& columns,
                                 int64_t hidden) {
  at::Tensor result;  // [D, in + H + 1, C]
  AT_DISPATCH_FLOATING_TYPES(terms[0].delta.scalar_type(), "weight_gradients",
                             [&] { result = WeightProduct<scalar_t>(terms, columns, hidden)(); });
  const int64_t input = terms[0].x.size(3);
  return {unpack_rows(result, columns, hidden, 0, input),
          unpack_rows(result, columns, hidden, input, hidden),
          unpack_rows(result, columns, hidden, input + hidden, 1).squeeze(2)};
}

}  // namespace rnngan
