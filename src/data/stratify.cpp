#include "data/stratify.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace rnngan {

namespace {

constexpr size_t kParts = 3;

class Stratifier {
 public:
  Stratifier(const std::vector<int64_t>& labels, std::mt19937_64& engine,
             std::vector<size_t>& parts)
      : labels_(labels), engine_(engine), parts_(parts), sizes_(kParts) {
    const int64_t classes = labels.empty() ? 0 : *std::ranges::max_element(labels) + 1;
    members_.resize(static_cast<size_t>(classes));
    counts_.assign(kParts, members_);
    for (size_t n = 0; n < labels.size(); ++n) {
      const auto k = static_cast<size_t>(labels[n]);
      ++members_[k];
      ++counts_[parts[n]][k];
      ++sizes_[parts[n]];
    }
    for (size_t part = 0; part < kParts; ++part) in_use_ += sizes_[part] > 0 ? 1 : 0;
  }

  /// Takes back what a part has too much of.
  void relieve(size_t part) {
    take_share(part);
    for (size_t k = 0; k < members_.size(); ++k) {
      while (has(part, k) > highest(k)) give_back(k, part);
    }
  }

  /// Gives a part what it lacks, and takes something else for it.
  void fill(size_t part) {
    const int64_t size = sizes_[part];
    if (size == 0) return;
    take_share(part);
    for (size_t k = 0; k < members_.size(); ++k) {
      while (has(part, k) < least(k)) {
        const auto from = richest_besides(part, k);
        if (has(from, k) < 2) break;
        move(k, from, part);
        const auto leaving = furthest_above(part, k);
        if (sizes_[part] > size && leaving) move(*leaving, part, from);
      }
    }
  }

  /// Gives training one of each class.
  void complete_training() {
    for (size_t k = 0; k < members_.size(); ++k) {
      if (members_[k] == 0 || has(kTraining, k) > 0) continue;
      const size_t most = richest_besides(kTraining, k);
      take_share(most);
      give_back(k, most);
    }
  }

 private:
  static constexpr size_t kTraining = 0;
  static constexpr double kTiny = 1e-9;  // 0.1 * 30 is three

  void take_share(size_t part) {
    share_ = static_cast<double>(sizes_[part]) / static_cast<double>(labels_.size());
  }
  int64_t has(size_t part, size_t k) const { return counts_[part][k]; }
  double expected(size_t k) const { return share_ * static_cast<double>(members_[k]); }

  int64_t least(size_t k) const {
    const auto share = static_cast<int64_t>(std::floor(expected(k) + kTiny));
    return members_[k] < in_use_ ? 0 : std::max<int64_t>(1, share);
  }
  int64_t highest(size_t k) const {
    return std::max<int64_t>(1, static_cast<int64_t>(std::ceil(expected(k) - kTiny)));
  }

  /// Training where it can do without one of the class, else the part that has most of them.
  size_t richest_besides(size_t part, size_t k) const {
    if (part != kTraining && has(kTraining, k) > 1) return kTraining;
    size_t richest = part == 1 ? 2 : 1;
    for (size_t other = 1; other < counts_.size(); ++other) {
      if (other != part && has(other, k) > has(richest, k)) richest = other;
    }
    return richest;
  }

  /// One of the class goes back to training, and one of another class comes in its place.
  void give_back(size_t k, size_t part) {
    move(k, part, kTraining);
    if (const auto coming = furthest_below(part, k)) move(*coming, kTraining, part);
  }

  /// Of the classes of which a part can do without one, that with most beyond its share.
  std::optional<size_t> furthest_above(size_t part, size_t besides) const {
    std::optional<size_t> found;
    double furthest = 0;
    for (size_t k = 0; k < members_.size(); ++k) {
      const double above = static_cast<double>(has(part, k)) - expected(k);
      if (k == besides || has(part, k) <= least(k) || (found && above <= furthest)) continue;
      found = k;
      furthest = above;
    }
    return found;
  }

  /// Of the classes of which training can do without one, that furthest below its share.
  std::optional<size_t> furthest_below(size_t part, size_t besides) const {
    std::optional<size_t> found;
    double furthest = 0;
    for (size_t k = 0; k < members_.size(); ++k) {
      const double below = expected(k) - static_cast<double>(has(part, k));
      const bool can = has(part, k) < highest(k) && has(kTraining, k) > 1;
      if (k == besides || !can || (found && below <= furthest)) continue;
      found = k;
      furthest = below;
    }
    return found;
  }

  /// One sequence of a class, by lot.
  void move(size_t k, size_t from, size_t to) {
    std::vector<size_t> those;
    for (size_t n = 0; n < labels_.size(); ++n) {
      if (parts_[n] == from && labels_[n] == static_cast<int64_t>(k)) those.push_back(n);
    }
    parts_[those[engine_() % those.size()]] = to;
    --counts_[from][k];
    ++counts_[to][k];
    --sizes_[from];
    ++sizes_[to];
  }

  const std::vector<int64_t>& labels_;
  std::mt19937_64& engine_;
  std::vector<size_t>& parts_;
  std::vector<int64_t> sizes_;                // of each part
  std::vector<int64_t> members_;              // of each class
  std::vector<std::vector<int64_t>> counts_;  // of each class in each part
  int64_t in_use_ = 0;                        // parts
  double share_ = 0;                          // of the part that is corrected
};

}  // namespace

void stratify(const std::vector<int64_t>& labels, std::mt19937_64& engine,
              std::vector<size_t>& parts) {
  Stratifier stratifier(labels, engine, parts);
  for (size_t part = 1; part < kParts; ++part) stratifier.relieve(part);
  stratifier.complete_training();
  for (size_t part = 1; part < kParts; ++part) stratifier.fill(part);
}

}  // namespace rnngan
