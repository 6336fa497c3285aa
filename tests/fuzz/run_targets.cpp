#include <nlohmann/json.hpp>

#include "comparison/plan.h"
#include "comparison/results.h"
#include "config/config.h"
#include "config/document.h"
#include "core/file.h"
#include "fuzz/targets.h"
#include "objective/objective.h"
#include "training/checkpoint.h"
#include "training/logged_rows.h"

namespace rnngan::fuzzing {

namespace {

/// What was read is complete: read again it stays itself.
void read_config(std::string bytes) {
  const ResolvedConfig config = resolve_config(parse_json(bytes, "fuzz"), {}, catalogs(), "fuzz");
  const ResolvedConfig again = resolve_config(config.document, {}, catalogs(), "again");
  if (again.document != config.document) give_up("a config changes when it is read again");
}

/// The digest is set right, so that what lies behind it is reached.
void read_checkpoint_file(std::string bytes) {
  const std::string key = R"("digest":")";
  constexpr size_t kDigits = 64;
  const size_t begin = bytes.find(key);
  if (begin != std::string::npos && begin + key.size() + kDigits <= bytes.size()) {
    bytes.replace(begin + key.size(), kDigits, std::string(kDigits, '0'));
    bytes.replace(begin + key.size(), kDigits, sha256_hex({bytes}));
  }
  read_checkpoint(write_input("1.safetensors", bytes));
}

void read_metrics(std::string bytes) {
  read_logged_rows(write_input("metrics.jsonl", bytes));
}

void read_scores(std::string bytes) {
  const auto document = read_document(bytes, "scores.json", ErrorKind::output);
  const RunResult result = result_from_document({document, "scores.json", ErrorKind::output});
  const nlohmann::json written = to_json(result);
  result_from_document({written, "again", ErrorKind::bug});
}

void read_comparison(std::string bytes) {
  const auto document = read_document(bytes, "comparison.json", ErrorKind::output);
  plan_from_json(document, "comparison.json");
}

}  // namespace

std::vector<Target> all_targets() {
  std::vector<Target> targets = file_targets();
  targets.push_back({"checkpoint", read_checkpoint_file, {ErrorKind::checkpoint}});
  targets.push_back({"comparison", read_comparison, {ErrorKind::output}});
  targets.push_back({"config", read_config, {ErrorKind::config}});
  targets.push_back({"metrics", read_metrics, {ErrorKind::output}});
  targets.push_back({"scores", read_scores, {ErrorKind::output}});
  return targets;
}

}  // namespace rnngan::fuzzing
