#include "training/statistics.h"

#include <limits>

#include <nlohmann/json.hpp>
#include <torch/types.h>

namespace rnngan {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

std::string prefix(Side side) {
  return side == Side::discriminator ? "d." : "g.";
}

}  // namespace

std::optional<double> value_of(const std::string& name, const std::vector<Statistic>& statistics,
                               const Communicator& ranks) {
  for (const Statistic& statistic : statistics) {
    if (statistic.name == name) return ranks.mean(statistic.value).item<double>();
  }
  return std::nullopt;
}

void StatisticsLog::add(Side side, int64_t step, const std::vector<Statistic>& statistics) {
  if (statistics.empty()) return;
  const torch::NoGradGuard no_grad;
  Key key{side, {}};
  std::vector<torch::Tensor> values;
  for (const auto& statistic : statistics) {
    key.second.push_back(statistic.name);
    values.push_back(statistic.value);
  }
  const torch::Tensor now = torch::stack(values).to(torch::kFloat64);
  Series& series = series_[key];
  if (series.count == 0) {
    series.sums = torch::zeros_like(now);
    series.first_bad = torch::full_like(now, kNever, torch::kInt64);
  }
  series.sums += now;
  const torch::Tensor bad_now =
      torch::where(torch::isfinite(now), torch::full_like(series.first_bad, kNever),
                   torch::full_like(series.first_bad, step));
  series.first_bad = torch::minimum(series.first_bad, bad_now);
  ++series.count;
}

// What has been joined before is the same everywhere, and stays so.
void StatisticsLog::join(const Communicator& ranks) {
  const torch::NoGradGuard no_grad;
  for (auto& [key, series] : series_) {
    ranks.average({series.sums});
    series.first_bad = -ranks.largest(-series.first_bad);
  }
}

std::map<std::string, double> StatisticsLog::means() const {
  std::map<std::string, std::pair<double, int64_t>> totals;
  for (const auto& [key, series] : series_) {
    const torch::Tensor sums = series.sums.cpu();
    for (size_t i = 0; i < key.second.size(); ++i) {
      auto& [sum, count] = totals[prefix(key.first) + key.second[i]];
      sum += sums.data_ptr<double>()[i];
      count += series.count;
    }
  }
  std::map<std::string, double> means;
  for (const auto& [name, total] : totals) {
    means[name] = total.first / static_cast<double>(total.second);
  }
  return means;
}

std::optional<NonFinite> StatisticsLog::first_non_finite(int64_t n_critic, int64_t pretrain) const {
  std::optional<NonFinite> first;
  // "total" comes last: it is not finite because a part of it is not.
  for (const bool totals : {false, true}) {
    for (const auto& [key, series] : series_) {  // the discriminator's first
      const auto& [side, names] = key;
      const torch::Tensor steps = series.first_bad.cpu();
      for (size_t i = 0; i < names.size(); ++i) {
        const int64_t own_step = steps.data_ptr<int64_t>()[i];
        if (own_step == kNever || (names[i] == "total") != totals) continue;
        const int64_t step =
            side == Side::discriminator ? pretrain + own_step / n_critic : own_step;
        if (!first || step < first->step) first = NonFinite{side, step, names[i]};
      }
    }
  }
  return first;
}

nlohmann::json StatisticsLog::state() const {
  auto state = nlohmann::json::array();
  for (const auto& [key, series] : series_) {
    const torch::Tensor sums = series.sums.cpu();
    const double* data = sums.data_ptr<double>();
    state.push_back({{"side", prefix(key.first)},
                     {"names", key.second},
                     {"sums", std::vector<double>(data, data + sums.numel())},
                     {"count", series.count}});
  }
  return state;
}

void StatisticsLog::restore(const nlohmann::json& state, const at::Device& device) {
  series_.clear();
  for (const auto& item : state) {
    const Side side =
        item.at("side").get<std::string>() == "d." ? Side::discriminator : Side::generator;
    const auto sums = item.at("sums").get<std::vector<double>>();
    Series series;
    series.sums = torch::tensor(sums, torch::kFloat64).to(device);
    series.first_bad = torch::full_like(series.sums, kNever, torch::kInt64);
    series.count = item.at("count").get<int64_t>();
    series_[{side, item.at("names").get<std::vector<std::string>>()}] = series;
  }
}

}  // namespace rnngan
