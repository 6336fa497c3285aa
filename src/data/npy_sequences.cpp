// From an NPY array to sequences: [N,T,F] many, [R,F] and [R] one long series.
#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv.h"
#include "data/data_file.h"
#include "data/npy.h"
#include "data/sequence_writer.h"

namespace rnngan {

namespace {

void require_no_roles(const DataConfig& config) {
  const auto refuse = [&](const char* key, bool named) {
    if (!named) return;
    throw Error(ErrorKind::data, config.path, fmt::format("an NPY file has no columns for {}", key),
                fmt::format("leave {} out, or use a CSV file", key));
  };
  refuse("data.id", !config.id.empty());
  refuse("data.time", !config.time.empty());
  refuse("data.label", !config.label.empty());
  refuse("data.static", !config.statics.empty());
}

struct Shape {
  int64_t sequences, steps, features;
};

Shape shape_of(const NpyArray& array, const std::string& place) {
  const auto& shape = array.shape;
  const auto text = fmt::format("({})", fmt::join(shape, ", "));
  if (array.values.empty() && shape.size() <= 3)
    throw Error(ErrorKind::data, place, "no values, shape " + text);
  switch (shape.size()) {
    case 1:
      return {1, shape[0], 1};
    case 2:
      return {1, shape[0], shape[1]};
    case 3:
      return {shape[0], shape[1], shape[2]};
    default:
      throw Error(ErrorKind::data, place,
                  fmt::format("shape {} has {} dimensions", text, shape.size()),
                  "[sequences, steps, columns], [rows, columns] and [rows] are read");
  }
}

/// Which of c1..cF are asked for.
std::vector<int64_t> chosen_columns(const DataConfig& config, int64_t features) {
  std::vector<std::string> names;
  for (int64_t f = 0; f < features; ++f) names.push_back(fmt::format("c{}", f + 1));
  std::vector<int64_t> chosen;
  for (const auto& name : config.columns) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) {
      throw Error(ErrorKind::data, config.path,
                  fmt::format("no column {} (data.columns)", shown_cell(name)),
                  fmt::format("the columns of an NPY file are named c1 to c{}", features));
    }
    const int64_t at = found - names.begin();
    if (std::ranges::find(chosen, at) != chosen.end()) {
      throw Error(ErrorKind::data, config.path,
                  fmt::format("column {} is named twice by data.columns", name));
    }
    chosen.push_back(at);
  }
  for (int64_t f = 0; config.columns.empty() && f < features; ++f) chosen.push_back(f);
  return chosen;
}

/// Steps of a sequence before the rows of nothing but NaN at its end, which are padding.
int64_t length_without_padding(const double* values, int64_t steps, int64_t features) {
  const auto is_nan = [](double x) { return std::isnan(x); };
  while (steps > 0 &&
         std::all_of(values + (steps - 1) * features, values + steps * features, is_nan))
    --steps;
  return steps;
}

void check_cell(const DataConfig& config, double value, const std::string& where) {
  if (std::isinf(value)) {
    throw Error(ErrorKind::data, where, "inf is not finite", "replace it by a number or by NaN");
  }
  if (std::isnan(value) && config.missing == Missing::error) {
    throw Error(ErrorKind::data, where, "missing value (NaN)",
                "fill it, or set data.missing to \"interpolate\" or \"drop\"");
  }
}

void note_form(NumberForm& form, double value, bool float32) {
  if (!std::isfinite(value) || (!form.integer && form.decimals < 0)) return;
  form.add(float32 ? fmt::format("{}", static_cast<float>(value)) : shortest(value), value);
}

}  // namespace

DataFile read_npy_sequences(const DataConfig& config, const ReadOptions& options) {
  require_no_roles(config);
  NpyArray array = read_npy(config.path);
  const Shape shape = shape_of(array, config.path);
  const auto chosen = chosen_columns(config, shape.features);
  std::vector<NumberForm> forms(chosen.size());
  std::vector<double> kept;
  kept.reserve(static_cast<size_t>(shape.sequences * shape.steps) * chosen.size());
  DataFile file;
  file.several = array.shape.size() == 3;
  file.hash = std::move(array.hash);
  std::vector<int64_t> offsets = {0};
  for (int64_t s = 0; s < shape.sequences; ++s) {
    const double* values = array.values.data() + s * shape.steps * shape.features;
    int64_t length =
        file.several ? length_without_padding(values, shape.steps, shape.features) : shape.steps;
    if (length == 0 && options.keep_invalid) length = shape.steps;
    if (length == 0) {
      throw Error(ErrorKind::data, config.path, fmt::format("sequence {} holds nothing but NaN", s),
                  "remove it");
    }
    for (int64_t t = 0; t < length; ++t) {
      for (size_t i = 0; i < chosen.size(); ++i) {
        const double value = values[t * shape.features + chosen[i]];
        if (!std::isfinite(value) && !options.keep_invalid) {
          const auto row =
              file.several ? fmt::format("sequence {}, step {}", s, t) : fmt::format("row {}", t);
          check_cell(config, value,
                     fmt::format("{}: {}, column c{}", config.path, row, chosen[i] + 1));
        }
        note_form(forms[i], value, array.float32);
        kept.push_back(value);
      }
    }
    offsets.push_back(offsets.back() + length);
  }
  SequenceSet& set = file.sequences;
  for (size_t i = 0; i < chosen.size(); ++i) {
    Column column;
    column.name = fmt::format("c{}", chosen[i] + 1);
    column.integer = forms[i].integer;
    column.decimals = forms[i].decimals;
    set.columns.push_back(column);
  }
  set.rows = torch::empty({offsets.back(), static_cast<int64_t>(chosen.size())}, torch::kDouble);
  std::memcpy(set.rows.data_ptr<double>(), kept.data(), kept.size() * sizeof(double));
  if (array.float32) set.rows = as_written(set.rows, set.columns);
  set_offsets(offsets, set);
  return file;
}

}  // namespace rnngan
