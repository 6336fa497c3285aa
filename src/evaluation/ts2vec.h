// TS2Vec (Yue et al. 2022, arXiv 2106.10466): a network of dilated convolutions that is trained,
// without labels, to give the same steps of two overlapping crops similar representations. Its
// representations of whole sequences are what cfid compares.
#pragma once

#include <cstdint>
#include <vector>

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>
#include <torch/nn/module.h>

#include "core/stop.h"
#include "evaluation/sequences.h"

namespace rnngan {

/// The defaults are those of the published code.
struct Ts2VecOptions {
  int64_t hidden = 64;
  int64_t depth = 10;  // blocks of the hidden width; one more of the output's follows
  int64_t width = 320;
  double step_dropout = 0.5;  // share of the steps that training does not see
  double dropout = 0.1;       // share of the representation that training does not see
  int64_t batch = 8;
  int64_t iterations = 0;  // 0: 200 for up to 100,000 numbers, else 600
};

/// A convolution of three taps, `dilation` steps apart, of the length of its input: as
/// torch::nn::Conv1d with that padding, whose parameters it has. Taps that only meet the padding
/// are left out, which Conv1d does not, and most of those of a short sequence are such.
class DilatedConvolution : public torch::nn::Module {
 public:
  DilatedConvolution(int64_t in, int64_t out, int64_t dilation, at::Generator& generator);
  /// x [B,T,in] -> [B,T,out]
  at::Tensor forward(const at::Tensor& x) const;

 private:
  int64_t dilation_;
  at::Tensor weight_, bias_;  // [out,in,3], [out]
};

/// Two of them behind GELUs, beside a path around both.
class ConvolutionBlock : public torch::nn::Module {
 public:
  /// `projected`: the path around is a linear map, as it has to be where the width changes.
  ConvolutionBlock(int64_t in, int64_t out, int64_t dilation, bool projected,
                   at::Generator& generator);
  at::Tensor forward(const at::Tensor& x) const;

 private:
  std::shared_ptr<DilatedConvolution> first_, second_;
  at::Tensor skip_, skip_bias_;  // [out,in], [out]; undefined where nothing is projected
};

/// Random parts of a forward pass in training; undefined: all steps and units are seen.
struct Ts2VecMasks {
  at::Tensor steps;  // [B,T,1], 0 or 1
  at::Tensor units;  // [B,T,width], 0 or 1/(1-dropout)
};

class Ts2VecNetwork : public torch::nn::Module {
 public:
  /// For sequences of `features` columns. Initial weights are those of torch::nn::Conv1d and
  /// Linear: uniform within 1/sqrt(inputs).
  Ts2VecNetwork(int64_t features, const Ts2VecOptions& options, at::Generator& generator);
  /// Representations of the steps: x [B,T,features], valid [B,T,1] (0 on padding, or undefined) ->
  /// [B,T,width].
  at::Tensor forward(const at::Tensor& x, const at::Tensor& valid,
                     const Ts2VecMasks& masks = {}) const;
  /// The greatest over the valid steps of each number: [B,width], without gradients.
  at::Tensor encode(const at::Tensor& x, const at::Tensor& lengths) const;

 private:
  at::Tensor input_, input_bias_;  // [hidden,features], [hidden]
  std::vector<std::shared_ptr<ConvolutionBlock>> blocks_;
};

/// Of the steps' representations a and b [B,T,W] of the same sequences: half cross-entropies of
/// finding a step's partner among the sequences of the batch, half among the steps of its
/// sequence, mean over the scales made by taking the greatest of two steps until one is left.
at::Tensor hierarchical_contrast(at::Tensor a, at::Tensor b);

/// Trains a network on x [N,T,D] float32, zero on padding, with all random numbers from streams of
/// `seed`; its weights are the mean over all iterations. Null when `stop` ended it.
std::shared_ptr<Ts2VecNetwork> train_ts2vec(const at::Tensor& x, const at::Tensor& lengths,
                                            const Ts2VecOptions& options, uint64_t seed,
                                            const StopFlag* stop);

}  // namespace rnngan
