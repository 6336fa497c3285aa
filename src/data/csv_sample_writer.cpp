#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "core/file.h"
#include "core/text.h"
#include "data/sample_writers.h"
#include "data/sequence_table.h"

namespace rnngan {

namespace {

constexpr size_t kFlushBytes = 1 << 18;

class CsvSampleWriter final : public SampleWriter {
 public:
  CsvSampleWriter(const std::filesystem::path& target, const Schema& schema)
      : schema_(schema), file_(target) {
    buffer_ = kSequenceIdColumn;
    add_name(kStepColumn);
    if (!schema.labels.empty()) add_name(schema.label_name);
    for (const auto& column : schema.statics) add_name(column.name);
    for (const auto& column : schema.columns) add_name(column.name);
    buffer_ += '\n';
    for (const auto& label : schema.labels) labels_.push_back(csv_cell(label));
  }

  void write(const SampleChunk& unchecked) override {
    const SampleChunk chunk = checked_chunk(unchecked, schema_);
    const int64_t steps = chunk.x.size(1);
    const int64_t* lengths = chunk.lengths.data_ptr<int64_t>();
    const double* x = chunk.x.data_ptr<double>();
    for (int64_t b = 0; b < chunk.x.size(0); ++b) {
      const std::string middle = attributes(chunk, b);
      for (int64_t t = 0; t < lengths[b]; ++t) {
        write_row(t, middle, x + (b * steps + t) * schema_.features());
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
  std::string attributes(const SampleChunk& chunk, int64_t b) const {
    std::string out = ",";
    if (chunk.labels.defined()) {
      out += labels_[static_cast<size_t>(chunk.labels.data_ptr<int64_t>()[b])];
      out += ',';
    }
    const double* statics = chunk.statics.defined() ? chunk.statics.data_ptr<double>() : nullptr;
    for (size_t i = 0; statics != nullptr && i < schema_.statics.size(); ++i) {
      append_number(out, statics[static_cast<size_t>(b) * schema_.statics.size() + i],
                    schema_.statics[i]);
      out += ',';
    }
    return out;
  }

  void write_row(int64_t step, const std::string& middle, const double* values) {
    buffer_ += std::to_string(sequence_);
    buffer_ += ',';
    buffer_ += std::to_string(step);
    buffer_ += middle;
    for (size_t f = 0; f < schema_.columns.size(); ++f) {
      if (f > 0) buffer_ += ',';
      append_number(buffer_, values[f], schema_.columns[f]);
    }
    buffer_ += '\n';
    if (buffer_.size() < kFlushBytes) return;
    file_.write(buffer_);
    buffer_.clear();
  }

  Schema schema_;
  AtomicFile file_;
  std::string buffer_;
  std::vector<std::string> labels_;  // quoted where needed
  int64_t sequence_ = 0;
};

}  // namespace

std::unique_ptr<SampleWriter> make_csv_sample_writer(const std::filesystem::path& target,
                                                     const Schema& schema, int64_t /*sequences*/,
                                                     int64_t /*steps*/) {
  return std::make_unique<CsvSampleWriter>(target, schema);
}

}  // namespace rnngan
