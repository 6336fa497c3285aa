// Sequences of one file in terms of those of another.
#include <algorithm>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "data/csv_text.h"
#include "data/sequence_set.h"

namespace rnngan {

using at::Tensor;

namespace {

std::vector<std::string> names_of(const std::vector<Column>& columns) {
  std::vector<std::string> names;
  for (const Column& column : columns) names.push_back(column.name);
  return names;
}

/// Where each of the classes of a set is among those of another.
Tensor class_positions(const SequenceSet& set, const SequenceSet& like, const std::string& place) {
  std::vector<int64_t> positions;
  for (const std::string& name : set.classes) {
    const auto found = std::ranges::find(like.classes, name);
    if (found == like.classes.end()) {
      throw Error(ErrorKind::data, place,
                  fmt::format("label {} is not among those of the real sequences ({})", name,
                              join(like.classes)),
                  did_you_mean(name, like.classes));
    }
    positions.push_back(found - like.classes.begin());
  }
  return torch::tensor(positions, at::kLong);
}

/// The codes of `column` in terms of the classes of `like`, -1 for unknown ones.
Tensor translated(const Tensor& codes, const Column& column, const Column& like) {
  std::vector<double> places;
  for (const std::string& name : column.classes) {
    const auto found = std::ranges::find(like.classes, name);
    places.push_back(
        found == like.classes.end() ? -1 : static_cast<double>(found - like.classes.begin()));
  }
  places.push_back(-1);  // what is no code at all
  const auto none = static_cast<double>(column.classes.size());
  const Tensor known = codes.ge(0).logical_and(codes.lt(none));
  const Tensor index = at::where(known, codes, at::full_like(codes, none)).to(at::kLong);
  return torch::tensor(places, at::kDouble).index_select(0, index.flatten()).view_as(codes);
}

/// The classes of `like` that these numbers are the names of, -1 for others.
Tensor classes_of_numbers(const Tensor& numbers, const Column& like) {
  Tensor codes = at::full_like(numbers, -1);
  for (size_t i = 0; i < like.classes.size(); ++i) {
    const auto value = parse_double(like.classes[i]);
    if (value) codes.masked_fill_(numbers.eq(*value), static_cast<double>(i));
  }
  return codes;
}

/// Values of a column as they would be in the column `like`. NaN stays.
Tensor column_in_terms_of(const Tensor& values, const Column& column, const Column& like,
                          const std::string& place) {
  if (!column.is_category() && !like.is_category()) return values;
  if (!like.is_category()) {
    throw Error(ErrorKind::data, place,
                fmt::format("column {} holds text ({}), but numbers in the real sequences",
                            column.name, shown_cell(column.classes.front())),
                "if it marks missing cells, name it in data.na");
  }
  const bool named_by_numbers = std::ranges::any_of(
      like.classes, [](const std::string& name) { return parse_double(name).has_value(); });
  if (!column.is_category() && !named_by_numbers && !values.isnan().all().item<bool>()) {
    throw Error(ErrorKind::data, place,
                fmt::format("column {} holds numbers, but text in the real sequences ({})",
                            column.name, join(like.classes)),
                "write the names of its classes");
  }
  const Tensor codes =
      column.is_category() ? translated(values, column, like) : classes_of_numbers(values, like);
  return at::where(values.isnan(), values, codes);
}

/// x [..., columns] with its columns at `positions`, in terms of those of `like`.
Tensor columns_in_terms_of(const Tensor& x, const std::vector<Column>& columns,
                           const std::vector<int64_t>& positions, const std::vector<Column>& like,
                           const std::string& place) {
  std::vector<Tensor> translated_columns;
  for (size_t i = 0; i < positions.size(); ++i) {
    const Column& column = columns[static_cast<size_t>(positions[i])];
    translated_columns.push_back(
        column_in_terms_of(x.select(-1, positions[i]), column, like[i], place));
  }
  return at::stack(translated_columns, -1);
}

/// A text column that is constant within each sequence of a sample file is read as its label. Where
/// the real sequences have a column of that name, it is one here too.
SequenceSet with_label_as_column(const SequenceSet& set, const SequenceSet& like) {
  const auto in = [&](const SequenceSet& other) {
    return std::ranges::any_of(other.columns,
                               [&](const Column& c) { return c.name == set.label_name; });
  };
  if (!set.labels.defined() || in(set) || !in(like)) return set;
  const Tensor x = set.padded();
  const Tensor label = set.labels.to(at::kDouble).view({-1, 1, 1}).expand({-1, x.size(1), 1});
  SequenceSet other = with_values(set, at::cat({x, label}, 2));
  Column& column = other.columns.emplace_back();
  column.name = set.label_name;
  column.kind = ColumnKind::category;
  column.classes = set.classes;
  other.labels = Tensor();
  other.label_name.clear();
  other.classes.clear();
  return other;
}

/// The attributes in the order of `like`; undefined where one of them is missing.
Tensor attributes_of(const SequenceSet& set, const std::vector<Column>& like,
                     const std::string& place) {
  const auto have = names_of(set.attribute_columns);
  std::vector<int64_t> positions;
  for (const Column& column : like) {
    const auto found = std::ranges::find(have, column.name);
    if (found == have.end()) return {};
    positions.push_back(found - have.begin());
  }
  if (positions.empty() || !set.attributes.defined()) return {};
  return columns_in_terms_of(set.attributes, set.attribute_columns, positions, like, place);
}

}  // namespace

std::vector<std::string> unknown_classes(const SequenceSet& set, const SequenceSet& like) {
  std::vector<std::string> lines;
  const auto names = names_of(like.columns);
  for (size_t f = 0; f < set.columns.size(); ++f) {
    const Column& column = set.columns[f];
    const auto found = std::ranges::find(names, column.name);
    if (found == names.end() || !column.is_category()) continue;
    const Column& known = like.columns[static_cast<size_t>(found - names.begin())];
    if (!known.is_category()) continue;
    const Tensor codes = set.padded().select(2, static_cast<int64_t>(f)).masked_select(set.mask());
    for (size_t v = 0; v < column.classes.size(); ++v) {
      if (std::ranges::find(known.classes, column.classes[v]) != known.classes.end()) continue;
      const double share = codes.eq(static_cast<double>(v)).to(at::kDouble).mean().item<double>();
      lines.push_back(fmt::format("{}: {} ({:.3g} % of the cells) is none of the real classes",
                                  column.name, shown_cell(column.classes[v]), 100 * share));
    }
  }
  return lines;
}

SequenceSet in_terms_of(const SequenceSet& given, const SequenceSet& like,
                        const std::string& place) {
  const SequenceSet set = with_label_as_column(given, like);
  const auto have = names_of(set.columns);
  std::vector<int64_t> order;
  for (const Column& column : like.columns) {
    const auto found = std::ranges::find(have, column.name);
    if (found == have.end()) {
      throw Error(ErrorKind::data, place,
                  fmt::format("has no column {} ({})", column.name, join(have)),
                  did_you_mean(column.name, have));
    }
    order.push_back(found - have.begin());
  }
  SequenceSet other = set;
  other.columns = like.columns;
  other.rows = columns_in_terms_of(set.rows, set.columns, order, like.columns, place);
  const bool labelled = set.labels.defined() && !like.classes.empty();
  other.labels =
      labelled ? class_positions(set, like, place).index_select(0, set.labels) : Tensor();
  other.label_name = labelled ? like.label_name : "";
  other.classes = labelled ? like.classes : std::vector<std::string>();
  other.attributes = attributes_of(set, like.attribute_columns, place);
  other.attribute_columns =
      other.attributes.defined() ? like.attribute_columns : std::vector<Column>();
  return other;
}

}  // namespace rnngan
