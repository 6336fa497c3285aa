// A generator as a model of ONNX: noise, condition and covariates in, values in original units out.
#pragma once

#include "app/onnx_graph.h"
#include "columns/schema.h"
#include "nn/generator.h"

namespace rnngan {

/// Adds inputs, nodes and outputs. All of a sequence at once, batch and steps of any number; of an
/// autoregressive generator one step, with what it has to remember as inputs and outputs:
///
///   noise_step [batch,steps,Zs], noise_global [batch,Zg], code [batch,K+m], label [batch],
///   attributes [batch,S], covariates [batch,steps,n], calendar [batch,steps,2 cycles]
///       as far as the model has them; `steps`, a number, where nothing else says it
///   sequences [batch,steps,F] double, raw [batch,steps,W]
///   step, h, c, x, level -> next_h, next_c, next_x, next_level of one that is autoregressive
void add_generator(OnnxGraph& graph, const Generator& generator, const Schema& schema);

}  // namespace rnngan
