// A trained generator for other programs: one file of ONNX that needs none of ours.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "training/sampler.h"

namespace rnngan {

struct ExportRequest {
  std::filesystem::path checkpoint;     // or a run directory
  std::filesystem::path out;            // FILE.onnx
  Weights weights = Weights::averaged;  //
  std::filesystem::path example = {};   // FILE.safetensors; empty: none
  std::vector<std::string> sets = {};   // "path=value" over the config of its run
};

struct ExportSummary {
  std::filesystem::path checkpoint;    // the file that was read
  std::vector<std::string> interface;  // inputs and outputs, a line each
};

/// Writes the generator with its decoding: noise, label, attributes and covariates in, values in
/// original units out, as `sample` writes them (app/onnx_generator.h lists the tensors). Names of
/// columns, classes and labels are in the model's metadata, JSON each. `example`: inputs for a few
/// sequences and what this program makes of them, by the same names. Throws Error{checkpoint,
/// output}, Error{usage} for a file of another kind, a model too large for one, and a part of a
/// generator that the model cannot have.
ExportSummary export_onnx(const ExportRequest& request);

}  // namespace rnngan
