// The states of columns, gates and classes, as a Markov chain: how often each occurs and what it is
// followed by in training. Generators begin as that chain (nn/state_feedback.h).
//
// The states of a column: its classes or atoms; "missing", where it has missing cells; of a number
// also "none of them", last.
#pragma once

#include <ATen/core/Tensor.h>

#include "columns/fit.h"
#include "columns/layout.h"

namespace rnngan {

/// Fills Column::transitions, behind everything else of `column`. There are none for more than 32
/// states, nor where numbers come close to an atom before they reach it, as humidity to 100 %: then
/// the values say when the atom comes.
void count_transitions(const ColumnCells& cells, Column& column);

/// The logarithm of what comes as often as in training, per channel: of a class its share, of a
/// gate relative to "none". [W], 0 for values.
at::Tensor share_logits(const Schema& schema, const Layout& layout);

/// What the states of a step add to share_logits() of the next one, so that transitions are those
/// of training: [L, L + G], to a channel of the L of all blocks from the same channel or from
/// "none" of each of the G blocks of gates; 0 between columns and where Column::transitions is
/// empty.
at::Tensor transition_logits(const Schema& schema, const Layout& layout);

}  // namespace rnngan
