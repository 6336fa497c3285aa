#include "app/scored_sets.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "core/text.h"
#include "data/data_file.h"
#include "data/thinning.h"
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
  sets.data.synthetic = model.sample(
      with_covariates_of(sets.data.real, model.schema(), {.count = count, .seed = request.seed}));
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

bool is_npy(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".npy";
}

/// Rows of different files are not the same rows.
SequenceSet of_another_file(SequenceSet sequences) {
  constexpr int64_t kMoreThanAnyFile = int64_t{1} << 40;
  if (sequences.first_row.defined()) sequences.first_row = sequences.first_row + kMoreThanAnyFile;
  return sequences;
}

/// Values that have no names take those of the real columns, with their classes.
void take_names(const SequenceSet& real, SequenceSet& set) {
  for (size_t f = 0; f < set.columns.size(); ++f) {
    Column& column = set.columns[f];
    if (!column.is_category()) column = real.columns[f];
    column.name = real.columns[f].name;
  }
}

/// Columns that are called by their places, c1 to cF, since the file has no names.
bool nameless(const SequenceSet& set) {
  for (size_t f = 0; f < set.columns.size(); ++f) {
    if (set.columns[f].name != fmt::format("c{}", f + 1)) return false;
  }
  return true;
}

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

/// The files of one comparison.
class ScoredFiles {
 public:
  ScoredFiles(const ScoredSetsRequest& request, const DataConfig& config)
      : request_(request), config_(config) {}

  ScoredSets load(const std::function<void(int64_t)>& on_rows) {
    if (request_.real.empty()) {
      const Dataset data = load_dataset(config_, on_rows);
      sets_.data = held_out_sets(data);
      sets_.real = describe_real(data);
      several_ = data.several;
    } else {
      DataFile file = read_data_file(with_path(config_, request_.real), {on_rows});
      sets_.real = request_.real.string();
      several_ = file.several;
      sets_.data.real = file.sequences;  // its columns are asked for; cut below
      real_file_ = std::move(file);
    }
    take_samples();
    return std::move(sets_);
  }

 private:
  void take_samples() {
    DataFile synthetic = read(request_.synthetic, /*samples=*/true);
    sets_.synthetic = request_.synthetic.string();
    window_ = window_of(synthetic);
    if (real_file_) {
      const DataConfig real = with_path(config_, request_.real);
      sets_.data.real = scored_sequences(std::move(*real_file_), real, window_);
      if (!request_.train.empty()) {
        DataFile train = read(request_.train, /*samples=*/false);
        sets_.data.train = finished(std::move(train), request_.train, /*samples=*/false);
      }
    }
    sets_.data.synthetic = finished(std::move(synthetic), request_.synthetic, /*samples=*/true);
    if (!request_.versus.empty()) {
      sets_.versus = finished(read(request_.versus, true), request_.versus, /*samples=*/true);
    }
  }

  /// A file with the columns of the real one. It need not have every column that the roles of the
  /// real file name.
  DataFile read(const std::filesystem::path& path, bool samples) const {
    DataFile file = read_data_file(with_path(config_, path),
                                   {.progress = {}, .samples = samples, .like = &sets_.data.real});
    if (several_ && !file.several) refuse_series(file, path);
    return file;
  }

  [[noreturn]] void refuse_series(const DataFile& file, const std::filesystem::path& path) const {
    const std::string id = config_.id.empty() ? kSequenceIdColumn : config_.id;
    throw Error(ErrorKind::data, path.string(),
                fmt::format("does not say where sequences begin: it is one long series of {} rows, "
                            "but {} holds sequences",
                            file.sequences.rows.size(0),
                            request_.real.empty() ? config_.path : request_.real.string()),
                is_npy(path) ? "save it as an array [sequences, steps, columns]"
                             : fmt::format("give it a column {} that tells its sequences apart{}",
                                           id, id == kSequenceIdColumn ? "" : ", or sequence_id"));
  }

  /// Windows as long as the synthetic sequences, where neither file nor config says.
  int64_t window_of(const DataFile& synthetic) const {
    if (config_.window.length > 0) return config_.window.length;
    return synthetic.several ? synthetic.sequences.steps() : kDefaultWindow;
  }

  /// Sequences in the order of the real columns: by their names, or by position where one of the
  /// files has none.
  SequenceSet finished(DataFile file, const std::filesystem::path& path, bool samples) {
    const SequenceSet& real = sets_.data.real;
    const auto note = [&](const std::string& text) {
      sets_.notes.push_back(fmt::format("{}: {}", path.string(), text));
    };
    for (const std::string& line : file.notes) note(line);
    const bool as_series = !file.several;
    std::vector<std::string> left_out = file.left_out;
    SequenceSet set = scored_sequences(std::move(file), with_path(config_, path), window_, samples);
    if (as_series) note(fmt::format("one long series: cut into windows of {} steps", window_));
    const auto have = names_of(set.columns), wanted = names_of(real.columns);
    if (have != wanted && have.size() == wanted.size() && (nameless(set) || nameless(real))) {
      note(fmt::format("columns are matched by position: {}", join(wanted)));
      if (nameless(set)) {
        take_names(real, set);
      } else {
        for (size_t f = 0; f < wanted.size(); ++f) set.columns[f].name = wanted[f];
      }
    }
    for (const std::string& name : names_of(set.columns)) {
      if (std::ranges::find(wanted, name) == wanted.end() && name != set.label_name) {
        left_out.push_back(name);
      }
    }
    for (const std::string& line : unknown_classes(set, real)) sets_.notes.push_back(line);
    SequenceSet other = in_terms_of(set, real, path.string());
    if (!left_out.empty()) {
      note(fmt::format("left out, since the real sequences have no such columns: {}",
                       join(left_out)));
    }
    return of_another_file(std::move(other));
  }

  const ScoredSetsRequest& request_;
  const DataConfig& config_;
  ScoredSets sets_;
  std::optional<DataFile> real_file_;  // until it is known how long its windows are
  bool several_ = false;               // the real file has several sequences
  int64_t window_ = 0;
};

ScoredSets sets_of_files(const ScoredSetsRequest& request,
                         const std::function<void(int64_t)>& on_rows) {
  const auto& texts = request.model.sets;
  const RunConfig config =
      request.config.empty()
          ? resolve_config(nlohmann::json::object(), texts, catalogs(), "defaults").config
          : load_config(request.config, texts, catalogs()).config;
  return ScoredFiles(request, config.data).load(on_rows);
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
  sets.real = without_gaps(unshared(data.test));
  if (data.split_policy != "none")
    sets.train = without_gaps(unshared(thinned(data.train, kMostCompared)));
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
