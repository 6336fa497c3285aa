// Sequences in original units: real data, samples of a model, samples of other tools, what is
// scored. Networks never see these values: gather() (data/dataset.h) encodes them by batches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <ATen/core/Tensor.h>

#include "columns/schema.h"

namespace rnngan {

/// What a column of numbers was made of, in a set that is an encoding of another one.
struct EncodedColumn {
  int64_t source = 0;    // the column of the other set
  double weight = 1;     // those that were made of one column have the sum 1
  int64_t missing = -1;  // the column of this set that is 1 where this one has no value; -1: none
};

/// N sequences of up to T steps of F columns, on the CPU. Their values are rows of one tensor,
/// which windows of a series share. A set that shares nothing has the padded layout: begins
/// undefined, sequence n in the T rows from n * T on, whatever stands behind its end.
struct SequenceSet {
  // F: name, kind, classes, integer and decimals only; empty: nothing is known
  std::vector<Column> columns;
  std::vector<EncodedColumn> encoded;  // F; empty: columns are what they are
  at::Tensor rows;     // [R,F] double, original units or codes of classes; NaN = missing
  at::Tensor begins;   // [N] int64: the row on which each begins; undefined: padded layout
  at::Tensor lengths;  // [N] int64, 1..T
  /// T. Kept by select(): rows that are made of the parts of a set have one width.
  int64_t padded_steps = 0;
  /// [N] int64: where each begins in the series whose windows they are, so that one can tell which
  /// share rows; undefined: none do.
  at::Tensor first_row;

  std::string label_name;                 // empty: no label
  std::vector<std::string> classes;       // K, sorted
  at::Tensor labels;                      // [N] int64, 0..K-1; undefined without
  std::vector<Column> attribute_columns;  // S
  at::Tensor attributes;                  // [N,S] double, undefined without
  std::vector<std::string> names;         // the id of each sequence, or empty

  TimeAxis time;     // how times go on and are written; unknown: there are none
  at::Tensor times;  // [R] double: when each row is; undefined without
  std::vector<Column> covariate_columns;  // what is known of every step beforehand
  at::Tensor covariates;                  // [R, as many] double; undefined without
  /// [R,Ct] float: times and covariates as networks see them. Kept by load_dataset(), so that a
  /// training step need not make them anew; undefined: gather() makes them.
  at::Tensor known;

  SequenceSet() = default;
  /// The padded layout of x [N,T,F] double.
  SequenceSet(const at::Tensor& x, at::Tensor lengths, at::Tensor labels = {},
              at::Tensor first_row = {});

  int64_t count() const { return lengths.defined() ? lengths.size(0) : 0; }
  int64_t steps() const { return padded_steps; }
  int64_t features() const { return rows.size(1); }
  /// Sequences shorter than T are there.
  bool ragged() const;
  /// [N,T] bool, true on valid steps.
  at::Tensor mask() const;
  /// [N,T,F] double. In the padded layout a view of the rows, whatever stands on padding; else a
  /// copy with zeros there. `to`: instead of T; from the longest up to T.
  at::Tensor padded() const { return padded(padded_steps); }
  at::Tensor padded(int64_t to) const;

  /// Values of this column are codes of classes.
  bool is_category(int64_t index) const;
  /// [N,T] double: when each step is, 0 on padding.
  at::Tensor padded_times() const;
  /// [N,T,covariate_columns] double, 0 on padding; undefined without.
  at::Tensor padded_covariates() const;
  /// [N,to,Ct] float, up to T; undefined without.
  at::Tensor padded_known(int64_t to) const;

  /// How a column is called: "column 3" where there are no names.
  std::string column_name(int64_t index) const;
  /// How a class is called: its number where there are no names.
  std::string class_name(int64_t index) const;
  /// How messages call a sequence: `sequence "A"`, `sequence 17`, counted from 0.
  std::string sequence_name(int64_t sequence) const;
};

/// [R], for the rows of a file: a sequence begins with this one.
std::vector<bool> starts_of(const SequenceSet& file);

/// A set without sequences, of the columns, the classes and the attributes of a schema.
SequenceSet empty_set(const Schema& schema);

/// The same sequences with other values: x [N,T,F] double, in the padded layout.
SequenceSet with_values(const SequenceSet& set, const at::Tensor& x);

/// The same sequences with rows of their own, in the padded layout, zero on padding; the set itself
/// where it has that already.
SequenceSet unshared(const SequenceSet& set);

/// The set without the column of gaps that an irregular time axis adds; the set itself where there
/// is none.
SequenceSet without_gaps(const SequenceSet& set);

/// The sequences at these indices ([n] int64), in this order.
SequenceSet select(const SequenceSet& set, const at::Tensor& indices);

/// All windows of `window` steps of each sequence, `stride` rows apart; they share the rows of the
/// set and have no names.
SequenceSet cut(const SequenceSet& set, int64_t window, int64_t stride);

/// x_t - x_{t-1} [N,T-1,F]: NaN where a cell of either step is missing; of an encoded column 0
/// there.
at::Tensor changes(const SequenceSet& set);

/// First differences along time (the "d1" view), one step shorter; sequences of a single step are
/// left out. Throws Error{bug} when T < 2.
SequenceSet differences(const SequenceSet& set);

/// One set after the other, in the padded layout; columns and classes are those of the first. At
/// least one set.
SequenceSet concatenate(const std::vector<SequenceSet>& sets);

/// The same without the steps that no sequence has, as a file of it would be read; the set itself
/// where there are none.
SequenceSet trimmed(const SequenceSet& set);

/// The set with the columns, classes and attributes of `like`, by their names. Labels and
/// attributes that one of them lacks are left out; a class of a category that `like` does not know
/// has the code -1. Throws Error{data} "PLACE: ..." when a column is missing, holds text in one set
/// and numbers in the other, or a label is unknown.
SequenceSet in_terms_of(const SequenceSet& set, const SequenceSet& like, const std::string& place);

/// One line for each class of a category of `set` that the column of that name in `like` does not
/// know: `sky: "hail" (1.2 % of the cells) is none of the real classes`.
std::vector<std::string> unknown_classes(const SequenceSet& set, const SequenceSet& like);

}  // namespace rnngan
