#include <limits>
#include <string>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "data/npy.h"
#include "data/sequence_formats.h"

namespace rnngan {

namespace {

/// Labels and attributes have no place in the format and are left out.
class NpyWriter final : public SequenceWriter {
 public:
  NpyWriter(const std::filesystem::path& target, const Announced& announced)
      : announced_(announced), file_(target) {
    const auto features = static_cast<int64_t>(announced.like.columns.size());
    file_.write(npy_header({announced.sequences, announced.steps, features}));
  }

  void write(const SequenceSet& part) override {
    require_fitting(part, announced_.like);
    if (part.count() == 0) return;
    if (part.lengths.max().item<int64_t>() > announced_.steps) {
      throw Error(ErrorKind::bug, "sequence writer", "a sequence is longer than announced");
    }
    const at::Tensor valid = part.mask().unsqueeze(2), x = part.padded();
    require_finite(x.isfinite().logical_or(valid.logical_not()).all(0).all(0));
    const int64_t padding = announced_.steps - part.steps();
    const at::Tensor padded =
        at::constant_pad_nd(x.masked_fill(valid.logical_not(), kNan), {0, 0, 0, padding}, kNan)
            .contiguous();
    file_.write({reinterpret_cast<const char*>(padded.data_ptr<double>()),
                 static_cast<size_t>(padded.numel()) * sizeof(double)});
    written_ += part.count();
  }

  void finish() override {
    if (written_ != announced_.sequences) {
      throw Error(ErrorKind::bug, "sequence writer",
                  fmt::format("{} of {} sequences were written", written_, announced_.sequences));
    }
    file_.commit();
  }

 private:
  static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

  /// finite [F] bool
  void require_finite(const at::Tensor& finite) const {
    for (int64_t f = 0; f < finite.size(0); ++f) {
      if (finite[f].item<bool>()) continue;
      throw Error(ErrorKind::diverged, fmt::format("column {}", announced_.like.column_name(f)),
                  "a sampled value is not a finite number");
    }
  }

  Announced announced_;
  int64_t written_ = 0;
  AtomicFile file_;
};

}  // namespace

std::unique_ptr<SequenceWriter> make_npy_writer(const std::filesystem::path& target,
                                                const Announced& announced) {
  return std::make_unique<NpyWriter>(target, announced);
}

}  // namespace rnngan
