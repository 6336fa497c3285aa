#include "training/sample_request.h"

#include <algorithm>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/sequence_writer.h"

namespace rnngan {

namespace {

using at::Tensor;

[[noreturn]] void refuse_class(const std::string& place, const std::string& column,
                               const std::string& name, const std::vector<std::string>& known) {
  throw Error(ErrorKind::data, place,
              fmt::format("{}: no training sequence is of the class \"{}\" ({})", column, name,
                          join(known)),
              did_you_mean(name, known));
}

/// The classes of `column` that occur in training; `attribute` -1: of the label.
std::vector<bool> trained_classes(const Schema& schema, size_t classes, int64_t attribute) {
  std::vector<bool> occur(classes);
  for (const ConditionCount& line : schema.distribution) {
    const double code = attribute < 0 ? static_cast<double>(line.label)
                                      : line.statics[static_cast<size_t>(attribute)];
    occur[static_cast<size_t>(code)] = true;
  }
  return occur;
}

/// codes [N] of the classes `names` -> the same in terms of `known`, of which only those that
/// `occur` are allowed.
Tensor known_codes(const Tensor& codes, const std::vector<std::string>& names,
                   const std::vector<std::string>& known, const std::vector<bool>& occur,
                   const std::string& place, const std::string& column) {
  std::vector<std::string> allowed;
  for (size_t k = 0; k < known.size(); ++k) {
    if (occur[k]) allowed.push_back(known[k]);
  }
  const Tensor given = codes.to(torch::kLong).contiguous(), places = torch::empty_like(given);
  for (int64_t n = 0; n < given.size(0); ++n) {
    const std::string& name = names[static_cast<size_t>(given.data_ptr<int64_t>()[n])];
    const auto found = std::ranges::find(known, name);
    const auto index = static_cast<size_t>(found - known.begin());
    if (found == known.end() || !occur[index]) refuse_class(place, column, name, allowed);
    places.data_ptr<int64_t>()[n] = static_cast<int64_t>(index);
  }
  return places.to(codes.scalar_type());
}

Tensor labels_like(const SequenceSet& set, const Schema& schema, const std::string& place) {
  if (schema.labels.empty()) return {};
  if (!set.labels.defined()) {
    throw Error(ErrorKind::data, place, fmt::format("has no label {}", schema.label_name),
                "the model is conditioned on it: add its column");
  }
  return known_codes(set.labels, set.classes, schema.labels,
                     trained_classes(schema, schema.labels.size(), -1), place, schema.label_name);
}

/// Numbers as the names of classes: 2 is "2".
std::vector<std::string> names_of_numbers(const Tensor& values) {
  std::vector<std::string> names;
  for (int64_t n = 0; n < values.size(0); ++n) names.push_back(shortest(values[n].item<double>()));
  return names;
}

Tensor attribute_like(const SequenceSet& set, const Schema& schema, int64_t index,
                      const std::string& place) {
  const Column& column = schema.statics[static_cast<size_t>(index)];
  const auto found = std::ranges::find(set.attribute_columns, column.name, &Column::name);
  if (found == set.attribute_columns.end() || !set.attributes.defined()) {
    throw Error(ErrorKind::data, place, fmt::format("has no attribute {}", column.name),
                "the model is conditioned on it: add its column");
  }
  const Tensor values = set.attributes.select(1, found - set.attribute_columns.begin());
  if (values.isnan().any().item<bool>() || values.isinf().any().item<bool>()) {
    throw Error(ErrorKind::data, place,
                fmt::format("attribute {}: a sequence has no number or class", column.name),
                "fill it in, or leave the sequence out");
  }
  if (!column.is_category()) {
    if (!found->is_category()) return values;
    throw Error(ErrorKind::data, place,
                fmt::format("attribute {} holds text ({})", column.name, found->classes.front()),
                "the model was trained on numbers there");
  }
  const auto occur = trained_classes(schema, column.classes.size(), index);
  if (found->is_category()) {
    return known_codes(values, found->classes, column.classes, occur, place, column.name);
  }
  const Tensor all = torch::arange(values.size(0), torch::kDouble);
  return known_codes(all, names_of_numbers(values), column.classes, occur, place, column.name);
}

/// values [N*T] of the column `given` in terms of `column`.
Tensor covariate_like(const Tensor& values, const Column& given, const Column& column,
                      const std::string& place) {
  if (given.is_category() != column.is_category()) {
    throw Error(
        ErrorKind::data, place,
        fmt::format("column {} holds {}", column.name, given.is_category() ? "text" : "numbers"),
        fmt::format("the model was trained on {} there", given.is_category() ? "numbers" : "text"));
  }
  if (!column.is_category()) return values;
  const std::vector<bool> all(column.classes.size(), true);
  return known_codes(values, given.classes, column.classes, all, place, column.name);
}

/// Covariates in the order of the schema, [N*T,columns]; undefined where it has none.
Tensor covariates_like(const SequenceSet& set, const Schema& schema, const std::string& place) {
  std::vector<Tensor> columns;
  const Tensor given = set.padded_covariates();
  for (const Column& column : schema.covariates) {
    const auto same = [&](const Column& other) { return other.name == column.name; };
    const auto found = std::ranges::find_if(set.covariate_columns, same);
    if (found == set.covariate_columns.end() || !given.defined()) {
      throw Error(ErrorKind::data, place, fmt::format("has no column {}", column.name),
                  "the model is given it at every step (data.covariates)");
    }
    const Tensor values =
        given.select(2, found - set.covariate_columns.begin()).reshape({-1}).contiguous();
    columns.push_back(covariate_like(values, *found, column, place));
  }
  return columns.empty() ? Tensor() : at::stack(columns, 1);
}

/// "3 of 20 sequences are", "1 of 20 sequences is".
std::string how_many(const Tensor& which, int64_t count) {
  const auto some = which.sum().item<int64_t>();
  return fmt::format("{} of {} sequences {}", some, count, some == 1 ? "is" : "are");
}

}  // namespace

int64_t max_steps(const Schema& schema, const SampleRequest& request) {
  if (request.length) return *request.length;
  return request.like ? request.like->lengths.max().item<int64_t>() : schema.max_length();
}

SequenceSet conditions_like(const SequenceSet& set, const Schema& schema,
                            const std::string& place) {
  if (set.count() == 0) {
    throw Error(ErrorKind::data, place, "holds no sequence", "give at least one");
  }
  SequenceSet conditions = empty_set(schema);
  conditions.lengths = set.lengths.contiguous();
  conditions.labels = labels_like(set, schema, place);
  conditions.padded_steps = set.steps();
  if (set.times.defined()) conditions.times = set.padded_times().reshape({-1});
  conditions.covariates = covariates_like(set, schema, place);
  std::vector<Tensor> attributes;
  for (int64_t s = 0; s < static_cast<int64_t>(schema.statics.size()); ++s) {
    attributes.push_back(attribute_like(set, schema, s, place));
  }
  if (!attributes.empty()) {  // what the generator is told is what will be written
    conditions.attributes = as_written(at::stack(attributes, 1), schema.statics);
  }
  return conditions;
}

std::vector<double> wished_starts(const SampleRequest& request, const TimeAxis& axis) {
  if (!request.start) {
    if (!axis.known() || !request.like || !request.like->times.defined()) return {};
    const Tensor starts = request.like->padded_times().select(1, 0).contiguous();
    return {starts.data_ptr<double>(), starts.data_ptr<double>() + starts.numel()};
  }
  if (!axis.known()) {
    throw Error(ErrorKind::usage, "start", "this model was trained without times",
                "train with data.time to have them");
  }
  if (const auto start = axis.read(*request.start)) {
    const std::string written = axis.text(*start);
    if (axis.read(written) != start) {
      throw Error(ErrorKind::usage, "start",
                  fmt::format("{} cannot be written as the data write times: it would be {}",
                              *request.start, written),
                  fmt::format("give a time such as {}", axis.text(axis.starts.front())));
    }
    if (axis.may_begin(*start)) return {*start};
    throw Error(
        ErrorKind::usage, "start",
        fmt::format("{} is not on the grid of the data ({})", *request.start, axis.grid_text()),
        axis.grid == TimeGrid::weekdays ? "name a day from Monday to Friday"
                                        : "name the last day of a month");
  }
  throw Error(ErrorKind::usage, "start", fmt::format("\"{}\" is no time", *request.start),
              fmt::format("write it as the data do: {}", axis.text(axis.starts.front())));
}

SampleRequest with_covariates_of(const SequenceSet& real, const Schema& schema,
                                 SampleRequest request) {
  if (!schema.covariates.empty()) request.like = real;
  return request;
}

std::vector<std::string> beyond_training(const Schema& schema, const SampleRequest& request) {
  std::vector<std::string> lines;
  const int64_t longest = schema.max_length();
  if (request.length && *request.length > longest) {
    lines.push_back(fmt::format("{} steps are more than the model was trained on ({})",
                                *request.length, longest));
  }
  if (!request.like) return lines;
  const SequenceSet& like = *request.like;
  const Tensor longer = like.lengths.gt(longest);
  if (!request.length && longer.any().item<bool>()) {
    lines.push_back(fmt::format("{} longer than those that the model was trained on ({} steps)",
                                how_many(longer, like.count()), longest));
  }
  const SequenceSet known = conditions_like(like, schema, "like");
  for (size_t s = 0; s < schema.statics.size(); ++s) {
    const Column& column = schema.statics[s];
    if (column.is_category()) continue;
    const Tensor values = known.attributes.select(1, static_cast<int64_t>(s));
    const Tensor outside = values.lt(column.min).logical_or(values.gt(column.max));
    if (!outside.any().item<bool>()) continue;
    lines.push_back(fmt::format("{} outside the training range of {} ({} to {})",
                                how_many(outside, like.count()), column.name, shortest(column.min),
                                shortest(column.max)));
  }
  return lines;
}

}  // namespace rnngan
