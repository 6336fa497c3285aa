// The rows of the adversarial catalog by family, and what their source files share. One function
// and one row per loss: r and f are raw scores, high = real; both sides minimise; probabilities
// never appear, only softplus of scores: -log sigmoid(s) = softplus(-s).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "objective/adversarial.h"

namespace rnngan {

/// The discriminator is a binary classifier (adversarial_classifier.cpp).
std::vector<AdversarialRow> classifier_rows();
/// Each score counts relative to scores of the other batch (adversarial_relativistic.cpp).
std::vector<AdversarialRow> relativistic_rows();
/// Least squares, margins, differences of means (adversarial_margin.cpp).
std::vector<AdversarialRow> margin_rows();
/// Variational bounds of f-divergences (adversarial_divergence.cpp).
std::vector<AdversarialRow> divergence_rows();
/// The discriminator is an autoencoder, its score an error (adversarial_energy.cpp).
std::vector<AdversarialRow> energy_rows();
/// The discriminator gives several numbers per sequence (adversarial_vector.cpp).
std::vector<AdversarialRow> vector_rows();
/// The discriminator judges more than two batches (adversarial_three_way.cpp).
std::vector<AdversarialRow> three_way_rows();

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

/// exp(v) up to 15, beyond it its tangent there: continuous with its slope, and finite in single
/// precision for scores of any size met in training.
at::Tensor bounded_exp(const at::Tensor& v);

}  // namespace rnngan
