#include "data/split.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "config/enum_names.h"
#include "core/error.h"
#include "data/stratify.h"

namespace rnngan {

std::string to_string(SplitPolicy policy) {
  for (const auto& [name, known] : kEnumNames<SplitPolicy>) {
    if (known == policy) return std::string(name);
  }
  throw Error(ErrorKind::bug, "to_string", "unknown split policy");
}

std::vector<int64_t> seeded_permutation(int64_t count, uint64_t seed) {
  // Fisher-Yates by hand: std::shuffle differs between standard libraries.
  std::vector<int64_t> order(static_cast<size_t>(count));
  std::iota(order.begin(), order.end(), int64_t{0});
  std::mt19937_64 engine(seed);
  for (size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[engine() % i]);
  return order;
}

namespace {

// So that a tenth of them is more than one regime of a series.
constexpr int64_t kFewestBlocks = 30;

enum Part { kTrain, kValidation, kTest };

/// Consecutive rows of one sequence that go to one part.
struct Run {
  int64_t begin;
  int64_t end;
  int64_t source;
  Part part;
};

class Splitter {
 public:
  Splitter(const SplitInput& input, const SplitConfig& config) : input_(input), config_(config) {
    policy_ = config.policy;
    if (policy_ == SplitPolicy::automatic) {
      policy_ = input.several ? SplitPolicy::sequence : SplitPolicy::blocks;
    }
    // More than there are rows changes nothing but could overflow.
    const int64_t total = std::max<int64_t>(1, input.offsets.back());
    stride_ = std::min(input.stride, total);
    block_ = std::min(config.block, total + 1);
  }

  Split split() {
    Split out;
    out.policy = policy_;
    if (policy_ == SplitPolicy::none) {
      out.train = spans(sequence_runs(), kTrain);
      require_spans(out.train, "train", 1.0);
      out.validation = out.test = out.train;
      return out;
    }
    const auto dealt = runs();
    out.train = spans(dealt, kTrain);
    out.validation = spans(dealt, kValidation);
    out.test = spans(dealt, kTest);
    require_spans(out.train, "train", 1.0);
    require_spans(out.validation, "validation", config_.validation);
    require_spans(out.test, "test", config_.test);
    return out;
  }

 private:
  int64_t sequences() const { return static_cast<int64_t>(input_.offsets.size()) - 1; }
  int64_t begin(int64_t s) const { return input_.offsets[static_cast<size_t>(s)]; }
  int64_t end(int64_t s) const { return input_.offsets[static_cast<size_t>(s) + 1]; }
  int64_t rows(int64_t s) const { return end(s) - begin(s); }

  std::vector<Run> runs() const {
    if (policy_ == SplitPolicy::sequence) return sequence_policy();
    if (input_.window == 0) {
      throw Error(
          ErrorKind::data, input_.place,
          fmt::format(
              "data.split.policy {} cuts sequences apart, but whole sequences are asked for",
              to_string(policy_)),
          "set data.split.policy to \"sequence\", or data.window.length above 0");
    }
    return policy_ == SplitPolicy::time ? time_policy() : blocks_policy();
  }

  std::vector<Run> sequence_runs() const {
    std::vector<Run> out;
    for (int64_t s = 0; s < sequences(); ++s) out.push_back({begin(s), end(s), s, kTrain});
    return out;
  }

  /// How many of `count` pieces a fraction gets.
  static int64_t share(double fraction, int64_t count) {
    if (fraction <= 0) return 0;
    return std::max<int64_t>(1, std::llround(fraction * static_cast<double>(count)));
  }

  /// A part gets one of each stretch of equal length, so that it sees every regime of a series.
  void deal(std::vector<Run>& pieces, const char* what, bool by_label = false) const {
    const auto count = static_cast<int64_t>(pieces.size());
    const int64_t validation = share(config_.validation, count);
    const int64_t test = share(config_.test, count);
    if (validation + test >= count) {
      throw Error(
          ErrorKind::data, input_.place,
          fmt::format("{} {} are too few for {} of validation, {} of test and some of training",
                      count, what, validation, test),
          "set data.split.policy to \"none\", or lower data.split.validation and data.split.test");
    }
    std::mt19937_64 engine(static_cast<uint64_t>(config_.seed));
    const auto draw = [&](Part part, int64_t wanted) {
      for (int64_t i = 0; i < wanted; ++i) {
        std::vector<Run*> free = free_of(pieces, count * i / wanted, count * (i + 1) / wanted);
        if (free.empty()) free = free_of(pieces, 0, count);
        free[engine() % free.size()]->part = part;
      }
    };
    draw(kTest, test);
    draw(kValidation, validation);
    if (by_label && !input_.labels.empty()) exchange(pieces, engine);
  }

  /// So that each part has its share of every class. Piece s is sequence s.
  void exchange(std::vector<Run>& pieces, std::mt19937_64& engine) const {
    std::vector<size_t> parts;
    for (const Run& run : pieces) parts.push_back(static_cast<size_t>(run.part));
    stratify(input_.labels, engine, parts);
    for (size_t s = 0; s < pieces.size(); ++s) pieces[s].part = static_cast<Part>(parts[s]);
  }

  static std::vector<Run*> free_of(std::vector<Run>& pieces, int64_t first, int64_t last) {
    std::vector<Run*> free;
    for (int64_t i = first; i < last; ++i) {
      Run& run = pieces[static_cast<size_t>(i)];
      if (run.part == kTrain) free.push_back(&run);
    }
    return free;
  }

  std::vector<Run> sequence_policy() const {
    auto pieces = sequence_runs();
    deal(pieces, sequences() == 1 ? "sequence" : "sequences", /*by_label=*/true);
    return pieces;
  }

  int64_t block_count(int64_t rows_per_block) const {
    int64_t count = 0;
    for (int64_t s = 0; s < sequences(); ++s)
      count += std::max<int64_t>(1, rows(s) / rows_per_block);
    return count;
  }

  int64_t rows_per_block() const {
    const int64_t wanted = (block_ - 1) * stride_ + input_.window;
    if (block_count(wanted) >= kFewestBlocks) return wanted;
    const int64_t total = input_.offsets.back();
    // Not below T windows of stride 1: smaller blocks would lose more windows at their borders than
    // they keep.
    const int64_t smallest = 2 * input_.window - 1;
    return std::min(wanted, std::max(smallest, total / kFewestBlocks));
  }

  std::vector<Run> blocks_policy() const {
    const int64_t per_block = rows_per_block();
    std::vector<Run> pieces;
    for (int64_t s = 0; s < sequences(); ++s) {
      const int64_t count = std::max<int64_t>(1, rows(s) / per_block);
      for (int64_t i = 0; i < count; ++i) {
        pieces.push_back(
            {begin(s) + rows(s) * i / count, begin(s) + rows(s) * (i + 1) / count, s, kTrain});
      }
    }
    if (pieces.size() < 3) {
      const int64_t rows = input_.offsets.back(), longest = longest_split_window(rows);
      const std::string none = "set data.split.policy to \"none\"";
      throw Error(ErrorKind::data, input_.place,
                  fmt::format("{} rows are too few for 3 blocks of windows of {} steps", rows,
                              input_.window),
                  longest < 1 || longest >= input_.window
                      ? none + ", or a shorter data.window.length"
                      : fmt::format("set data.window.length to at most {}, or {}", longest,
                                    none.substr(4)));
    }
    deal(pieces, "blocks");
    return pieces;
  }

  std::vector<Run> time_policy() const {
    std::vector<Run> out;
    for (int64_t s = 0; s < sequences(); ++s) {
      const auto total = static_cast<double>(rows(s));
      const int64_t test = std::llround(config_.test * total);
      const int64_t validation = std::llround(config_.validation * total);
      const int64_t test_begin = std::max(begin(s), end(s) - test);
      const int64_t validation_begin = std::max(begin(s), test_begin - validation);
      out.push_back({begin(s), validation_begin, s, kTrain});
      out.push_back({validation_begin, test_begin, s, kValidation});
      out.push_back({test_begin, end(s), s, kTest});
    }
    return out;
  }

  /// The spans of one part. Neighbouring runs are joined first, so that windows across their border
  /// are kept.
  std::vector<Span> spans(const std::vector<Run>& dealt, Part part) const {
    std::vector<Run> joined;
    for (const Run& run : dealt) {
      if (run.part != part) continue;
      if (!joined.empty() && joined.back().source == run.source && joined.back().end == run.begin) {
        joined.back().end = run.end;
      } else {
        joined.push_back(run);
      }
    }
    std::vector<Span> out;
    for (const Run& run : joined) cut(run, out);
    return out;
  }

  void cut(const Run& run, std::vector<Span>& out) const {
    const int64_t length = input_.window > 0 ? input_.window : run.end - run.begin;
    if (length == 0) return;
    const int64_t stride = input_.window > 0 ? stride_ : length;
    // First row behind the last missing one seen so far: a window must not begin before it.
    int64_t clear = run.begin;
    int64_t seen = run.begin;
    for (int64_t at = run.begin; at + length <= run.end; at += stride) {
      for (seen = std::max(seen, at); seen < at + length; ++seen) {
        if (!input_.missing.empty() && input_.missing[static_cast<size_t>(seen)] != 0)
          clear = seen + 1;
      }
      if (at >= clear) out.push_back({at, length, run.source});
    }
  }

  void require_spans(const std::vector<Span>& part, const char* name, double fraction) const {
    if (!part.empty() || fraction <= 0) return;
    const std::string what =
        input_.window > 0 ? fmt::format("window of {} steps", input_.window) : "sequence";
    const bool dropped = std::ranges::find(input_.missing, 1) != input_.missing.end();
    throw Error(
        ErrorKind::data, input_.place,
        fmt::format("no {} is left for the {} split{}", what, name,
                    dropped ? " (windows with missing values are dropped)" : ""),
        dropped
            ? "set data.missing to \"keep\" or \"fill\", or use a shorter data.window.length"
            : fmt::format("use a shorter data.window.length, another data.split.policy (now {}) or "
                          "other fractions",
                          to_string(policy_)));
  }

  const SplitInput& input_;
  const SplitConfig& config_;
  SplitPolicy policy_;
  int64_t stride_;
  int64_t block_;
};

}  // namespace

int64_t longest_split_window(int64_t rows) {
  return (rows / 3 + 1) / 2;  // blocks have at least 2 * window - 1 rows
}

SequenceSet part(const SequenceSet& file, const std::vector<Span>& spans) {
  std::vector<int64_t> begins, lengths, sources;
  SequenceSet out = file;
  out.padded_steps = 0;
  for (const Span& span : spans) {
    begins.push_back(span.begin);
    lengths.push_back(span.length);
    sources.push_back(span.source);
    out.padded_steps = std::max(out.padded_steps, span.length);
  }
  const at::Tensor of = torch::tensor(sources, torch::kLong);
  out.begins = out.first_row = torch::tensor(begins, torch::kLong);
  out.lengths = torch::tensor(lengths, torch::kLong);
  if (file.labels.defined()) out.labels = file.labels.index_select(0, of);
  if (file.attributes.defined()) out.attributes = file.attributes.index_select(0, of);
  out.names.clear();
  return out;
}

Split split_windows(const SplitInput& input, const SplitConfig& config) {
  return Splitter(input, config).split();
}

}  // namespace rnngan
