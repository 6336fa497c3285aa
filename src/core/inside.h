// Files of a folder that may come from anywhere: names that were read from it lead nowhere else.
#pragma once

#include <filesystem>
#include <string_view>

#include "core/error.h"

namespace rnngan {

/// Whether `name` can be that of a file or folder within another one everywhere: 1 to 100 letters,
/// digits, '.', '_' and '-', no '.' in front.
bool is_plain_name(std::string_view name);

/// Throws Error{kind} "PATH: ..." unless `path`, whether it exists or not, lies below the directory
/// `folder`: without "..", and through no link that leads out of it or nowhere. What is above and
/// including `folder` may be a link.
void require_inside(const std::filesystem::path& folder, const std::filesystem::path& path,
                    ErrorKind kind);

}  // namespace rnngan
