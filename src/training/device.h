// Where tensors live: "auto", "cpu", "cuda", "cuda:N".
#pragma once

#include <string>

#include <ATen/core/Tensor.h>

namespace rnngan {

/// `auto` is the CPU. A CUDA device loads libtorch_cuda from beside libtorch_cpu on first use.
/// Throws Error{device} when the name is none of the above, this LibTorch has no CUDA part, or
/// there is no such GPU.
at::Device resolve_device(const std::string& name);

}  // namespace rnngan
