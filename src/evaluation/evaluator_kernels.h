// What the passes of an evaluator's recurrent layer spend their time on, each in versions for
// several instruction sets, of which the best one is chosen when the program runs.
//
// BLAS is made for large matrices, and one that does not know the processor falls back to the
// instructions of twenty years ago: products of these sizes are several times as fast here.
// Products round otherwise than those of BLAS; all else has the same digits in each version.
#pragma once

#include <cstdint>

namespace rnngan {

/// A matrix that is read by rows or, transposed, by columns: entry (i,j) is at data[i * row + j *
/// column].
struct MatrixView {
  const float* data;
  int64_t row, column;
};

struct EvaluatorKernels {
  /// c [m,n] += a [m,k] b [k,n]; b and c by rows, without gaps.
  void (*add_product)(float* c, MatrixView a, const float* b, int64_t m, int64_t n, int64_t k);
  /// Twice what the new gate's tanh is taken of (`gate`, in place): the input's part plus what the
  /// reset gate lets through. tanh(a) is 2 sigmoid(2a) - 1, and the sigmoid is several times as
  /// fast.
  void (*add_reset)(float* gate, const float* reset, const float* hidden, int64_t count);
  /// The next state. `candidate` comes in as that sigmoid and leaves as the tanh.
  void (*blend)(float* state, const float* previous, const float* update, float* candidate,
                int64_t count);
  /// One step back. `total` holds dL/dh and leaves as the part of dL/dh of the step before that
  /// does not go through the recurrent product; `input` [3H,B] and `state` [3H,B] get the gradients
  /// of what the functions of `gates` [3H,B] were applied to, before and behind the reset gate.
  /// `block` is H * B.
  void (*step_back)(float* total, const float* gates, const float* hidden, const float* previous,
                    float* input, float* state, int64_t block);
  /// Rows of `from` [.,columns] at `indices`, turned round: to [columns,count].
  void (*gather_columns)(float* to, const float* from, const int64_t* indices, int64_t count,
                         int64_t columns);
  /// `from` [rows,columns] turned round: to [columns,rows], a row of `to` every `stride` numbers.
  void (*turn)(float* to, int64_t stride, const float* from, int64_t rows, int64_t columns);
};

/// The best that the processor can do.
const EvaluatorKernels& evaluator_kernels();
/// Of one instruction set; null where the processor or the build is without it.
enum class EvaluatorInstructions { portable, avx2, avx512 };
const EvaluatorKernels* evaluator_kernels(EvaluatorInstructions instructions);

}  // namespace rnngan
