// The inner loops of a layer on the CPU, matrix products and gate arithmetic: compiled once per
// instruction set (kernel_table.h) and chosen when the program runs (instruction_set.h).
//
// All arrays start with the step, in the order in which the direction takes them, and, but for
// Rows, are dense. A row is one sequence of the batch. Rows of states are `units` long: H
// rounded up to the unit step of the kernels; what lies beyond H is zero in weights, biases and
// states, so that it stays zero.
//
// Gates lie as the kernels make them: in panels of as many units as a vector has lanes, the last
// one maybe half as wide, and in a panel as [row][gate][unit], gates in the order i, f, g, o.
// Columns has the order of their columns.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rnngan::lstm::cpu {

/// Rows that lie as others want them: that of a step and a sequence starts at
/// values + step * step + row * row. A direction that goes back in time has a negative `step`.
template <class Real>
struct Rows {
  Real* values;  // null: absent
  ptrdiff_t step, row;

  Real* at(int64_t of_step, int64_t of_row) const { return values + of_step * step + of_row * row; }
};

/// One direction of one layer, its saved values and the scratch of the pass at hand. A pass reads
/// and writes only rows that it is told to, so that threads may share one of these.
template <class Real>
struct Run {
  int64_t steps, batch, input, hidden, units;
  bool zero_start;          // the initial h is zero
  bool zero_tangent_start;  // the direction in the initial h is zero

  // Weights, packed: groups of 2 vectors of columns, in a group one row after the other.
  const Real* into_gates;  // [input + hidden] x columns of gates
  const Real* bias;        // columns of gates; that of a row starts at bias + row * bias_row
  ptrdiff_t bias_row;      // 0: one for all rows
  const Real* from_gates;  // columns of gates x [state_width]: units of dh, then `input` of dx
  int64_t state_width;     // a multiple of the lanes

  // Forward; h and c start with the initial state.
  Rows<Real> x;     // [T,B,input]
  Real* gates;      // [T], then as said above; null in a forward pass: not kept
  Rows<Real> h, c;  // [T+1,B,units]; in a forward pass all steps of c may be one
  Real* tanh_c;     // [T,B,units]; kept if the gates are

  // Backward.
  Rows<Real> grad_h;  // [T,B,units]; absent is zero
  Rows<Real> grad_c;  // [T,B,units]; absent is zero
  Real* grad_gates;   // as gates, but of the gates before their nonlinearity; null is zero
  Real* grad_cells;   // [T,B,units], of c, beside grad_c; null is zero
  Real* delta;  // as gates, with respect to the gates before their nonlinearity; may be `gates` or
                // `grad_gates`
  Real* total_h;      // [T,B,units], with respect to h, through all paths; null: not kept
  Real* total_c;      // [T,B,units], with respect to c, through all paths; null: not kept
  Real* grad_state;   // [B,state_width] in: zero; out: with respect to the initial h, in its first
                      // `units` columns
  Real* grad_cell;    // [B,units] in: zero; out: with respect to the initial c
  Rows<Real> grad_x;  // [T,B,input]; absent: not wanted
  bool want_initial_h;  // else grad_state is not what it says, where grad_x is not wanted either

  // Tangents: derivatives along a direction of (x, initial h, initial c).
  Rows<Real> tangent_x;      // [T,B,input]; absent is zero
  Rows<Real> tangent_h;      // [T+1,B,units], starts with the direction
  Real* tangent_c;           // [B,units] in: the direction, out: after the last step
  Rows<Real> tangent_cells;  // [T,B,units], tangents of c; absent: not kept
};

/// One addend of a product A B, its inner dimension made of `blocks` blocks of `depth`: element
/// (r, k) of A in block n is a[r * a_row + k * a_depth + n * a_block], row k of B starts at
/// b + k * b_depth + n * b_block. Either a_row is 1, or a_depth is and b_depth is that of packed
/// weights.
template <class Real>
struct Term {
  const Real* a;
  ptrdiff_t a_row, a_depth, a_block;
  const Real* b;
  ptrdiff_t b_depth, b_block;
  int64_t depth, blocks;
};

/// Sums of terms: result (r, column) at result[r * row + column].
template <class Real>
struct Product {
  Term<Real> terms[2];
  int64_t count;
  const Real* start;    // a row of first addends; null: zero
  ptrdiff_t start_row;  // from those of a row to those of the next
  bool add;             // instead of `start`, add to what the result holds
  Real* result;
  ptrdiff_t row;
};

/// Rows are [first, last). Every element of a result is one chain of sums in a fixed order, so its
/// bits do not depend on how rows and columns are split among threads.
template <class Real>
struct Kernels {
  using Pass = void (*)(const Run<Real>& run, int64_t first, int64_t last);
  using Map = void (*)(const Real* from, Real* to, int64_t count);  // a multiple of the lanes

  int64_t lanes;
  int64_t unit_step;  // the lanes, or half of them
  int64_t block;      // rows that a product takes at once
  Pass forward;
  /// From grad_h, grad_c, grad_gates and grad_cells.
  Pass backward;
  /// The tangents and, where grad_gates is there, what the backward pass depends on: the gradients
  /// of sum(direction * results of the backward pass) with respect to its gates (grad_gates), c
  /// (grad_cells) and initial c (grad_cell), from total_h and total_c.
  Pass tangent;
  /// A result of one group of columns, from terms with a_row = 1.
  void (*multiply)(const Product<Real>& product, int64_t first, int64_t last);
  Map sigmoid;
  Map tanh;
};

inline constexpr int64_t kGroupVectors = 2;

/// The columns of gates, 4 * units of them, in the order in which they lie. Every group of two
/// vectors belongs to one panel.
struct Columns {
  int64_t lanes, units;

  int64_t count() const { return 4 * units; }
  int64_t panel_start(int64_t column) const { return column / (4 * lanes) * lanes; }
  int64_t panel_width(int64_t column) const {
    const int64_t left = units - panel_start(column);
    return left < lanes ? left : lanes;
  }
  int64_t gate(int64_t column) const { return column % (4 * lanes) / panel_width(column); }
  int64_t unit(int64_t column) const {
    return panel_start(column) + column % (4 * lanes) % panel_width(column);
  }
};

}  // namespace rnngan::lstm::cpu
