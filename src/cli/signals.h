// SIGINT and SIGTERM ask the running verb to end well; a second one ends the process at once.
#pragma once

#include "core/stop.h"

namespace rnngan {

/// Installs the handlers and returns the flag that they set. One per process.
const StopFlag& install_signal_handlers();

}  // namespace rnngan
