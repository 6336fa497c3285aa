// What the families of adversarial losses share. One function and one row per loss: r and f are raw
// scores, high = real; both sides minimise; probabilities never appear, only softplus of scores:
// -log sigmoid(s) = softplus(-s).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>

#include <torch/types.h>

#include "objective/adversarial.h"

namespace rnngan {

/// What logs and controllers read off a loss: see the members of Adversarial.
struct Traits {
  std::optional<double> undecided;
  std::string divergence;
  std::function<double(double)> estimate;
};

template <class Options>
AdversarialRow row(LossDescription description,
                   SideLoss (*loss)(const Options&, Side, const at::Tensor&, const at::Tensor&),
                   Traits (*traits)(const Options&)) {
  return {std::move(description), [loss, traits](const void* pointer) -> Adversarial {
            const Options options = *static_cast<const Options*>(pointer);
            Traits t = traits(options);
            return {[options, loss](const AdversarialInput& input) {
                      return loss(options, input.side, input.r, input.f);
                    },
                    t.undecided, std::move(t.divergence), std::move(t.estimate)};
          }};
}

/// exp(v) up to 15, beyond it its tangent there: continuous with its derivative, and finite in
/// single precision for scores of any size met in training.
inline at::Tensor bounded_exp(const at::Tensor& v) {
  constexpr double kTangent = 15.0;
  return v.clamp_max(kTangent).exp() * (1 + at::relu(v - kTangent));
}

}  // namespace rnngan
