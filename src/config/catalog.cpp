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
    case Need::pair_distance:
      return "pair_distance";
  }
  return "";
}

}  // namespace rnngan
