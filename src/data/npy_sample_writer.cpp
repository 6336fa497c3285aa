#include <cmath>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/error.h"
#include "core/file.h"
#include "data/npy.h"
#include "data/sample_writers.h"

namespace rnngan {

namespace {

/// Labels and static columns have no place in the format and are left out.
class NpySampleWriter final : public SampleWriter {
 public:
  NpySampleWriter(const std::filesystem::path& target, const Schema& schema, int64_t sequences,
                  int64_t steps)
      : schema_(schema), sequences_(sequences), steps_(steps), file_(target) {
    file_.write(npy_header({sequences, steps, schema.features()}));
  }

  void write(const SampleChunk& unchecked) override {
    const SampleChunk chunk = checked_chunk(unchecked, schema_);
    const auto width = static_cast<size_t>(schema_.features());
    const double* x = chunk.x.data_ptr<double>();
    const int64_t* lengths = chunk.lengths.data_ptr<int64_t>();
    std::vector<double> padded(static_cast<size_t>(steps_) * width);
    for (int64_t b = 0; b < chunk.x.size(0); ++b) {
      if (lengths[b] > steps_)
        throw Error(ErrorKind::bug, "sample writer", "a sequence is longer than announced");
      const auto valid = static_cast<size_t>(lengths[b]) * width;
      const double* from = x + static_cast<size_t>(b * chunk.x.size(1)) * width;
      for (size_t i = 0; i < padded.size(); ++i) {
        padded[i] = i < valid ? from[i] : std::numeric_limits<double>::quiet_NaN();
        if (i < valid && !std::isfinite(from[i])) {
          throw Error(ErrorKind::diverged,
                      fmt::format("column {}", schema_.columns[i % width].name),
                      "a sampled value is not a finite number");
        }
      }
      file_.write({reinterpret_cast<const char*>(padded.data()), padded.size() * sizeof(double)});
      ++written_;
    }
  }

  void finish() override {
    if (written_ != sequences_) {
      throw Error(ErrorKind::bug, "sample writer",
                  fmt::format("{} of {} sequences were written", written_, sequences_));
    }
    file_.commit();
  }

 private:
  Schema schema_;
  int64_t sequences_;
  int64_t steps_;
  int64_t written_ = 0;
  AtomicFile file_;
};

}  // namespace

std::unique_ptr<SampleWriter> make_npy_sample_writer(const std::filesystem::path& target,
                                                     const Schema& schema, int64_t sequences,
                                                     int64_t steps) {
  return std::make_unique<NpySampleWriter>(target, schema, sequences, steps);
}

}  // namespace rnngan
