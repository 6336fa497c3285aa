// One GRU layer as one autograd function: what torch::nn::GRU computes, several times as fast for
// the small networks of evaluators, where calls cost more than arithmetic.
#pragma once

#include <cstdint>
#include <memory>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// As torch::nn::GRU has them, gates in the order reset, update, new. All float32, contiguous, on
/// the CPU.
struct GruWeights {
  at::Tensor input;       // [3H,C]
  at::Tensor state;       // [3H,H]
  at::Tensor input_bias;  // [3H]
  at::Tensor state_bias;  // [3H]
};

/// Who multiplies matrices: LibTorch's BLAS, or the evaluator's own kernels, which round otherwise.
enum class Products { library, own };

/// What passes write, kept from one to the next: taking that much memory anew each time costs as
/// much as filling it. States that were returned hold until the next pass, which must come after
/// the way back of the one before. For one thread at a time.
class GruBuffers {
 public:
  explicit GruBuffers(Products products);
  ~GruBuffers();
  GruBuffers(const GruBuffers&) = delete;
  GruBuffers& operator=(const GruBuffers&) = delete;

  struct Impl;
  Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// The states [T,H,B] after each step of x [T,C,B], from a zero state. Differentiable once, in the
/// weights; x gets no gradient.
at::Tensor gru_states(const at::Tensor& x, const GruWeights& weights, GruBuffers& buffers);
/// Of these, [H,B] that after the last step of each sequence; `lengths` [B] int64, 1..T.
at::Tensor gru_last_states(const at::Tensor& x, const at::Tensor& lengths,
                           const GruWeights& weights, GruBuffers& buffers);

}  // namespace rnngan
