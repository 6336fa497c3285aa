#include "nn/lstm_weight_gradients.h"

#include <algorithm>
#include <vector>

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/types.h>

#include "nn/lstm_kernels.h"

namespace rnngan {
namespace {

// Rows of delta that are summed up before they are added to a result: they fit in the cache, and
// sums of sums are more precise than one long chain.
constexpr int64_t kChunk = 384;

// A part of the result [D, in + H + 1, 4U] that one thread works on: rows of one of x, h and 1.
struct Part {
  int64_t direction, panel, row, rows;
  enum Source { input, hidden, ones } source;
};

template <class Real>
class WeightProduct {
 public:
  WeightProduct(const std::vector<WeightTerm>& terms, int64_t hidden)
      : kernels_(lstm_kernels<Real>()), terms_(terms), hidden_(hidden) {
    const at::Tensor& delta = terms[0].delta;
    columns_ = delta.size(3);
    samples_ = delta.size(1) * delta.size(2);
    input_ = terms[0].x.size(3);
    result_ = torch::zeros({delta.size(0), input_ + hidden + 1, columns_}, delta.options());
    const int64_t panels = columns_ / (kPanelVectors * kernels_.lanes);
    for (int64_t d = 0; d < delta.size(0); ++d) {
      for (int64_t panel = 0; panel < panels; ++panel) {
        add_parts(d, panel, input_, Part::input);
        add_parts(d, panel, hidden_, Part::hidden);
        add_parts(d, panel, 1, Part::ones);
      }
    }
  }

  at::Tensor operator()() {
    at::parallel_for(0, static_cast<int64_t>(parts_.size()), 1, [&](int64_t first, int64_t last) {
      for (int64_t sample = 0; sample < samples_; sample += kChunk) {
        for (int64_t k = first; k < last; ++k) {
          multiply(parts_[static_cast<size_t>(k)], sample, std::min(kChunk, samples_ - sample));
        }
      }
    });
    return result_;
  }

 private:
  void add_parts(int64_t direction, int64_t panel, int64_t rows, Part::Source source) {
    const int64_t most = 4 * kernels_.block;
    for (int64_t row = 0; row < rows; row += most) {
      parts_.push_back({direction, panel, row, std::min(most, rows - row), source});
    }
  }

  void multiply(const Part& part, int64_t sample, int64_t count) const {
    LstmProduct<Real> product = {};
    for (const WeightTerm& term : terms_) add_term(product, term, part, sample, count);
    product.add = true;
    product.row = columns_;
    const int64_t above = part.source == Part::input    ? 0
                          : part.source == Part::hidden ? input_
                                                        : input_ + hidden_;
    product.result =
        result_.data_ptr<Real>() + part.direction * result_.stride(0) + above * columns_;
    kernels_.multiply(product, part.row, part.row + part.rows, part.panel, kPanelVectors);
  }

  void add_term(LstmProduct<Real>& product, const WeightTerm& term, const Part& part,
                int64_t sample, int64_t count) const {
    LstmTerm<Real>& factors = product.terms[product.count];
    if (part.source == Part::ones) {
      if (!term.bias) return;
      static const Real one = 1;
      factors.a = &one;
    } else {
      const at::Tensor& values = part.source == Part::input ? term.x : term.h;
      if (!values.defined()) return;
      factors.a_row = 1;
      factors.a_depth = values.size(3);
      factors.a =
          values.data_ptr<Real>() + part.direction * values.stride(0) + sample * factors.a_depth;
    }
    factors.depth = count;
    factors.b =
        term.delta.data_ptr<Real>() + part.direction * term.delta.stride(0) + sample * columns_;
    factors.b_panel = kPanelVectors * kernels_.lanes;
    factors.b_depth = columns_;
    ++product.count;
  }

  const LstmKernels<Real>& kernels_;
  const std::vector<WeightTerm>& terms_;
  int64_t hidden_, input_, columns_, samples_;
  std::vector<Part> parts_;
  at::Tensor result_;
};

}  // namespace

WeightGradients weight_gradients(const std::vector<WeightTerm>& terms, int64_t hidden) {
  at::Tensor result;  // [D, in + H + 1, 4U]
  AT_DISPATCH_FLOATING_TYPES(terms[0].delta.scalar_type(), "weight_gradients",
                             [&] { result = WeightProduct<scalar_t>(terms, hidden)(); });
  const int64_t directions = result.size(0), input = terms[0].x.size(3);
  const at::Tensor rows = result.view({directions, result.size(1), 4, -1})
                              .narrow(3, 0, hidden)
                              .permute({0, 2, 3, 1})
                              .reshape({directions, 4 * hidden, -1});
  return {rows.narrow(2, 0, input).contiguous(), rows.narrow(2, input, hidden).contiguous(),
          rows.select(2, input + hidden).contiguous()};
}

}  // namespace rnngan
