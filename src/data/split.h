// Which rows train and which are held out, and the windows that lie within each part.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config/run_config.h"
#include "data/sequence_set.h"

namespace rnngan {

/// A run of consecutive rows of a series: one window or one whole sequence.
struct Span {
  int64_t begin = 0;
  int64_t length = 0;
  int64_t source = 0;  // index of the file's sequence it was cut from

  bool operator==(const Span&) const = default;
};

/// The longest window of which one series of so many rows has the three blocks that a split needs;
/// 0: none.
int64_t longest_split_window(int64_t rows);

/// The sequences of `file` that the spans are, with its rows; they have no names.
SequenceSet part(const SequenceSet& file, const std::vector<Span>& spans);

/// What there is to split, without its values.
struct SplitInput {
  std::string place;             // the file, for messages
  std::vector<int64_t> offsets;  // sequence s has rows offsets[s] .. offsets[s+1]
  std::vector<uint8_t> missing;  // [R] 1: no span may hold this row; empty: none
  std::vector<int64_t> labels;   // class of each sequence, from 0; empty: none
  bool several = false;          // decides what `automatic` means
  int64_t window = 0;            // steps; 0 = whole sequences
  int64_t stride = 1;            // steps from window to window
};

struct Split {
  std::vector<Span> train, validation, test;
  SplitPolicy policy = SplitPolicy::none;  // never automatic
};

/// Rows are dealt first and windows cut afterwards, inside the runs of rows that fell to the same
/// part; so windows across a border between parts do not exist, and no row is in two parts.
// clang-format off
///   blocks    each sequence is cut into equal blocks of rows, enough for `block` windows each
///             (smaller ones when there would be fewer than 30)
///   time      first rows train, then validation, then test, in each sequence
///   sequence  whole sequences
///   none      everything is in all three
// clang-format on
/// A part with n blocks or sequences has one of each n-th of the data, drawn by `seed`: a series
/// with a trend is held out at all its levels, a file sorted by class in all its classes.
/// Whole sequences with labels are exchanged as far as need be (data/stratify.h): each part has its
/// share of every class, and at least one of those with three or more; it grows if need be.
/// A fraction above 0 gets at least one block or sequence. Throws Error{data} when a part that
/// should have windows has none.
Split split_windows(const SplitInput& input, const SplitConfig& config);

/// "blocks", ...
std::string to_string(SplitPolicy policy);

/// 0..count-1 in an order that depends on nothing but the seed.
std::vector<int64_t> seeded_permutation(int64_t count, uint64_t seed);

}  // namespace rnngan
