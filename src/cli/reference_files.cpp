// The reference of files and exit codes.
#include <fmt/format.h>

#include "cli/errors.h"
#include "cli/reference_pages.h"
#include "data/recipes.h"
#include "data/sequence_formats.h"

namespace rnngan {

namespace {

struct Entry {
  const char* name;
  const char* meaning;
};

template <size_t N>
std::string entries(const std::vector<std::string>& head, const Entry (&rows)[N]) {
  std::vector<std::vector<std::string>> cells;
  for (const Entry& row : rows) {
    cells.push_back({std::string("`") + row.name + "`", row.meaning});
  }
  return markdown_table(head, cells);
}

constexpr Entry kInputs[] = {
    {".csv, .tsv, .txt, .dat, .data, .csv.gz",
     "one row per step, one column per feature; UTF-8 or ASCII, LF or CRLF, with or without "
     "a header, a byte-order mark and quotes. The delimiter, a decimal comma, comments above the "
     "table and a row of units below the header are found. Columns are numbers or text, which is a "
     "class. "
     "Empty cells and, among numbers, the marks of `data.na` are missing (`data.missing`)"},
    {".npy",
     "NumPy, float32 or float64: `[sequences, steps, columns]`, `[rows, columns]` or "
     "`[rows]` (one long series). Rows of NaN behind the end of a sequence make it shorter, "
     "other NaN are missing cells. The columns are called c1, c2, ..., or as `FILE.npy.json` "
     "says: `{\"columns\": [{\"name\": \"rain\"}, {\"name\": \"mode\", \"classes\": "
     "[\"off\", \"on\"]}]}`, where values are places among the classes, from 0; with `\"label\": "
     "{\"name\": \"kind\", \"classes\": [\"a\", \"b\"], \"values\": [0, 1, 0]}` and "
     "`\"attributes\": [{\"name\": \"age\", \"values\": [5, 7, 5]}]` of the sequences"},
};

constexpr Entry kRunFiles[] = {
    {"config.json", "the complete config; `rnngan train --config` takes it again"},
    {"run.log", "what the console said, with the time, and more detail"},
    {"metrics.jsonl", "a JSON object per line, see below"},
    {"events.out.tfevents.NUMBER.rnngan",
     "the same for TensorBoard, with ceilings of scores and histograms of columns "
     "(`train.log.tensorboard`); a further file each time that the run is gone on with"},
    {"checkpoints/STEP.safetensors", "the newest ones (`train.checkpoint.keep`) and milestones"},
    {"checkpoints/best.safetensors",
     "the best step by `evaluate.select_by`: what a run directory "
     "means to `sample`, `evaluate` and `inspect`"},
    {"samples/STEP.csv", "a few samples while training (`train.sample`)"},
    {"report.html",
     "one self-contained page: scores, sequences, training, config; `rnngan report RUN` makes it "
     "again"},
    {"abandoned-N/",
     "what the run had after an older checkpoint that it went on from: checkpoints, rows, samples; "
     "a run that can be resumed itself"},
    {".NAME.XXXXXX.part", "a file on its way; those of killed processes go with the next resume"},
};

constexpr Entry kMetrics[] = {
    {"step", "generator steps done"},
    {"discriminator_step", "discriminator steps done"},
    {"d.total, g.total", "what each side minimised, mean over the log period"},
    {"d.adversarial, g.adversarial", "the adversarial loss of each side"},
    {"d.NAME, g.NAME", "each term, before its weight"},
    {"d.NAME.weight, g.NAME.weight", "the weight that the term had"},
    {"d.NAME.grad_norm, g.NAME.grad_norm",
     "norm of the weighted term's gradient, and of the adversarial loss's"},
    {"d.NAME.share, g.NAME.share", "its share of the sum of these norms"},
    {"d.grad_norm, g.grad_norm", "gradient norm of the whole side, before clipping"},
    {"d.accuracy", "share of sequences that the discriminator tells correctly"},
    {"d.score_real, d.score_fake", "mean scores"},
    {"d.frozen, g.frozen", "share of the steps that `train.freeze` left out"},
    {"d.augment", "share of the sequences that `train.augment` changed"},
    {"lr.generator, lr.discriminator", "learning rates"},
    {"steps_per_second", "generator steps per second"},
    {"score.METRIC, score.METRIC.floor", "in rows of their own, every `evaluate.every` steps"},
    {"score.selection", "mean norm of `evaluate.select_by`; the lowest is the best step"},
};

constexpr Entry kTensors[] = {
    {"generator.PARAM, discriminator.PARAM",
     "weights, named as in `torch.nn.LSTM` and "
     "`torch.nn.Linear`; other networks likewise"},
    {"ema.generator.PARAM", "the averaged generator, from which samples are drawn"},
    {"optim.NETWORK.exp_avg.PARAM, optim.NETWORK.exp_avg_sq.PARAM", "moments of the optimiser"},
    {"terms.NAME.BUFFER", "state of a term"},
    {"augment.state", "where the scores lead the augmentation"},
    {"state.step, state.discriminator_step, state.optim.NETWORK.step", "counters"},
};

constexpr Entry kMetadata[] = {
    {"format_version", "1"},
    {"program, libtorch", "the versions that wrote it"},
    {"config", "the complete config, JSON"},
    {"schema", "columns, classes and their scaling, JSON"},
    {"data_sha256", "of the data file"},
    {"log, best", "what resuming needs of the log and of the best step, JSON"},
    {"digest", "SHA-256 of the file with this field zeroed; a damaged file is refused"},
};

constexpr Entry kComparison[] = {
    {"comparison.json", "the plan"},
    {"configs/VARIANT.json", "the complete config of a variant"},
    {"runs/VARIANT-SEED/", "a run directory, with `scores.json` and `samples.csv`"},
    {"runs/VARIANT-SEED/events.out.tfevents.scores.rnngan",
     "what the variants differ in and the test scores, for TensorBoard"},
    {"logs/VARIANT-SEED.log", "what its process wrote to standard error"},
    {"logs/VARIANT-SEED.json", "why, of a run that failed before it had a directory"},
    {"leaderboard.md, leaderboard.csv, leaderboard.json", "the leaderboard"},
    {"report.html", "the leaderboard, figures of every variant and the paired tests"},
};

constexpr Entry kSearch[] = {
    {"tune.json", "the search: its file and `--set`"},
    {"rung-N/", "the comparison of each rung"},
    {"tune.md", "all candidates with their ranks, and the importance of each key"},
    {"best.json", "the config of the best candidate, for `rnngan train`"},
};

constexpr Entry kJsonTables[] = {
    {"rnngan losses [NAME] --json",
     "{presets, adversarial, terms, options}: arrays of rows with name, summary, formula, paper, "
     "needs, options, weight, equilibrium, watch"},
    {"rnngan metrics [NAME] --json",
     "{scores, groups}: rows with name, question, formula, direction, ideal and needs; ids by "
     "group"},
    {"rnngan config keys --json", "an array of {key, type, default, help}"},
    {"rnngan data show FILE --json",
     "{file, sha256, rows, sequences, split, train, validation, test, longest, label, labels, "
     "columns, static, windows, absent, notes, proposals}"},
    {"rnngan data make --json", "an array of {name, sequences, steps, columns, summary}"},
    {"rnngan inspect RUN --json",
     "{program, libtorch, data_sha256, config, schema, tensors}: shapes by name"},
    {"rnngan compare ... --json", "leaderboard.json"},
};

constexpr Entry kRecord[] = {
    {"metric", "its name"},
    {"value, std", "over all sequences that were given; spread over repeats"},
    {"direction, ideal", "`lower`, `higher` or `level`; what perfect data would get"},
    {"floor, ceiling", "what real sequences and what white noise get, at `common.n` sequences"},
    {"norm", "0 at the floor, 1 at the ceiling; null where these data cannot tell"},
    {"telling", "whether the score tells real sequences from noise here"},
    {"n_real, n_syn", "sequences of each side"},
    {"depends_on_size, common",
     "whether the value depends on their number; value and number that "
     "floor and ceiling belong to"},
    {"seed, repeats", "how it was drawn"},
    {"status, reason, remark", "`ok`, `partial` or `skipped`; why; what the table says beside it"},
    {"params, detail", "how it was computed, and what else came out"},
};

std::string sample_formats_table() {
  std::vector<std::vector<std::string>> rows;
  for (const SequenceFormat& format : sequence_formats()) {
    rows.push_back({"`" + format.extension + "`", format.summary});
  }
  return markdown_table({"extension", "written"}, rows);
}

std::string recipes_table() {
  std::vector<std::vector<std::string>> rows;
  for (const Recipe& recipe : recipes()) {
    rows.push_back({"`" + recipe.name + "`", std::to_string(recipe.sequences),
                    std::to_string(recipe.steps), std::to_string(recipe.features), recipe.summary});
  }
  return markdown_table({"name", "sequences", "steps", "columns", "what"}, rows);
}

}  // namespace

ReferencePage file_formats_page() {
  std::string text = page_head("File formats", "What the program reads and writes.");
  text += "\n## Data in\n\n" + entries({"extension", "read"}, kInputs);
  text +=
      "\nA file whose first columns are `sequence_id` and `step`, as samples have them, is read "
      "as many sequences; its first text column that is constant within each of them is the label. "
      "For other layouts see "
      "[guide/your_data.md](../guide/your_data.md).\n\n## Samples out\n\n";
  text += sample_formats_table();
  text +=
      "\nColumns, units, decimals and whole numbers are those of the training data.\n\n"
      "## Run directory\n\n" +
      entries({"file", "holds"}, kRunFiles);
  text += "\n### metrics.jsonl\n\n" + entries({"column", "meaning"}, kMetrics);
  text +=
      "\nA loss may add columns; `rnngan losses NAME` names them under *watch*.\n\n"
      "## Checkpoint\n\nOne [safetensors](https://github.com/huggingface/safetensors) file. In "
      "Python: `safetensors.numpy.load_file(FILE)`.\n\n" +
      entries({"tensor", "holds"}, kTensors) + "\n" + entries({"metadata", "holds"}, kMetadata);
  text += "\n## Comparison\n\n" + entries({"file", "holds"}, kComparison);
  text += "\n## Search\n\n" + entries({"file", "holds"}, kSearch);
  text += "\n## Scores\n\n`rnngan evaluate --json` prints an array of records:\n\n" +
          entries({"member", "meaning"}, kRecord);
  text += "\n## Tables as JSON\n\n" + entries({"command", "prints"}, kJsonTables);
  text += "\n## Synthetic data sets\n\n`rnngan data make NAME --out FILE`\n\n" + recipes_table();
  return {"file_formats.md", text};
}

ReferencePage exit_codes_page() {
  std::vector<std::vector<std::string>> rows;
  for (const ExitCode& line : exit_codes()) rows.push_back({line.codes, line.meaning});
  const std::string text =
      page_head("Exit codes",
                "Errors go to standard error as `error: PLACE: FACT` and, where there is something "
                "to do about it, `hint:  ...`; a config with several problems gets a pair for "
                "each.") +
      "\n" + markdown_table({"code", "meaning"}, rows);
  return {"exit_codes.md", text};
}

}  // namespace rnngan
