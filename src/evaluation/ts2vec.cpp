#include "evaluation/ts2vec.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <torch/optim/adamw.h>
#include <torch/types.h>

#include "tensor/random.h"

namespace rnngan {

using at::Tensor;

namespace {

constexpr double kRate = 1e-3, kWeightDecay = 0.01;
constexpr int64_t kEncodedAtATime = 256;

Tensor uniform_parameter(at::IntArrayRef sizes, int64_t inputs, at::Generator& generator) {
  const double bound = 1 / std::sqrt(static_cast<double>(inputs));
  return torch::empty(sizes, at::kFloat).uniform_(-bound, bound, generator);
}

/// x [B,T,C] `by` steps later (earlier when negative), zeros moving in.
Tensor moved(const Tensor& x, int64_t by) {
  const int64_t steps = x.size(1);
  return by > 0 ? at::constant_pad_nd(x.narrow(1, 0, steps - by), {0, 0, by, 0})
                : at::constant_pad_nd(x.narrow(1, -by, steps + by), {0, 0, 0, -by});
}

}  // namespace

DilatedConvolution::DilatedConvolution(int64_t in, int64_t out, int64_t dilation,
                                       at::Generator& generator)
    : dilation_(dilation),
      weight_(register_parameter("weight", uniform_parameter({out, in, 3}, 3 * in, generator))),
      bias_(register_parameter("bias", uniform_parameter({out}, 3 * in, generator))) {}

Tensor DilatedConvolution::forward(const Tensor& x) const {
  if (dilation_ >= x.size(1)) return at::linear(x, weight_.select(2, 1), bias_);
  const Tensor taps = at::cat({moved(x, dilation_), x, moved(x, -dilation_)}, 2);
  return at::linear(taps, weight_.permute({0, 2, 1}).reshape({weight_.size(0), -1}), bias_);
}

ConvolutionBlock::ConvolutionBlock(int64_t in, int64_t out, int64_t dilation, bool projected,
                                   at::Generator& generator)
    : first_(register_module("first",
                             std::make_shared<DilatedConvolution>(in, out, dilation, generator))),
      second_(register_module(
          "second", std::make_shared<DilatedConvolution>(out, out, dilation, generator))) {
  if (!projected) return;
  skip_ = register_parameter("skip_weight", uniform_parameter({out, in}, in, generator));
  skip_bias_ = register_parameter("skip_bias", uniform_parameter({out}, in, generator));
}

Tensor ConvolutionBlock::forward(const Tensor& x) const {
  const Tensor around = skip_.defined() ? at::linear(x, skip_, skip_bias_) : x;
  return second_->forward(at::gelu(first_->forward(at::gelu(x)))) + around;
}

Ts2VecNetwork::Ts2VecNetwork(int64_t features, const Ts2VecOptions& options,
                             at::Generator& generator) {
  const int64_t hidden = options.hidden;
  input_ = register_parameter("input_weight",
                              uniform_parameter({hidden, features}, features, generator));
  input_bias_ = register_parameter("input_bias", uniform_parameter({hidden}, features, generator));
  for (int64_t b = 0; b <= options.depth; ++b) {
    const bool last = b == options.depth;
    blocks_.push_back(register_module(
        "block" + std::to_string(b),
        std::make_shared<ConvolutionBlock>(hidden, last ? options.width : hidden, int64_t{1} << b,
                                           /*projected=*/last, generator)));
  }
}

Tensor Ts2VecNetwork::forward(const Tensor& x, const Tensor& valid,
                              const Ts2VecMasks& masks) const {
  Tensor h = at::linear(x, input_, input_bias_);
  if (masks.steps.defined()) h = h * masks.steps;
  if (valid.defined()) h = h * valid;
  for (const auto& block : blocks_) h = block->forward(h);
  return masks.units.defined() ? h * masks.units : h;
}

Tensor Ts2VecNetwork::encode(const Tensor& x, const Tensor& lengths) const {
  const torch::NoGradGuard off;
  std::vector<Tensor> rows;
  for (int64_t at = 0; at < x.size(0); at += kEncodedAtATime) {
    const int64_t count = std::min(kEncodedAtATime, x.size(0) - at);
    const Tensor valid =
        (at::arange(x.size(1), at::kLong).unsqueeze(0) < lengths.narrow(0, at, count).unsqueeze(1))
            .unsqueeze(2);
    const Tensor steps = forward(x.narrow(0, at, count), valid.to(x.scalar_type()));
    rows.push_back(
        steps.masked_fill(valid.logical_not(), -std::numeric_limits<float>::infinity()).amax(1));
  }
  return at::cat(rows);
}

namespace {

/// z [G,2n,W]: in each group, rows k and n + k are partners. The mean cross-entropy of finding a
/// row's partner among the other rows by inner products.
Tensor partner_cross_entropy(const Tensor& z) {
  const int64_t n = z.size(1) / 2;
  const Tensor self = at::eye(2 * n, z.options().dtype(at::kBool));
  const Tensor logits =
      at::bmm(z, z.transpose(1, 2)).masked_fill(self, -std::numeric_limits<float>::infinity());
  const Tensor found = at::log_softmax(logits, 2);
  const Tensor forth = found.diagonal(n, 1, 2), back = found.diagonal(-n, 1, 2);
  return -(forth.mean() + back.mean()) / 2;
}

}  // namespace

Tensor hierarchical_contrast(Tensor a, Tensor b) {
  constexpr double kInstance = 0.5;
  Tensor sum = at::zeros({}, a.options());
  for (int64_t scales = 1;; ++scales) {
    if (a.size(0) > 1) {
      sum = sum + kInstance * partner_cross_entropy(at::cat({a, b}).transpose(0, 1));
    }
    if (a.size(1) == 1) return sum / scales;
    sum = sum + (1 - kInstance) * partner_cross_entropy(at::cat({a, b}, 1));
    a = at::max_pool1d(a.transpose(1, 2), 2).transpose(1, 2);
    b = at::max_pool1d(b.transpose(1, 2), 2).transpose(1, 2);
  }
}

namespace {

/// Draws batches and crops; each training has its own.
class CropDraw {
 public:
  CropDraw(const Tensor& x, const Tensor& lengths, const Ts2VecOptions& options, uint64_t seed)
      : x_(x),
        lengths_(lengths),
        options_(options),
        batch_(std::min(options.batch, x.size(0))),
        rows_(stream_generator(seed, "ts2vec.rows", 0)),
        crops_(stream_generator(seed, "ts2vec.crops", 0)),
        masks_(stream_generator(seed, "ts2vec.masks", 0)) {}

  /// The contrast of two random crops of the next batch.
  Tensor loss(const Ts2VecNetwork& network) {
    const Tensor rows = next_rows();
    const int64_t steps = x_.size(1);
    const int64_t overlap = between(2, steps);
    const int64_t left = between(0, steps - overlap), right = left + overlap;
    const int64_t first = between(0, left), last = between(right, steps);
    Tensor shifts = at::empty({rows.size(0)}, at::kLong);
    shifts.random_(-first, steps - last + 1, crops_);
    const Tensor a = represent(network, rows, shifts + first, right - first);
    const Tensor b = represent(network, rows, shifts + left, last - left);
    return hierarchical_contrast(a.narrow(1, right - first - overlap, overlap),
                                 b.narrow(1, 0, overlap));
  }

 private:
  /// Uniform on low..high, both included.
  int64_t between(int64_t low, int64_t high) {
    return at::empty({1}, at::kLong).random_(low, high + 1, crops_).item<int64_t>();
  }

  /// Batches of one permutation after another; what is left over at the end of one is not used.
  Tensor next_rows() {
    if (!order_.defined() || used_ + batch_ > order_.size(0)) {
      order_ = at::randperm(x_.size(0), rows_, at::kLong);
      used_ = 0;
    }
    used_ += batch_;
    return order_.narrow(0, used_ - batch_, batch_);
  }

  Tensor represent(const Ts2VecNetwork& network, const Tensor& rows, const Tensor& starts,
                   int64_t steps) {
    const Tensor places = starts.unsqueeze(1) + at::arange(steps, at::kLong);  // [B,steps]
    const Tensor x = x_.index({rows.unsqueeze(1), places});
    const Tensor valid = (places < lengths_.index_select(0, rows).unsqueeze(1)).unsqueeze(2);
    const auto kept = [&](at::IntArrayRef sizes, double share) {
      return at::empty(sizes, x.options()).bernoulli_(1 - share, masks_);
    };
    Ts2VecMasks masks;
    masks.steps = kept({rows.size(0), steps, 1}, options_.step_dropout);
    if (options_.dropout > 0) {
      masks.units =
          kept({rows.size(0), steps, options_.width}, options_.dropout).div_(1 - options_.dropout);
    }
    return network.forward(x, valid.to(x.scalar_type()), masks);
  }

  const Tensor &x_, &lengths_;
  const Ts2VecOptions& options_;
  int64_t batch_, used_ = 0;
  at::Generator rows_, crops_, masks_;
  Tensor order_;
};

int64_t iterations_of(const Ts2VecOptions& options, const Tensor& x) {
  constexpr int64_t kSmall = 100'000;
  if (options.iterations > 0) return options.iterations;
  return x.numel() <= kSmall ? 200 : 600;
}

}  // namespace

std::shared_ptr<Ts2VecNetwork> train_ts2vec(const Tensor& x, const Tensor& lengths,
                                            const Ts2VecOptions& options, uint64_t seed,
                                            const StopFlag* stop) {
  at::Generator weights = stream_generator(seed, "ts2vec.init", 0);
  auto network = std::make_shared<Ts2VecNetwork>(x.size(2), options, weights);
  const std::vector<Tensor> parameters = network->parameters();
  std::vector<Tensor> means;  // of the weights, the initial ones among them
  for (const Tensor& parameter : parameters) means.push_back(parameter.detach().clone());
  torch::optim::AdamW optimizer(parameters,
                                torch::optim::AdamWOptions(kRate).weight_decay(kWeightDecay));
  CropDraw draw(x, lengths, options, seed);
  const int64_t iterations = iterations_of(options, x);
  for (int64_t i = 0; i < iterations; ++i) {
    if (stop != nullptr && stop->requested()) return nullptr;
    optimizer.zero_grad();
    draw.loss(*network).backward();
    optimizer.step();
    const torch::NoGradGuard off;
    for (size_t k = 0; k < parameters.size(); ++k) {
      means[k].add_((parameters[k] - means[k]) / static_cast<double>(i + 2));
    }
  }
  const torch::NoGradGuard off;
  for (size_t k = 0; k < parameters.size(); ++k) Tensor(parameters[k]).copy_(means[k]);
  return network;
}

}  // namespace rnngan
