#include <fmt/format.h>

#include "cli/console.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "core/file.h"
#include "core/text.h"
#include "objective/objective.h"
#include "training/device.h"
#include "training/sampler.h"

namespace rnngan {

int sample_verb(const SampleArguments& arguments) {
  require_writable(arguments.out);
  const auto file = find_checkpoint(arguments.checkpoint);
  const Checkpoint checkpoint = read_checkpoint(file);
  const ResolvedConfig config = resolve_config(
      checkpoint.config, with_common_sets({}, arguments.common), catalogs(), file.string());
  const at::Device device =
      resolve_device(arguments.common.device.empty() ? "auto" : arguments.common.device);
  use_threads(arguments.common.threads, config.config.model);
  const auto generator = load_generator(
      checkpoint, config.config.model.generator,
      arguments.weights == "raw" ? Weights::raw : Weights::averaged, device, file.string());

  SampleRequest request;
  request.count = arguments.count;
  request.seed = arguments.seed;
  request.length = arguments.length;
  request.label = arguments.label;
  request.code = arguments.code;
  Console console(stderr, arguments.common);
  const StopFlag& stop = install_signal_handlers();
  const auto writer = make_sample_writer(arguments.out, checkpoint.schema, request.count,
                                         max_steps(checkpoint.schema, request));
  sample(
      *generator, checkpoint.schema, request, device, *writer,
      [&](int64_t done) { console.progress(done, request.count, "sequences", ""); }, &stop);
  if (stop.requested()) return 128 + stop.signal();  // a half-written file is not kept
  writer->finish();
  if (arguments.out != "-") {
    console.line("samples", fmt::format("{}: {} sequences from {}", arguments.out,
                                        grouped(request.count), file.string()));
  }
  return 0;
}

}  // namespace rnngan
