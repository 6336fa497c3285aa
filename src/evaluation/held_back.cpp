#include "evaluation/held_back.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <torch/types.h>

#include "tensor/random.h"

namespace rnngan {
namespace {

using at::Tensor;

/// Rows [begin, end) of a series, and the sequence that they are.
struct Stretch {
  int64_t begin, end;
  size_t set;
  int64_t index;
};

/// Rows that are held back.
class Rows {
 public:
  explicit Rows(std::vector<Stretch> stretches) : stretches_(std::move(stretches)) {
    std::ranges::sort(stretches_, {}, &Stretch::begin);
    for (const Stretch& stretch : stretches_) {
      ends_.push_back(std::max(stretch.end, ends_.empty() ? stretch.end : ends_.back()));
    }
  }

  bool touch(const Stretch& other) const {
    const auto before =
        std::ranges::lower_bound(stretches_, other.end, {}, &Stretch::begin) - stretches_.begin();
    return before > 0 && ends_[static_cast<size_t>(before - 1)] > other.begin;
  }

 private:
  std::vector<Stretch> stretches_;  // by their beginning
  std::vector<int64_t> ends_;       // the latest up to each
};

void add_stretches(const SequenceSet& of, size_t set, std::vector<Stretch>& to) {
  const auto rows = of.first_row.accessor<int64_t, 1>(),
             lengths = of.lengths.accessor<int64_t, 1>();
  for (int64_t i = 0; i < of.count(); ++i) to.push_back({rows[i], rows[i] + lengths[i], set, i});
}

/// Groups [first, last) of sorted stretches: those that begin within `lengths` lengths of the first
/// one, up to a fifth of all.
std::vector<std::pair<size_t, size_t>> groups_of(const std::vector<Stretch>& sorted,
                                                 int64_t lengths) {
  const size_t most = std::max(size_t{1}, sorted.size() / 5);
  std::vector<std::pair<size_t, size_t>> groups;
  for (size_t first = 0; first < sorted.size();) {
    const int64_t begin = sorted[first].begin, length = sorted[first].end - begin;
    size_t last = first + 1;
    while (last < sorted.size() && last - first < most &&
           sorted[last].begin < begin + lengths * length) {
      ++last;
    }
    groups.emplace_back(first, last);
    first = last;
  }
  return groups;
}

bool share_rows(const std::vector<Stretch>& sorted) {
  int64_t end = std::numeric_limits<int64_t>::min();
  for (const Stretch& stretch : sorted) {
    if (stretch.begin < end) return true;
    end = stretch.end;
  }
  return false;
}

struct Parts {
  std::vector<int64_t> first[2], second[2];  // indices, by set
};

/// Leaves out of `trained` what shares a row with `held`.
Parts apart(const std::vector<Stretch>& trained, const std::vector<Stretch>& held) {
  Parts parts;
  const Rows rows(held);
  for (const Stretch& stretch : trained) {
    if (!rows.touch(stretch)) parts.first[stretch.set].push_back(stretch.index);
  }
  for (const Stretch& stretch : held) parts.second[stretch.set].push_back(stretch.index);
  return parts;
}

/// Deals groups of sorted stretches; each set gets its share.
Parts deal(const std::vector<Stretch>& sorted, int64_t lengths, double share, uint64_t seed,
           const std::string& stream) {
  const auto groups = groups_of(sorted, lengths);
  size_t counts[2] = {}, taken[2] = {};
  for (const Stretch& stretch : sorted) ++counts[stretch.set];
  const Tensor order = at::randperm(static_cast<int64_t>(groups.size()),
                                    stream_generator(seed, stream.c_str(), 0), at::kLong);
  std::vector<Stretch> trained, held;
  for (int64_t k = 0; k < order.size(0); ++k) {
    const auto [first, last] = groups[static_cast<size_t>(order[k].item<int64_t>())];
    size_t members[2] = {};
    for (size_t i = first; i < last; ++i) ++members[sorted[i].set];
    const size_t most = members[1] > members[0] ? 1 : 0;
    const auto limit = static_cast<size_t>(share * static_cast<double>(counts[most]));
    // To the nearest group.
    const bool train = 2 * taken[most] + members[most] <= 2 * limit;
    for (const size_t set : {0, 1}) taken[set] += train ? members[set] : 0;
    auto& part = train ? trained : held;
    part.insert(part.end(), sorted.begin() + static_cast<ptrdiff_t>(first),
                sorted.begin() + static_cast<ptrdiff_t>(last));
  }
  return apart(trained, held);
}

RandomParts as_tensors(const Parts& parts, size_t set) {
  return {torch::tensor(parts.first[set], at::kLong), torch::tensor(parts.second[set], at::kLong)};
}

bool too_few(const RandomParts& parts, int64_t count, double share) {
  const auto all = static_cast<double>(count);
  return static_cast<double>(parts.first.size(0)) < 0.4 * share * all ||
         static_cast<double>(parts.second.size(0)) < 0.4 * (1 - share) * all;
}

std::vector<Stretch> sorted_stretches(const SequenceSet& first, const SequenceSet* second) {
  std::vector<Stretch> stretches;
  add_stretches(first, 0, stretches);
  if (second != nullptr) add_stretches(*second, 1, stretches);
  std::ranges::stable_sort(stretches, {}, &Stretch::begin);
  return stretches;
}

/// Part `fold` of `count` equal ones of a permutation, and the rest.
RandomParts random_fold(const Tensor& order, int64_t fold, int64_t count) {
  const int64_t size = order.size(0), begin = fold * size / count, end = (fold + 1) * size / count;
  return {at::cat({order.narrow(0, 0, begin), order.narrow(0, end, size - end)}),
          order.narrow(0, begin, end - begin)};
}

/// Which fold each group goes to: in a random order, each to the fold that has the fewest of the
/// set that the group has most of.
std::vector<size_t> deal_to_folds(const std::vector<Stretch>& sorted,
                                  const std::vector<std::pair<size_t, size_t>>& groups,
                                  int64_t count, uint64_t seed, const std::string& stream) {
  std::vector<std::array<size_t, 2>> taken(static_cast<size_t>(count), {0, 0});
  std::vector<size_t> folds(groups.size());
  const Tensor order = at::randperm(static_cast<int64_t>(groups.size()),
                                    stream_generator(seed, stream, 0), at::kLong);
  for (int64_t k = 0; k < order.size(0); ++k) {
    const auto group = static_cast<size_t>(order[k].item<int64_t>());
    std::array<size_t, 2> members = {0, 0};
    for (size_t i = groups[group].first; i < groups[group].second; ++i) ++members[sorted[i].set];
    const size_t most = members[1] > members[0] ? 1 : 0;
    const auto emptiest = std::ranges::min_element(
        taken, {}, [&](const std::array<size_t, 2>& of) { return of[most]; });
    folds[group] = static_cast<size_t>(emptiest - taken.begin());
    for (const size_t set : {0, 1}) (*emptiest)[set] += members[set];
  }
  return folds;
}

/// Fold `fold` of stretches: what shares no row with it is trained on.
Parts parts_of_fold(const std::vector<Stretch>& sorted,
                    const std::vector<std::pair<size_t, size_t>>& groups,
                    const std::vector<size_t>& fold_of, size_t fold) {
  std::vector<Stretch> held, trained;
  for (size_t g = 0; g < groups.size(); ++g) {
    auto& part = fold_of[g] == fold ? held : trained;
    part.insert(part.end(), sorted.begin() + static_cast<ptrdiff_t>(groups[g].first),
                sorted.begin() + static_cast<ptrdiff_t>(groups[g].second));
  }
  return apart(trained, held);
}

/// Folds of stretches; none where one of them would have too few.
std::vector<Fold> stretch_folds(const SequenceSet& real, const SequenceSet& synthetic,
                                const std::vector<Stretch>& sorted, int64_t count, uint64_t seed,
                                const std::string& stream, std::vector<Fold> folds) {
  const bool both = synthetic.first_row.defined();
  const double share = 1 - 1 / static_cast<double>(count);
  const auto groups = groups_of(sorted, 1);
  const auto fold_of = deal_to_folds(sorted, groups, count, seed, stream);
  for (size_t k = 0; k < folds.size(); ++k) {
    const Parts parts = parts_of_fold(sorted, groups, fold_of, k);
    folds[k].real = as_tensors(parts, 0);
    if (both) folds[k].synthetic = as_tensors(parts, 1);
    if (too_few(folds[k].real, real.count(), share) ||
        too_few(folds[k].synthetic, synthetic.count(), share)) {
      return {};
    }
  }
  return folds;
}

}  // namespace

std::string to_string(Dealing dealing) {
  if (dealing == Dealing::random) return "random";
  return dealing == Dealing::apart ? "apart" : "random_overlapping";
}

HeldBack hold_back(const SequenceSet& real, const SequenceSet& synthetic, double share,
                   uint64_t seed, const std::string& stream, bool stretches) {
  const std::string of_real = stream + ".real", of_synthetic = stream + ".synthetic";
  HeldBack held{random_parts(real.count(), share, seed, of_real.c_str()),
                random_parts(synthetic.count(), share, seed, of_synthetic.c_str())};
  if (!real.first_row.defined()) return held;
  const bool both = synthetic.first_row.defined();
  const auto sorted = sorted_stretches(real, both ? &synthetic : nullptr);
  if (!share_rows(sorted)) return held;
  held.dealing = Dealing::random_overlapping;
  if (!stretches) return held;
  // Short groups, since an evaluator that has seen none but synthetic sequences near those held
  // back would call these synthetic, too.
  const Parts parts = deal(sorted, 1, share, seed, of_real);
  const RandomParts real_parts = as_tensors(parts, 0), synthetic_parts = as_tensors(parts, 1);
  if (too_few(real_parts, real.count(), share)) return held;
  if (both && too_few(synthetic_parts, synthetic.count(), share)) return held;
  held.dealing = Dealing::apart;
  held.real = real_parts;
  if (both) held.synthetic = synthetic_parts;
  return held;
}

CrossValidation cross_validation(const SequenceSet& real, const SequenceSet& synthetic,
                                 int64_t count, uint64_t seed, const std::string& stream) {
  const auto order = [&](const SequenceSet& of, const char* side) {
    return at::randperm(of.count(), stream_generator(seed, stream + side, 0), at::kLong);
  };
  const Tensor of_real = order(real, ".real"), of_synthetic = order(synthetic, ".synthetic");
  CrossValidation dealt;
  for (int64_t k = 0; k < count; ++k) {
    dealt.folds.push_back({random_fold(of_real, k, count), random_fold(of_synthetic, k, count)});
  }
  if (!real.first_row.defined()) return dealt;
  const auto sorted = sorted_stretches(real, synthetic.first_row.defined() ? &synthetic : nullptr);
  if (!share_rows(sorted)) return dealt;
  auto stretches =
      stretch_folds(real, synthetic, sorted, count, seed, stream + ".stretches", dealt.folds);
  dealt.dealing = stretches.empty() ? Dealing::random_overlapping : Dealing::apart;
  if (!stretches.empty()) dealt.folds = std::move(stretches);
  return dealt;
}

int64_t independent_sequences(const SequenceSet& of) {
  if (!of.first_row.defined()) return of.count();
  std::vector<Stretch> stretches = sorted_stretches(of, nullptr);
  std::ranges::sort(stretches, {}, &Stretch::end);
  int64_t count = 0, end = std::numeric_limits<int64_t>::min();
  for (const Stretch& stretch : stretches) {
    if (stretch.begin < end) continue;
    end = stretch.end;
    ++count;
  }
  return count;
}

RandomParts halves(const SequenceSet& of, uint64_t seed, const std::string& stream) {
  const RandomParts random = random_parts(of.count(), 0.5, seed, stream.c_str());
  if (!of.first_row.defined()) return random;
  const auto stretches = sorted_stretches(of, nullptr);
  if (!share_rows(stretches)) return random;
  // Long groups lose fewer windows at their borders.
  const RandomParts apart = as_tensors(deal(stretches, 8, 0.5, seed, stream), 0);
  return too_few(apart, of.count(), 0.5) ? random : apart;
}

}  // namespace rnngan
