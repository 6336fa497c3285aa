// Which sequences an evaluator is trained on, and which are held back to test it.
//
// Windows of one series overlap. Were they dealt at random, an evaluator could know held-back real
// windows by their neighbours among those that it was trained on: it would tell even sequences of
// the true distribution from the real ones, and only copies would pass. So windows of one series
// are held back in stretches, and none that shares a row with these is trained on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "evaluation/evaluator.h"
#include "evaluation/sequences.h"

namespace rnngan {

enum class Dealing {
  random,             // no sequences share rows
  apart,              // what is held back shares no row with what is trained on
  random_overlapping  // at random all the same, as asked for or as too few would be left
};
std::string to_string(Dealing dealing);

/// Indices into each set: `first` is trained on, `second` held back.
struct HeldBack {
  RandomParts real, synthetic;
  Dealing dealing = Dealing::random;
};

/// About `share` of each set to train on, by a permutation seeded with (seed, stream). Sets with
/// `first_row` that share rows, within themselves or with each other, are held back in stretches,
/// the same rows of both, but at random where `stretches` is false; all others as random_parts()
/// deals them.
HeldBack hold_back(const SequenceSet& real, const SequenceSet& synthetic, double share,
                   uint64_t seed, const std::string& stream, bool stretches = true);
/// One of several parts that are held back in turn: `first` of each set is trained on, `second`
/// held back.
struct Fold {
  RandomParts real, synthetic;
};
struct CrossValidation {
  std::vector<Fold> folds;
  Dealing dealing = Dealing::random;
};
/// Each sequence is held back once. Sets that share rows are dealt in stretches as by hold_back(),
/// so that nothing is trained on that shares a row with what is held back, unless too little would
/// be left of a set. At least `count` sequences on each side.
CrossValidation cross_validation(const SequenceSet& real, const SequenceSet& synthetic,
                                 int64_t count, uint64_t seed, const std::string& stream);

/// How many sequences of a set there are at most of which no two share a row.
int64_t independent_sequences(const SequenceSet& of);

/// Two halves of a set, of which the first shares no row with the second unless too few would be
/// left; where sequences share no rows, as random_parts() deals them.
RandomParts halves(const SequenceSet& of, uint64_t seed, const std::string& stream);

}  // namespace rnngan
