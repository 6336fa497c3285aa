// What a person watching sees: labelled lines, a progress bar on a terminal, and the same lines in
// run.log.
#pragma once

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/common.h>
#include <spdlog/fwd.h>

#include "cli/arguments.h"
#include "core/error.h"

namespace rnngan {

class Console {
 public:
  /// Writes to `stream` (stdout for train, stderr where stdout carries data).
  Console(std::FILE* stream, const CommonArguments& common);
  ~Console();

  /// "label    text", on the screen and in the log.
  void line(const std::string& label, const std::string& text);
  /// Into the log; on the screen with --verbose.
  void detail(const std::string& text);
  /// From now on everything also goes to this file. Throws Error{output}.
  void open_log(const std::filesystem::path& file);

  bool is_terminal() const { return terminal_; }

  /// Redraws the progress bar at most ten times a second; nothing off a terminal. `unit`: "step".
  void progress(int64_t done, int64_t total, const std::string& unit, const std::string& extra);
  /// A line that the next one replaces; nothing off a terminal.
  void status(const std::string& text);
  void clear_progress();

 private:
  void log(spdlog::level::level_enum level, const std::string& text);

  std::FILE* stream_;
  bool terminal_, quiet_;
  bool bar_shown_ = false;
  int64_t first_done_ = -1;
  std::chrono::steady_clock::time_point started_, drawn_;
  std::shared_ptr<spdlog::logger> log_;  // the screen first, then run.log
  std::filesystem::path log_file_;
  int failed_ = 0;           // errno of the line that is being written
  bool log_failed_ = false;  // said once
};

/// Writes `text` to standard output and flushes it. Throws Error{output} when it does not arrive.
void write_out(const std::string& text);

template <class... Arguments>
void print_out(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
  write_out(fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// "error: PLACE: FACT" and "hint:  ..." for each problem, on stderr.
void print_error(const Error& error);

}  // namespace rnngan
