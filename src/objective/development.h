// Unitary development of paths (Chevyrev and Lyons 2016, arXiv:1307.3580): the ordered product of
// exp(M dx) over the steps of a path, for linear maps M into the skew-Hermitian matrices. Its
// expectation is the characteristic function of the path's distribution.
//
// Unitary matrices U are complex here and kept as U - 1, which loses no digits where U is near 1.
#pragma once

#include <ATen/core/Tensor.h>

namespace rnngan {

/// Coordinates in the Lie algebra u(m): a real matrix C [...,m,m] stands for the skew-Hermitian
/// (C - C') / 2 + i (C + C') / 2, of the same Frobenius norm; complex of the same shape.
at::Tensor skew_hermitian(const at::Tensor& coordinates);

/// exp(A) - 1 of the skew-Hermitian A with these coordinates: [N,m,m], real -> complex. To 3e-7 or
/// better; where the Frobenius norm of A is more than 32 radians, A is shortened to that.
at::Tensor unitary_exponential(const at::Tensor& coordinates);

/// (1 + a) (1 + b) - 1: [N,m,m] twice.
at::Tensor unitary_product(const at::Tensor& a, const at::Tensor& b);

/// Product over the steps, the first one leftmost: [B,T,K,m,m] -> [B,K,m,m], each minus 1.
at::Tensor product_over_steps(const at::Tensor& steps);

}  // namespace rnngan
