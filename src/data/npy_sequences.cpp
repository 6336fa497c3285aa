// From an NPY array to sequences: [N,T,F] many, [R,F] and [R] one long series.
#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv_cells.h"
#include "data/data_file.h"
#include "data/npy.h"
#include "data/npy_names.h"
#include "data/sequence_writer.h"

namespace rnngan {

namespace {

/// Without a file beside it that says more, an array has no ids, labels and attributes.
void require_no_roles(const DataConfig& config, const NpyNames& names) {
  const auto refuse = [&](const char* key, bool named) {
    if (!named) return;
    throw Error(ErrorKind::data, config.path, fmt::format("an NPY file has no columns for {}", key),
                fmt::format("leave {} out, or use a CSV file", key));
  };
  refuse("data.id", !config.id.empty());
  refuse("data.time", !config.time.empty());
  refuse("data.label", !config.label.empty() && names.label_name.empty());
  refuse("data.static", !config.statics.empty() && names.attribute_columns.empty());
}

struct Shape {
  int64_t sequences, steps, features;
};

Shape shape_of(const NpyArray& array, const std::string& place) {
  const auto& shape = array.shape;
  const auto text = fmt::format("({})", fmt::join(shape, ", "));
  if (array.values.numel() == 0 && shape.size() <= 3)
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

/// The columns of the file beside it, or c1..cF.
NpyNames names_of(const DataConfig& config, const Shape& shape) {
  if (auto names = read_npy_names(config.path, shape.sequences, shape.features)) return *names;
  NpyNames names;
  for (int64_t f = 0; f < shape.features; ++f) {
    Column& column = names.columns.emplace_back();
    column.name = fmt::format("c{}", f + 1);
  }
  return names;
}

/// Which columns are asked for.
std::vector<int64_t> chosen_columns(const DataConfig& config, const std::vector<std::string>& names,
                                    bool all) {
  const auto features = static_cast<int64_t>(names.size());
  std::vector<int64_t> chosen;
  if (all) {
    chosen.resize(names.size());
    std::iota(chosen.begin(), chosen.end(), int64_t{0});
    return chosen;
  }
  for (const auto& name : config.columns) {
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) refuse_column(config.path, name, "data.columns", names);
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
                "fill it, or set data.missing to \"keep\", \"fill\", \"interpolate\" or "
                "\"drop\"");
  }
}

void note_form(NumberForm& form, double value, bool float32) {
  if (!std::isfinite(value) || (!form.integer && form.decimals < 0)) return;
  form.add(float32 ? fmt::format("{}", static_cast<float>(value)) : shortest(value), value);
}

/// Rows of the array that belong to sequence s.
int64_t length_of(const DataFile& file, const Shape& shape, const NpyNames& names,
                  const double* values, int64_t s) {
  if (!file.several) return shape.steps;
  if (names.lengths.empty()) return length_without_padding(values, shape.steps, shape.features);
  return std::clamp<int64_t>(names.lengths[static_cast<size_t>(s)], 1, shape.steps);
}

/// Numbers that data.column declares to be classes become codes.
void take_classes(const DataConfig& config, int64_t f, SequenceSet& set) {
  Column& column = set.columns[static_cast<size_t>(f)];
  const auto said = config.column.find(column.name);
  const bool declared = said != config.column.end() && said->second.kind == ColumnKind::category;
  if (!declared || column.is_category()) return;
  at::Tensor values = set.rows.select(1, f);
  const at::Tensor present = values.index({values.isnan().logical_not()});
  const at::Tensor classes = std::get<0>(at::_unique(present, /*sorted=*/true));
  if (classes.numel() > static_cast<int64_t>(kMostClasses)) {
    throw Error(ErrorKind::data, config.path,
                fmt::format("column {}: {} different values, too many for a category", column.name,
                            classes.numel()),
                fmt::format("a category has at most {} classes", kMostClasses));
  }
  column.kind = ColumnKind::category;
  column.integer = false;
  column.decimals = 0;
  for (int64_t i = 0; i < classes.numel(); ++i) {
    column.classes.push_back(shortest(classes[i].item<double>()));
  }
  const at::Tensor codes = at::searchsorted(classes, values.contiguous()).to(torch::kDouble);
  values.copy_(at::where(values.isnan(), values, codes));
}

/// Throws unless the values of a category are codes of its classes.
void require_codes(const DataConfig& config, const Column& column, const at::Tensor& values) {
  const auto classes = static_cast<int64_t>(column.classes.size());
  const at::Tensor fine = values.isnan().logical_or(
      values.ge(0).logical_and(values.lt(classes)).logical_and(values.eq(values.floor())));
  if (fine.all().item<bool>()) return;
  const double wrong = values.index({fine.logical_not()})[0].item<double>();
  throw Error(
      ErrorKind::data, config.path,
      fmt::format("column {}: {} is none of its {} classes", column.name, shortest(wrong), classes),
      fmt::format("classes are numbered from 0 as {} names them",
                  npy_names_path(config.path).string()));
}

/// The columns as the values and data.column say they are written.
void describe_columns(const DataConfig& config, const ReadOptions& options,
                      const std::vector<NumberForm>& forms, bool float32, SequenceSet& set) {
  for (size_t i = 0; i < forms.size(); ++i) {
    Column& column = set.columns[i];
    if (column.is_category()) {
      const at::Tensor codes = set.rows.select(1, static_cast<int64_t>(i));
      if (!options.samples) require_codes(config, column, codes);
      continue;
    }
    column.integer = forms[i].integer;
    column.decimals = forms[i].decimals;
  }
  if (float32) round_as_written(set.rows, set.columns);
  for (size_t i = 0; i < forms.size(); ++i) {
    take_classes(config, static_cast<int64_t>(i), set);
    take_decimals(config, set.columns[i]);
  }
}

void take_noted_labels(const DataConfig& config, const ReadOptions& options, const NpyNames& names,
                       SequenceSet& set) {
  if (names.label_name.empty()) return;
  if (!options.samples && !config.label.empty() && config.label != names.label_name) {
    refuse_column(config.path, config.label, "data.label", {names.label_name});
  }
  set.label_name = names.label_name;
  set.classes = names.classes;
  set.labels = torch::tensor(names.labels, torch::kLong);
}

/// All that there are, or those that data.static names, in its order.
void take_noted_attributes(const DataConfig& config, const ReadOptions& options,
                           const NpyNames& names, SequenceSet& set) {
  std::vector<std::string> known, wanted;
  for (const Column& column : names.attribute_columns) known.push_back(column.name);
  wanted = options.samples || config.statics.empty() ? known : config.statics;
  std::vector<at::Tensor> values;
  for (const std::string& name : wanted) {
    const auto found = std::ranges::find(known, name);
    if (found == known.end()) refuse_column(config.path, name, "data.static", known);
    const auto at = static_cast<size_t>(found - known.begin());
    Column& column = set.attribute_columns.emplace_back(names.attribute_columns[at]);
    if (!column.is_category()) {
      NumberForm form;
      for (const double value : names.attributes[at]) note_form(form, value, /*float32=*/false);
      column.integer = form.integer;
      column.decimals = form.decimals;
    } else {
      column.decimals = 0;
    }
    values.push_back(torch::tensor(names.attributes[at], torch::kDouble));
  }
  if (!values.empty()) set.attributes = at::stack(values, 1);
  if (!options.samples && set.attributes.defined() && set.attributes.isnan().any().item<bool>()) {
    throw Error(ErrorKind::data, config.path, "an attribute of a sequence is missing",
                fmt::format("fill it in in {}", npy_names_path(config.path).string()));
  }
}

/// The rows that belong to sequences, of these columns: the values themselves where they are all.
/// Copies are where `array.file` then says.
at::Tensor rows_of(NpyArray& array, const Shape& shape, const std::vector<int64_t>& chosen,
                   const std::vector<int64_t>& offsets, const std::string& place) {
  at::Tensor rows = array.values.view({shape.sequences * shape.steps, shape.features});
  const auto room = [&](int64_t count, int64_t features) {
    return room_for_values(count * features, place, array.file).view({count, features});
  };
  std::vector<int64_t> all(static_cast<size_t>(shape.features));
  std::iota(all.begin(), all.end(), int64_t{0});
  if (chosen != all) {
    at::Tensor kept = room(rows.size(0), static_cast<int64_t>(chosen.size()));
    at::index_select_out(kept, rows, 1, torch::tensor(chosen, torch::kLong));
    rows = kept;
  }
  if (offsets.back() == rows.size(0)) return rows;
  std::vector<at::Tensor> parts;
  for (int64_t s = 0; s < shape.sequences; ++s) {
    const auto at = static_cast<size_t>(s);
    parts.push_back(rows.narrow(0, s * shape.steps, offsets[at + 1] - offsets[at]));
  }
  at::Tensor joined = room(offsets.back(), rows.size(1));
  return at::cat_out(joined, parts);
}

}  // namespace

DataFile read_npy_sequences(const DataConfig& config, const ReadOptions& options) {
  const bool compared = options.like != nullptr;
  NpyArray array = read_npy(config.path);
  const Shape shape = shape_of(array, config.path);
  const NpyNames of_file = names_of(config, shape);
  if (!options.samples && !compared) require_no_roles(config, of_file);
  std::vector<std::string> names;
  for (const Column& column : of_file.columns) names.push_back(column.name);
  if (!options.samples && !compared) require_known_columns(config, names);
  const auto chosen = chosen_columns(config, names, compared);
  std::vector<NumberForm> forms(chosen.size());
  DataFile file;
  file.several = array.shape.size() == 3;
  file.hash = std::move(array.hash);
  std::vector<int64_t> offsets = {0};
  for (int64_t s = 0; s < shape.sequences; ++s) {
    const double* values = array.values.data_ptr<double>() + s * shape.steps * shape.features;
    int64_t length = length_of(file, shape, of_file, values, s);
    if (length == 0 && options.samples) length = shape.steps;
    if (length == 0) {
      throw Error(ErrorKind::data, config.path, fmt::format("sequence {} holds nothing but NaN", s),
                  "remove it");
    }
    for (int64_t t = 0; t < length; ++t) {
      for (size_t i = 0; i < chosen.size(); ++i) {
        const double value = values[t * shape.features + chosen[i]];
        if (!std::isfinite(value) && !options.samples) {
          const auto row = file.several ? fmt::format("sequence {}, step {}", s, t)
                                        : fmt::format("row {} (index {})", t + 1, t);
          check_cell(config, value,
                     fmt::format("{}: {}, column {}", config.path, row,
                                 names[static_cast<size_t>(chosen[i])]));
        }
        note_form(forms[i], value, array.float32);
      }
    }
    offsets.push_back(offsets.back() + length);
  }
  SequenceSet& set = file.sequences;
  for (const int64_t f : chosen) set.columns.push_back(of_file.columns[static_cast<size_t>(f)]);
  set.rows = rows_of(array, shape, chosen, offsets, config.path);
  if (array.file) array.file->release();
  file.mapped = array.file;
  describe_columns(config, options, forms, array.float32, set);
  set_offsets(offsets, set);
  if (file.several) {
    take_noted_labels(config, options, of_file, set);
    take_noted_attributes(config, options, of_file, set);
  }
  return file;
}

}  // namespace rnngan
