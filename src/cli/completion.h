// Scripts that make a shell complete the words of rnngan, written from what the command line
// understands.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "cli/parse.h"

namespace rnngan {

/// The values of one kind ("LOSS", "METRICS") or of one config key.
using NamedWords = std::pair<std::string, std::vector<std::string>>;

/// What may stand behind an option or as an argument, where the outline does not say it.
struct Vocabulary {
  std::vector<NamedWords> kinds;  // by OptionOutline::value
  std::vector<NamedWords> keys;   // every config key; its values where they are few
};
Vocabulary vocabulary();

/// How a value is completed.
enum class ValueKind { words, list, file, config, assignment, free };
/// `list`: words with commas between; `assignment`: KEY=VALUE. For `words` and `list`, `words` is
/// filled.
ValueKind kind_of(const OptionOutline& option, const Vocabulary& vocabulary,
                  std::vector<std::string>& words);

/// The text up to the first semicolon or line break.
std::string short_help(const std::string& help);

std::string bash_completion(const VerbOutline& program, const Vocabulary& vocabulary);
std::string zsh_completion(const VerbOutline& program, const Vocabulary& vocabulary);
std::string fish_completion(const VerbOutline& program, const Vocabulary& vocabulary);

}  // namespace rnngan
