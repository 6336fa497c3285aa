#include "cli/signals.h"

#include <csignal>

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

}  // namespace rnngan
