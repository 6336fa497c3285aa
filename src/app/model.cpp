#include "app/model.h"

#include <utility>

#include "core/text.h"
#include "data/data_file.h"
#include "objective/objective.h"
#include "training/device.h"

namespace rnngan {

OpenedCheckpoint open_checkpoint(const std::filesystem::path& file_or_run,
                                 const std::vector<std::string>& sets) {
  OpenedCheckpoint opened;
  opened.file = find_checkpoint(file_or_run);
  opened.checkpoint = read_checkpoint(opened.file);
  opened.config = resolve_config(opened.checkpoint.config, sets, catalogs(), opened.file.string());
  return opened;
}

Model::Model(OpenedCheckpoint opened, Weights weights, const at::Device& device)
    : opened_(std::move(opened)),
      device_(device),
      generator_(load_generator(opened_.checkpoint, opened_.config.config.model.generator, weights,
                                device, opened_.file.string())) {
  opened_.checkpoint.tensors.clear();  // of the optimisers and the discriminator, too
}

SequenceSet Model::conditions_of(const std::filesystem::path& file) const {
  DataConfig data = config().config.data;
  data.path = file.string();
  data.columns.clear();  // other columns than those of the model do no harm
  const int64_t window = data.window.length > 0 ? data.window.length : schema().max_length();
  DataFile conditions = read_data_file(
      data, {.progress = {}, .samples = true, .time = &schema().time, .conditions = true});
  // What is known of the future is one sequence, however long.
  const bool whole = !schema().covariates.empty() && !conditions.several;
  const int64_t rows = conditions.sequences.rows.size(0);
  return conditions_like(
      scored_sequences(std::move(conditions), data, whole ? rows : window, /*samples=*/true),
      schema(), data.path);
}

SequenceSet Model::sample(const SampleRequest& request) const {
  return without_gaps(rnngan::sample(*generator_, schema(), request, device_));
}

void Model::sample(const SampleRequest& request, SequenceWriter& writer,
                   const std::function<void(int64_t)>& progress, const StopFlag* stop) const {
  rnngan::sample(
      *generator_, schema(), request, device_, [&](const SequenceSet& part) { writer.write(part); },
      progress, stop);
}

Model open_model(const std::filesystem::path& file_or_run, const OpenOptions& options) {
  OpenedCheckpoint opened = open_checkpoint(file_or_run, options.sets);
  return {std::move(opened), options.weights, resolve_device(options.device)};
}

}  // namespace rnngan
