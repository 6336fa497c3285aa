#include "config/catalog.h"

namespace rnngan {

std::string to_string(Need need) {
  switch (need) {
    case Need::labels:
      return "labels";
    case Need::features:
      return "features";
    case Need::real_in_g:
      return "real_in_g";
    case Need::scalar_score:
      return "scalar_score";
    case Need::several_scores:
      return "several_scores";
    case Need::input_grad:
      return "input_grad";
    case Need::double_backward:
      return "double_backward";
    case Need::batch_coupled:
      return "batch_coupled";
    case Need::perturbation:
      return "perturbation";
    case Need::logit_score:
      return "logit_score";
    case Need::encoder:
      return "encoder";
    case Need::autoencoder_d:
      return "autoencoder_d";
    case Need::autoregressive_g:
      return "autoregressive_g";
    case Need::code:
      return "code";
    case Need::dropout_d:
      return "dropout_d";
    case Need::hidden_labels:
      return "hidden_labels";
    case Need::pair_distance:
      return "pair_distance";
    case Need::double_backward_g:
      return "double_backward_g";
  }
  return "";
}

std::string explain(Need need) {
  switch (need) {
    case Need::labels:
      return "the class of each sequence (data.label)";
    case Need::features:
      return "the pooled features of the discriminator";
    case Need::real_in_g:
      return "the real batch in the generator's step, too";
    case Need::scalar_score:
      return "one score per sequence (model.discriminator.score is not step)";
    case Need::several_scores:
      return "several numbers per sequence (model.discriminator.score pooled or seq_last)";
    case Need::input_grad:
      return "the gradient of the score with respect to the critic input";
    case Need::double_backward:
      return "second derivatives of the discriminator, which take time";
    case Need::batch_coupled:
      return "a batch of 4 or more, since the value is one of the whole batch";
    case Need::perturbation:
      return "a random direction at each critic input";
    case Need::logit_score:
      return "scores that are logits, as those of bce and gan";
    case Need::encoder:
      return "an encoder, which is built for it, and model.generator.noise_global above 0";
    case Need::autoencoder_d:
      return "a discriminator that is an autoencoder (model.discriminator.score energy)";
    case Need::autoregressive_g:
      return "a generator that sees its last step (model.generator.autoregressive true)";
    case Need::code:
      return "an information code (model.generator.code_categories or code_continuous above 0)";
    case Need::dropout_d:
      return "dropout in the discriminator (model.discriminator.dropout above 0)";
    case Need::hidden_labels:
      return "a discriminator that is not told the label: model.discriminator.condition none";
    case Need::pair_distance:
      return "the distance between the real and the fake sequence of a pair";
    case Need::double_backward_g:
      return "second derivatives of the generator, and model.generator.noise_global above 0";
  }
  return "";
}

}  // namespace rnngan
