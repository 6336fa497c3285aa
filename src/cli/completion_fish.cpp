#include <fmt/format.h>

#include "cli/completion.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr const char* kFishFunctions =
    R"sh(# Completion of rnngan for fish. Written by: rnngan completion fish

# Config files here and, by name, those in configs/ and those that were installed.
function __rnngan_configs
  for folder in configs (string replace -r '[^/]*$' '' -- (command -s rnngan))../share/rnngan/configs
    for file in $folder/*.json $folder/*/*.json
      string replace -r '\.json$' '' -- (string replace $folder/ '' -- $file)
    end
  end
  __fish_complete_suffix .json
end

)sh";

std::string fish_quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

std::string fish_value(const OptionOutline& option, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  switch (kind_of(option, vocabulary, words)) {
    case ValueKind::words:
      return fmt::format(" -x -a '{}'", join(words, " "));
    case ValueKind::list:
      return fmt::format(" -x -a '(__fish_append , {})'", join(words, " "));
    case ValueKind::file:
      return " -r -F";
    case ValueKind::config:
      return " -x -a '(__rnngan_configs)'";
    case ValueKind::assignment:
      return " -x -a '(__rnngan_sets)'";
    case ValueKind::free:
      return " -x";
  }
  return "";
}

void add_lines(std::string& out, const VerbOutline& verb, const std::string& seen,
               const Vocabulary& vocabulary) {
  std::vector<std::string> verbs;
  for (const VerbOutline& inner : verb.verbs) verbs.push_back(inner.name);
  const std::string here = verbs.empty() ? seen
                           : seen.empty()
                               ? "__fish_use_subcommand"
                               : seen + "; and not __fish_seen_subcommand_from " + join(verbs, " ");
  const std::string front = fmt::format("complete -c rnngan -n {}", fish_quoted(here));
  for (const OptionOutline& option : verb.options) {
    out += front;
    for (const std::string& name : option.names) {
      const bool is_long = name.starts_with("--");
      out += (is_long ? " -l " : " -s ") + name.substr(is_long ? 2 : 1);
    }
    if (!option.value.empty()) out += fish_value(option, vocabulary);
    out += " -d " + fish_quoted(short_help(option.help)) + "\n";
  }
  if (verbs.empty() && !verb.positionals.empty()) {
    std::string value = fish_value(verb.positionals.front(), vocabulary);
    if (value.starts_with(" -x -a")) value.erase(1, 3);  // nothing but words
    out += front + (value == " -r -F" ? " -F" : value == " -x" ? "" : value) + "\n";
  }
  for (const VerbOutline& inner : verb.verbs) {
    out += front + fmt::format(" -a {} -d {}\n", inner.name, fish_quoted(inner.summary));
    const std::string within = "__fish_seen_subcommand_from " + inner.name;
    add_lines(out, inner, seen.empty() ? within : fmt::format("{}; and {}", seen, within),
              vocabulary);
  }
}

std::string fish_sets_function(const Vocabulary& vocabulary) {
  std::string out = "function __rnngan_sets\n";
  for (const auto& [key, values] : vocabulary.keys) {
    if (values.empty()) out += fmt::format("  echo {}=\n", key);
    for (const std::string& value : values) out += fmt::format("  echo {}={}\n", key, value);
  }
  return out + "end\n\ncomplete -c rnngan -f\n";
}

}  // namespace

std::string fish_completion(const VerbOutline& program, const Vocabulary& vocabulary) {
  std::string out = kFishFunctions + fish_sets_function(vocabulary);
  add_lines(out, program, "", vocabulary);
  return out;
}

}  // namespace rnngan
