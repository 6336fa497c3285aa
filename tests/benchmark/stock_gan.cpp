#include "stock_gan.h"

#include <torch/csrc/autograd/autograd.h>

namespace rnngan {
namespace {

using torch::Tensor;

constexpr int64_t kHidden = 32, kNoise = 16;

Tensor mean_softplus(const Tensor& x) {
  return torch::softplus(x).mean();
}

/// Squared norm per sequence of the scores' gradient at a critic input.
Tensor squared_gradient_norm(const Tensor& score, const Tensor& input) {
  const Tensor gradient = torch::autograd::grad({score.sum()}, {input}, {}, true, true)[0];
  return gradient.square().sum({1, 2});
}

void collect(std::vector<Tensor>& all, const torch::nn::Module& module) {
  for (const Tensor& parameter : module.parameters()) all.push_back(parameter);
}

}  // namespace

StockGan::StockGan(StockLoss loss, Tensor sequences, int64_t batch)
    : loss_(loss),
      sequences_(std::move(sequences)),
      batch_(batch),
      steps_(sequences_.size(1)),
      columns_(sequences_.size(2)) {
  scale_ = torch::ones({2 * columns_});
  generator_ = torch::nn::LSTM(torch::nn::LSTMOptions(2 * kNoise, kHidden).batch_first(true));
  state_in_ = torch::nn::Linear(kNoise, kHidden);
  state_out_ = torch::nn::Linear(kHidden, 2 * kHidden);
  head_ = torch::nn::Linear(kHidden + kNoise, columns_);
  critic_ = torch::nn::LSTM(
      torch::nn::LSTMOptions(2 * columns_, kHidden).batch_first(true).bidirectional(true));
  hidden_ = torch::nn::Linear(4 * kHidden, kHidden);
  score_ = torch::nn::Linear(kHidden, 1);
  for (const torch::nn::Module* module : {static_cast<const torch::nn::Module*>(generator_.get()),
                                          static_cast<const torch::nn::Module*>(state_in_.get()),
                                          static_cast<const torch::nn::Module*>(state_out_.get()),
                                          static_cast<const torch::nn::Module*>(head_.get())}) {
    collect(generator_parameters_, *module);
  }
  for (const torch::nn::Module* module : {static_cast<const torch::nn::Module*>(critic_.get()),
                                          static_cast<const torch::nn::Module*>(hidden_.get()),
                                          static_cast<const torch::nn::Module*>(score_.get())}) {
    collect(critic_parameters_, *module);
  }
  const auto options = torch::optim::AdamOptions(1e-3).betas({0.0, 0.99});
  generator_optimizer_ = std::make_unique<torch::optim::Adam>(generator_parameters_, options);
  critic_optimizer_ = std::make_unique<torch::optim::Adam>(critic_parameters_, options);
}

Tensor StockGan::draw_real() const {
  return sequences_.index_select(0, torch::randint(sequences_.size(0), {batch_}, torch::kInt64));
}

Tensor StockGan::sample(int64_t count) {
  const Tensor global = torch::randn({count, kNoise});
  const Tensor every_step = global.unsqueeze(1).expand({count, steps_, kNoise});
  const Tensor noise = torch::cat({torch::randn({count, steps_, kNoise}), every_step}, 2);
  const auto state =
      state_out_->forward(torch::leaky_relu(state_in_->forward(global), 0.2)).chunk(2, 1);
  const Tensor h0 = state[0].tanh().unsqueeze(0).contiguous();
  const Tensor c0 = state[1].unsqueeze(0).contiguous();
  const Tensor y = std::get<0>(generator_->forward(noise, std::make_tuple(h0, c0)));
  return head_->forward(torch::cat({y, every_step}, 2));
}

Tensor StockGan::embed(const Tensor& x) const {
  const Tensor differences =
      torch::constant_pad_nd(x.narrow(1, 1, steps_ - 1) - x.narrow(1, 0, steps_ - 1), {0, 0, 1, 0});
  return torch::cat({x, differences}, 2) * scale_;
}

Tensor StockGan::score(const Tensor& input) {
  const Tensor y = std::get<0>(critic_->forward(input));
  const Tensor pooled = torch::cat({y.mean(1), y.select(1, steps_ - 1).narrow(1, 0, kHidden),
                                    y.select(1, 0).narrow(1, kHidden, kHidden)},
                                   1);
  return score_->forward(torch::leaky_relu(hidden_->forward(pooled), 0.2)).squeeze(1);
}

Tensor StockGan::critic_loss(const Tensor& real, const Tensor& fake) {
  const Tensor input = torch::cat({real, fake}).requires_grad_(loss_ == StockLoss::r3gan);
  const Tensor scores = score(input);
  const Tensor r = scores.narrow(0, 0, batch_), f = scores.narrow(0, batch_, batch_);
  switch (loss_) {
    case StockLoss::bce:
      return mean_softplus(-r) + mean_softplus(f);
    case StockLoss::r3gan:
      return mean_softplus(f - r) + 10 * squared_gradient_norm(scores, input).mean();
    case StockLoss::wgan_gp:
      break;
  }
  const Tensor share = torch::rand({batch_, 1, 1});
  const Tensor between = (share * real + (1 - share) * fake).requires_grad_();
  const Tensor norm = (squared_gradient_norm(score(between), between) + 1e-12).sqrt();
  return f.mean() - r.mean() + 10 * (norm - 1).square().mean();
}

void StockGan::critic_step() {
  Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    fake = embed(sample(batch_));
  }
  critic_optimizer_->zero_grad();
  critic_loss(embed(draw_real()), fake).backward();
  critic_optimizer_->step();
}

void StockGan::generator_step() {
  for (Tensor& parameter : critic_parameters_) parameter.requires_grad_(false);
  generator_optimizer_->zero_grad();
  const Tensor f = score(embed(sample(batch_)));
  Tensor loss;
  if (loss_ == StockLoss::bce) loss = mean_softplus(-f);
  if (loss_ == StockLoss::wgan_gp) loss = -f.mean();
  if (loss_ == StockLoss::r3gan) {
    const torch::NoGradGuard no_grad;
    loss = score(embed(draw_real()));
  }
  if (loss_ == StockLoss::r3gan) loss = mean_softplus(loss - f);
  loss.backward();
  generator_optimizer_->step();
  for (Tensor& parameter : critic_parameters_) parameter.requires_grad_(true);
}

void StockGan::step() {
  const int64_t critic_steps = loss_ == StockLoss::wgan_gp ? 5 : 1;
  for (int64_t i = 0; i < critic_steps; ++i) critic_step();
  generator_step();
}

}  // namespace rnngan
