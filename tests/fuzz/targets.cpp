#include "fuzz/targets.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "comparison/plan.h"
#include "comparison/results.h"
#include "config/config.h"
#include "config/document.h"
#include "core/error.h"
#include "core/file.h"
#include "core/utf8.h"
#include "data/data_file.h"
#include "objective/objective.h"
#include "training/checkpoint.h"
#include "training/logged_rows.h"

namespace rnngan::fuzzing {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void give_up(const std::string& fact) {
  std::fprintf(stderr, "fuzz: %s\n", fact.c_str());
  std::abort();
}

/// A folder in memory that is gone with the process.
class Folder {
 public:
  Folder() {
    std::string name = (fs::exists("/dev/shm") ? "/dev/shm" : fs::temp_directory_path().string());
    name += "/rnngan_fuzz_XXXXXX";
    if (::mkdtemp(name.data()) == nullptr) give_up("no folder " + name);
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  fs::path write(const char* name, const std::string& bytes) const {
    std::ofstream(path_ / name, std::ios::binary) << bytes;
    return path_ / name;
  }

 private:
  fs::path path_;
};

const Folder& folder() {
  static const Folder kFolder;
  return kFolder;
}

DataConfig data_at(const fs::path& file) {
  DataConfig config;
  config.path = file.string();
  return config;
}

void read_csv_file(const std::string& bytes) {
  read_data_file(data_at(folder().write("a.csv", bytes)));
}

void read_npy_file(const std::string& bytes) {
  read_data_file(data_at(folder().write("a.npy", bytes)));
}

/// Beside sequences of two columns, of which one holds classes, with a label.
void read_samples(const std::string& bytes) {
  static const SequenceSet kLike = [] {
    DataConfig config = data_at(folder().write("like.csv",
                                               "id,x,sky,kind\n"
                                               "a,1.5,sun,k\na,2,rain,k\n"
                                               "b,3,sun,l\nb,2.5,sun,l\n"));
    config.id = "id";
    config.label = "kind";
    return read_data_file(config).sequences;
  }();
  ReadOptions options;
  options.samples = true;
  options.like = &kLike;
  read_data_file(data_at(folder().write("samples.csv", bytes)), options);
}

/// What was read is complete: read again it stays itself.
void read_config(const std::string& bytes) {
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
  read_checkpoint(folder().write("1.safetensors", bytes));
}

void read_metrics(const std::string& bytes) {
  read_logged_rows(folder().write("metrics.jsonl", bytes));
}

void read_scores(const std::string& bytes) {
  const auto document = read_document(bytes, "scores.json", ErrorKind::output);
  const RunResult result = result_from_document({document, "scores.json", ErrorKind::output});
  const nlohmann::json written = to_json(result);
  result_from_document({written, "again", ErrorKind::bug});
}

void read_comparison(const std::string& bytes) {
  const auto document = read_document(bytes, "comparison.json", ErrorKind::output);
  plan_from_json(document, "comparison.json");
}

struct Target {
  const char* name;
  void (*read)(std::string bytes);
  std::vector<ErrorKind> kinds;  // that a refusal may have
};

template <void (*read)(const std::string&)>
void by_value(std::string bytes) {
  read(bytes);
}

const std::vector<Target>& targets() {
  static const std::vector<Target> kTargets = {
      {"checkpoint", read_checkpoint_file, {ErrorKind::checkpoint}},
      {"comparison", by_value<read_comparison>, {ErrorKind::output}},
      {"config", by_value<read_config>, {ErrorKind::config}},
      {"csv", by_value<read_csv_file>, {ErrorKind::data}},
      {"metrics", by_value<read_metrics>, {ErrorKind::output}},
      {"npy", by_value<read_npy_file>, {ErrorKind::data}},
      {"samples", by_value<read_samples>, {ErrorKind::data}},
      {"scores", by_value<read_scores>, {ErrorKind::output}},
  };
  return kTargets;
}

void check_refusal(const Target& target, const Error& error) {
  if (std::ranges::find(target.kinds, error.kind()) == target.kinds.end()) {
    give_up(std::string(target.name) + ": refused by another kind of error: " + error.what());
  }
  const std::string message = error.what();
  const bool clean = is_utf8(message) && std::ranges::none_of(message, [](char c) {
                       return static_cast<unsigned char>(c) < ' ' || c == '\x7f';
                     });
  if (message.empty() || !clean) give_up(std::string(target.name) + ": no clean line: " + message);
}

}  // namespace

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const Target& target : targets()) names.emplace_back(target.name);
  return names;
}

void run_target(const std::string& name, const std::string& bytes) {
  const auto target = std::ranges::find(targets(), name, &Target::name);
  if (target == targets().end()) give_up("unknown target " + name);
  try {
    target->read(bytes);
  } catch (const Error& error) {
    check_refusal(*target, error);
  } catch (const std::exception& error) {
    give_up(name + ": " + error.what());
  }
}

}  // namespace rnngan::fuzzing
