// The rows of the term catalog, each made in the source file of its term.
#pragma once

#include "objective/term.h"

namespace rnngan {

TermRow adc_row();
TermRow aux_classifier_row();
TermRow balanced_consistency_row();
TermRow began_row();
TermRow consistency_row();
TermRow consistency_term_row();
TermRow contrastive_2c_row();
TermRow cot_gan_row();
TermRow cramer_gan_row();
TermRow crps_step_row();
TermRow d2d_ce_row();
TermRow dragan_row();
TermRow drift_row();
TermRow energy_distance_row();
TermRow feature_matching_row();
TermRow fisher_row();
TermRow gradient_penalty_row();
TermRow historical_average_row();
TermRow imle_row();
TermRow kl_gaussian_row();
TermRow kl_latent_row();
TermRow label_smoothing_row();
TermRow latent_consistency_row();
TermRow lecam_row();
TermRow lipschitz_fd_row();
TermRow lipschitz_penalty_row();
TermRow match_aware_row();
TermRow max_gradient_penalty_row();
TermRow mle_row();
TermRow mmd_row();
TermRow mmd_gan_row();
TermRow mode_regularized_row();
TermRow mode_seeking_row();
TermRow mutual_information_row();
TermRow orthogonal_row();
TermRow ot_gan_row();
TermRow path_length_row();
TermRow pulling_away_row();
TermRow r1_fd_row();
TermRow r1_row();
TermRow r2_row();
TermRow reconstruction_row();
TermRow self_supervised_row();
TermRow sig_w1_row();
TermRow sinkhorn_row();
TermRow sobolev_row();
TermRow statistic_matching_row();
TermRow twin_aux_classifier_row();
TermRow weight_clip_row();
TermRow zero_centered_gp_row();

/// Squared Euclidean norm of each sequence's gradient over its valid steps: gradient [B,T,E] ->
/// [B].
at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps);

/// The square root of a squared norm, with a finite slope at 0.
at::Tensor norm_of(const at::Tensor& squared);

/// The point a real + (1 - a) fake [B,T,E] of each pair, a [B], detached.
at::Tensor between(StepContext& context, const at::Tensor& a);
/// Squared norm of the critic's gradient at a point [B,T,E], by a pass of its own: [B], with its
/// graph.
at::Tensor squared_slope_at(StepContext& context, const at::Tensor& point);

/// A row whose term is constructed from its options: term_row<GradientPenalty,
/// Options>(description).
template <class T, class Options>
TermRow term_row(LossDescription description) {
  return {std::move(description), [](const void* options) -> std::shared_ptr<Term> {
            return std::make_shared<T>(*static_cast<const Options*>(options));
          }};
}

}  // namespace rnngan
