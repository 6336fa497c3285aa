#include "app/export.h"

#include <map>

#include <nlohmann/json.hpp>

#include "app/model.h"
#include "app/onnx_example.h"
#include "app/onnx_generator.h"
#include "app/onnx_graph.h"
#include "core/error.h"
#include "core/file.h"
#include "tensor/safetensors.h"

namespace rnngan {

namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// [{"name": "rain", "decimals": 1}, {"name": "sky", "classes": ["clear", "rain"]}]
std::string columns_json(const std::vector<Column>& columns) {
  ordered_json list = ordered_json::array();
  for (const Column& column : columns) {
    ordered_json entry = {{"name", column.name}};
    if (column.is_category()) {
      entry["classes"] = column.classes;
    } else if (column.integer || column.decimals >= 0) {
      entry["decimals"] = column.integer ? 0 : column.decimals;
    }
    list.push_back(entry);
  }
  return list.dump();
}

/// What numbers stand for.
std::map<std::string, std::string> metadata_of(const OpenedCheckpoint& opened) {
  const Schema& schema = opened.checkpoint.schema;
  std::map<std::string, std::string> metadata = {
      {"program", program_version()},
      {"step", std::to_string(opened.checkpoint.counter("step"))},
      {"data_sha256", opened.checkpoint.data_hash},
      {"columns", columns_json(schema.columns)},
      {"length", std::to_string(schema.max_length())}};
  if (!schema.labels.empty()) {
    metadata["label"] =
        ordered_json({{"name", schema.label_name}, {"classes", schema.labels}}).dump();
  }
  if (!schema.statics.empty()) metadata["attributes"] = columns_json(schema.statics);
  if (!schema.covariates.empty()) metadata["covariates"] = columns_json(schema.covariates);
  if (!schema.calendar.empty()) metadata["calendar"] = ordered_json(schema.calendar).dump();
  return metadata;
}

}  // namespace

ExportSummary export_onnx(const ExportRequest& request) {
  require_writable(request.out, ".onnx");
  if (!request.example.empty()) require_writable(request.example, ".safetensors");
  const OpenedCheckpoint opened = open_checkpoint(request.checkpoint, request.sets);
  const Schema& schema = opened.checkpoint.schema;
  const auto generator = load_generator(opened.checkpoint, opened.config.config.model.generator,
                                        request.weights, torch::kCPU, opened.file.string());
  OnnxGraph graph;
  add_generator(graph, *generator, schema);
  const std::string model = graph.serialise("rnngan", metadata_of(opened));
  if (!request.example.empty()) {
    constexpr uint64_t kSeed = 1;
    write_safetensors(request.example, {{}, example_of(*generator, schema, kSeed)});
  }
  write_file(request.out, model);
  return {opened.file, graph.interface()};
}

}  // namespace rnngan
