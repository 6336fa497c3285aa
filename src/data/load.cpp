#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "columns/calendar.h"
#include "columns/derive.h"
#include "columns/layout.h"
#include "columns/rules.h"
#include "core/error.h"
#include "core/text.h"
#include "data/data_file.h"
#include "data/dataset.h"
#include "data/describe.h"
#include "data/fit_time.h"
#include "data/missing.h"
#include "data/schema_fit.h"
#include "data/split.h"
#include "data/thinning.h"
#include "data/value_checks.h"

namespace rnngan {

namespace {

constexpr int64_t kDefaultWindow = 24;
constexpr double kTimeganMargin = 1e-7;

/// The shipped loader of TimeGAN turns the file upside down; figures of the literature are about
/// such series.
void reverse_rows(const DataConfig& config, DataFile& file) {
  if (file.several) {
    throw Error(ErrorKind::data, config.path,
                "data.compat timegan reads one long series, not several sequences",
                "leave out data.id, or set data.compat to \"none\"");
  }
  file.sequences.rows = file.sequences.rows.flip(0).contiguous();
  file.sequences.times = at::Tensor();
  file.sequences.time = TimeAxis();
}

/// Where data.calendar names cycles, times must be dates that go on by themselves.
void require_calendar(const DataConfig& config, const SequenceSet& file) {
  for (const std::string& cycle : config.calendar) {
    const auto& known = calendar_cycles();
    if (std::ranges::find(known, cycle) == known.end()) {
      throw Error(ErrorKind::config, "data.calendar", fmt::format("\"{}\" is unknown", cycle),
                  "known are " + join(known));
    }
  }
  if (config.calendar.empty()) return;
  if (file.time.formats.empty()) {
    throw Error(ErrorKind::data, "data.calendar", "needs times that are dates",
                file.time.known() ? "those of data.time are numbers: say what they mean by "
                                    "data.time_format, or leave out data.calendar"
                                  : "name their column by data.time");
  }
  if (file.time.grid != TimeGrid::irregular) return;
  throw Error(ErrorKind::data, "data.calendar",
              fmt::format("the times of {} are irregular: they are generated, and not known "
                          "beforehand",
                          config.path),
              "leave out data.calendar");
}

/// Steps of a window; 0 = whole sequences.
int64_t window_length(const DataConfig& config, const DataFile& file) {
  if (config.window.length > 0) return config.window.length;
  return file.several ? 0 : kDefaultWindow;
}

/// Sequences that hold no window are left out, where that is asked for and others are there.
void skip_short(const DataConfig& config, int64_t window, DataFile& file) {
  if (!file.several || config.window.short_sequences == ShortSequences::error) return;
  const at::Tensor kept = file.sequences.lengths.ge(window);
  const int64_t count = kept.sum().item<int64_t>(), all = file.sequences.count();
  if (count == all || count == 0) return;
  keep_sequences(kept, file);
  file.notes.push_back(
      fmt::format("{} of {} sequences {} shorter than the window of {} steps and "
                  "left out (data.window.short)",
                  all - count, all, all - count == 1 ? "is" : "are", window));
}

void require_long_enough(const DataConfig& config, const DataFile& file, int64_t window) {
  for (int64_t s = 0; s < file.sequences.count(); ++s) {
    const int64_t rows = file.sequences.lengths.data_ptr<int64_t>()[s];
    if (rows >= window) continue;
    if (!file.several) {
      const bool split = config.split.policy != SplitPolicy::none && longest_split_window(rows) > 0;
      throw Error(ErrorKind::data, config.path,
                  fmt::format("{} rows, fewer than one window of {} steps", rows, window),
                  fmt::format("set data.window.length to at most {}",
                              split ? longest_split_window(rows) : rows));
    }
    throw Error(
        ErrorKind::data, config.path,
        fmt::format("{} has {} {}, fewer than the window of {}", file.sequences.sequence_name(s),
                    rows, rows == 1 ? "step" : "steps", window),
        fmt::format("set data.window.length to at most {}, or to 0 for whole sequences", rows));
  }
}

Split make_split(const DataConfig& config, const DataFile& file, int64_t window, int64_t stride) {
  SplitInput input;
  input.place = config.path;
  for (int64_t s = 0; s < file.sequences.count(); ++s) {
    input.offsets.push_back(file.sequences.begins.data_ptr<int64_t>()[s]);
  }
  input.offsets.push_back(file.sequences.rows.size(0));
  input.several = file.several;
  if (file.sequences.labels.defined()) {
    const at::Tensor labels = file.sequences.labels.contiguous();
    input.labels.assign(labels.data_ptr<int64_t>(), labels.data_ptr<int64_t>() + labels.numel());
  }
  input.window = window;
  input.stride = stride;
  if (config.missing == Missing::drop) input.missing = rows_with_missing(file.sequences);
  SplitConfig split = config.split;
  if (config.compat == Compatibility::timegan) {
    split.policy = SplitPolicy::none;
    // Its windows start at 0 .. rows - T - 1: the last one is left out.
    --input.offsets.back();
  }
  return split_windows(input, split);
}

/// What is fitted of the training split, and as much of the validation split.
at::Tensor rows_before_test(const SequenceSet& file, std::vector<Span> fitted, const Split& split) {
  const std::vector<Span> held_out = fitted_spans(file, split.validation);
  fitted.insert(fitted.end(), held_out.begin(), held_out.end());
  return rows_of(file, std::move(fitted));
}

/// A column whose kind the user has chosen, or which rules bind, stays what it is.
std::vector<bool> kept_columns(const DataConfig& config, const Rules& rules,
                               const std::vector<Column>& columns) {
  std::vector<bool> kept;
  for (const Column& column : columns) {
    const auto chosen = config.column.find(column.name);
    kept.push_back(chosen != config.column.end() && chosen->second.kind.has_value());
  }
  for (const int64_t f : rules.bound_columns()) kept[static_cast<size_t>(f)] = true;
  return kept;
}

/// Which sequence and step a row of a file is: "step 3 of sequence "A"", "row 17". Steps are
/// counted from 0, as in files that the program writes, rows from 1.
std::string row_name(const SequenceSet& file, int64_t row) {
  if (file.count() == 1) return fmt::format("row {}", row + 1);
  const at::Tensor before = file.begins.le(row).sum();
  const int64_t sequence = before.item<int64_t>() - 1;
  return fmt::format("step {} of {}", row - file.begins[sequence].item<int64_t>(),
                     file.sequence_name(sequence));
}

void require_rules(const DataConfig& config, const SequenceSet& file, const Rules& rules) {
  const BrokenRule broken = first_broken(file.rows, starts_of(file), rules, file.columns);
  if (broken.row < 0) return;
  throw Error(ErrorKind::data, config.path,
              fmt::format("{} breaks the rule \"{}\" of data.rules: {}", row_name(file, broken.row),
                          broken.rule, broken.fact),
              broken.missing
                  ? "rules need whole rows: set data.missing to fill, or leave the rule out"
                  : "correct the row, or leave the rule out");
}

/// Where some gaps between irregular times are many times as long as most, their logarithms are
/// learnt, if nothing else is said.
DataConfig with_gaps_scaled(const DataConfig& config, const SequenceSet& file) {
  constexpr double kManyTimes = 10;
  DataConfig scaled = config;
  if (file.time.grid != TimeGrid::irregular || config.scaling != Scaling::automatic) return scaled;
  ColumnConfig& of_gaps = scaled.column[gap_name(file.time)];
  const at::Tensor gaps = file.rows.select(1, file.features() - 1);
  const double middle = gaps.median().item<double>();
  const bool long_ones = gaps.max().item<double>() > kManyTimes * middle;
  if (!of_gaps.transform && long_ones && gaps.min().item<double>() > 0) {
    of_gaps.transform = Scaling::log;
  }
  return scaled;
}

Schema make_schema(const DataConfig& config, const SequenceSet& file, const Split& split) {
  const bool timegan = config.compat == Compatibility::timegan;
  // TimeGAN scales by the whole file, the row that no window holds included.
  const std::vector<Span> everything{{0, file.rows.size(0), 0}};
  const std::vector<Span> train = fitted_spans(file, timegan ? everything : split.train);
  Schema schema;
  schema.columns = file.columns;
  const Rules rules = parse_rules(config.rules, file.columns);
  require_rules(config, file, rules);
  apply_rules(rules, schema.columns);
  fit_columns(file, train, with_gaps_scaled(config, file), timegan ? kTimeganMargin : 0,
              schema.columns);
  require_scalable(config, schema.columns);
  find_derivations(rows_before_test(file, train, split),
                   kept_columns(config, rules, schema.columns), schema.columns);
  apply_sums(rules, schema.columns);
  if (Layout(schema).width() == 0) {
    throw Error(ErrorKind::data, config.path, "all columns are constant in the training split",
                "set data.split.seed or data.split.policy so that training sees them change");
  }
  schema.label_name = file.label_name;
  schema.labels = file.classes;
  schema.statics = file.attribute_columns;
  fill_attribute_statistics(file, train, schema.statics);
  require_scalable(config, schema.statics);
  schema.time = file.time;
  schema.calendar = config.calendar;
  schema.covariates = file.covariate_columns;
  fill_covariate_statistics(file, train, schema.covariates);
  require_scalable(config, schema.covariates);
  schema.distribution = condition_distribution(part(file, split.train));
  return schema;
}

/// Values that are said to come again and again, but never do.
std::vector<std::string> absent_atoms(const DataConfig& config, const SequenceSet& file,
                                      const std::vector<Column>& columns) {
  std::vector<std::string> lines;
  for (size_t f = 0; f < columns.size(); ++f) {
    const auto said = config.column.find(columns[f].name);
    const bool given =
        said != config.column.end() && said->second.atoms && columns[f].above.empty();
    if (!given) continue;
    const at::Tensor values = file.rows.select(1, static_cast<int64_t>(f));
    for (const double atom : *said->second.atoms) {
      if (values.eq(atom).any().item<bool>()) continue;
      lines.push_back(
          fmt::format("column {}: {} of its atoms never occurs", columns[f].name, shortest(atom)));
    }
  }
  return lines;
}

/// What is held out, or as much of it as scores are about.
SequenceSet held_out(const SequenceSet& file, const std::vector<Span>& spans, const char* name,
                     std::vector<std::string>& notes) {
  const SequenceSet all = part(file, spans);
  const SequenceSet kept = thinned(all, kMostHeldOut);
  if (kept.count() < all.count()) {
    notes.push_back(fmt::format("scores look at {} of {} {} sequences, spread evenly",
                                grouped(kept.count()), grouped(all.count()), name));
  }
  return kept;
}

}  // namespace

Dataset load_dataset(const DataConfig& config, const std::function<void(int64_t)>& progress) {
  DataFile file = read_data_file(config, {progress});
  if (config.compat == Compatibility::timegan) reverse_rows(config, file);
  fill_missing(file, config.missing, config.path);
  require_variation(config, file.sequences.rows);
  fit_time(file.sequences);
  require_calendar(config, file.sequences);
  const int64_t window = window_length(config, file);
  skip_short(config, window, file);
  require_long_enough(config, file, window);
  const int64_t stride =
      stride_of_windows(file.sequences.rows.size(0), window, config.window.stride);
  const Split split = make_split(config, file, window, stride);

  Dataset data;
  data.schema = make_schema(config, file.sequences, split);
  require_floats(config, file.sequences.rows, data.schema.columns);
  data.notes = std::move(file.notes);
  if (stride > config.window.stride) {
    data.notes.push_back(fmt::format(
        "windows begin on every {} rows: every row is in one (data.window.stride)", stride));
  }
  for (std::string& line : absent_atoms(config, file.sequences, data.schema.columns)) {
    data.notes.push_back(std::move(line));
  }
  keep_known(file.sequences, data.schema);
  data.train = part(file.sequences, split.train);
  data.schema.time.starts = starting_times(data.train);
  data.validation = held_out(file.sequences, split.validation, "validation", data.notes);
  data.test = held_out(file.sequences, split.test, "test", data.notes);
  data.split_policy = to_string(split.policy);
  data.hash = std::move(file.hash);
  data.path = config.path;
  data.several = file.several;
  data.windowed = window > 0;
  data.file = std::move(file.sequences);
  if (file.mapped) {
    file.mapped->release();
    file.mapped->expect_random_access();
  }
  for (std::string& line : absent_classes(data)) data.notes.push_back(std::move(line));
  return data;
}

}  // namespace rnngan
