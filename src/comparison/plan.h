// What a comparison is going to do, complete: every variant's resolved config, the seeds, the
// scores. It is written to comparison.json, from which alone a comparison can be continued or
// merged.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "data/dataset.h"
#include "evaluation/metric.h"

namespace rnngan {

struct Variant {
  std::string name;        // letters, digits, '.', '_', '-'
  std::string objective;   // "rpgan + 10 r1 + 10 r2"
  nlohmann::json changes;  // its merge patch over the base
  nlohmann::json config;   // complete document; train.seed is that of a run
  int64_t generator_parameters = 0;
  int64_t discriminator_parameters = 0;

  int64_t steps() const;
};

struct Plan {
  std::string title;
  std::string base;       // the file, or that of the comparison where the base is written into it
  std::string data;       // data.path
  std::string data_hash;  // SHA-256 of that file
  std::string split = "test";                       // what is scored against: that, or "validation"
  int64_t train_sequences = 0, test_sequences = 0;  // of `split`
  int64_t steps = 0;                                // of every variant, unless equal_steps is false
  bool equal_steps = true;
  std::vector<Variant> variants;
  std::vector<uint64_t> seeds;
  std::vector<MetricId> metrics;  // what is scored
  std::vector<MetricId> rank_by;  // those of them that count
  int64_t repeats = 0;            // of trained evaluators; 0: each one's own number
  int64_t samples = 0;            // sequences drawn and scored; 0: as many as are held out
  std::string command;            // how it was called
  std::string version;            // "rnngan 0.2.0"
};

nlohmann::ordered_json to_json(const Plan& plan);

/// What is_plain_name() asks of the name of a variant, in words.
std::string variant_name_rule();

/// Throws Error{output} "ORIGIN: PATH: ..." for a document that to_json() did not write: names that
/// are no names of folders, lists that are empty, configs that cannot be trained.
Plan plan_from_json(const nlohmann::json& document, const std::string& origin);

/// Where two plans would give other numbers: "seeds", "variants.wgan.config.train.batch", ... The
/// title, the command and the version do not count.
std::vector<std::string> plan_differences(const Plan& a, const Plan& b);

/// What the runs of a plan are scored against.
const SequenceSet& scored_split(const Plan& plan, const Dataset& data);

/// One training: indices into Plan::variants and Plan::seeds.
struct RunKey {
  size_t variant = 0;
  size_t seed = 0;
  bool operator==(const RunKey&) const = default;
};

/// "r3gan-1"
std::string run_name(const Plan& plan, const RunKey& key);
/// The run that is called so; nothing where the plan has none.
std::optional<RunKey> find_run(const Plan& plan, const std::string& name);

/// Number `index` (from 1) of `count` equal parts of the work.
struct Shard {
  int64_t index = 1;
  int64_t count = 1;
};

/// Every variant with the first seed, then with the second, ...; of these every `count`-th.
std::vector<RunKey> runs_of(const Plan& plan, const Shard& shard = {});

}  // namespace rnngan
