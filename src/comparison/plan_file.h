// From a comparison file to a plan: everything that can be refused is refused here, before anything
// is written.
//
//   {"base": "base.json",             // config file (relative to this one) or an object
//    "set": {"train": {"steps": 1000}},          // merge patch over the base, for all
//    "variants": {"r3gan": "r3gan", "wide": {"model": {...}}},  // presets or merge patches; or a
//                                                               // list of presets
//    "seeds": [1, 2, 3],              // or how many: 3
//    "metrics": ["fast", "ds"],       // ids and groups
//    "rank_by": ["mmd2_d1", "ds"],    // ids
//    "repeats": 0, "samples": 0,      // as --repeats and -n of evaluate; 0: their defaults
//    "split": "test",                 // or "validation": what is scored against
//    "equal_steps": true,             // false: variants may train for different numbers of steps
//    "title": "..."}
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "comparison/plan.h"
#include "config/catalog.h"

namespace rnngan {

struct PlanRequest {
  std::filesystem::path file;
  std::vector<std::string> sets;  // "path=value", behind the base and its "set"
  std::vector<uint64_t> seeds;    // in place of the file's; empty: the file's
  nlohmann::json document = {};   // in place of what the file holds; null: what it holds
};

/// Reads and checks the file, resolves every variant, loads the data and builds each variant's
/// networks once. Throws Error{config} with all problems at once, Error{data} for the data;
/// Plan::command is left empty.
Plan read_plan(const PlanRequest& request, const Catalogs& catalogs);

}  // namespace rnngan
