// From results of Google Benchmark to one table in Markdown.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

#include "benchmarks.h"

namespace rnngan {
namespace {

/// The fastest repetition at the fastest thread count of one side at one task.
struct Best {
  double milliseconds = 0, gflops = 0, per_second = 0, peak_mb = 0;
  std::string threads;
};

using Results = std::map<std::string, Best>;  // by GROUP/TASK/WHAT/SIDE

void read_file(const std::filesystem::path& file, Results& results) {
  std::ifstream stream(file);
  const nlohmann::json document = nlohmann::json::parse(stream);
  for (const auto& entry : document.at("benchmarks")) {
    if (entry.value("run_type", "iteration") != "iteration") continue;
    const std::string name = entry.at("name");
    const size_t at = name.find("/threads:");
    Best best{entry.at("real_time"), entry.value("gflops", 0.0),
              entry.value("items_per_second", 0.0), entry.value("peak_mb", 0.0),
              name.substr(at + 9, name.find('/', at + 1) - at - 9)};
    const auto [place, is_new] = results.try_emplace(name.substr(0, at), best);
    if (!is_new && best.milliseconds < place->second.milliseconds) place->second = best;
  }
}

/// Of all files whose names start so.
Results read(const std::string& directory, const std::string& start) {
  Results results;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().filename().string().starts_with(start)) read_file(entry.path(), results);
  }
  return results;
}

class Geomean {
 public:
  void add(double value) {
    sum_ += std::log(value);
    ++count_;
  }
  std::string text() const {
    return count_ == 0 ? "-" : fmt::format("{:.2f}", std::exp(sum_ / count_));
  }

 private:
  double sum_ = 0;
  int count_ = 0;
};

class Table {
 public:
  explicit Table(const std::string& directory)
      : kept_(read(directory, "kept")), shipped_(read(directory, "shipped")) {
    for (const auto& [name, best] : kept_) {
      if (name.starts_with("peak/")) peak_ = std::max(peak_, best.gflops);
    }
  }

  void print() {
    fmt::print("LibTorch {}, sgemm {:.0f} GFLOP/s\n\n", TORCH_VERSION, peak_);
    fmt::print(
        "| task | ours, ms | stock, ms | stock, memory kept | ratio | GFLOP/s | of sgemm |\n");
    fmt::print("|---|---|---|---|---|---|---|\n");
    for (const auto& [name, ours] : kept_) {
      if (name.ends_with("/ours")) row(name.substr(0, name.size() - 5), ours);
    }
  }

  void print_summary() const {
    const auto mean = [&](const std::string& name) {
      const auto found = means_.find(name);
      return found == means_.end() ? std::string("-") : found->second.text();
    };
    fmt::print(
        "geomean forward_backward={} penalised={} penalty_cost={} training_step={} "
        "peak_share_large={} peak_share_small={}\n",
        mean("forward_backward"), mean("penalised"), mean("penalty_cost"), mean("training_step"),
        mean("peak_share_large"), mean("peak_share_small"));
  }

 private:
  void row(const std::string& name, const Best& ours) {
    const Best kept = kept_.at(name + "/stock");
    const auto found = shipped_.find(name + "/stock");
    const Best stock = found == shipped_.end() ? kept : found->second;
    const double ratio = stock.milliseconds / ours.milliseconds;
    const double share = peak_ > 0 ? ours.gflops / peak_ : 0;
    fmt::print("| {} | {} | {} | {} | {:.1f}x | {} | {} |\n", title(name), time(ours), time(stock),
               time(kept), ratio, ours.gflops > 0 ? fmt::format("{:.0f}", ours.gflops) : "",
               ours.gflops > 0 ? fmt::format("{:.0f} %", 100 * share) : "");
    count(name, ours, ratio, share);
  }

  static std::string title(std::string name) {
    name = name.substr(name.find('/') + 1);
    std::replace(name.begin(), name.end(), '/', ' ');
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
  }

  static std::string time(const Best& best) {
    return fmt::format("{:.3g} ({})", best.milliseconds, best.threads);
  }

  /// Sizes of one direction only; those of two end in b.
  void count(const std::string& name, const Best& ours, double ratio, double share) {
    if (name.starts_with("step/")) means_["training_step"].add(ratio);
    if (!name.starts_with("lstm/") || name.ends_with("b")) return;
    if (name.starts_with("lstm/forward_backward/")) means_["forward_backward"].add(ratio);
    if (!name.starts_with("lstm/penalised/")) return;
    means_["penalised"].add(ratio);
    const std::string size = name.substr(name.rfind('/') + 1);
    const Best plain = kept_.at("lstm/forward_backward/" + size + "/ours");
    means_["penalty_cost"].add(ours.milliseconds / plain.milliseconds);
    const int hidden = std::stoi(size.substr(size.find("->") + 2));
    means_[hidden >= 128 ? "peak_share_large" : "peak_share_small"].add(share);
  }

  Results kept_, shipped_;
  double peak_ = 0;
  std::map<std::string, Geomean> means_;
};

void print_memory(const std::string& directory) {
  const Results ours = read(directory, "memory_ours"), stock = read(directory, "memory_stock");
  if (ours.empty() || stock.empty()) return;
  fmt::print("\nresident memory, {}: ours {:.0f} MB, stock {:.0f} MB\n\n",
             ours.begin()->first.substr(5), ours.begin()->second.peak_mb,
             stock.begin()->second.peak_mb);
}

}  // namespace

int print_table(const std::string& directory) {
  Table table(directory);
  table.print();
  print_memory(directory);
  table.print_summary();
  return 0;
}

}  // namespace rnngan
