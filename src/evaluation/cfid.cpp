// The contextual Fréchet distance (Jeha et al. 2022): between Gaussian fits of representations that
// a network learns from the real training sequences alone.
#include <algorithm>

#include <torch/types.h>

#include "evaluation/evaluator.h"
#include "evaluation/frechet.h"
#include "evaluation/metrics.h"
#include "evaluation/ts2vec.h"

namespace rnngan {
namespace {

using at::Tensor;

constexpr int64_t kCfidRepeats = 5;
using TrainedNetworks = std::vector<std::shared_ptr<Ts2VecNetwork>>;

struct NetworkInput {
  Tensor x, lengths;  // [N,T,D] float32, zero on padding; [N]
};

NetworkInput network_input(const RangeScaler& scaler, const SequenceSet& of) {
  return {scaler(of).to(at::kFloat), of.lengths};
}

/// The networks of all repeats: trained for the value, used again for its floor and its ceiling.
/// Empty when it was stopped.
std::shared_ptr<const TrainedNetworks> trained_networks(const MetricInput& input,
                                                        const NetworkInput& real, int64_t repeats) {
  const std::string key = "networks";
  if (input.cache != nullptr && input.cache->contains(key)) {
    return std::static_pointer_cast<const TrainedNetworks>(input.cache->at(key));
  }
  Ts2VecOptions options;
  options.iterations = input.iterations;
  auto networks = std::make_shared<TrainedNetworks>(static_cast<size_t>(repeats));
  const auto done = over_repeats(repeats, [&](int64_t repeat) -> RepeatNumbers {
    auto network = train_ts2vec(real.x, real.lengths, options,
                                input.seed + static_cast<uint64_t>(repeat), input.stop);
    if (network == nullptr) return {};
    (*networks)[static_cast<size_t>(repeat)] = std::move(network);
    return {0};
  });
  if (done.empty()) networks->clear();
  if (input.cache != nullptr) (*input.cache)[key] = networks;
  return networks;
}

MetricResult compute_cfid(const MetricInput& input) {
  if (const auto reason = evaluator_guard(input, 2)) return MetricResult::skipped(*reason);
  const int64_t n = std::min(input.real.count(), input.synthetic.count());
  const SequenceSet& fitted = input.train != nullptr ? *input.train : input.fitted_on();
  if (std::min(n, fitted.count()) < 2) return MetricResult::skipped("needs_n_ge_2");
  const RangeScaler scaler(fitted);
  const auto networks = trained_networks(input, network_input(scaler, fitted),
                                         input.repeats > 0 ? input.repeats : kCfidRepeats);
  const NetworkInput real = network_input(scaler, input.real),
                     synthetic = network_input(scaler, input.synthetic);
  std::vector<RepeatNumbers> distances;
  int64_t width = 0;
  for (const auto& network : *networks) {
    const Tensor of_real = network->encode(real.x, real.lengths).to(at::kDouble),
                 of_synthetic = network->encode(synthetic.x, synthetic.lengths).to(at::kDouble);
    width = of_real.size(1);
    distances.push_back({frechet_distance(gaussian_fit(of_real), gaussian_fit(of_synthetic))});
  }
  MetricResult result = evaluator_result(distances, 0);
  if (!result.value) return result;
  result.params = {
      {"network", "ts2vec"}, {"dimensions", width}, {"fitted_on", fitted.count()}, {"batch", 8}};
  if (n <= width) {
    result.status = MetricStatus::partial;
    result.reason = "n_below_dim";
  }
  return result;
}

}  // namespace

MetricRow cfid_row() {
  MetricRow row;
  row.name = "cfid";
  row.question = "do Gaussian fits of learned representations agree? (slow)";
  row.formula =
      "|mu_x - mu_y|^2 + tr S_x + tr S_y - 2 tr (S_x^1/2 S_y S_x^1/2)^1/2 of 320 numbers that "
      "TS2Vec, trained on the training sequences, gives a sequence";
  row.paper = "Jeha et al. 2022 (PSA-GAN, 2108.00981); TS2Vec: Yue et al. 2022 (2106.10466)";
  row.trained = true;
  row.depends_on_size = true;
  row.compute = compute_cfid;
  return row;
}

}  // namespace rnngan
