// What the networks of an objective may depend on.
#pragma once

#include "columns/schema.h"
#include "config/run_config.h"

namespace rnngan {

struct ModelShape {
  const Schema& schema;
  const ModelConfig& model;
};

}  // namespace rnngan
