// The default config's GAN written with the modules of LibTorch alone: torch::nn::LSTM, Linear,
// and Adam over each parameter. What a careful user of LibTorch would write: both batches pass the
// discriminator at once, fakes of its steps carry no graph, it is frozen in the generator's step.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/rnn.h>
#include <torch/optim/adam.h>
#include <torch/types.h>

namespace rnngan {

enum class StockLoss { bce, wgan_gp, r3gan };

class StockGan {
 public:
  /// `sequences` [N,T,F]: what batches are drawn from.
  StockGan(StockLoss loss, torch::Tensor sequences, int64_t batch);

  /// The critic's steps and one of the generator.
  void step();
  /// [count,T,F]
  torch::Tensor sample(int64_t count);

 private:
  void critic_step();
  void generator_step();
  torch::Tensor draw_real() const;
  torch::Tensor embed(const torch::Tensor& x) const;
  torch::Tensor score(const torch::Tensor& input);
  torch::Tensor critic_loss(const torch::Tensor& real, const torch::Tensor& fake);

  StockLoss loss_;
  torch::Tensor sequences_, scale_;
  int64_t batch_, steps_, columns_;
  torch::nn::LSTM generator_{nullptr}, critic_{nullptr};
  torch::nn::Linear state_in_{nullptr}, state_out_{nullptr}, head_{nullptr};
  torch::nn::Linear hidden_{nullptr}, score_{nullptr};
  std::vector<torch::Tensor> generator_parameters_, critic_parameters_;
  std::unique_ptr<torch::optim::Adam> generator_optimizer_, critic_optimizer_;
};

}  // namespace rnngan
