#include "nn/lstm/cpu/pack.h"

#include <algorithm>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

namespace rnngan::lstm::cpu {
namespace {

// Elements that are worth another thread.
constexpr int64_t kGrain = 1 << 15;

// The row of a weight matrix that a column of gates is made with; -1: none, beyond H.
int64_t weight_row(const Columns& columns, int64_t column, int64_t hidden) {
  const int64_t unit = columns.unit(column);
  return unit < hidden ? columns.gate(column) * hidden + unit : -1;
}

int64_t group_width(const Columns& columns) {
  return kGroupVectors * columns.lanes;
}

// to[c * to_row + r] = from[r * from_row + c], in blocks whose lines stay in the nearest cache.
template <class Real>
void transpose(const Real* from, int64_t from_row, int64_t rows, int64_t count, Real* to,
               int64_t to_row) {
  constexpr int64_t kBlock = 16;
  for (int64_t first = 0; first < rows; first += kBlock) {
    const int64_t last = std::min(rows, first + kBlock);
    for (int64_t c = 0; c < count; ++c) {
      for (int64_t r = first; r < last; ++r) to[c * to_row + r] = from[r * from_row + c];
    }
  }
}

// Calls work(first column, columns, row of weights or -1) for the runs of adjacent columns of
// [first, last) that belong to adjacent rows.
template <class Work>
void for_weight_rows(const Columns& columns, int64_t hidden, int64_t first, int64_t last,
                     const Work& work) {
  for (int64_t begin = first; begin < last;) {
    const int64_t row = weight_row(columns, begin, hidden);
    int64_t end = begin + 1;
    while (end < last &&
           weight_row(columns, end, hidden) == (row < 0 ? row : row + (end - begin))) {
      ++end;
    }
    work(begin, end - begin, row);
    begin = end;
  }
}

template <class Real>
void fill_into_gates(const at::Tensor& source, const Columns& columns, int64_t offset,
                     at::Tensor& packed) {
  const int64_t directions = packed.size(0), groups = packed.size(1), depth = packed.size(2),
                width = packed.size(3), count = source.size(2), hidden = source.size(1) / 4;
  const Real* const values = source.data_ptr<Real>();
  Real* const result = packed.data_ptr<Real>();
  const int64_t grain = std::max(int64_t{1}, kGrain / (width * count + 1));
  at::parallel_for(0, directions * groups, grain, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      Real* const to = result + (k * depth + offset) * width;
      const Real* const from = values + k / groups * source.stride(0);
      const int64_t column = k % groups * width;
      const auto fill = [&](int64_t begin, int64_t rows, int64_t row) {
        Real* const part = to + begin - column;
        if (row >= 0) {
          transpose(from + row * count, count, rows, count, part, width);
        } else {
          for (int64_t n = 0; n < count; ++n) std::fill_n(part + n * width, rows, Real{0});
        }
      };
      for_weight_rows(columns, hidden, column, column + width, fill);
    }
  });
}

template <class Real>
void fill_from_gates(const at::Tensor& w_hh, const at::Tensor& w_ih, const Columns& columns,
                     at::Tensor& packed) {
  const int64_t directions = packed.size(0), groups = packed.size(1), count = packed.size(2),
                width = packed.size(3), hidden = w_hh.size(2);
  const int64_t input = w_ih.defined() ? w_ih.size(2) : 0;
  Real* const result = packed.data_ptr<Real>();
  const Real* const recurrent = w_hh.data_ptr<Real>();
  const Real* const feeding = w_ih.defined() ? w_ih.data_ptr<Real>() : nullptr;
  const int64_t grain = std::max(int64_t{1}, kGrain / (groups * width));
  at::parallel_for(0, directions * count, grain, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      const int64_t d = k / count, column = k % count;
      const int64_t row = weight_row(columns, column, hidden);
      for (int64_t group = 0; group < groups; ++group) {
        Real* const to = result + ((d * groups + group) * count + column) * width;
        std::fill_n(to, width, Real{0});
        if (row < 0) continue;
        const auto copy = [&](const Real* from, int64_t size, int64_t place) {
          const int64_t begin = std::max(place, group * width);
          const int64_t end = std::min(place + size, (group + 1) * width);
          if (begin < end) std::copy(from + begin - place, from + end - place, to + begin % width);
        };
        copy(recurrent + (d * 4 * hidden + row) * hidden, hidden, 0);
        copy(feeding + (d * 4 * hidden + row) * input, input, columns.units);
      }
    }
  });
}

template <class Real>
void take_rows(const at::Tensor& values, const Columns& columns, int64_t first_row,
               at::Tensor& result) {
  const int64_t directions = result.size(0), hidden = result.size(1) / 4, count = result.size(2);
  const int64_t width = group_width(columns), groups = columns.count() / width;
  const Real* const from = values.data_ptr<Real>() + first_row * columns.count();
  Real* const to = result.data_ptr<Real>();
  const int64_t grain = std::max(int64_t{1}, kGrain / (width * count + 1));
  at::parallel_for(0, directions * groups, grain, [&](int64_t first, int64_t last) {
    for (int64_t k = first; k < last; ++k) {
      const int64_t d = k / groups, column = k % groups * width;
      const auto take = [&](int64_t begin, int64_t rows, int64_t row) {
        if (row < 0) return;
        transpose(from + d * values.stride(0) + begin, columns.count(), count, rows,
                  to + (d * 4 * hidden + row) * count, count);
      };
      for_weight_rows(columns, hidden, column, column + width, take);
    }
  });
}

}  // namespace

at::Tensor pack_into_gates(const Weights& weights, const Columns& columns) {
  const int64_t width = group_width(columns), input = weights.w_ih.size(2);
  at::Tensor packed = torch::empty(
      {weights.w_hh.size(0), columns.count() / width, input + weights.w_hh.size(2), width},
      weights.w_hh.options());
  AT_DISPATCH_FLOATING_TYPES(packed.scalar_type(), "pack_into_gates", [&] {
    fill_into_gates<scalar_t>(weights.w_ih.contiguous(), columns, 0, packed);
    fill_into_gates<scalar_t>(weights.w_hh.contiguous(), columns, input, packed);
  });
  return packed;
}

at::Tensor pack_bias(const Weights& weights, const Columns& columns) {
  const int64_t directions = weights.bias.size(0), hidden = weights.hidden();
  const at::Tensor bias = weights.bias.contiguous().view({directions, -1, 4 * hidden});
  at::Tensor packed = torch::zeros({directions, bias.size(1), columns.count()}, bias.options());
  AT_DISPATCH_FLOATING_TYPES(packed.scalar_type(), "pack_bias", [&] {
    const auto copy = [&](int64_t column, int64_t count, int64_t weight) {
      if (weight < 0) return;
      const scalar_t* from = bias.data_ptr<scalar_t>() + weight;
      scalar_t* to = packed.data_ptr<scalar_t>() + column;
      for (int64_t row = 0; row < directions * bias.size(1); ++row) {
        std::copy_n(from + row * 4 * hidden, count, to + row * columns.count());
      }
    };
    for_weight_rows(columns, hidden, 0, columns.count(), copy);
  });
  return packed;
}

at::Tensor unpack_step(const at::Tensor& values, const Columns& columns, int64_t hidden) {
  const int64_t directions = values.size(0), batch = values.size(1) / columns.count();
  at::Tensor result = torch::empty({directions, batch, 4 * hidden}, values.options());
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "unpack_step", [&] {
    const auto copy = [&](int64_t column, int64_t count, int64_t weight) {
      if (weight < 0) return;
      const int64_t panel = 4 * columns.panel_start(column);  // its first column
      const int64_t width = 4 * columns.panel_width(column);
      for (int64_t d = 0; d < directions; ++d) {
        const scalar_t* from =
            values.data_ptr<scalar_t>() + d * values.stride(0) + panel * batch + column - panel;
        scalar_t* to = result.data_ptr<scalar_t>() + d * result.stride(0) + weight;
        for (int64_t row = 0; row < batch; ++row) {
          std::copy_n(from + row * width, count, to + row * 4 * hidden);
        }
      }
    };
    for_weight_rows(columns, hidden, 0, columns.count(), copy);
  });
  return result;
}

at::Tensor pack_from_gates(const Weights& weights, const Columns& columns, bool with_input) {
  const int64_t width = group_width(columns);
  const at::Tensor w_hh = weights.w_hh.contiguous();
  const at::Tensor w_ih = with_input ? weights.w_ih.contiguous() : at::Tensor();
  const int64_t used = columns.units + (with_input ? w_ih.size(2) : 0);
  at::Tensor packed = torch::empty(
      {w_hh.size(0), (used + width - 1) / width, columns.count(), width}, w_hh.options());
  AT_DISPATCH_FLOATING_TYPES(packed.scalar_type(), "pack_from_gates",
                             [&] { fill_from_gates<scalar_t>(w_hh, w_ih, columns, packed); });
  return packed;
}

at::Tensor unpack_rows(const at::Tensor& values, const Columns& columns, int64_t hidden,
                       int64_t first, int64_t count) {
  at::Tensor result = torch::empty({values.size(0), 4 * hidden, count}, values.options());
  AT_DISPATCH_FLOATING_TYPES(values.scalar_type(), "unpack_rows",
                             [&] { take_rows<scalar_t>(values, columns, first, result); });
  return result;
}

}  // namespace rnngan::lstm::cpu
