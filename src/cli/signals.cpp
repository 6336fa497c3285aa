#include "cli/signals.h"

#include <csignal>

#include <poll.h>

namespace rnngan {

namespace {

StopFlag flag;  // a handler can reach nothing else

extern "C" void request_stop(int signal) {
  flag.request(signal);
}

}  // namespace

const StopFlag& stop_flag() {
  return flag;
}

const StopFlag& install_signal_handlers() {
  struct sigaction action {};
  action.sa_handler = request_stop;
  // After the first signal the default action is back: a second one stops a program that is stuck.
  action.sa_flags = SA_RESETHAND | SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  struct sigaction before {};
  sigaction(SIGHUP, nullptr, &before);
  if (before.sa_handler != SIG_IGN) sigaction(SIGHUP, &action, nullptr);  // nohup
  return flag;
}

void ignore_write_signals() {
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

bool nobody_reads(int descriptor) {
  pollfd asked{descriptor, POLLOUT, 0};
  return ::poll(&asked, 1, 0) == 1 && (asked.revents & POLLERR) != 0;
}

void end_by(int signal) {
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

}  // namespace rnngan
