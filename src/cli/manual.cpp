// Manual pages, one per verb, from what the command line understands.
#include <filesystem>

#include <fmt/format.h>

#include "cli/parse.h"
#include "cli/verbs.h"
#include "core/error.h"
#include "core/file.h"
#include "training/checkpoint.h"

namespace rnngan {

namespace {

/// Text as roff takes it: no line of it is a command, and hyphens are those of the keyboard.
std::string roff(const std::string& text) {
  std::string out;
  bool line_begins = true;
  for (const char c : text) {
    if (line_begins && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    line_begins = c == '\n';
  }
  return out;
}

std::string bold(const std::string& text) {
  return "\\fB" + roff(text) + "\\fR";
}

std::string option_text(const OptionOutline& option) {
  std::string names;
  for (const std::string& name : option.names) names += (names.empty() ? "" : ", ") + bold(name);
  if (!option.value.empty()) names += " \\fI" + roff(option.value) + "\\fR";
  std::string help = option.help;
  if (!option.choices.empty()) help += fmt::format(" ({})", fmt::join(option.choices, ", "));
  return ".TP\n" + names + "\n" + roff(help) + "\n";
}

/// "rnngan config show" -> "rnngan-config-show"
std::string page_name(std::string verb) {
  for (char& c : verb) {
    if (c == ' ') c = '-';
  }
  return verb;
}

std::string page(const VerbOutline& verb, const std::string& name) {
  std::string out =
      fmt::format(".TH \"{}\" 1 \"\" \"{}\" \"rnngan\"\n", page_name(name), program_version());
  out += fmt::format(".SH NAME\n{} \\- {}\n.SH SYNOPSIS\n{}", roff(page_name(name)),
                     roff(verb.summary), bold(name));
  if (!verb.verbs.empty()) out += " \\fIVERB\\fR";
  out += " [\\fIOPTIONS\\fR]";
  for (const auto& argument : verb.positionals) out += " \\fI" + roff(argument.value) + "\\fR";
  out += "\n";
  if (!verb.verbs.empty()) out += ".SH VERBS\n";
  for (const VerbOutline& inner : verb.verbs) {
    out += ".TP\n" + bold(inner.name) + "\n" + roff(inner.summary) + ": see " +
           bold(page_name(name + " " + inner.name)) + "(1)\n";
  }
  out += ".SH OPTIONS\n";
  for (const OptionOutline& option : verb.options) out += option_text(option);
  if (!verb.footer.empty()) out += ".SH NOTES\n.nf\n" + roff(verb.footer) + "\n.fi\n";
  return out;
}

void write_pages(const VerbOutline& verb, const std::string& name,
                 const std::filesystem::path& folder) {
  write_file(folder / (page_name(name) + ".1"), page(verb, name));
  for (const VerbOutline& inner : verb.verbs) write_pages(inner, name + " " + inner.name, folder);
}

}  // namespace

int manual_verb(const ManualArguments& arguments) {
  std::error_code failed;
  std::filesystem::create_directories(arguments.directory, failed);
  if (failed) {
    throw Error(ErrorKind::output, arguments.directory, "cannot be made: " + failed.message());
  }
  const VerbOutline program = command_line_outline();
  write_pages(program, program.name, arguments.directory);
  return 0;
}

}  // namespace rnngan
