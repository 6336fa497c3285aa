// From JSON text to a checked RunConfig and back.
//
// Precedence: defaults < preset < base (`extends`) < file < --set. Each layer is an RFC 7386 merge
// patch over the one before, with two additions: an object laid over `"objective": "NAME"` extends
// that preset instead of replacing it, and a layer that names another "type" for a loss starts that
// loss from its own defaults (a term keeps its weight and schedule). An objective that neither
// names a preset nor says anything about "adversarial" extends the default preset.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/catalog.h"
#include "config/run_config.h"
#include "core/error.h"

namespace rnngan {

struct Layer;  // config/layers.h

/// The fields of RunConfig outside `objective` (whose shape the catalogs decide), in the order in
/// which they are shown.
const FieldTable& run_fields();

/// What every term has beside its own options: type, weight, every.
const FieldTable& term_fields();
/// Of the members of data.column.NAME.
const FieldTable& column_fields();

/// A checked config and where its keys came from.
struct ResolvedConfig {
  RunConfig config;
  nlohmann::json document;  // complete: every key with its value, as `config show` prints it
};

/// Reads `file`, follows `extends`, applies `sets` ("path=value") and the preset, checks
/// everything. Throws Error{config} with all problems at once; messages start with "FILE: PATH: "
/// or end with "(in KEY=VALUE)". A setting without a path or '=' throws Error{usage}. The key
/// "$schema" is for editors and ignored.
ResolvedConfig load_config(const std::filesystem::path& file, const std::vector<std::string>& sets,
                           const Catalogs& catalogs);

/// The same for a document in memory (a checkpoint's metadata, a test). `origin` names it in
/// messages.
ResolvedConfig resolve_config(const nlohmann::json& document, const std::vector<std::string>& sets,
                              const Catalogs& catalogs, const std::string& origin);

/// The same for layers in memory, the lowest first; at least one.
ResolvedConfig resolve_layers(const std::vector<Layer>& layers, const Catalogs& catalogs);

/// Throws Error{config} "ORIGIN: KEY: ..." for each key in which `now` differs from the complete
/// document `then` of the run it goes on with, unless its field may change on resume.
void require_resumable(const ResolvedConfig& now, const nlohmann::json& then,
                       const std::string& origin);

/// Once the data have been read: throws Error{config} "KEY: ..." where what `config` asks for
/// cannot be built or trained on sequences of this shape.
void require_model(const RunConfig& config, const DataShape& data, const Catalogs& catalogs);

/// The complete document of a config: dump_config(parse(d)) == d for a complete d.
nlohmann::json dump_config(const RunConfig& config, const Catalogs& catalogs);

/// Parses JSON text with // comments. Duplicate keys and syntax errors throw Error{config}
/// "ORIGIN:LINE:COLUMN: FACT".
nlohmann::json parse_json(const std::string& text, const std::string& origin);

/// Throws Error{config} when data.path is empty: for verbs that need data.
void require_data_path(const RunConfig& config);

/// A complete document as indented text, keys in the order of the tables, for people and
/// config.json.
std::string print_document(const nlohmann::json& document);

/// The JSON Schema (draft 2020-12) of a config file, for editors.
nlohmann::json config_schema(const Catalogs& catalogs);

/// One key as the reference has it.
struct KeyReference {
  std::string section;  // "data", "model", ...
  std::string key;      // "data.window.length"
  std::string type;     // with its range
  std::string value;    // the default, as JSON, or in words
  std::string help;
};
std::vector<KeyReference> config_reference();

/// The reference of all keys as Markdown tables (docs/reference) or plain text (`config keys`).
std::string config_reference_markdown();
std::string config_reference_text();

/// The JSON paths at which two complete documents differ: "train.batch", ...
std::vector<std::string> differing_keys(const nlohmann::json& a, const nlohmann::json& b);

}  // namespace rnngan
