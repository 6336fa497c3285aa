#include "cli/console.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

namespace {

constexpr int kBarWidth = 20;
constexpr auto kRedrawEvery = std::chrono::milliseconds(100);

std::string bar(double share) {
  static const char* const kEighths[] = {" ", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
  const int eighths = static_cast<int>(share * kBarWidth * 8);
  std::string text;
  for (int i = 0; i < kBarWidth; ++i) {
    const int here = std::clamp(eighths - i * 8, 0, 8);
    text += here == 8 ? "█" : kEighths[here];
  }
  return text;
}

int terminal_width(std::FILE* stream) {
  winsize size{};
  return ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

}  // namespace

Console::Console(std::FILE* stream, const CommonArguments& common)
    : stream_(stream), terminal_(::isatty(::fileno(stream)) != 0), quiet_(common.quiet) {
  spdlog::sink_ptr screen;
  if (stream == stdout) {
    screen = std::make_shared<spdlog::sinks::stdout_sink_mt>();
  } else {
    screen = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  screen->set_pattern("%v");
  screen->set_level(common.quiet     ? spdlog::level::off
                    : common.verbose ? spdlog::level::debug
                                     : spdlog::level::info);
  log_ = std::make_shared<spdlog::logger>("rnngan", screen);
  log_->set_level(spdlog::level::debug);
  log_->flush_on(spdlog::level::debug);
  // Lines that nobody can read any more, and a log that does not fit, end no work.
  log_->set_error_handler([this](const std::string&) { failed_ = errno; });
}

Console::~Console() {
  clear_progress();
}

void Console::log(spdlog::level::level_enum level, const std::string& text) {
  const auto& sinks = log_->sinks();
  if (sinks.front()->should_log(level)) clear_progress();
  failed_ = errno = 0;
  log_->log(level, one_line(text));
  const bool to_file = sinks.size() > 1;
  if (failed_ == 0 || !to_file || log_failed_) return;
  // Which of the two it was, the library does not say: the other one can be told.
  log_failed_ = true;
  log_->log(spdlog::level::info, fmt::format("{:<8} a line is missing here or in {}: {}", "warning",
                                             log_file_.string(), std::strerror(failed_)));
}

void Console::line(const std::string& label, const std::string& text) {
  log(spdlog::level::info, fmt::format("{:<8} {}", label, text));
}

void Console::detail(const std::string& text) {
  log(spdlog::level::debug, text);
}

void Console::open_log(const std::filesystem::path& file) {
  try {
    const auto sink = std::make_shared<spdlog::sinks::basic_file_sink_mt>(file.string());
    sink->set_pattern("%Y-%m-%d %H:%M:%S %v");
    log_->sinks().push_back(sink);
    log_file_ = file;
  } catch (const spdlog::spdlog_ex&) {
    const int code = errno;
    throw Error(ErrorKind::output, file.string(),
                std::string("cannot be opened: ") + std::strerror(code));
  }
}

void Console::progress(int64_t done, int64_t total, const std::string& unit,
                       const std::string& extra) {
  if (!terminal_ || quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  if (first_done_ < 0) {
    first_done_ = done;
    started_ = now;
  }
  if (now - drawn_ < kRedrawEvery && done < total) return;
  drawn_ = now;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double per_second = elapsed > 0 ? static_cast<double>(done - first_done_) / elapsed : 0;
  const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 1;
  const std::string eta =
      per_second > 0 ? duration(static_cast<double>(total - done) / per_second) : std::string("?");
  status(fmt::format("{:3.0f}% {} {:>8}/{}  {}  eta {}  {}", share * 100, bar(share), done, total,
                     rate(per_second, unit), eta, extra));
}

void Console::status(const std::string& text) {
  if (!terminal_ || quiet_) return;
  // A full line would wrap and could not be redrawn.
  const auto width = static_cast<size_t>(terminal_width(stream_)) - 1;
  const std::string line = fmt::format("\r\033[K{}", first_characters(one_line(text), width));
  std::fputs(line.c_str(), stream_);
  std::fflush(stream_);
  bar_shown_ = true;
}

void Console::clear_progress() {
  if (!bar_shown_) return;
  std::fputs("\r\033[K", stream_);
  std::fflush(stream_);
  bar_shown_ = false;
}

void write_out(const std::string& lines) {
  // Names of columns, of files, ... have no control over a terminal.
  std::string text;
  for (size_t at = 0; at < lines.size(); ++at) {
    const size_t end = std::min(lines.find_first_of("\n\t", at), lines.size());
    text += one_line(std::string_view(lines).substr(at, end - at));
    if (end < lines.size()) text += lines[end];
    at = end;
  }
  if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) {
    return;
  }
  const int code = errno;
  throw Error(ErrorKind::output, "standard output",
              std::string("cannot be written: ") + std::strerror(code),
              code == ENOSPC ? "free some space, or write elsewhere" : "");
}

void print_error(const Error& error) {
  const bool color = ::isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
  std::string text;
  for (const auto& problem : error.problems()) {
    text += fmt::format("{}error:{} {}\n", color ? "\033[1;31m" : "", color ? "\033[0m" : "",
                        problem.message());
    if (!problem.hint.empty()) text += fmt::format("hint:  {}\n", problem.hint);
  }
  std::fputs(text.c_str(), stderr);  // where that cannot be written, the exit code tells
}

}  // namespace rnngan
