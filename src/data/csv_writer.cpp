#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/file.h"
#include "core/text.h"
#include "data/data_file.h"
#include "data/sequence_formats.h"

namespace rnngan {

namespace {

constexpr size_t kFlushBytes = 1 << 18;

class CsvWriter final : public SequenceWriter {
 public:
  CsvWriter(const std::filesystem::path& target, const SequenceSet& like)
      : like_(without_gaps(like)), file_(target) {
    buffer_ = kSequenceIdColumn;
    counts_steps_ = std::ranges::count(like_.time.names, kStepColumn) == 0;
    if (counts_steps_) add_name(kStepColumn);
    for (const auto& name : like_.time.names) add_name(name);
    if (!like.classes.empty()) add_name(like.label_name);
    for (const auto& column : like.attribute_columns) add_name(column.name);
    for (const auto& column : like_.covariate_columns) add_name(column.name);
    for (const auto& column : like_.columns) add_name(column.name);
    buffer_ += '\n';
    for (const auto& name : like.classes) classes_.push_back(csv_cell(name));
  }

  void write(const SequenceSet& given) override {
    const SequenceSet part = without_gaps(given);
    require_fitting(part, like_);
    if (like_.time.known()) times_ = part.padded_times().contiguous();
    if (!like_.covariate_columns.empty()) known_ = part.padded_covariates().contiguous();
    const at::Tensor x = part.padded().contiguous();
    const at::Tensor lengths = part.lengths.contiguous();
    const double* values = x.data_ptr<double>();
    for (int64_t n = 0; n < part.count(); ++n) {
      const std::string middle = middle_of(part, n);
      for (int64_t t = 0; t < lengths.data_ptr<int64_t>()[n]; ++t) {
        const int64_t row = n * part.steps() + t;
        write_row(t, row, middle, values + row * part.features());
      }
      ++sequence_;
    }
  }

  void finish() override {
    file_.write(std::exchange(buffer_, {}));
    file_.commit();
  }

 private:
  void add_name(const std::string& name) {
    buffer_ += ',';
    buffer_ += csv_cell(name);
  }

  /// The cells that are the same in every row of a sequence.
  std::string middle_of(const SequenceSet& part, int64_t n) const {
    std::string out = ",";
    if (!classes_.empty()) {
      out += classes_[static_cast<size_t>(part.labels[n].item<int64_t>())];
      out += ',';
    }
    for (size_t i = 0; i < like_.attribute_columns.size(); ++i) {
      const at::Tensor value = part.attributes[n][static_cast<int64_t>(i)];
      append_cell(out, value.item<double>(), like_.attribute_columns[i]);
      out += ',';
    }
    return out;
  }

  void write_row(int64_t step, int64_t row, const std::string& middle, const double* values) {
    buffer_ += std::to_string(sequence_);
    if (counts_steps_) buffer_ += ',' + std::to_string(step);
    for (size_t c = 0; c < like_.time.names.size(); ++c) {
      buffer_ += ',';
      buffer_ += csv_cell(like_.time.cell(times_.data_ptr<double>()[row], c));
    }
    buffer_ += middle;
    const size_t known = like_.covariate_columns.size();
    for (size_t c = 0; c < known; ++c) {
      append_cell(buffer_, known_.data_ptr<double>()[static_cast<size_t>(row) * known + c],
                  like_.covariate_columns[c]);
      buffer_ += ',';
    }
    for (size_t f = 0; f < like_.columns.size(); ++f) {
      if (f > 0) buffer_ += ',';
      append_cell(buffer_, values[f], like_.columns[f]);
    }
    buffer_ += '\n';
    if (buffer_.size() < kFlushBytes) return;
    file_.write(buffer_);
    buffer_.clear();
  }

  SequenceSet like_;
  AtomicFile file_;
  std::string buffer_;
  bool counts_steps_ = true;          // no time of the file is called so
  std::vector<std::string> classes_;  // quoted where needed
  at::Tensor times_;                  // [N,T] of the part that is written
  at::Tensor known_;                  // [N,T,columns] likewise: covariates
  int64_t sequence_ = 0;
};

}  // namespace

std::unique_ptr<SequenceWriter> make_csv_writer(const std::filesystem::path& target,
                                                const Announced& announced) {
  return std::make_unique<CsvWriter>(target, announced.like);
}

}  // namespace rnngan
