// THE table: every key of a config, its place in the structs, its range and its meaning.
#include "config/config.h"
#include "config/enum_names.h"
#include "config/objective_config.h"

namespace rnngan {

// One spelling for the JSON path and the member, so that they cannot differ.
#define FIELD(member, ...) \
  make_field<RunConfig>(   \
      #member, [](auto& c) -> auto& { return c.member; }, __VA_ARGS__)

namespace {

constexpr double kWidest = 65'536;  // units of a layer; wider ones are a slip of the pen

}  // namespace

const FieldTable& run_fields() {
  static const FieldTable table = {
      FIELD(data.path,
            "data file, .csv (or .csv.gz) or .npy; relative to the working directory. Empty: none, "
            "for verbs that "
            "need no data")
          .may_change_on_resume(),
      FIELD(data.header,
            "whether the first line of a CSV file names the columns; auto: yes if one of its cells "
            "is "
            "not a number"),
      FIELD(
          data.delimiter,
          "the one character between the cells of a CSV file; \\t for a tab; auto: found from the "
          "file among , ; tab | and runs of blanks")
          .may_change_on_resume(),
      FIELD(data.decimal,
            "how numbers of a CSV file are written: point: 1234.5 or 1,234.5; comma: 1234,5 or "
            "1.234,5; auto: found from the file, or asked for"),
      FIELD(data.columns,
            "the columns to model, by name. Empty: every column that has no other role"),
      FIELD(
          data.time,
          "column to sort the rows of a sequence by, numbers or dates, or several that say the "
          "time together, such as [\"Date\", \"Time\"]; samples have it, too. Empty: the order of "
          "the file"),
      FIELD(data.time_format,
            "how times are written, as %d/%m/%Y %H:%M:%S; of several columns with a blank between "
            "them. Empty: numbers, ISO 8601, or what else reads every row"),
      FIELD(data.calendar,
            "what both networks are told of the time of every step: some of hour, weekday, month "
            "and day_of_year; needs data.time with dates at regular steps"),
      FIELD(data.covariates,
            "columns that are known of every step beforehand, numbers or text: both networks are "
            "given them, and none is generated"),
      FIELD(data.id,
            "column that says which sequence a row belongs to. Empty: the file is one long series"),
      FIELD(data.label,
            "column with the class of a sequence, constant within it. Empty: no classes"),
      make_field<RunConfig>(
          "data.static", [](auto& c) -> auto& { return c.data.statics; },
          "columns with attributes of a sequence, numbers or text, constant within it"),
      FIELD(data.missing,
            "what becomes of missing cells: keep: the model learns where cells are missing, and "
            "samples have empty cells too; error: the file is refused; interpolate: filled in "
            "linearly in time; fill: by the last value before them; drop: the windows or sequences "
            "that have one are left out"),
      FIELD(data.na,
            "texts that mark a missing cell in columns whose other cells are numbers, nan in any "
            "case; an empty cell is missing everywhere"),
      FIELD(
          data.scaling,
          "how columns of numbers are scaled, by the training split: standard: mean 0, standard "
          "deviation 1; asinh: likewise, of asinh((x - median) / spread), for heavy tails; log: "
          "likewise, of logarithms; minmax: to 0..1; quantile: to a normal distribution; none: as "
          "they are; auto: asinh for columns with heavy tails, else standard"),
      make_map_field<RunConfig, ColumnConfig>(
          "data.column", [](auto& c) -> auto& { return c.data.column; }, column_fields(),
          "what is said of single columns, by their names; a name with dots stands in double "
          "quotes in KEY=VALUE"),
      FIELD(
          data.rules,
          "rules that hold on every row, which samples then obey: \"Low <= Close <= High\", "
          "\"rain >= 0\", \"meter increasing\" (or decreasing) within a sequence, \"total = rail + "
          "road\""),
      FIELD(data.compat,
            "timegan: data as in the TimeGAN literature, without a hold-out (implies "
            "data.split.policy "
            "none and, where they are not given, data.scaling minmax and windows of 24 steps)"),
      FIELD(data.window.length, at_least(0),
            "steps per window. 0: whole sequences, or 24 for one long series"),
      FIELD(data.window.stride, at_least(1),
            "steps from the start of one window to that of the next"),
      make_field<RunConfig>(
          "data.window.short", [](auto& c) -> auto& { return c.data.window.short_sequences; },
          "what becomes of sequences shorter than data.window.length: skip: they are left out and "
          "counted; error: the file is refused"),
      FIELD(
          data.split.policy,
          "how data is held out: blocks: interleaved blocks of windows of a long series; time: its "
          "last part; sequence: whole sequences; none: nothing is held out and every split is all "
          "of "
          "the data; auto: blocks for one long series, sequence for many"),
      FIELD(data.split.validation, below(0, 1), "share of the data held out for validation"),
      FIELD(data.split.test, below(0, 1), "share of the data held out for the final test"),
      FIELD(data.split.block, at_least(1), "windows per block, for data.split.policy blocks"),
      FIELD(data.split.seed, at_least(0), "decides what is held out; train.seed has no part in it"),

      FIELD(model.generator.hidden, between(1, kWidest),
            "units per LSTM layer of the generator. auto: 32 for up to 6 channels (values, gates, "
            "classes), 64 for up to 20, 128 for more"),
      FIELD(model.generator.layers, between(1, 64), "LSTM layers of the generator"),
      FIELD(model.generator.noise_step, between(0, kWidest),
            "width of the noise drawn for every step. 0: none; auto: 16 for up to 16 channels, "
            "then 32, 48 and 64: channels cannot move independently with less"),
      FIELD(model.generator.noise_global, between(0, kWidest),
            "width of the noise of a sequence: it sets the initial state and enters every step. 0: "
            "none; auto: as noise_step"),
      FIELD(model.generator.noise_to_head,
            "whether the noise of a step also enters directly, past the LSTM, what is not drawn"),
      FIELD(model.generator.state_feedback,
            "whether gates and classes are drawn, given those of the step before, as in a Markov "
            "chain. Else the likeliest are taken"),
      FIELD(model.generator.output,
            "output of the generator: straight_through: clamped to the range of the training "
            "split and rounded as the file is written, gradients passed straight through; linear: "
            "unbounded in training, clamped and rounded only when it is written; range: squashed "
            "into the range of the training split"),
      FIELD(model.generator.autoregressive,
            "whether each step also sees the step before it: generated in sampling and adversarial "
            "training, real under teacher forcing"),
      FIELD(model.generator.code_categories, between(0, 4096),
            "classes of the information code that enters every step (infogan). 0: none"),
      FIELD(model.generator.code_continuous, between(0, 4096),
            "variables of the information code, uniform on -1..1. 0: none"),
      FIELD(model.discriminator.hidden, between(1, kWidest),
            "units per LSTM layer and direction of the discriminator. auto: as the generator's"),
      FIELD(model.discriminator.layers, between(1, 64), "LSTM layers of the discriminator"),
      FIELD(model.discriminator.bidirectional,
            "whether the discriminator also reads sequences from their end"),
      FIELD(model.discriminator.differences,
            "whether the discriminator also sees the differences between consecutive steps"),
      FIELD(model.discriminator.input_variance, at_least(0),
            "variance of all that the discriminator sees of a step, of sequences of up to 32; of "
            "longer ones 24 times that over all steps, so that penalties mean the same for few "
            "and many columns and steps. 0: values and differences have unit spread each"),
      FIELD(model.discriminator.score,
            "pooled: a small network on the mean and the last states; seq_mean: mean of one score "
            "per "
            "step; seq_last: the score of the last step; step: one score per step, each counted; "
            "energy: the error of an autoencoder, low for real ones (ebgan, began)"),
      FIELD(model.discriminator.head, between(1, kWidest),
            "hidden units of the network behind the score pooled; width of the code of energy"),
      FIELD(model.discriminator.condition,
            "how label and static columns enter: concat: at every step; projection: by an inner "
            "product with the pooled features; outputs: one score per class, that of the label "
            "counts; none: the label is not shown, as heads that are to find it want"),
      FIELD(model.discriminator.minibatch,
            "a layer that compares the sequences of a batch, behind the pooled features: none; "
            "discrimination: learned distances; deviation: the batch's standard deviation"),
      FIELD(model.discriminator.minibatch_kernels, between(1, 1024),
            "kernels of minibatch discrimination"),
      FIELD(model.discriminator.minibatch_dims, between(1, 1024),
            "dimensions of each of these kernels"),
      FIELD(model.discriminator.pac, between(1, 64),
            "sequences that are scored together as one (PacGAN)"),
      FIELD(model.discriminator.spectral_norm,
            "whether weight matrices, all but those of heads that terms ask for, are divided by "
            "their "
            "largest singular value"),
      FIELD(model.discriminator.dropout, below(0, 1),
            "share of the outputs of each LSTM layer that is dropped, the same ones in all steps "
            "of a sequence"),

      FIELD(train.steps, at_least(1), "generator steps of the whole run").may_change_on_resume(),
      FIELD(train.batch, at_least(1), "sequences per step, of all processes that train together"),
      FIELD(train.n_critic, at_least(1), "discriminator steps per generator step"),
      FIELD(train.pretrain, at_least(0),
            "generator steps at the beginning that take only its supervised terms (mle, "
            "crps_step), without the discriminator"),
      FIELD(train.grad_clip, at_least(0),
            "largest L2 norm of the gradient of one side; longer ones are scaled down. 0: no "
            "clipping"),
      FIELD(train.seed, at_least(0),
            "decides the initial weights and everything drawn in training"),
      FIELD(train.device, "auto, cpu, cuda or cuda:N, the N-th GPU counted from 0")
          .may_change_on_resume(),
      FIELD(train.threads, between(0, 1024),
            "CPU threads. 0: one for LSTMs of up to 64 units, else all idle cores")
          .may_change_on_resume(),
      FIELD(train.optim.generator.type,
            "optimiser of the generator: adam, oadam (optimistic Adam), rmsprop, sgd"),
      FIELD(train.optim.generator.lr, greater_than(0), "learning rate of the generator"),
      FIELD(train.optim.generator.beta1, below(0, 1),
            "decay of the mean of gradients of adam and oadam; momentum of rmsprop and sgd"),
      FIELD(train.optim.generator.beta2, below(0, 1),
            "decay of the mean of squared gradients of adam, oadam and rmsprop"),
      FIELD(train.optim.generator.eps, greater_than(0),
            "added to the denominator of adam, oadam and rmsprop"),
      FIELD(train.optim.generator.weight_decay, at_least(0),
            "times the weights, added to their gradient"),
      FIELD(train.optim.discriminator.type,
            "optimiser of the discriminator: adam, oadam (optimistic Adam), rmsprop, sgd"),
      FIELD(train.optim.discriminator.lr, greater_than(0), "learning rate of the discriminator"),
      FIELD(train.optim.discriminator.beta1, below(0, 1),
            "decay of the mean of gradients of adam and oadam; momentum of rmsprop and sgd"),
      FIELD(train.optim.discriminator.beta2, below(0, 1),
            "decay of the mean of squared gradients of adam, oadam and rmsprop"),
      FIELD(train.optim.discriminator.eps, greater_than(0),
            "added to the denominator of adam, oadam and rmsprop"),
      FIELD(train.optim.discriminator.weight_decay, at_least(0),
            "times the weights, added to their gradient"),
      FIELD(train.schedule.kind,
            "course of both learning rates: constant: never changed; linear, cosine: from the full "
            "rate down to train.schedule.final of it at the last step"),
      FIELD(train.schedule.hold, between(0, 1),
            "share of the steps at the full rate before a linear or cosine schedule goes down"),
      FIELD(train.schedule.final, between(0, 1),
            "share of the rate that a linear or cosine schedule ends with"),
      FIELD(train.schedule.warmup, at_least(0),
            "generator steps in which the rates rise linearly from 0. 0: none"),
      FIELD(train.ema.decay, below(0, 1),
            "decay per step of the averaged generator that is sampled from. 0: no average"),
      FIELD(train.freeze.discriminator_above, between(0, 1),
            "accuracy above which the discriminator takes no step. 1: never"),
      FIELD(train.freeze.generator_below, between(0, 1),
            "accuracy of the discriminator below which the generator takes no step. 0: never"),
      FIELD(train.instance_noise.sd, at_least(0),
            "standard deviation, in scaled units, of noise on all sequences at first. 0: none"),
      FIELD(train.instance_noise.share, between(0, 1),
            "share of the steps over which that noise falls to 0"),
      FIELD(train.instance_noise.grid, at_least(0),
            "that of noise on coarse grids, as of counts, at all times, in units of the grid"),
      FIELD(train.dead_bands_from, between(0, 1),
            "share of the steps after which generated columns stay within their dead bands while "
            "training, as samples do. 0: from the beginning"),
      FIELD(train.augment.scale, at_least(0),
            "what the discriminator is shown, real and fake, is multiplied by exp(scale * n), n "
            "one standard normal number per sequence. 0: off"),
      FIELD(train.augment.shift, at_least(0),
            "likewise, shift * n is added, n one number per sequence and column, in scaled units. "
            "0: off"),
      FIELD(train.augment.cutout, below(0, 1),
            "likewise, this share of the steps of a sequence, a block at a random place, is set "
            "to 0, the mean of standardised columns. 0: off"),
      FIELD(train.augment.target, below(0, 1),
            "mean sign of the scores of real sequences above which more sequences are changed by "
            "train.augment, from none on, and below which fewer (ada). 0: all are changed"),
      FIELD(train.augment.pace, greater_than(0),
            "sequences in steps of the discriminator over which the share of changed ones may "
            "rise from 0 to 1"),
      FIELD(train.topk.keep, between(0, 1),
            "share of the fakes, those of the highest scores, that the generator learns from in "
            "the end. 1: all"),
      FIELD(train.topk.decay, between(0, 1), "factor on that share per epoch, from 1 on"),
      FIELD(train.unroll.steps, between(0, 32),
            "steps of gradient descent that the discriminator looks ahead in the generator's step "
            "(unrolled GAN). 0: none"),
      FIELD(train.unroll.rate, greater_than(0), "learning rate of these steps"),
      FIELD(train.log.every, at_least(1), "generator steps between rows of metrics.jsonl")
          .may_change_on_resume(),
      FIELD(train.log.tensorboard, "write event files for TensorBoard").may_change_on_resume(),
      FIELD(train.checkpoint.every, at_least(0),
            "generator steps between checkpoints. 0: only at the end")
          .may_change_on_resume(),
      FIELD(train.checkpoint.keep, at_least(1), "how many of the newest checkpoints are kept")
          .may_change_on_resume(),
      FIELD(train.checkpoint.milestone, at_least(0),
            "checkpoints at multiples of this many steps are never removed. 0: no such ones")
          .may_change_on_resume(),
      FIELD(train.sample.every, at_least(0),
            "generator steps between sample files. 0: only at the end")
          .may_change_on_resume(),
      FIELD(train.sample.count, at_least(1), "sequences per sample file").may_change_on_resume(),

      FIELD(
          evaluate.every, at_least(0),
          "generator steps between scores of the averaged generator against the validation split; "
          "the last step is scored too. 0: never")
          .may_change_on_resume(),
      FIELD(evaluate.count, at_least(2),
            "sequences of each side that are scored, at most; no more than the validation split "
            "has"),
      FIELD(evaluate.metrics, "scores and groups of them (rnngan metrics)").may_change_on_resume(),
      FIELD(evaluate.select_by,
            "scores whose mean norm (0: no worse than the training sequences, 1: as bad as white "
            "noise) decides which step is kept as best.safetensors; those by which training "
            "sequences are hardly better than noise have no part in it. Empty: none"),
  };
  return table;
}

#undef FIELD

const FieldTable& objective_fields() {
  static const FieldTable table = {
      make_field<ObjectiveConfig>(
          "preset", [](auto& c) -> auto& { return c.preset; },
          "name of the preset that this objective changes. Without it and without adversarial: the "
          "default preset"),
      make_field<ObjectiveConfig>(
          "adversarial.type", [](auto& c) -> auto& { return c.adversarial.type; },
          "adversarial loss; its options stand beside this key. adversarial null: no such loss"),
      make_field<ObjectiveConfig>(
          "g_weight", [](auto& c) -> auto& { return c.g_weight; }, at_least(0),
          "weight of the adversarial loss in the generator's step. 0: the terms replace it"),
  };
  return table;
}

const FieldTable& term_fields() {
  static const FieldTable table = {
      make_field<TermConfig>(
          "type", [](auto& c) -> auto& { return c.type; },
          "which term of the catalog; default: the name it stands under. Its options stand beside "
          "this key"),
      make_field<TermConfig>(
          "weight", [](auto& c) -> auto& { return c.weight; }, at_least(0),
          "factor of the term in the sum of its side"),
      make_field<TermConfig>(
          "every", [](auto& c) -> auto& { return c.every; }, at_least(1),
          "steps of its side from one use of the term to the next"),
      make_field<TermConfig>(
          "start", [](auto& c) -> auto& { return c.start; }, at_least(0),
          "step of its side at which the term sets in"),
      make_field<TermConfig>(
          "stop", [](auto& c) -> auto& { return c.stop; }, at_least(0),
          "step of its side from which on the term is left out. 0: never"),
      make_field<TermConfig>(
          "warmup", [](auto& c) -> auto& { return c.warmup; }, at_least(0),
          "steps from its start over which the weight rises linearly from 0. 0: none"),
  };
  return table;
}

}  // namespace rnngan
