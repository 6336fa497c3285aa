#include "cli/scored_sets.h"

#include <fmt/format.h>

#include "cli/setup.h"
#include "config/config.h"
#include "objective/objective.h"
#include "training/device.h"
#include "training/evaluation_sets.h"
#include "training/sampler.h"

namespace rnngan {

namespace {

constexpr int64_t kDefaultWindow = 24;

[[noreturn]] void refuse_usage(const std::string& fact, const std::string& hint) {
  throw Error(ErrorKind::usage, "rnngan evaluate: " + fact, hint);
}

// Under the policy `none` all splits are the same sequences, which are no floor for themselves.
void take_splits(const Dataset& data, ScoredSets& sets) {
  sets.data.real = sequences_of(data, data.test);
  if (data.split_policy != "none") sets.data.train = sequences_of(data, data.train);
  sets.real = fmt::format("{} ({})", data.path,
                          data.split_policy == "none" ? "all of it" : "the test split");
}

ScoredSets sets_of_checkpoint(const EvaluateArguments& arguments, Console& console) {
  const auto file = find_checkpoint(arguments.checkpoint);
  const Checkpoint checkpoint = read_checkpoint(file);
  const ResolvedConfig config =
      resolve_config(checkpoint.config, with_common_sets(arguments.sets, arguments.common),
                     catalogs(), file.string());
  const at::Device device =
      resolve_device(arguments.common.device.empty() ? "auto" : arguments.common.device);
  const Dataset data = load_with_progress(config.config.data, console);
  if (data.hash != checkpoint.data_hash) {
    throw Error(
        ErrorKind::checkpoint,
        fmt::format("{}: was trained on other data than {} holds now", file.string(), data.path),
        "name where the same file is by --set data.path=FILE");
  }
  ScoredSets sets;
  take_splits(data, sets);
  const auto generator = load_generator(
      checkpoint, config.config.model.generator,
      arguments.weights == "raw" ? Weights::raw : Weights::averaged, device, file.string());
  const int64_t count =
      arguments.count > 0 ? arguments.count : std::max<int64_t>(sets.data.real.count(), 1);
  sets.data.synthetic =
      sample_sequences(*generator, checkpoint.schema, count, arguments.seed, device);
  sets.synthetic = file.string();
  sets.data.names = names_of(checkpoint.schema);
  sets.config = config.document;
  const auto folder = std::filesystem::absolute(file).parent_path();
  if (folder.filename() == "checkpoints") sets.directory = folder.parent_path();
  return sets;
}

DataConfig with_path(DataConfig config, const std::string& path) {
  config.path = path;
  return config;
}

/// Windows as long as the synthetic sequences, where neither file nor config says.
int64_t window_of(const DataConfig& config, const SequenceFile& synthetic) {
  if (config.window.length > 0) return config.window.length;
  return synthetic.several ? synthetic.sequences.steps() : kDefaultWindow;
}

/// A sample need not have every column that the roles of the real file name.
SequenceFile read_samples(const DataConfig& config, const std::string& path) {
  DataConfig plain = with_path(config, path);
  plain.id.clear();
  plain.time.clear();
  plain.columns.clear();
  return read_sequences(plain, config.window.length > 0 ? config.window.length : kDefaultWindow,
                        /*keep_invalid=*/true);
}

/// Rows of different files are not the same rows.
Sequences of_another_file(Sequences sequences) {
  constexpr int64_t kMoreThanAnyFile = int64_t{1} << 40;
  sequences.first_row = sequences.first_row + kMoreThanAnyFile;
  return sequences;
}

ScoredSets sets_of_files(const EvaluateArguments& arguments, Console& console) {
  const auto texts = with_common_sets(arguments.sets, arguments.common);
  const RunConfig config =
      arguments.config.empty()
          ? resolve_config(nlohmann::json::object(), texts, catalogs(), "defaults").config
          : load_config(arguments.config, texts, catalogs()).config;
  const SequenceFile synthetic = read_samples(config.data, arguments.synthetic);
  ScoredSets sets;
  sets.synthetic = arguments.synthetic;
  auto& [columns, labels] = sets.data.names;
  if (arguments.real.empty()) {
    const Dataset data = load_with_progress(config.data, console);
    take_splits(data, sets);
    sets.data.names = names_of(data.schema);
  } else {
    const int64_t window = window_of(config.data, synthetic);
    const SequenceFile real = read_sequences(with_path(config.data, arguments.real), window);
    columns = real.columns;
    labels = real.labels;
    sets.real = arguments.real;
    sets.data.real = in_terms_of(real, columns, labels, arguments.real);
    if (!arguments.train.empty()) {
      const SequenceFile train = read_sequences(with_path(config.data, arguments.train), window);
      sets.data.train = of_another_file(in_terms_of(train, columns, labels, arguments.train));
    }
  }
  sets.data.synthetic =
      of_another_file(in_terms_of(synthetic, columns, labels, arguments.synthetic));
  if (!arguments.versus.empty()) {
    sets.versus =
        in_terms_of(read_samples(config.data, arguments.versus), columns, labels, arguments.versus);
  }
  return sets;
}

}  // namespace

SequenceNames names_of(const Schema& schema) {
  SequenceNames names{{}, schema.labels};
  for (const Column& column : schema.columns) names.columns.push_back(column.name);
  return names;
}

ScoredSets load_scored_sets(const EvaluateArguments& arguments, Console& console) {
  if (!arguments.checkpoint.empty()) return sets_of_checkpoint(arguments, console);
  if (arguments.synthetic.empty()) {
    refuse_usage("nothing to score", "name --checkpoint RUN, or --real FILE --synthetic FILE");
  }
  if (arguments.real.empty() && arguments.config.empty()) {
    refuse_usage("no real sequences to compare with", "name them by --real FILE or --config FILE");
  }
  return sets_of_files(arguments, console);
}

}  // namespace rnngan
