// The texts of the catalogs: what to watch, and what fits in a list.
#include <algorithm>
#include <cctype>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/config.h"
#include "config/option_rows.h"
#include "objective/equipped.h"
#include "objective/term_support.h"

namespace rnngan {
namespace texts_test {

using Columns = std::set<std::string>;

/// Of every run.
Columns common_columns() {
  return {"steps_per_second", "d.adversarial", "g.adversarial", "d.total",      "g.total",
          "d.score_real",     "d.score_fake",  "d.accuracy",    "d.grad_norm",  "g.grad_norm",
          "d.augment",        "d.frozen",      "g.frozen",      "lr.generator", "lr.discriminator"};
}

void add_term(Columns& columns, const std::string& name) {
  const Objective objective = term_alone(name);
  Term& term = *objective.terms()[0].term;
  term.attach([](Side) { return std::vector<NamedParameter>{}; });
  for (const Side side : {kD, kG}) {
    if (!term.acts_on(side)) continue;
    const Critic critic = curved(doubles({0.6, -0.4}));
    FakeContext context(side, critic, wavy(8, 4, 0), wavy(8, 4, 1));
    equip(context, critic, wavy(8, 4, 1), objective);
    const std::string column = (side == kD ? "d." : "g.") + name;
    term.value(context);
    columns.insert({column, column + ".weight", column + ".share", column + ".grad_norm"});
    for (const Statistic& more : term.statistics(side)) columns.insert(column + "." + more.name);
  }
}

void add_divergence(Columns& columns, const AdversarialRow& row) {
  const auto options = row.description.options.make();
  const Adversarial loss = row.make(options.get());
  if (loss.estimate) columns.insert("d." + loss.divergence);
}

/// Where the text names a column: "d.", "g." or a whole name, at the beginning of a word.
std::vector<std::string> columns_in(const std::string& text) {
  std::vector<std::string> tails;
  for (size_t i = 0; i < text.size(); ++i) {
    if (i > 0 && text[i - 1] != ' ' && text[i - 1] != '(') continue;
    const std::string tail = text.substr(i);
    for (const char* begin : {"d.", "g.", "lr.", "steps_per_second"}) {
      if (tail.starts_with(begin)) tails.push_back(tail);
    }
  }
  return tails;
}

bool continues(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

/// Whether it begins with one of the columns, as a whole word.
bool names_one(const std::string& tail, const Columns& columns) {
  return std::any_of(columns.begin(), columns.end(), [&](const std::string& column) {
    if (!tail.starts_with(column)) return false;
    const std::string after = tail.substr(column.size(), 2) + "  ";
    return !continues(after[0]) && !(after[0] == '.' && continues(after[1]));
  });
}

void expect_columns(const std::string& row, const std::string& text, const Columns& columns) {
  const auto named = columns_in(text);
  EXPECT_FALSE(named.empty()) << row << ": " << text;
  for (const std::string& tail : named)
    EXPECT_TRUE(names_one(tail, columns)) << row << ": " << tail;
}

Columns columns_of_terms() {
  Columns columns;
  for (const TermRow& row : term_catalog()) {
    add_term(columns, row.description.name);
  }
  return columns;
}

// Its own columns and those of rows that it may stand beside, written as in the log.
TEST(Watch, NamesColumnsOfTheLog) {
  const Columns common = common_columns(), of_terms = columns_of_terms();
  for (const AdversarialRow& row : adversarial_catalog()) {
    Columns columns = common;
    columns.insert(of_terms.begin(), of_terms.end());
    add_divergence(columns, row);
    expect_columns(row.description.name, row.description.watch, columns);
  }
  Columns columns = common;
  columns.insert(of_terms.begin(), of_terms.end());
  for (const AdversarialRow& row : adversarial_catalog()) add_divergence(columns, row);
  for (const TermRow& row : term_catalog()) {
    expect_columns(row.description.name, row.description.watch, columns);
  }
  // Options may be seen in samples alone.
  for (const OptionRow& row : option_rows()) {
    if (!columns_in(row.watch).empty()) expect_columns(row.name, row.watch, columns);
  }
}

TEST(Watch, ReadsNamesAsAWhole) {
  const Columns columns = {"d.r1", "d.began.M", "d.KL(p|q)"};
  EXPECT_TRUE(names_one("d.r1: half", columns) && names_one("d.r1.", columns));
  EXPECT_TRUE(names_one("d.KL(p|q): bound", columns) && names_one("d.began.M falls", columns));
  EXPECT_FALSE(names_one("d.r1_fd: half", columns) || names_one("d.r1.k", columns));
  EXPECT_FALSE(names_one("d.began falls", columns));
  EXPECT_EQ(columns_in("as d.x (g.y), not bad.z").size(), 2U);
}

TEST(Texts, SummariesFitIntoTheList) {
  for (const auto& rows : {catalogs().adversarial, catalogs().terms}) {
    for (const LossDescription& row : rows) EXPECT_LE(row.summary.size(), 76U) << row.name;
  }
}

// A term's own option of such a name would be read as the schedule, and the other way round.
TEST(Texts, NoOptionOfATermIsCalledAsItsSchedule) {
  for (const LossDescription& row : catalogs().terms) {
    for (const Field& option : row.options.fields) {
      for (const Field& field : term_fields()) EXPECT_NE(option.path, field.path) << row.name;
    }
  }
}

TEST(Texts, ExamplesOfTermsAreObjectives) {
  for (const LossDescription& row : catalogs().terms) {
    const auto example = nlohmann::json::parse(row.example);
    if (!example.contains("preset")) {
      EXPECT_TRUE(example.contains("adversarial")) << row.name;
      continue;
    }
    const auto is_it = [&](const PresetDescription& p) { return p.name == example["preset"]; };
    EXPECT_TRUE(std::any_of(catalogs().presets.begin(), catalogs().presets.end(), is_it))
        << row.name;
  }
}

}  // namespace texts_test
}  // namespace rnngan
