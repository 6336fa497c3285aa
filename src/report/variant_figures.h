// Figures of several synthetic sets, one panel each, beside the same real one; each returns markup.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/sequences.h"

namespace rnngan {

struct NamedSequences {
  std::string name;
  SequenceSet sequences;
};

constexpr int64_t kVariantPoints = 150;
/// Features shown of each variant.
constexpr int64_t kVariantFeatures = 3;

std::string variant_sequences(const SequenceSet& real, const std::vector<NamedSequences>& variants);
/// Values and first differences.
std::string variant_distributions(const SequenceSet& real,
                                  const std::vector<NamedSequences>& variants);
std::string variant_embedding(const SequenceSet& real, const std::vector<NamedSequences>& variants);

}  // namespace rnngan
