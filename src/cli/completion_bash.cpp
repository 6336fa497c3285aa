#include <fmt/format.h>

#include "cli/completion.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr const char* kBashFunctions =
    R"sh(# Completion of rnngan for bash. Written by: rnngan completion bash

# _rnngan_words WORDS: those that begin like the current word. Bash breaks words at = and :, and puts
# in place only what is behind the last of them.
_rnngan_words() {
  local front=''
  case "$cur" in *[=:]*) front="${cur%"${cur##*[=:]}"}" ;; esac
  COMPREPLY=($(compgen -W "$1" -- "$cur"))
  COMPREPLY=("${COMPREPLY[@]#"$front"}")
}

# _rnngan_list WORDS: the same for words with commas between.
_rnngan_list() {
  local front=''
  case "$cur" in *,*) front="${cur%,*}," ;; esac
  COMPREPLY=($(compgen -P "$front" -W "$1" -- "${cur##*,}"))
}

_rnngan_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

# Config files here and, by name, those in configs/ and those that were installed.
_rnngan_configs() {
  local folder file names=()
  for folder in configs "$(dirname "$(command -v rnngan)")/../share/rnngan/configs"; do
    for file in "$folder"/*.json "$folder"/*/*.json; do
      [ ! -e "$file" ] || { file="${file#"$folder"/}"; names+=("${file%.json}"); }
    done
  done
  _rnngan_files
  COMPREPLY+=($(compgen -W "${names[*]}" -- "$cur"))
}

)sh";

std::string words_call(const OptionOutline& option, const Vocabulary& vocabulary) {
  std::vector<std::string> words;
  switch (kind_of(option, vocabulary, words)) {
    case ValueKind::words:
      return fmt::format("_rnngan_words \"{}\"", join(words, " "));
    case ValueKind::list:
      return fmt::format("_rnngan_list \"{}\"", join(words, " "));
    case ValueKind::file:
      return "_rnngan_files";
    case ValueKind::config:
      return "_rnngan_configs";
    case ValueKind::assignment:
      return "_rnngan_sets";
    case ValueKind::free:
      return ":";
  }
  return ":";
}

std::string sets_function(const Vocabulary& vocabulary) {
  std::vector<std::string> keys;
  std::string cases;
  for (const auto& [key, values] : vocabulary.keys) {
    keys.push_back(key + "=");
    if (values.empty()) continue;
    std::vector<std::string> assignments;
    for (const std::string& value : values) assignments.push_back(fmt::format("{}={}", key, value));
    cases += fmt::format("    {}=*) _rnngan_words \"{}\" ;;\n", key, join(assignments, " "));
  }
  return fmt::format(R"sh(_rnngan_sets() {{
  case "$cur" in
    data.path=*) cur="${{cur#*=}}"; _rnngan_files ;;
{}    *=*) ;;
    *) compopt -o nospace 2>/dev/null; _rnngan_words "{}" ;;
  esac
}}

)sh",
                     cases, join(keys, " "));
}

/// The patterns of a `case` over "VERB OPTION", then over "VERB".
struct Cases {
  std::string verbs;      // "rnngan train|rnngan sample"
  std::string values;     // behind an option
  std::string arguments;  // options and verbs or positionals
};

void add_cases(Cases& cases, const VerbOutline& verb, const std::string& name,
               const Vocabulary& vocabulary) {
  std::vector<std::string> options;
  for (const OptionOutline& option : verb.options) {
    options.insert(options.end(), option.names.begin(), option.names.end());
    if (option.value.empty()) continue;
    std::vector<std::string> patterns;
    for (const std::string& option_name : option.names) {
      patterns.push_back(fmt::format("\"{} {}\"", name, option_name));
    }
    cases.values +=
        fmt::format("    {}) {}; return ;;\n", join(patterns, "|"), words_call(option, vocabulary));
  }
  std::vector<std::string> verbs;
  for (const VerbOutline& inner : verb.verbs) verbs.push_back(inner.name);
  const std::string plain = !verbs.empty() ? fmt::format("_rnngan_words \"{}\"", join(verbs, " "))
                            : verb.positionals.empty()
                                ? ":"
                                : words_call(verb.positionals.front(), vocabulary);
  cases.arguments += fmt::format("    \"{} -\") _rnngan_words \"{}\" ;;\n    \"{} \") {} ;;\n",
                                 name, join(options, " "), name, plain);
  for (const VerbOutline& inner : verb.verbs) {
    cases.verbs += fmt::format("{}\"{} {}\"", cases.verbs.empty() ? "" : "|", name, inner.name);
    add_cases(cases, inner, name + " " + inner.name, vocabulary);
  }
}

}  // namespace

std::string bash_completion(const VerbOutline& program, const Vocabulary& vocabulary) {
  Cases cases;
  add_cases(cases, program, program.name, vocabulary);
  return kBashFunctions + sets_function(vocabulary) +
         fmt::format(R"sh(_rnngan() {{
  local before="${{COMP_LINE:0:COMP_POINT}}" words cur verb=rnngan word dash=''
  cur="${{before##*[[:space:]]}}"
  read -r -a words <<<"${{before%"$cur"}}"
  for word in "${{words[@]:1}}"; do
    case "$verb $word" in {}) verb="$verb $word" ;; esac
  done
  COMPREPLY=()
  case "$verb ${{words[-1]}}" in
{}  esac
  case "$cur" in -*) dash='-' ;; esac
  case "$verb $dash" in
{}  esac
}}
complete -F _rnngan rnngan
)sh",
                     cases.verbs, cases.values, cases.arguments);
}

}  // namespace rnngan
