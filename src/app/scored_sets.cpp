#include "app/scored_sets.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "data/data_file.h"
#include "objective/objective.h"

namespace rnngan {

namespace {

constexpr int64_t kDefaultWindow = 24;

[[noreturn]] void refuse_usage(const std::string& fact, const std::string& hint) {
  throw Error(ErrorKind::usage, "", fact, hint);
}

std::string describe_real(const Dataset& data) {
  return fmt::format("{} ({})", data.path,
                     data.split_policy == "none" ? "all of it" : "the test split");
}

ScoredSets sets_of_checkpoint(const ScoredSetsRequest& request,
                              const std::function<void(int64_t)>& on_rows) {
  const Model model = open_model(request.checkpoint, request.model);
  const Dataset data = load_data_of(model, on_rows);
  ScoredSets sets;
  sets.data = held_out_sets(data);
  sets.real = describe_real(data);
  const int64_t count =
      request.count > 0 ? request.count : std::max<int64_t>(sets.data.real.count(), 1);
  sets.data.synthetic = model.sample({.count = count, .seed = request.seed});
  sets.synthetic = model.file().string();
  sets.config = model.config().document;
  const auto folder = std::filesystem::absolute(model.file()).parent_path();
  if (folder.filename() == "checkpoints") sets.directory = folder.parent_path();
  return sets;
}

DataConfig with_path(DataConfig config, const std::filesystem::path& path) {
  config.path = path.string();
  return config;
}

/// Windows as long as the synthetic sequences, where neither file nor config says.
int64_t window_of(const DataConfig& config, const SequenceSet& synthetic) {
  if (config.window.length > 0) return config.window.length;
  return synthetic.steps();
}

/// Columns that are called by their places, c1 to cF, since the file has no names.
bool nameless(const SequenceSet& set) {
  for (size_t f = 0; f < set.columns.size(); ++f) {
    if (set.columns[f].name != fmt::format("c{}", f + 1)) return false;
  }
  return true;
}

/// The format whose labels and attributes stand in a file of their own.
bool is_npy(const std::filesystem::path& path) {
  return path.extension() == ".npy";
}

/// A sample need not have every column that the roles of the real file name.
SequenceSet read_samples(const DataConfig& config, const std::filesystem::path& path) {
  DataConfig plain = with_path(config, path);
  plain.columns.clear();
  if (is_npy(path)) {
    plain.id.clear();
    plain.time.clear();
    plain.label.clear();
    plain.statics.clear();
  }
  return read_sequences(plain, config.window.length > 0 ? config.window.length : kDefaultWindow,
                        /*samples=*/true);
}

/// Rows of different files are not the same rows.
SequenceSet of_another_file(SequenceSet sequences) {
  constexpr int64_t kMoreThanAnyFile = int64_t{1} << 40;
  if (sequences.first_row.defined()) sequences.first_row = sequences.first_row + kMoreThanAnyFile;
  return sequences;
}

/// Samples in the order of the real columns: by their names, or by position where the file has
/// none.
SequenceSet in_terms_of_real(SequenceSet samples, const SequenceSet& real,
                             const std::filesystem::path& file) {
  const bool by_place = is_npy(file) && nameless(samples) && samples.features() == real.features();
  if (by_place) samples.columns = real.columns;
  return of_another_file(in_terms_of(samples, real, file.string()));
}

/// Of a config's data set, or of a file of their own.
void take_real(const ScoredSetsRequest& request, const DataConfig& config,
               const SequenceSet& synthetic, const std::function<void(int64_t)>& on_rows,
               ScoredSets& sets) {
  if (request.real.empty()) {
    const Dataset data = load_dataset(config, on_rows);
    sets.data = held_out_sets(data);
    sets.real = describe_real(data);
    return;
  }
  const int64_t window = window_of(config, synthetic);
  sets.data.real = read_sequences(with_path(config, request.real), window);
  sets.real = request.real.string();
  if (request.train.empty()) return;
  const SequenceSet train = read_sequences(with_path(config, request.train), window);
  sets.data.train = of_another_file(in_terms_of(train, sets.data.real, request.train.string()));
}

ScoredSets sets_of_files(const ScoredSetsRequest& request,
                         const std::function<void(int64_t)>& on_rows) {
  const auto& texts = request.model.sets;
  const RunConfig config =
      request.config.empty()
          ? resolve_config(nlohmann::json::object(), texts, catalogs(), "defaults").config
          : load_config(request.config, texts, catalogs()).config;
  const SequenceSet synthetic = read_samples(config.data, request.synthetic);
  ScoredSets sets;
  sets.synthetic = request.synthetic.string();
  take_real(request, config.data, synthetic, on_rows, sets);
  sets.notes = unknown_classes(synthetic, sets.data.real);
  sets.data.synthetic = in_terms_of_real(synthetic, sets.data.real, request.synthetic);
  if (!request.versus.empty()) {
    sets.versus =
        in_terms_of_real(read_samples(config.data, request.versus), sets.data.real, request.versus);
  }
  return sets;
}

}  // namespace

Dataset load_data_of(const Model& model, const std::function<void(int64_t)>& on_rows) {
  Dataset data = load_dataset(model.config().config.data, on_rows);
  if (data.hash == model.data_hash()) return data;
  throw Error(ErrorKind::checkpoint, model.file().string(),
              fmt::format("was trained on other data than {} holds now", data.path),
              "set data.path to where the same file is");
}

// Under the policy `none` all splits are the same sequences, which are no floor for themselves.
EvaluationData held_out_sets(const Dataset& data) {
  EvaluationData sets;
  sets.real = unshared(data.test);
  if (data.split_policy != "none") sets.train = unshared(data.train);
  return sets;
}

ScoredSets load_scored_sets(const ScoredSetsRequest& request,
                            const std::function<void(int64_t)>& on_rows) {
  if (!request.checkpoint.empty()) return sets_of_checkpoint(request, on_rows);
  if (request.synthetic.empty()) {
    refuse_usage("nothing to score", "name a checkpoint, or a file of synthetic sequences");
  }
  if (request.real.empty() && request.config.empty()) {
    refuse_usage("no real sequences to compare with", "name their file or a config");
  }
  return sets_of_files(request, on_rows);
}

}  // namespace rnngan
