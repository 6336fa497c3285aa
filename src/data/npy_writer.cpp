#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/file.h"
#include "data/npy.h"
#include "data/npy_names.h"
#include "data/sequence_formats.h"

namespace rnngan {

namespace {

/// Names, classes, labels and attributes have no place in the format and stand in a file beside it.
class NpyWriter final : public SequenceWriter {
 public:
  NpyWriter(const std::filesystem::path& target, const Announced& announced)
      : announced_(announced), target_(target), file_(target) {
    announced_.like = without_gaps(announced.like);
    const auto features = static_cast<int64_t>(announced_.like.columns.size());
    file_.write(npy_header({announced.sequences, announced.steps, features}));
  }

  void write(const SequenceSet& given) override {
    const SequenceSet part = without_gaps(given);
    require_fitting(part, announced_.like);
    if (part.count() == 0) return;
    if (part.lengths.max().item<int64_t>() > announced_.steps) {
      throw Error(ErrorKind::bug, "sequence writer", "a sequence is longer than announced");
    }
    const at::Tensor valid = part.mask().unsqueeze(2), x = part.padded();
    refuse_infinite(x.isinf().logical_and(valid).flatten(0, 1).any(0));
    note_lengths(part, x);
    note_conditions(part);
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
    NpyNames names;
    names.columns = announced_.like.columns;
    if (!announced_.like.classes.empty()) {
      names.label_name = announced_.like.label_name;
      names.classes = announced_.like.classes;
      names.labels = std::move(labels_);
    }
    names.attribute_columns = announced_.like.attribute_columns;
    names.attributes = std::move(attributes_);
    if (ends_missing_) names.lengths = std::move(lengths_);
    write_npy_names(names, target_);
    file_.commit();
  }

 private:
  static constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

  /// infinite [F] bool
  void refuse_infinite(const at::Tensor& infinite) const {
    for (int64_t f = 0; f < infinite.size(0); ++f) {
      if (!infinite[f].item<bool>()) continue;
      throw Error(ErrorKind::diverged, fmt::format("column {}", announced_.like.column_name(f)),
                  "a sampled value is not a finite number");
    }
  }

  /// A last row without a number cannot be told from padding.
  void note_lengths(const SequenceSet& part, const at::Tensor& x) {
    const at::Tensor lengths = part.lengths.contiguous();
    const at::Tensor last =
        (lengths - 1).view({-1, 1, 1}).expand({part.count(), 1, part.features()});
    ends_missing_ = ends_missing_ || x.gather(1, last).isnan().all(2).any().item<bool>();
    lengths_.insert(lengths_.end(), lengths.data_ptr<int64_t>(),
                    lengths.data_ptr<int64_t>() + lengths.numel());
  }

  void note_conditions(const SequenceSet& part) {
    if (!announced_.like.classes.empty()) {
      const at::Tensor labels = part.labels.contiguous();
      const int64_t* first = labels.data_ptr<int64_t>();
      labels_.insert(labels_.end(), first, first + labels.numel());
    }
    const std::vector<Column>& columns = announced_.like.attribute_columns;
    attributes_.resize(columns.size());
    if (columns.empty()) return;
    const at::Tensor values = as_written(part.attributes, columns).t().contiguous();
    for (size_t i = 0; i < columns.size(); ++i) {
      const double* first = values.data_ptr<double>() + static_cast<int64_t>(i) * part.count();
      attributes_[i].insert(attributes_[i].end(), first, first + part.count());
    }
  }

  Announced announced_;
  std::filesystem::path target_;
  std::vector<int64_t> lengths_;
  std::vector<int64_t> labels_;
  std::vector<std::vector<double>> attributes_;  // S of N
  bool ends_missing_ = false;  // one of the sequences ends in a row of missing cells
  int64_t written_ = 0;
  AtomicFile file_;
};

}  // namespace

std::unique_ptr<SequenceWriter> make_npy_writer(const std::filesystem::path& target,
                                                const Announced& announced) {
  return std::make_unique<NpyWriter>(target, announced);
}

}  // namespace rnngan
