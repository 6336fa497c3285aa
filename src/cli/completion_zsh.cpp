#include <fmt/format.h>

#include "cli/completion.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr const char* kZshFunctions = R"sh(#compdef rnngan
# Completion of rnngan for zsh. Written by: rnngan completion zsh

# Config files here and, by name, those in configs/ and those that were installed.
_rnngan_configs() {
  local folder file names=()
  for folder in configs "${commands[rnngan]:h}/../share/rnngan/configs"; do
    for file in "$folder"/*.json(N) "$folder"/*/*.json(N); do
      names+=("${${file#$folder/}%.json}")
    done
  done
  compadd -a names
  _files
}

)sh";

/// For use between single quotes within [...] or behind a colon.
std::string zsh_text(const std::string& text) {
  std::string quoted;
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted;
}

std::string zsh_action(const OptionOutline& option, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  switch (kind_of(option, vocabulary, words)) {
    case ValueKind::words:
      return fmt::format("({})", join(words, " "));
    case ValueKind::list:
      return fmt::format("_sequence compadd - {}", join(words, " "));
    case ValueKind::file:
      return "_files";
    case ValueKind::config:
      return "_rnngan_configs";
    case ValueKind::assignment:
      return "_rnngan_sets";
    case ValueKind::free:
      return " ";
  }
  return " ";
}

std::string zsh_option(const OptionOutline& option, const Vocabulary& vocabulary) {
  std::string text = "    ";
  const bool repeatable = option.value == "KEY=VALUE";
  if (repeatable) {
    text += "'*'";
  } else if (option.names.size() > 1) {
    text += fmt::format("'({})'", join(option.names, " "));
  }
  text += option.names.size() > 1 ? fmt::format("{{{}}}", join(option.names, ","))
                                  : option.names.front();
  text += fmt::format("'[{}]", zsh_text(short_help(option.help)));
  if (!option.value.empty()) {
    text += fmt::format(":{}:{}", zsh_text(option.value), zsh_action(option, vocabulary));
  }
  return text + "' \\\n";
}

std::string function_name(const std::string& path) {
  return "_" + path;
}

void add_functions(std::string& out, const VerbOutline& verb, const std::string& path,
                   const Vocabulary& vocabulary) {
  for (const VerbOutline& inner : verb.verbs) {
    add_functions(out, inner, path + "_" + inner.name, vocabulary);
  }
  out += function_name(path) + "() {\n";
  if (!verb.verbs.empty()) {
    out += "  local context state state_descr line\n  typeset -A opt_args\n";
  }
  out += fmt::format("  _arguments {}-s \\\n", verb.verbs.empty() ? "" : "-C ");
  for (const OptionOutline& option : verb.options) out += zsh_option(option, vocabulary);
  if (!verb.verbs.empty()) {
    out += "    '1:verb:->verb' '*::argument:->rest'\n  case $state in\n    verb)\n";
    out += "      local verbs=(\n";
    for (const VerbOutline& inner : verb.verbs) {
      out += fmt::format("        '{}:{}'\n", inner.name, zsh_text(short_help(inner.summary)));
    }
    out += "      )\n      _describe verb verbs ;;\n    rest)\n      case $words[1] in\n";
    for (const VerbOutline& inner : verb.verbs) {
      out += fmt::format("        {}) {} ;;\n", inner.name, function_name(path + "_" + inner.name));
    }
    out += "      esac ;;\n  esac\n";
  } else if (!verb.positionals.empty()) {
    const OptionOutline& first = verb.positionals.front();
    out += fmt::format("    '1:{}:{}'\n", zsh_text(first.names.front()),
                       zsh_action(first, vocabulary));
  } else {
    out += "    && return\n";
  }
  out += "}\n\n";
}

std::string zsh_sets_function(const Vocabulary& vocabulary) {
  std::string keys;
  std::string cases;
  for (const auto& [key, values] : vocabulary.keys) {
    keys += " " + key + "=";
    if (values.empty()) continue;
    cases += fmt::format("    {}=*) compset -P '*='; compadd - {} ;;\n", key, join(values, " "));
  }
  return fmt::format(R"sh(_rnngan_sets() {{
  case $PREFIX in
    data.path=*) compset -P '*='; _files ;;
{}    *=*) ;;
    *) compadd -S '' -{} ;;
  esac
}}

)sh",
                     cases, keys);
}

}  // namespace

std::string zsh_completion(const VerbOutline& program, const Vocabulary& vocabulary) {
  std::string out = kZshFunctions + zsh_sets_function(vocabulary);
  add_functions(out, program, program.name, vocabulary);
  return out +
         R"sh(if [[ $funcstack[1] = _rnngan ]]; then _rnngan "$@"; else compdef _rnngan rnngan; fi
)sh";
}

}  // namespace rnngan
