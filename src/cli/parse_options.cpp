#include "cli/parse_options.h"

#include <charconv>
#include <cstdint>

#include <CLI/CLI.hpp>

#include "config/check.h"

namespace rnngan {

namespace {

constexpr int64_t kLargestCount = 1'000'000'000'000;  // beyond it arithmetic could overflow
constexpr int64_t kMostThreads = 1024;                // that of train.threads

template <class Integer>
std::string whole_number(const std::string& text, Integer least, Integer most) {
  Integer value = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, status] = std::from_chars(text.data(), end, value);
  if (status == std::errc() && rest == end && value >= least && value <= most) return {};
  const bool too_large = status == std::errc::result_out_of_range || value > most;
  return text + " is not a whole number of at least " + std::to_string(least) +
         (too_large ? " and at most " + std::to_string(most) : "");
}

std::string thread_count(const std::string& text) {
  return whole_number<int64_t>(text, 1, kMostThreads);
}

std::string device_name(const std::string& text) {
  return is_device(text) ? "" : text + " is not a device (auto, cpu, cuda, cuda:N)";
}

}  // namespace

std::string positive_number(const std::string& text) {
  return whole_number<int64_t>(text, 1, kLargestCount);
}

std::string seed_number(const std::string& text) {
  return whole_number<uint64_t>(text, 0, UINT64_MAX);
}

void add_seed(CLI::App& app, uint64_t& value, const std::string& help) {
  app.add_option("--seed", value, help)->check(seed_number)->type_name("N")->capture_default_str();
}

void add_common(CLI::App& app, CommonArguments& common) {
  app.add_option("--device", common.device, "auto, cpu, cuda or cuda:N")
      ->check(device_name)
      ->type_name("DEVICE");
  app.add_option("--threads", common.threads,
                 "CPU threads; if not given, one for LSTMs of up to 64 units, else all idle cores")
      ->check(thread_count)
      ->type_name("N");
  auto* quiet = app.add_flag("-q,--quiet", common.quiet, "errors only");
  app.add_flag("-v,--verbose", common.verbose, "more detail")->excludes(quiet);
}

void add_config(CLI::App& app, std::string& config, std::vector<std::string>& sets) {
  app.add_option("-c,--config", config,
                 "JSON file, or the name of one that is shipped: eustockmarkets, presets/hinge")
      ->type_name("CONFIG");
  app.add_option("-s,--set", sets, "KEY=VALUE over the config, e.g. objective=wgan_gp; repeatable")
      ->allow_extra_args(false)
      ->type_name("KEY=VALUE");
}

}  // namespace rnngan
