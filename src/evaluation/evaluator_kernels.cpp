#include "evaluation/evaluator_kernels.h"

#include <algorithm>
#include <cstring>

// What a kernel reads and writes never overlaps: only so are loops computed several numbers at a
// time. A body is compiled anew within each function that is allowed other instructions.
#define RNNGAN_APART __restrict__
#define RNNGAN_BODY [[gnu::always_inline]] inline
#if defined(__x86_64__) && defined(__GNUC__)
#define RNNGAN_X86_EVALUATORS
#endif

namespace rnngan {
namespace {

template <int Bytes>
struct Vector {
  typedef float Type __attribute__((vector_size(Bytes)));
  static constexpr int kLanes = Bytes / static_cast<int>(sizeof(float));
};

// `Rows` rows of the product by `Parts` vectors of columns, of which `count` columns are there.
template <int Bytes, int Rows, int Parts, bool Whole>
RNNGAN_BODY void product_tile(float* RNNGAN_APART c, MatrixView a, const float* RNNGAN_APART b,
                              int64_t n, int64_t k, int64_t count) {
  using V = typename Vector<Bytes>::Type;
  const size_t bytes = Whole ? sizeof(V) : static_cast<size_t>(count) * sizeof(float);
  V sums[Rows][Parts] = {};
  for (int64_t l = 0; l < k; ++l) {
    V right[Parts] = {};
    for (int p = 0; p < Parts; ++p) {
      std::memcpy(&right[p], b + l * n + p * Vector<Bytes>::kLanes, bytes);
    }
    for (int r = 0; r < Rows; ++r) {
      const float left = a.data[r * a.row + l * a.column];
      for (int p = 0; p < Parts; ++p) sums[r][p] += left * right[p];
    }
  }
  for (int r = 0; r < Rows; ++r) {
    for (int p = 0; p < Parts; ++p) {
      V old = {};
      float* at = c + r * n + p * Vector<Bytes>::kLanes;
      std::memcpy(&old, at, bytes);
      old += sums[r][p];
      std::memcpy(at, &old, bytes);
    }
  }
}

template <int Bytes, int Rows, int Parts>
RNNGAN_BODY void product_rows(float* RNNGAN_APART c, MatrixView a, const float* RNNGAN_APART b,
                              int64_t n, int64_t k) {
  constexpr int64_t lanes = Vector<Bytes>::kLanes;
  int64_t j = 0;
  for (; j + Parts * lanes <= n; j += Parts * lanes) {
    product_tile<Bytes, Rows, Parts, true>(c + j, a, b + j, n, k, lanes);
  }
  for (; j + lanes <= n; j += lanes) {
    product_tile<Bytes, Rows, 1, true>(c + j, a, b + j, n, k, lanes);
  }
  if (j < n) product_tile<Bytes, Rows, 1, false>(c + j, a, b + j, n, k, n - j);
}

template <int Bytes, int Parts>
RNNGAN_BODY void product(float* RNNGAN_APART c, MatrixView a, const float* RNNGAN_APART b,
                         int64_t m, int64_t n, int64_t k) {
  const auto below = [&](int64_t i) { return MatrixView{a.data + i * a.row, a.row, a.column}; };
  int64_t i = 0;
  for (; i + 4 <= m; i += 4) product_rows<Bytes, 4, Parts>(c + i * n, below(i), b, n, k);
  for (; i < m; ++i) product_rows<Bytes, 1, Parts>(c + i * n, below(i), b, n, k);
}

RNNGAN_BODY void add_reset_body(float* RNNGAN_APART gate, const float* RNNGAN_APART reset,
                                const float* RNNGAN_APART hidden, int64_t count) {
  for (int64_t i = 0; i < count; ++i) gate[i] = 2 * (gate[i] + reset[i] * hidden[i]);
}

RNNGAN_BODY void blend_body(float* RNNGAN_APART state, const float* RNNGAN_APART previous,
                            const float* RNNGAN_APART update, float* RNNGAN_APART candidate,
                            int64_t count) {
  for (int64_t i = 0; i < count; ++i) {
    candidate[i] = 2 * candidate[i] - 1;
    state[i] = candidate[i] + update[i] * (previous[i] - candidate[i]);
  }
}

RNNGAN_BODY void step_back_body(float* RNNGAN_APART total, const float* RNNGAN_APART gates,
                                const float* RNNGAN_APART hidden,
                                const float* RNNGAN_APART previous, float* RNNGAN_APART input,
                                float* RNNGAN_APART state, int64_t block) {
  const float *reset = gates, *update = gates + block, *candidate = gates + 2 * block;
  for (int64_t i = 0; i < block; ++i) {
    const float r = reset[i], z = update[i], n = candidate[i], g = total[i];
    const float to_new = g * (1 - z) * (1 - n * n);
    const float to_reset = to_new * hidden[i] * r * (1 - r);
    const float to_update = g * (previous[i] - n) * z * (1 - z);
    input[i] = to_reset;
    state[i] = to_reset;
    input[block + i] = to_update;
    state[block + i] = to_update;
    input[2 * block + i] = to_new;
    state[2 * block + i] = to_new * r;
    total[i] = g * z;
  }
}

// Both in squares that stay in the cache.
RNNGAN_BODY void turn_body(float* RNNGAN_APART to, int64_t stride, const float* RNNGAN_APART from,
                           int64_t rows, int64_t columns) {
  constexpr int64_t side = 16;
  for (int64_t column = 0; column < columns; column += side) {
    const int64_t end = std::min(column + side, columns);
    for (int64_t i = 0; i < rows; ++i) {
      for (int64_t j = column; j < end; ++j) to[j * stride + i] = from[i * columns + j];
    }
  }
}

RNNGAN_BODY void gather_body(float* RNNGAN_APART to, const float* RNNGAN_APART from,
                             const int64_t* RNNGAN_APART indices, int64_t count, int64_t columns) {
  constexpr int64_t side = 16;
  for (int64_t first = 0; first < count; first += side) {
    const int64_t last = std::min(first + side, count);
    for (int64_t column = 0; column < columns; column += side) {
      const int64_t end = std::min(column + side, columns);
      for (int64_t i = first; i < last; ++i) {
        const float* row = from + indices[i] * columns;
        for (int64_t j = column; j < end; ++j) to[j * count + i] = row[j];
      }
    }
  }
}

// The functions of a EvaluatorKernels that may use `products` and `others`: instructions that fuse
// multiplication and addition are for products alone, whatever else would round otherwise.
// NOLINTBEGIN(bugprone-macro-parentheses): attributes cannot stand in parentheses
#define RNNGAN_EVALUATOR_KERNELS(Name, products, others, Bytes, Parts)                             \
  struct Name {                                                                                    \
    products static void add_product(float* c, MatrixView a, const float* b, int64_t m, int64_t n, \
                                     int64_t k) {                                                  \
      product<Bytes, Parts>(c, a, b, m, n, k);                                                     \
    }                                                                                              \
    others static void add_reset(float* gate, const float* reset, const float* hidden,             \
                                 int64_t count) {                                                  \
      add_reset_body(gate, reset, hidden, count);                                                  \
    }                                                                                              \
    others static void blend(float* state, const float* previous, const float* update,             \
                             float* candidate, int64_t count) {                                    \
      blend_body(state, previous, update, candidate, count);                                       \
    }                                                                                              \
    others static void step_back(float* total, const float* gates, const float* hidden,            \
                                 const float* previous, float* input, float* state,                \
                                 int64_t block) {                                                  \
      step_back_body(total, gates, hidden, previous, input, state, block);                         \
    }                                                                                              \
    others static void gather_columns(float* to, const float* from, const int64_t* indices,        \
                                      int64_t count, int64_t columns) {                            \
      gather_body(to, from, indices, count, columns);                                              \
    }                                                                                              \
    others static void turn(float* to, int64_t stride, const float* from, int64_t rows,            \
                            int64_t columns) {                                                     \
      turn_body(to, stride, from, rows, columns);                                                  \
    }                                                                                              \
    static const EvaluatorKernels* all() {                                                         \
      static constexpr EvaluatorKernels kernels = {add_product, add_reset,      blend,             \
                                                   step_back,   gather_columns, turn};             \
      return &kernels;                                                                             \
    }                                                                                              \
  }
// NOLINTEND(bugprone-macro-parentheses)

#define RNNGAN_NOTHING
RNNGAN_EVALUATOR_KERNELS(Portable, RNNGAN_NOTHING, RNNGAN_NOTHING, 16, 2);
#ifdef RNNGAN_X86_EVALUATORS
#define RNNGAN_MAY_USE(instructions) __attribute__((target(instructions)))
RNNGAN_EVALUATOR_KERNELS(Avx2, RNNGAN_MAY_USE("avx2,fma"), RNNGAN_MAY_USE("avx2"), 32, 2);
RNNGAN_EVALUATOR_KERNELS(Avx512, RNNGAN_MAY_USE("avx512f,avx2,fma"), RNNGAN_MAY_USE("avx2"), 64, 2);
#endif

}  // namespace

const EvaluatorKernels* evaluator_kernels(EvaluatorInstructions instructions) {
  if (instructions == EvaluatorInstructions::portable) return Portable::all();
#ifdef RNNGAN_X86_EVALUATORS
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (instructions == EvaluatorInstructions::avx2) return avx2 ? Avx2::all() : nullptr;
  return avx2 && __builtin_cpu_supports("avx512f") ? Avx512::all() : nullptr;
#else
  return nullptr;
#endif
}

const EvaluatorKernels& evaluator_kernels() {
  static const EvaluatorKernels& best = [&]() -> const EvaluatorKernels& {
    for (const auto set : {EvaluatorInstructions::avx512, EvaluatorInstructions::avx2}) {
      if (const EvaluatorKernels* kernels = evaluator_kernels(set)) return *kernels;
    }
    return *Portable::all();
  }();
  return best;
}

}  // namespace rnngan
