// What each verb was told on the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace rnngan {

/// What every verb has.
struct CommonArguments {
  std::string device;   // empty: as the config says
  int64_t threads = 0;  // 0: as the config says
  bool quiet = false;
  bool verbose = false;
};

struct TrainArguments {
  CommonArguments common;
  std::string config;
  std::vector<std::string> sets;
  std::string out;
  std::string resume;
  bool no_report = false;
};

struct SampleArguments {
  CommonArguments common;
  std::string checkpoint;
  std::optional<int64_t> count;  // absent: as many as `like` has, else 100
  std::string out = "-";
  uint64_t seed = 1;
  std::optional<int64_t> length;
  std::optional<std::string> label;
  std::optional<std::string> start;
  std::vector<std::string> where;  // NAME=VALUE
  std::string like;                // a file of sequences; empty: conditions are drawn
  std::vector<double> code;
  std::string weights = "averaged";
};

struct ExportArguments {
  CommonArguments common;
  std::string checkpoint;
  std::string out;
  std::string example;  // a file of inputs and outputs; empty: none
  std::string weights = "averaged";
};

struct ConfigArguments {
  std::string action;  // show, check, schema, keys
  std::string config;
  std::vector<std::string> sets;
  bool markdown = false;
  bool json = false;  // of keys
};

struct DataShowArguments {
  CommonArguments common;
  std::string file;
  std::string config;
  std::vector<std::string> sets;
  bool json = false;
};

struct DataMakeArguments {
  std::string recipe;  // empty: list them
  std::string out = "-";
  std::optional<int64_t> count;
  std::optional<int64_t> length;
  uint64_t seed = 1;
  bool json = false;  // of the list
};

struct LossesArguments {
  std::string name;  // empty: list them
  bool json = false;
};

struct EvaluateArguments {
  CommonArguments common;
  std::string checkpoint;
  std::string real, synthetic, train, versus;
  std::string config;
  std::vector<std::string> sets;
  std::vector<std::string> metrics;
  int64_t repeats = 0;    // 0: each score's own number
  int64_t max_count = 0;  // 0: each score's own number
  int64_t count = 0;      // sequences drawn from a checkpoint; 0: as many as are held out
  uint64_t seed = 1;
  bool no_bounds = false;
  bool by_label = false;
  std::string weights = "averaged";
  bool json = false;
  std::string report;  // HTML file; empty: none
};

struct CompareArguments {
  CommonArguments common;
  std::string config;
  std::vector<std::string> sets;
  std::vector<uint64_t> seeds;  // empty: as the file says
  std::string out;
  std::string resume;
  std::vector<std::string> merge;
  int64_t jobs = 0;   // 0: as many as there are cores for
  std::string shard;  // "1/2"
  bool json = false;
  // Of a process that makes one run of the comparison in `out`; not for people.
  std::string run;
  bool no_bounds = false;
};

struct TuneArguments {
  CommonArguments common;
  std::string config;
  std::vector<std::string> sets;
  std::string out;
  std::string resume;
  int64_t jobs = 0;  // 0: as many as there are cores for
};

struct MetricsArguments {
  std::string name;  // empty: list them
  bool json = false;
};

struct ReportArguments {
  CommonArguments common;
  std::string run;
  std::vector<std::string> sets;
};

struct ReferenceArguments {
  std::string folder;
};

struct InspectArguments {
  std::string checkpoint;
  bool json = false;
};

struct CompletionArguments {
  std::string shell;  // bash, zsh, fish
};

struct ManualArguments {
  std::string directory;
};

}  // namespace rnngan
