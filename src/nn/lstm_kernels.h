// The inner loops of the fused LSTM on the CPU: matrix products and gate arithmetic, compiled once
// per instruction set and chosen when the program runs.
//
// All arrays are dense and start with the step. A row is one sequence of the batch. Rows of states
// are `units` long, rows of gates 4 * units (i, f, g, o): `units` is H rounded up to the lanes of a
// vector, and what lies beyond H is zero in weights, biases and states, so that it stays zero.
#pragma once

#include <cstddef>
#include <cstdint>

namespace rnngan {

/// One direction of one layer, its saved values and the scratch of the pass at hand. A pass reads
/// and writes only rows that it is told to, so that threads may share one of these.
template <class Real>
struct LstmRun {
  int64_t steps, batch, input, hidden, units;

  // Weights, packed: panels of 4 vectors of columns, in a panel one row after the other.
  const Real* into_gates;  // [input + hidden] x [4 * units]
  const Real* bias;        // [4 * units]
  const Real* from_gates;  // [4 * units] x [state_width]: units of dh, then `input` columns of dx
  int64_t state_width;     // a multiple of the lanes

  // Forward; h and c start with the initial state.
  const Real* x;  // [T,B,input]
  Real* gates;    // [T,B,4 * units]
  Real* h;        // [T+1,B,units]
  Real* c;        // [T+1,B,units]
  Real* tanh_c;   // [T,B,units]

  // Backward.
  const Real* grad_h;  // [T,B,units]; null is zero
  const Real* grad_c;  // [T,B,units]; null is zero
  Real* delta;         // [T,B,4 * units], with respect to the gates before their nonlinearity
  Real* total_h;       // [T,B,units], with respect to h, through all paths; null: not kept
  Real* total_c;       // [T,B,units], with respect to c, through all paths; null: not kept
  Real* grad_state;    // [B,state_width] in: zero; out: with respect to the initial h, in its first
                       // `units` columns
  Real* grad_cell;     // [B,units] in: zero; out: with respect to the initial c
  Real* grad_x;        // [T,B,input]; null: not wanted
  bool want_initial_h;  // else grad_state is not what it says, where grad_x is not wanted either

  // Tangents: derivatives along a direction of (x, initial h, initial c).
  const Real* tangent_x;  // [T,B,input]; null is zero
  Real* tangent_gates;    // [T,B,4 * units]; the tangent backward pass turns them into its deltas
  Real* tangent_h;        // [T+1,B,units], starts with the direction
  Real* tangent_c;        // [T+1,B,units], starts with the direction
};

/// One addend of a product: element (r, k) of A is a[r * a_row + k * a_depth]; row k of panel p of
/// B starts at b + p * b_panel + k * b_depth.
template <class Real>
struct LstmTerm {
  const Real* a;
  ptrdiff_t a_row, a_depth;
  int64_t depth;
  const Real* b;
  ptrdiff_t b_panel, b_depth;
};

/// Sums of terms: result (r, column) at result[r * row + column].
template <class Real>
struct LstmProduct {
  LstmTerm<Real> terms[2];
  int64_t count;
  const Real* start;  // a row of first addends; null: zero
  bool add;           // instead of `start`, add to what the result holds
  Real* result;
  ptrdiff_t row;
};

/// Rows are [first, last). Every element of a result is one chain of sums in a fixed order, so its
/// bits do not depend on how rows and columns are split among threads.
template <class Real>
struct LstmKernels {
  using Pass = void (*)(const LstmRun<Real>& run, int64_t first, int64_t last);
  using Map = void (*)(const Real* from, Real* to, int64_t count);  // a multiple of the lanes

  int64_t lanes;
  int64_t block;  // rows that a product takes at once
  Pass forward;
  Pass backward;
  Pass tangent_forward;
  Pass tangent_backward;
  /// Columns of one panel, `vectors` (1 to 4) vectors wide.
  void (*multiply)(const LstmProduct<Real>& product, int64_t first, int64_t last, int64_t panel,
                   int64_t vectors);
  Map sigmoid;
  Map tanh;
};

inline constexpr int64_t kPanelVectors = 4;

enum class InstructionSet { portable, avx2, avx512 };

/// Whether this program and this processor have it.
bool has_instruction_set(InstructionSet set);
/// The kernels of an instruction set that is there.
template <class Real>
const LstmKernels<Real>& lstm_kernels(InstructionSet set);
/// The best there are, up to limit_instruction_set().
template <class Real>
const LstmKernels<Real>& lstm_kernels();
/// For tests and benchmarks, while no graph of a fused LSTM is alive: at most this instruction set.
void limit_instruction_set(InstructionSet highest);

}  // namespace rnngan
