#include "data/sequence_set.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "data/csv.h"

namespace rnngan {

using at::Tensor;

SequenceSet::SequenceSet(const Tensor& x, Tensor of_lengths, Tensor of_labels, Tensor of_first_row)
    : rows(x.reshape({x.size(0) * x.size(1), x.size(2)})),
      lengths(std::move(of_lengths)),
      padded_steps(x.size(1)),
      first_row(std::move(of_first_row)),
      labels(std::move(of_labels)) {}

bool SequenceSet::ragged() const {
  return count() > 0 && lengths.min().item<int64_t>() < steps();
}

Tensor SequenceSet::mask() const {
  return at::arange(steps(), at::kLong).unsqueeze(0) < lengths.unsqueeze(1);
}

namespace {

/// Values of rows [R,C] as [N,to,C]. In the padded layout a view, whatever stands on padding; else
/// a copy with zeros there.
Tensor laid_out(const SequenceSet& set, const Tensor& rows, int64_t to) {
  const int64_t width = rows.size(1);
  if (!set.begins.defined()) {
    return rows.view({set.count(), set.padded_steps, width}).narrow(1, 0, to);
  }
  const Tensor step = at::arange(to, at::kLong).unsqueeze(0), ends = set.lengths.unsqueeze(1);
  // Padding repeats the last row until it is set to zero.
  const Tensor index = set.begins.unsqueeze(1) + at::minimum(step, ends - 1);
  const Tensor x = rows.index_select(0, index.reshape({-1})).view({set.count(), to, width});
  return x.masked_fill_((step >= ends).unsqueeze(2), 0);
}

/// What is known of rows, in the padded layout of `steps` steps.
void lay_out_known(const SequenceSet& set, int64_t steps, SequenceSet& to) {
  to.times = to.covariates = to.known = Tensor();
  if (steps > set.steps()) return;
  if (set.times.defined()) {
    to.times = laid_out(set, set.times.unsqueeze(1), steps).reshape({-1});
  }
  if (set.covariates.defined()) {
    to.covariates = laid_out(set, set.covariates, steps).reshape({-1, set.covariates.size(1)});
  }
}

}  // namespace

Tensor SequenceSet::padded(int64_t to) const {
  return laid_out(*this, rows, to);
}

Tensor SequenceSet::padded_times() const {
  return laid_out(*this, times.unsqueeze(1), padded_steps).squeeze(2);
}

Tensor SequenceSet::padded_covariates() const {
  return covariates.defined() ? laid_out(*this, covariates, padded_steps) : Tensor();
}

Tensor SequenceSet::padded_known(int64_t to) const {
  return known.defined() ? laid_out(*this, known, to) : Tensor();
}

bool SequenceSet::is_category(int64_t index) const {
  const auto place = static_cast<size_t>(index);
  return place < columns.size() && columns[place].is_category();
}

std::string SequenceSet::column_name(int64_t index) const {
  if (index < static_cast<int64_t>(columns.size())) return columns[static_cast<size_t>(index)].name;
  return "column " + std::to_string(index + 1);
}

std::string SequenceSet::class_name(int64_t index) const {
  if (index >= 0 && index < static_cast<int64_t>(classes.size())) {
    return classes[static_cast<size_t>(index)];
  }
  return std::to_string(index);
}

std::string SequenceSet::sequence_name(int64_t sequence) const {
  if (names.empty()) return fmt::format("sequence {}", sequence);
  return "sequence " + shown_cell(names.at(static_cast<size_t>(sequence)));
}

std::vector<bool> starts_of(const SequenceSet& file) {
  std::vector<bool> starts(static_cast<size_t>(file.rows.size(0)), false);
  const int64_t* begins = file.begins.defined() ? file.begins.data_ptr<int64_t>() : nullptr;
  for (int64_t n = 0; n < file.count(); ++n) {
    starts.at(static_cast<size_t>(begins != nullptr ? begins[n] : n * file.padded_steps)) = true;
  }
  return starts;
}

SequenceSet empty_set(const Schema& schema) {
  SequenceSet set;
  set.columns = schema.columns;
  set.label_name = schema.label_name;
  set.classes = schema.labels;
  set.attribute_columns = schema.statics;
  set.time = schema.time;
  set.covariate_columns = schema.covariates;
  return set;
}

SequenceSet with_values(const SequenceSet& set, const Tensor& x) {
  SequenceSet other = set;
  if (x.size(0) == set.count()) {
    lay_out_known(set, x.size(1), other);
  } else {
    other.times = other.covariates = other.known = Tensor();
  }
  other.rows = x.reshape({x.size(0) * x.size(1), x.size(2)});
  other.begins = Tensor();
  other.padded_steps = x.size(1);
  return other;
}

SequenceSet unshared(const SequenceSet& set) {
  return set.begins.defined() ? with_values(set, set.padded()) : set;
}

SequenceSet without_gaps(const SequenceSet& set) {
  const bool gaps = set.time.grid == TimeGrid::irregular && !set.columns.empty() &&
                    set.columns.back().name == gap_name(set.time);
  if (!gaps) return set;
  SequenceSet plain = set;
  plain.columns.pop_back();
  if (set.rows.defined()) {
    plain.rows = set.rows.narrow(1, 0, set.features() - 1).contiguous();
  }
  return plain;
}

SequenceSet select(const SequenceSet& set, const Tensor& indices) {
  const auto selected = [&](const Tensor& of) {
    return of.defined() ? of.index_select(0, indices) : Tensor();
  };
  SequenceSet part = set;
  part.lengths = selected(set.lengths);
  part.first_row = selected(set.first_row);
  part.labels = selected(set.labels);
  part.attributes = selected(set.attributes);
  part.names.clear();
  const Tensor order = indices.contiguous();
  for (int64_t i = 0; !set.names.empty() && i < order.size(0); ++i) {
    part.names.push_back(set.names[static_cast<size_t>(order.data_ptr<int64_t>()[i])]);
  }
  if (set.begins.defined()) {
    part.begins = selected(set.begins);
  } else {
    part.rows = set.padded().index_select(0, indices).view({-1, set.features()});
    part.known = Tensor();
    if (set.times.defined()) part.times = set.padded_times().index_select(0, indices).view({-1});
    if (set.covariates.defined()) {
      part.covariates = set.padded_covariates().index_select(0, indices).flatten(0, 1);
    }
  }
  return part;
}

SequenceSet cut(const SequenceSet& set, int64_t window, int64_t stride) {
  const Tensor set_begins = set.begins.defined() ? set.begins.contiguous()
                                                 : at::arange(set.count(), at::kLong) * set.steps();
  const Tensor set_lengths = set.lengths.contiguous();
  std::vector<int64_t> begins, sources;
  for (int64_t s = 0; s < set.count(); ++s) {
    const int64_t begin = set_begins.data_ptr<int64_t>()[s];
    const int64_t end = begin + set_lengths.data_ptr<int64_t>()[s];
    for (int64_t at = begin; at + window <= end; at += stride) {
      begins.push_back(at);
      sources.push_back(s);
    }
  }
  const Tensor of = torch::tensor(sources, at::kLong);
  SequenceSet windows = set;
  windows.begins = windows.first_row = torch::tensor(begins, at::kLong);
  windows.lengths = at::full_like(windows.begins, window);
  windows.padded_steps = window;
  if (set.labels.defined()) windows.labels = set.labels.index_select(0, of);
  if (set.attributes.defined()) windows.attributes = set.attributes.index_select(0, of);
  windows.names.clear();
  return windows;
}

SequenceSet trimmed(const SequenceSet& set) {
  const int64_t longest = set.count() > 0 ? set.lengths.max().item<int64_t>() : set.steps();
  return longest == set.steps() ? set : with_values(set, set.padded(longest).contiguous());
}

Tensor changes(const SequenceSet& set) {
  const Tensor x = set.padded();
  const int64_t steps = set.steps() - 1;
  Tensor change = x.narrow(1, 1, steps) - x.narrow(1, 0, steps);
  for (size_t d = 0; d < set.encoded.size(); ++d) {
    if (set.encoded[d].missing < 0) continue;
    const Tensor absent = x.select(2, set.encoded[d].missing);
    const Tensor either = absent.narrow(1, 1, steps).add(absent.narrow(1, 0, steps)).gt(0);
    change.select(2, static_cast<int64_t>(d)).masked_fill_(either, 0);
  }
  return change;
}

SequenceSet differences(const SequenceSet& set) {
  if (set.steps() < 2) {
    throw Error(ErrorKind::bug, "differences",
                "sequences of " + std::to_string(set.steps()) + " step(s); at least 2 are needed");
  }
  const SequenceSet longer =
      set.ragged() ? select(set, (set.lengths >= 2).nonzero().squeeze(1)) : set;
  SequenceSet of = with_values(longer, changes(longer));
  of.lengths = longer.lengths - 1;
  for (EncodedColumn& column : of.encoded) column.missing = -1;
  return of;
}

SequenceSet concatenate(const std::vector<SequenceSet>& sets) {
  int64_t steps = 0;
  for (const SequenceSet& set : sets) steps = std::max(steps, set.steps());
  std::vector<Tensor> x;
  for (const SequenceSet& set : sets) {
    x.push_back(at::constant_pad_nd(set.padded(), {0, 0, 0, steps - set.steps()}));
  }
  const auto joined = [&](Tensor SequenceSet::*member) {
    std::vector<Tensor> parts;
    for (const SequenceSet& set : sets) {
      if (!(set.*member).defined()) return Tensor();
      parts.push_back(set.*member);
    }
    return at::cat(parts);
  };
  SequenceSet all = with_values(sets.front(), at::cat(x));
  std::vector<Tensor> times, covariates;
  for (const SequenceSet& set : sets) {
    const int64_t more = steps - set.steps();
    if (set.times.defined()) {
      times.push_back(at::constant_pad_nd(set.padded_times(), {0, more}));
    }
    if (set.covariates.defined()) {
      covariates.push_back(at::constant_pad_nd(set.padded_covariates(), {0, 0, 0, more}));
    }
  }
  all.times = times.size() == sets.size() ? at::cat(times).view({-1}) : Tensor();
  all.covariates = covariates.size() == sets.size() ? at::cat(covariates).flatten(0, 1) : Tensor();
  all.lengths = joined(&SequenceSet::lengths);
  all.first_row = joined(&SequenceSet::first_row);
  all.labels = joined(&SequenceSet::labels);
  all.attributes = joined(&SequenceSet::attributes);
  all.names.clear();
  return all;
}

}  // namespace rnngan
