// Everything a run can be told, as plain structs. The defaults are here; what a key means, its
// range and its JSON path are in fields.cpp, the one table that parsing, checking, printing, the
// JSON Schema and the help texts are made from.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "config/column_names.h"
#include "config/size.h"

namespace rnngan {

enum class Header { automatic, yes, no };
enum class Decimal { automatic, point, comma };
enum class ShortSequences { skip, error };
enum class Missing { keep, error, interpolate, fill, drop };
enum class Scaling { automatic, standard, asinh, log, minmax, quantile, none };
enum class ColumnKind { number, category, derived };
enum class SplitPolicy { automatic, blocks, time, sequence, none };
enum class Compatibility { none, timegan };
enum class OutputActivation { straight_through, linear, range };
enum class ScorePolicy { pooled, seq_mean, seq_last, step, energy };
enum class ConditionPath { concat, projection, outputs, none };
enum class MinibatchLayer { none, discrimination, deviation };
enum class OptimizerKind { adam, oadam, rmsprop, sgd };
enum class ScheduleKind { constant, linear, cosine };

struct WindowConfig {
  int64_t length = 0;  // steps; 0 = whole sequences, or 24 for one long series
  int64_t stride = 1;
  ShortSequences short_sequences = ShortSequences::skip;  // JSON key `short`
};

struct SplitConfig {
  SplitPolicy policy = SplitPolicy::automatic;
  double validation = 0.1;
  double test = 0.1;
  int64_t block = 120;  // windows per block under `blocks`
  int64_t seed = 1;
};

/// What is said of one column; the rest is found out from the data.
struct ColumnConfig {
  std::optional<ColumnKind> kind;  // number or category
  std::optional<Scaling> transform;
  std::optional<std::vector<double>> atoms;  // values that come back exactly, in original units
  std::optional<int64_t> decimals;           // digits behind the point
  std::optional<double> dead_band;           // original units; 0: none
};

struct DataConfig {
  std::string path;
  Header header = Header::automatic;
  std::string delimiter = "auto";  // or one character
  Decimal decimal = Decimal::automatic;
  std::vector<std::string> columns;     // empty: every column that has no other role
  ColumnNames time;                     // empty: file order
  std::string time_format;              // as of strptime; empty: found out
  std::vector<std::string> calendar;    // cycles that every step is known by
  std::vector<std::string> covariates;  // columns that are known beforehand
  std::string id;                       // empty: one long series
  std::string label;
  std::vector<std::string> statics;  // JSON key `static`
  Missing missing = Missing::keep;
  // Cells that are missing, in columns whose other cells are numbers; an empty cell always is.
  std::vector<std::string> na = {"NA", "N/A", "#N/A", "NaN", "null", "None", "?", "-"};
  Scaling scaling = Scaling::automatic;
  std::map<std::string, ColumnConfig> column;  // by name
  std::vector<std::string> rules;              // "Low <= Close <= High"
  Compatibility compat = Compatibility::none;
  WindowConfig window;
  SplitConfig split;
};

struct GeneratorConfig {
  Size hidden = Size::automatic(32);
  int64_t layers = 1;
  Size noise_step = Size::automatic(16);
  Size noise_global = Size::automatic(16);
  bool noise_to_head = true;
  bool state_feedback = true;
  OutputActivation output = OutputActivation::straight_through;
  bool autoregressive = false;
  int64_t code_categories = 0;  // classes of the information code
  int64_t code_continuous = 0;  // its uniform variables
};

struct DiscriminatorConfig {
  Size hidden = Size::automatic(32);
  int64_t layers = 1;
  bool bidirectional = true;
  bool differences = true;
  double input_variance = 10;  // of all features of a step, of up to 32; 0: all have unit spread
  ScorePolicy score = ScorePolicy::pooled;
  int64_t head = 32;  // width of the MLP under `pooled`
  ConditionPath condition = ConditionPath::concat;
  MinibatchLayer minibatch = MinibatchLayer::none;
  int64_t minibatch_kernels = 16;
  int64_t minibatch_dims = 5;
  int64_t pac = 1;  // sequences that are scored as one
  bool spectral_norm = false;
  double dropout = 0.0;
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
  int64_t start = 0;   // first step
  int64_t stop = 0;    // first step without it; 0 = none
  int64_t warmup = 0;  // steps over which the weight rises from 0
  std::shared_ptr<const void> options;
};

struct ObjectiveConfig {
  std::string preset;  // empty: composed by hand
  double g_weight = 1.0;
  AdversarialConfig adversarial;
  std::map<std::string, TermConfig> terms;
};

struct OptimizerConfig {
  OptimizerKind type = OptimizerKind::adam;
  double lr = 1e-3;
  double beta1 = 0.0;   // Adam; momentum of the others
  double beta2 = 0.99;  // Adam, RMSProp
  double eps = 1e-8;
  double weight_decay = 0.0;
};

struct OptimConfig {
  OptimizerConfig generator;
  OptimizerConfig discriminator;
};

struct FreezeConfig {  // in units of the discriminator's accuracy
  double discriminator_above = 1.0;
  double generator_below = 0.0;
};

struct InstanceNoiseConfig {
  double sd = 0.0;     // at the first step; 0 = off
  double share = 0.5;  // of the steps, after which it is gone
  double grid = 0.15;  // on whole numbers and other coarse grids, always; 0 = off
};

struct AugmentConfig {    // of all that the discriminator is shown; 0 = off
  double scale = 0.0;     // standard deviation of the logarithm of a factor per sequence
  double shift = 0.0;     // that of a shift per sequence and column, in scaled units
  double cutout = 0.0;    // share of the steps that are set to 0
  double target = 0.0;    // mean sign of real scores that the share of changed sequences is led by;
                          // 0 = all of them are changed
  double pace = 500'000;  // sequences over which that share may rise from 0 to 1
};

struct TopkConfig {
  double keep = 1.0;    // smallest share of the fakes that the generator learns from; 1 = all
  double decay = 0.99;  // of that share, per epoch
};

struct UnrollConfig {
  int64_t steps = 0;  // steps the discriminator looks ahead; 0 = off
  double rate = 1e-2;
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
  int64_t every = 50;       // generator steps
  bool tensorboard = true;  // event files beside metrics.jsonl
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
  int64_t pretrain = 0;    // generator steps of supervised terms alone, at the beginning
  double grad_clip = 0.0;  // 0 = off
  int64_t seed = 1;
  std::string device = "auto";
  int64_t threads = 0;  // 0 = by the width of the networks
  OptimConfig optim;
  ScheduleConfig schedule;
  EmaConfig ema;
  FreezeConfig freeze;
  InstanceNoiseConfig instance_noise;
  double dead_bands_from = 0.75;  // share of the steps
  AugmentConfig augment;
  TopkConfig topk;
  UnrollConfig unroll;
  LogConfig log;
  CheckpointConfig checkpoint;
  SampleConfig sample;
};

struct EvaluateConfig {
  int64_t every = 500;                          // generator steps; 0 = never
  int64_t count = 500;                          // sequences of each side at most
  std::vector<std::string> metrics = {"fast"};  // ids and groups of scores
  std::vector<std::string> select_by = {"mmd2", "mmd2_d1", "acf",
                                        "acf_d1"};  // docs/measurements/selection.md; empty: none
};

struct RunConfig {
  DataConfig data;
  ModelConfig model;
  ObjectiveConfig objective;
  TrainConfig train;
  EvaluateConfig evaluate;
};

}  // namespace rnngan
