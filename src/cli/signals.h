// SIGINT and SIGTERM ask the running verb to end well; a second one ends the process at once.
#pragma once

#include "core/stop.h"

namespace rnngan {

/// The flag that the handlers set. One per process.
const StopFlag& stop_flag();
/// Installs the handlers and returns their flag.
const StopFlag& install_signal_handlers();

}  // namespace rnngan
