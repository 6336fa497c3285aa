#include <fmt/format.h>

#include "app/model.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "core/file.h"
#include "core/text.h"

namespace rnngan {

int sample_verb(const SampleArguments& arguments) {
  require_writable(arguments.out);
  const Model model =
      open_model(arguments.checkpoint, open_options(arguments.common, {}, arguments.weights));
  use_threads(arguments.common.threads, model.config().config.model);
  const SampleRequest request{.count = arguments.count,
                              .seed = arguments.seed,
                              .length = arguments.length,
                              .label = arguments.label,
                              .start = arguments.start,
                              .code = arguments.code};
  Console console(stderr, arguments.common);
  const StopFlag& stop = install_signal_handlers();
  const auto writer = make_sequence_writer(arguments.out, {empty_set(model.schema()), request.count,
                                                           max_steps(model.schema(), request)});
  model.sample(
      request, *writer,
      [&](int64_t done) { console.progress(done, request.count, "sequence", ""); }, &stop);
  if (stop.requested()) return 128 + stop.signal();  // a half-written file is not kept
  writer->finish();
  if (arguments.out != "-") {
    console.line("samples", fmt::format("{}: {} sequences from {}", arguments.out,
                                        grouped(request.count), model.file().string()));
  }
  return 0;
}

}  // namespace rnngan
