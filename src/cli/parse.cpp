#include "cli/parse.h"

#include <sstream>

#include <CLI/CLI.hpp>

#include "cli/parse_verbs.h"
#include "core/error.h"
#include "core/text.h"

namespace rnngan {

namespace {

constexpr const char* kSummary =
    "Trains, samples, scores and compares sequence GANs from one JSON config";

// Where the words that were understood ended: the verb whose help is worth reading.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.front());
}

// Without those that only the installation uses.
std::vector<const CLI::App*> verbs_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App* verb) { return !verb->get_group().empty(); });
}

[[noreturn]] void refuse_extra(const CLI::App& root, const std::string& word) {
  const CLI::App& app = deepest(root);
  std::vector<std::string> known;
  if (word.starts_with("-")) {
    for (const auto& flag : flags_of(app)) known.push_back("--" + flag);
  } else {
    for (const auto* verb : verbs_of(app)) known.push_back(verb->get_name());
  }
  const char* const what = word.starts_with("-") ? "unknown option"
                           : known.empty()       ? "unexpected argument"
                                                 : "unknown verb";
  std::string hint = did_you_mean(word.substr(0, word.find('=')), known);
  if (hint.empty()) hint = "see " + full_name(app) + " --help";
  throw Error(ErrorKind::usage, word, what, hint);
}

// A verb is missing, or the word in its place is none.
[[noreturn]] void refuse_verb(const CLI::App& root) {
  const auto words = root.remaining(/*recurse=*/true);
  if (!words.empty()) refuse_extra(root, words.front());
  const CLI::App& app = deepest(root);
  std::vector<std::string> verbs;
  for (const auto* verb : verbs_of(app)) verbs.push_back(verb->get_name());
  throw Error(ErrorKind::usage, full_name(app), "names no verb (" + join(verbs) + ")",
              "see " + full_name(app) + " --help");
}

[[noreturn]] void refuse(const CLI::App& root, const CLI::ParseError& error) {
  const std::string verb = full_name(deepest(root));
  std::string what = error.what();
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
    what = what.substr(0, what.find(':')) + ": takes one value and may be given once";
  }
  // Messages about one option start with its name.
  const size_t colon = what.starts_with("-") ? what.find(": ") : std::string::npos;
  if (colon == std::string::npos)
    throw Error(ErrorKind::usage, verb, what, "see " + verb + " --help");
  throw Error(ErrorKind::usage, what.substr(0, colon), what.substr(colon + 2),
              "see " + verb + " --help");
}

OptionOutline outline_of(const CLI::Option& option) {
  OptionOutline outline;
  for (const auto& name : option.get_snames()) outline.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) outline.names.push_back("--" + name);
  outline.help = option.get_description();
  if (option.get_expected_max() == 0) return outline;
  const std::string type = option.get_type_name();  // "TEXT:{averaged,raw}"
  const auto colon = type.find(':');
  outline.value = type.substr(0, colon);
  if (colon != std::string::npos && type.ends_with("}") && type[colon + 1] == '{') {
    std::istringstream list(type.substr(colon + 2, type.size() - colon - 3));
    for (std::string choice; std::getline(list, choice, ',');) outline.choices.push_back(choice);
  }
  return outline;
}

VerbOutline outline_of(const CLI::App& app) {
  VerbOutline outline{app.get_name(), app.get_description(), app.get_footer(), {}, {}, {}};
  for (const auto* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // not for people
    if (option->get_positional()) {
      outline.positionals.push_back(outline_of(*option));
      outline.positionals.back().names = {option->get_name(true)};
    }
    if (option->nonpositional()) outline.options.push_back(outline_of(*option));
  }
  for (const auto* verb : verbs_of(app)) outline.verbs.push_back(outline_of(*verb));
  return outline;
}

}  // namespace

std::string full_name(const CLI::App& app) {
  return app.get_parent() == nullptr ? "rnngan"
                                     : full_name(*app.get_parent()) + " " + app.get_name();
}

std::vector<std::string> flags_of(const CLI::App& app) {
  std::vector<std::string> flags;
  for (const auto* option : app.get_options())
    for (const auto& name : option->get_lnames()) flags.push_back(name);
  return flags;
}

VerbOutline command_line_outline() {
  Action action;
  CLI::App app(kSummary, "rnngan");
  define_program(app, action);
  return outline_of(app);
}

Command parse_command_line(int argc, char** argv) {
  Command command;
  CLI::App app(kSummary, "rnngan");
  define_program(app, command.action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    command.text = app.help();
    command.action = {};
  } catch (const CLI::CallForVersion&) {
    command.text = app.version() + "\n";
    command.action = {};
  } catch (const CLI::ExtrasError&) {
    refuse_extra(app, app.remaining(/*recurse=*/true).front());
  } catch (const CLI::ParseError& error) {
    const bool verb_missing = !deepest(app).get_subcommands(nullptr).empty();
    if (verb_missing) refuse_verb(app);
    refuse(app, error);
  }
  return command;
}

}  // namespace rnngan
