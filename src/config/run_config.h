// Everything a run can be told, as plain structs. The defaults are here; what a key means, its
// range and its JSON path are in fields.cpp, the one table that parsing, checking, printing, the
// JSON Schema and the help texts are made from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace rnngan {

enum class Header { automatic, yes, no };
enum class Missing { error, interpolate, drop };
enum class Scaling { standard, minmax, none };
enum class SplitPolicy { automatic, blocks, time, sequence, none };
enum class Compatibility { none, timegan };
enum class OutputActivation { linear, range };
enum class ScorePolicy { pooled, seq_mean, seq_last, step };
enum class ScheduleKind { constant, linear, cosine };

struct WindowConfig {
  int64_t length = 0;  // steps; 0 = whole sequences, or 24 for one long series
  int64_t stride = 1;
};

struct SplitConfig {
  SplitPolicy policy = SplitPolicy::automatic;
  double validation = 0.1;
  double test = 0.1;
  int64_t block = 120;  // windows per block under `blocks`
  int64_t seed = 1;
};

struct DataConfig {
  std::string path;
  Header header = Header::automatic;
  std::string delimiter = ",";
  std::vector<std::string> columns;  // empty: every column that has no other role
  std::string time;                  // empty: file order
  std::string id;                    // empty: one long series
  std::string label;
  std::vector<std::string> statics;  // JSON key `static`
  Missing missing = Missing::error;
  Scaling scaling = Scaling::standard;
  Compatibility compat = Compatibility::none;
  WindowConfig window;
  SplitConfig split;
};

struct GeneratorConfig {
  int64_t hidden = 32;
  int64_t layers = 1;
  int64_t noise_step = 16;
  int64_t noise_global = 16;
  OutputActivation output = OutputActivation::linear;
};

struct DiscriminatorConfig {
  int64_t hidden = 32;
  int64_t layers = 1;
  bool bidirectional = true;
  bool differences = true;
  ScorePolicy score = ScorePolicy::pooled;
  int64_t head = 32;  // width of the MLP under `pooled`
};

struct ModelConfig {
  GeneratorConfig generator;
  DiscriminatorConfig discriminator;
};

/// One adversarial loss or term as configured: its catalog row and the row's own options, complete
/// and checked.
struct AdversarialConfig {
  std::string type;  // empty: no adversarial loss
  std::shared_ptr<const void> options;
};

struct TermConfig {
  std::string type;
  double weight = 1.0;
  int64_t every = 1;
  std::shared_ptr<const void> options;
};

struct ObjectiveConfig {
  std::string preset;  // empty: composed by hand
  double g_weight = 1.0;
  AdversarialConfig adversarial;
  std::map<std::string, TermConfig> terms;
};

struct AdamConfig {
  double lr = 1e-3;
  double beta1 = 0.0;
  double beta2 = 0.99;
  double eps = 1e-8;
};

struct OptimConfig {
  AdamConfig generator;
  AdamConfig discriminator;
};

struct ScheduleConfig {
  ScheduleKind kind = ScheduleKind::linear;
  double hold = 0.5;    // share of the steps at the full rate
  double final = 0.02;  // share of the rate at the last step
  int64_t warmup = 0;   // steps
};

struct EmaConfig {
  double decay = 0.9995;  // 0 = off
};

struct LogConfig {
  int64_t every = 50;  // generator steps
};

struct CheckpointConfig {
  int64_t every = 1000;   // generator steps; 0 = only at the end
  int64_t keep = 3;       // the newest ones
  int64_t milestone = 0;  // checkpoints at multiples of this are never removed; 0 = none
};

struct SampleConfig {
  int64_t every = 1000;  // generator steps; 0 = only at the end
  int64_t count = 16;    // sequences
};

struct TrainConfig {
  int64_t steps = 4000;
  int64_t batch = 64;
  int64_t n_critic = 1;
  double grad_clip = 0.0;  // 0 = off
  int64_t seed = 1;
  std::string device = "auto";
  int64_t threads = 0;  // 0 = by the width of the networks
  OptimConfig optim;
  ScheduleConfig schedule;
  EmaConfig ema;
  LogConfig log;
  CheckpointConfig checkpoint;
  SampleConfig sample;
};

struct RunConfig {
  DataConfig data;
  ModelConfig model;
  ObjectiveConfig objective;
  TrainConfig train;
};

}  // namespace rnngan
