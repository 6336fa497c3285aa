// What losses ask to be built: heads on the discriminator and networks beside it. Asked for before
// any network exists; the same name asked for twice is one thing, of one width.
#pragma once

#include <cstdint>
#include <string>

namespace rnngan {

/// A linear map of the discriminator's pooled features to `outputs` numbers per sequence. Trained
/// with the discriminator.
struct HeadRequest {
  std::string name;  // [a-z_]+
  int64_t outputs = 1;

  bool operator==(const HeadRequest&) const = default;
};

enum class TrainedWith { generator, discriminator };

/// An LSTM of the discriminator's width over the scaled values (and the condition), with a linear
/// output; or that output alone, over the discriminator's features; or one vector per class; or a
/// linear map of each step.
struct NetworkRequest {
  std::string name;     // [a-z_]+; not "generator", "discriminator"
  int64_t outputs = 1;  // n
  bool causal = false;  // true: one output per step [B,T,n], which has seen no later step; false:
                        // bidirectional, one per sequence [B,n]
  TrainedWith trained_with = TrainedWith::generator;  // the side whose optimiser steps train it
  bool on_features = false;  // no LSTM: the discriminator's features [B,P] -> [B,n]
  bool on_classes = false;   // no LSTM: classes [B] int64 -> [B,n], a learned vector each
  int64_t step_inputs = 0;   // not 0: no LSTM, a linear map of each step [B,T,step_inputs] ->
                             // [B,T,n], without bias; standard normal at the start

  bool operator==(const NetworkRequest&) const = default;
};

}  // namespace rnngan
