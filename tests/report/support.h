// Small sets of sequences, and a strict reader of markup.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "evaluation/sequences.h"
#include "tests/named.h"

namespace rnngan {

/// Smooth sequences that differ from each other; `shift` moves them all.
inline SequenceSet waves(int64_t count, int64_t steps, int64_t features, double shift = 0) {
  const SequenceSet sequences(torch::zeros({count, steps, features}, torch::kFloat64),
                              torch::full({count}, steps, torch::kInt64));
  const at::Tensor values = sequences.padded();
  auto x = values.accessor<double, 3>();
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t t = 0; t < steps; ++t) {
      for (int64_t d = 0; d < features; ++d) {
        const auto place = static_cast<double>(7 * i + t) * 0.37 + static_cast<double>(d);
        x[i][t][d] = shift + std::sin(place) + 0.1 * std::cos(5.1 * place);
      }
    }
  }
  return sequences;
}

inline SequenceSet with_lengths(SequenceSet sequences, const std::vector<int64_t>& lengths) {
  sequences.lengths = torch::tensor(lengths, torch::kInt64);
  return sequences;
}

/// Reads markup as XML: every element closed in order, attributes quoted and given once, only the
/// entities that XML has. Throws std::runtime_error that says what is wrong and where.
class MarkupReader {
 public:
  explicit MarkupReader(std::string_view text) : text_(text) {}
  void read();
  /// Names of the elements, in order, and the values of one attribute.
  std::vector<std::string> elements;
  std::vector<std::string> values_of(std::string_view attribute) const;
  int count(std::string_view element) const;

 private:
  [[noreturn]] void fail(const std::string& fact) const;
  void read_text();
  void read_tag();
  void read_attribute(std::vector<std::string>& names);
  void read_entity();
  std::string name();
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_spaces();

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::string> open_;
  std::vector<std::pair<std::string, std::string>> attributes_;
};

/// Expects a page that is well-formed, refers to nothing outside itself, and has no coordinate that
/// is not a number.
void expect_sound_page(const std::string& page);

}  // namespace rnngan
