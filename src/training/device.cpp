#include "training/device.h"

#include <charconv>
#include <filesystem>

#include <ATen/Context.h>
#include <dlfcn.h>
#include <fmt/format.h>
#include <torch/cuda.h>

#include "core/error.h"

namespace rnngan {

namespace {

// The program links torch_cpu only. Loading libtorch_cuda registers the GPU kernels, so one binary
// serves machines with and without a GPU. It must happen before LibTorch is first asked about CUDA.
void load_cuda_libraries() {
  Dl_info info{};
  const void* symbol = reinterpret_cast<const void*>(&at::globalContext);
  if (dladdr(symbol, &info) == 0) return;
  const auto library = std::filesystem::path(info.dli_fname).parent_path() / "libtorch_cuda.so";
  if (dlopen(library.c_str(), RTLD_NOW | RTLD_GLOBAL) == nullptr) {
    const bool exists = std::filesystem::exists(library);
    throw Error(ErrorKind::device, "cuda",
                exists ? dlerror() : "this LibTorch was built without CUDA",
                "use device cpu, or build with the LibTorch of scripts/get_libtorch.sh --cuda");
  }
}

}  // namespace

at::Device resolve_device(const std::string& name) {
  if (name == "auto" || name == "cpu") return at::kCPU;
  int index = 0;
  if (name.starts_with("cuda:")) {
    const char* end = name.data() + name.size();
    const auto [rest, status] = std::from_chars(name.data() + 5, end, index);
    if (status != std::errc() || rest != end || index < 0) index = -1;
  }
  if ((name != "cuda" && !name.starts_with("cuda:")) || index < 0) {
    throw Error(ErrorKind::device, name, "unknown device (auto, cpu, cuda, cuda:N)");
  }
  load_cuda_libraries();
  if (!torch::cuda::is_available()) {
    throw Error(ErrorKind::device, name, "there is no usable GPU", "use device cpu");
  }
  if (index >= static_cast<int>(torch::cuda::device_count())) {
    throw Error(ErrorKind::device, name,
                fmt::format("there are {} GPUs", torch::cuda::device_count()),
                "GPUs are counted from cuda:0");
  }
  return {at::kCUDA, static_cast<c10::DeviceIndex>(index)};
}

}  // namespace rnngan
