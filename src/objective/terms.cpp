#include "objective/terms.h"

#include <torch/types.h>

namespace rnngan {

const std::vector<TermRow>& term_catalog() {
  static const std::vector<TermRow> rows = {
      adc_row(),
      aux_classifier_row(),
      balanced_consistency_row(),
      began_row(),
      consistency_row(),
      consistency_term_row(),
      contrastive_2c_row(),
      cot_gan_row(),
      cramer_gan_row(),
      crps_step_row(),
      d2d_ce_row(),
      dragan_row(),
      drift_row(),
      energy_distance_row(),
      feature_matching_row(),
      fisher_row(),
      gradient_penalty_row(),
      historical_average_row(),
      imle_row(),
      kl_gaussian_row(),
      kl_latent_row(),
      label_smoothing_row(),
      latent_consistency_row(),
      lecam_row(),
      lipschitz_fd_row(),
      lipschitz_penalty_row(),
      match_aware_row(),
      max_gradient_penalty_row(),
      mle_row(),
      mmd_row(),
      mmd_gan_row(),
      mode_regularized_row(),
      mode_seeking_row(),
      mutual_information_row(),
      orthogonal_row(),
      ot_gan_row(),
      path_length_row(),
      pulling_away_row(),
      r1_fd_row(),
      r1_row(),
      r2_row(),
      reconstruction_row(),
      self_supervised_row(),
      sig_w1_row(),
      sinkhorn_row(),
      sobolev_row(),
      statistic_matching_row(),
      twin_aux_classifier_row(),
      weight_clip_row(),
      zero_centered_gp_row(),
  };
  return rows;
}

at::Tensor squared_norm(const at::Tensor& gradient, const StepMask& steps) {
  return zero_padding(gradient, steps).flatten(1).square().sum(1);
}

at::Tensor norm_of(const at::Tensor& squared) {
  return (squared + 1e-12).sqrt();
}

at::Tensor between(StepContext& context, const at::Tensor& a) {
  const at::Tensor share = a.view({-1, 1, 1});
  return share * context.point(Which::real).detach() +
         (1 - share) * context.point(Which::fake).detach();
}

at::Tensor squared_slope_at(StepContext& context, const at::Tensor& point) {
  const at::Tensor leaf = point.detach().requires_grad_();
  const at::Tensor gradient = gradient_of_sum(context.scores_at(leaf).score, leaf);
  return squared_norm(gradient, context.point_steps());
}

}  // namespace rnngan
