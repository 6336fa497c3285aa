#include <filesystem>
#include <system_error>

#include <fmt/format.h>

#include "app/model.h"
#include "cli/console.h"
#include "cli/setup.h"
#include "cli/signals.h"
#include "cli/verbs.h"
#include "core/file.h"
#include "core/text.h"

namespace rnngan {

namespace {

Wish wish_of(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw Error(ErrorKind::usage, "where", fmt::format("\"{}\" is not NAME=VALUE", text),
                "the label or an attribute with what it is to be: kind=a, age=30..40");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

SampleRequest request_of(const SampleArguments& arguments, const Model& model) {
  constexpr int64_t kCount = 100;
  SampleRequest request;
  for (const auto& text : arguments.where) request.where.push_back(wish_of(text));
  if (!arguments.like.empty()) request.like = model.conditions_of(arguments.like);
  request.count = arguments.count.value_or(request.like ? request.like->count() : kCount);
  request.seed = arguments.seed;
  request.length = arguments.length;
  request.label = arguments.label;
  request.start = arguments.start;
  request.code = arguments.code;
  return request;
}

/// Samples are not written over what they are made from.
void require_other_file(const SampleArguments& arguments, const Model& model) {
  const auto refuse = [&](const std::string& file, const std::string& what) {
    std::error_code failed;
    if (file.empty() || !std::filesystem::equivalent(arguments.out, file, failed)) return;
    throw Error(ErrorKind::usage, "--out", arguments.out + " is " + what, "give another name");
  };
  refuse(model.config().config.data.path, "the data that the model was trained on");
  refuse(arguments.like, "the file that samples are to be like");
}

}  // namespace

int sample_verb(const SampleArguments& arguments) {
  require_writable(arguments.out);
  const Model model =
      open_model(arguments.checkpoint, open_options(arguments.common, {}, arguments.weights));
  require_other_file(arguments, model);
  use_threads(arguments.common.threads, model.config().config.model);
  const SampleRequest request = request_of(arguments, model);
  Console console(stderr, arguments.common);
  for (const auto& note : beyond_training(model.schema(), request)) console.line("note", note);
  if (model.schema().time.known() && arguments.out.ends_with(".npy")) {
    console.line("note", "NPY files hold no times; CSV files do");
  }
  const StopFlag& stop = install_signal_handlers();
  const auto writer = make_sequence_writer(arguments.out, {empty_set(model.schema()), request.count,
                                                           max_steps(model.schema(), request)});
  model.sample(
      request, *writer,
      [&](int64_t done) { console.progress(done, request.count, "sequence", ""); }, &stop);
  if (stop.requested()) {  // a half-written file is not kept
    console.line("stopped", "nothing is written");
    return 128 + stop.signal();
  }
  writer->finish();
  if (arguments.out != "-") {
    console.line("samples", fmt::format("{}: {} sequences from {}", arguments.out,
                                        grouped(request.count), model.file().string()));
  }
  return 0;
}

}  // namespace rnngan
