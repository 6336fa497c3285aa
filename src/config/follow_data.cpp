#include "config/follow_data.h"

#include <algorithm>

namespace rnngan {

namespace {

int64_t units_for(int64_t channels) {
  if (channels <= 6) return 32;
  return channels <= 20 ? 64 : 128;
}

int64_t noise_for(int64_t channels) {
  constexpr int64_t kPiece = 16, kMost = 64;
  return std::min(kMost, std::max<int64_t>(1, (channels + kPiece - 1) / kPiece) * kPiece);
}

}  // namespace

void follow_data(ModelConfig& model, int64_t channels) {
  for (Size* units : {&model.generator.hidden, &model.discriminator.hidden}) {
    if (units->is_automatic()) *units = units_for(channels);
  }
  for (Size* noise : {&model.generator.noise_step, &model.generator.noise_global}) {
    if (noise->is_automatic()) *noise = noise_for(channels);
  }
}

}  // namespace rnngan
