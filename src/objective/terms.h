// The rows of the term catalog, each made in the source file of its term.
#pragma once

#include "objective/term.h"

namespace rnngan {

TermRow gradient_penalty_row();
TermRow label_smoothing_row();
TermRow r1_row();
TermRow r2_row();
TermRow weight_clip_row();

/// Squared Euclidean norm of each sequence's gradient over its valid steps: gradient [B,T,E] ->
/// [B].
at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps);

/// A row whose term is constructed from its options: term_row<GradientPenalty,
/// Options>(description).
template <class T, class Options>
TermRow term_row(LossDescription description) {
  return {std::move(description), [](const void* options) -> std::shared_ptr<Term> {
            return std::make_shared<T>(*static_cast<const Options*>(options));
          }};
}

}  // namespace rnngan
