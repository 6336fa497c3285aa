// What `config/` knows of losses and presets: descriptions without torch, handed in by the caller
// (objective/catalog.h has them).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/field.h"
#include "config/row_check.h"

namespace rnngan {

/// What a loss or term asks of the program. Joined over all active rows and resolved before any
/// network is built.
enum class Need {
  labels,             // class labels in the data
  features,           // pooled features of the discriminator
  real_in_g,          // the real batch and its scores in the generator's step
  scalar_score,       // one score per sequence: any score policy but `step`
  several_scores,     // several numbers per sequence, of which the loss makes the score
  input_grad,         // the critic input requires grad before the shared forward
  double_backward,    // the loss contains a gradient
  batch_coupled,      // the value depends on the whole batch
  perturbation,       // one random direction in the space of critic inputs
  logit_score,        // the score is the logit of a binary classifier (bce, gan)
  encoder,            // a network that maps a sequence to the distribution of its global noise
  autoencoder_d,      // the score is a reconstruction error: model.discriminator.score energy
  autoregressive_g,   // the generator continues what it is given: model.generator.autoregressive
  code,               // an information code enters the generator: model.generator.code_*
  dropout_d,          // the discriminator has dropout
  hidden_labels,      // the discriminator is not told the label that it is to find
  pair_distance,      // the distance between the real and the fake sequence of a pair
  double_backward_g,  // the loss contains a gradient with respect to the global noise
};

/// "scalar_score"
std::string to_string(Need need);
/// The same for people, with the key to set where there is one.
std::string explain(Need need);

/// The options of one row, type-erased: an Options struct with its field table.
struct OptionsDescription {
  FieldTable fields;                            // paths relative to the row: "margin"
  std::function<std::shared_ptr<void>()> make;  // a default-constructed Options struct
};

struct NoOptions {};

template <class Options>
OptionsDescription describe_options(FieldTable fields) {
  return {std::move(fields), [] { return std::make_shared<Options>(); }};
}

/// One row of `rnngan losses`.
struct LossDescription {
  std::string name;     // the id used in JSON
  std::string summary;  // one line
  std::string formula;  // plain text, both sides, to be minimised
  std::string paper;    // authors, year, arXiv id
  std::vector<Need> needs = {};
  std::vector<Need> provides = {};  // logit_score, ...
  OptionsDescription options = describe_options<NoOptions>({});
  double weight = 1.0;           // what a term weighs unless the config says otherwise
  std::string equilibrium = {};  // values where both distributions agree
  std::string watch = {};        // what to look at in the log, and what it means
  /// Of a term: JSON of an objective that an example of it may be added to.
  std::string example = R"({"preset": "bce"})";
  /// Rules of its own; empty: none.
  std::function<void(RowCheck&)> check = {};
};

/// A named merge patch over the whole config, applied beneath base, file and settings.
struct PresetDescription {
  std::string name;
  std::string summary;
  std::string patch;             // JSON text, parsed once
  std::vector<Need> needs = {};  // beside those of its rows: labels
};

struct Catalogs {
  std::vector<LossDescription> adversarial;
  std::vector<LossDescription> terms;
  std::vector<PresetDescription> presets;
  std::string default_preset;
};

}  // namespace rnngan
