// Which column is what: ids, times, labels, static columns, features.
#include <torch/types.h>

#include "data/data_file.h"
#include "data_test_util.h"

namespace rnngan {
namespace load_roles_test {

using testing::ElementsAre;
using testing::HasSubstr;
using testing_data::column_of;
using testing_data::config_for;
using testing_data::load_problem;
using testing_data::sequences_config;
using testing_data::spans_of;
using testing_data::write_text;

SequenceSet sequences_of(const DataConfig& config) {
  return read_data_file(config).sequences;
}

TEST(LoadRoles, IdsNeedNotBeAdjacent) {
  const auto data = load_dataset(sequences_config("v,id\n1,B\n10,A\n2,B\n20,A\n3,B\n"));
  EXPECT_THAT(column_of(data, 0), ElementsAre(1, 2, 3, 10, 20));
  EXPECT_THAT(data.file.names, ElementsAre("B", "A"));
  EXPECT_THAT(spans_of(data.train), ElementsAre(Span{0, 3, 0}, Span{3, 2, 0}));
  EXPECT_FALSE(data.windowed);
  EXPECT_EQ(data.file.count(), 2);
  EXPECT_EQ(data.schema.distribution,
            (std::vector<ConditionCount>{{2, -1, {}, 1}, {3, -1, {}, 1}}));
}

TEST(LoadRoles, TimeSortsAndIsNoFeature) {
  auto config = config_for(write_text("file.csv", "t,v\n10,3\n9,2\n-1,1\n"), 2);
  config.time = "t";
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.columns[0].name, "v");
  EXPECT_THAT(column_of(data, 0), ElementsAre(1, 2, 3));
  config.path = write_text("dates.csv", "v,t\n3,2020-02-01\n1,2019-12-31\n2,2020-01-15\n");
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(1, 2, 3));
}

TEST(LoadRoles, DuplicateTimesAreRefusedWithinASequence) {
  auto config = config_for(write_text("file.csv", "t,v\n1,3\n2,2\n1,1\n"), 2);
  config.time = "t";
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr(":4: column t: time \"1\" occurs twice"));
  EXPECT_THAT(problem.message(), HasSubstr("line 2"));
  auto several = sequences_config("id,t,v\nA,1,3\nB,1,4\n");
  several.time = "t";
  EXPECT_NO_THROW(load_dataset(several));
}

TEST(LoadRoles, LabelsAreSortedAsNumbersWhenTheyAre) {
  auto config = sequences_config("id,k,v\nA,10,1\nB,9,2\nC,10,3\n");
  config.label = "k";
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.label_name, "k");
  EXPECT_THAT(data.schema.labels, ElementsAre("9", "10"));
  EXPECT_TRUE(at::equal(data.file.labels, torch::tensor({1, 0, 1}, torch::kLong)));
  EXPECT_EQ(data.schema.distribution, (std::vector<ConditionCount>{{1, 0, {}, 1}, {1, 1, {}, 2}}));
}

TEST(LoadRoles, AColumnThatRisesBeginsWhereItsSequencesDo) {
  auto config = sequences_config("id,v\nA,1\nA,5\nA,20\nB,3\nB,4\nB,90\n");
  config.rules = {"v increasing"};
  const auto data = load_dataset(config);
  const StartLevel& start = data.schema.columns[0].start;
  EXPECT_EQ(start, (StartLevel{2, 1, 1, 3}));
}

TEST(LoadRoles, WhatBreaksARuleIsNamed) {
  auto config = sequences_config("id,v\nA,1\nA,5\nB,3\nB,2\n");
  config.rules = {"v increasing"};
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr("step 1 of sequence \"B\" breaks the rule \"v increasing\" of data.rules"));
}

TEST(LoadRoles, LabelsAndStaticsAreConstantWithinASequence) {
  auto config = sequences_config("id,k,s,v\nA,x,1,1\nB,y,2,2\nA,x,1,3\nA,y,1,4\n");
  config.label = "k";
  config.statics = {"s"};
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr(":5: column k: changes within sequence \"A\""));
  config.path = write_text("other.csv", "id,k,s,v\nA,x,1,1\nB,y,2,2\nA,x,1.5,3\n");
  EXPECT_THAT(load_problem(config).message(),
              HasSubstr(":4: column s: changes within sequence \"A\""));
  config.path = write_text("good.csv", "id,k,s,v\nA,x,1,1\nB,y,2,2\nA,x,1,3\n");
  const auto data = load_dataset(config);
  EXPECT_TRUE(
      at::equal(data.file.attributes, torch::tensor({1.0, 2.0}, torch::kDouble).view({2, 1})));
  EXPECT_EQ(data.schema.statics[0].mean, 1.5) << "each sequence once, not each row";
}

TEST(LoadRoles, LabelsNeedSeveralSequences) {
  auto config = config_for(write_text("file.csv", "k,v\nx,1\ny,2\n"), 2);
  config.label = "k";
  EXPECT_THAT(load_problem(config).hint, HasSubstr("data.id"));
}

TEST(LoadRoles, ColumnsAreChosenByName) {
  auto config = config_for(write_text("file.csv", "DAX,note,SMI\n1,x,3\n2,y,5\n"), 2);
  config.columns = {"SMI", "DAX"};
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.columns[0].name, "SMI");
  EXPECT_THAT(column_of(data, 1), ElementsAre(1, 2));
  config.columns = {"DAXX"};
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr("no column \"DAXX\" (data.columns)"));
  EXPECT_EQ(problem.hint, "did you mean DAX?");
  config.columns = {"DAX"};
  config.time = "DAX";
  EXPECT_THAT(load_problem(config).message(), HasSubstr("named by data.time and by data.columns"));
}

TEST(LoadRoles, SampleLayoutIsRecognised) {
  auto config =
      config_for(write_text("file.csv", "sequence_id,step,k,v\n0,1,x,2\n0,0,x,1\n1,0,y,5\n"));
  config.label = "k";
  const auto data = load_dataset(config);
  EXPECT_THAT(column_of(data, 0), ElementsAre(1, 2, 5));
  EXPECT_THAT(spans_of(data.train), ElementsAre(Span{0, 2, 0}, Span{2, 1, 0}));
  EXPECT_EQ(data.schema.features(), 1);
}

TEST(LoadRoles, SampleLayoutWithTimesIsRecognised) {
  auto config = config_for(write_text("file.csv",
                                      "sequence_id,step,day,v\n0,0,2024-01-01,1\n0,1,2024-01-02,2\n"
                                      "1,0,2024-03-01,5\n1,1,2024-03-02,6\n"));
  config.time = "day";
  for (const char* id : {"", "sequence_id"}) {
    config.id = id;
    const auto data = load_dataset(config);
    EXPECT_EQ(data.schema.features(), 1);
    EXPECT_EQ(data.file.count(), 2);
    EXPECT_THAT(data.file.time.names, ElementsAre("day"));
  }
  config.time = "days";
  EXPECT_THAT(load_problem(config).message(), HasSubstr("no column \"days\""));
}

TEST(LoadRoles, ReservedColumnNames) {
  const auto problem = load_problem(config_for(write_text("file.csv", "step,v\n0,1\n1,2\n"), 2));
  EXPECT_THAT(problem.message(), HasSubstr("cannot be named step"));
  EXPECT_THAT(problem.hint, HasSubstr("data.time"));
}

TEST(LoadRoles, TextBehindTheStepsOfSamplesIsTheLabel) {
  auto config = config_for(
      write_text("file.csv", "sequence_id,step,v,k,w\n0,0,1,x,2\n0,1,2,x,3\n1,0,5,y,4\n"));
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.label_name, "k");
  EXPECT_THAT(data.schema.labels, ElementsAre("x", "y"));
  EXPECT_EQ(data.schema.features(), 2);
  config.columns = {"v"};
  EXPECT_EQ(load_dataset(config).schema.label_name, "") << "data.columns says what is read";
}

TEST(LoadRoles, NumbersBehindTheStepsOfSamplesAreNoLabel) {
  auto config = config_for(write_text("file.csv", "sequence_id,step,v,w\n0,0,NA,2\n0,1,2,3\n"));
  config.missing = Missing::interpolate;
  EXPECT_EQ(load_dataset(config).schema.label_name, "");
}

TEST(LoadRoles, TextWithoutARoleIsACategory) {
  const auto set = sequences_of(sequences_config("id,kind,v\nA,10th,1\nA,9,1\nB,b,2\nB,b,2\n"));
  EXPECT_EQ(set.label_name, "");
  EXPECT_EQ(set.columns[0].kind, ColumnKind::category);
  EXPECT_THAT(set.columns[0].classes, ElementsAre("10th", "9", "b"));
  EXPECT_TRUE(at::equal(set.rows.select(1, 0), torch::tensor({0.0, 1.0, 2.0, 2.0}, at::kDouble)));
}

TEST(LoadRoles, ClassesAreSortedAsNumbersWhenTheyAre) {
  auto config = sequences_config("id,kind,v\nA,10,1\nA,9,1\nB,10,2\nB,,2\n");
  config.column["kind"].kind = ColumnKind::category;
  const auto set = sequences_of(config);
  EXPECT_THAT(set.columns[0].classes, ElementsAre("9", "10"));
  EXPECT_TRUE(at::equal(set.rows.select(1, 0).nan_to_num(7),
                        torch::tensor({1.0, 0.0, 1.0, 7.0}, at::kDouble)));
}

TEST(LoadRoles, TextThatChangesWithinASampleIsNoLabel) {
  const auto set = sequences_of(config_for(
      write_text("file.csv", "sequence_id,step,mode,kind,v\n0,0,a,x,1\n0,1,b,x,2\n1,0,a,y,3\n")));
  EXPECT_EQ(set.label_name, "kind");
  EXPECT_EQ(set.columns[0].name, "mode");
  EXPECT_THAT(set.columns[0].classes, ElementsAre("a", "b"));
}

TEST(LoadRoles, AnIdThatWasForgottenIsAskedFor) {
  auto config = config_for(write_text("file.csv", "who,v\nA,1\nA,2\nB,1\nB,2\nC,5\n"), 2);
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(),
              HasSubstr("column who: each of its 3 texts (\"A\", ...) fills one stretch of rows"));
  EXPECT_THAT(problem.hint, HasSubstr("data.id"));
  config.column["who"].kind = ColumnKind::category;
  EXPECT_EQ(sequences_of(config).columns[0].classes.size(), 3U);
}

TEST(LoadRoles, SamplesNeedNotHaveTheRolesOfTheData) {
  auto config = config_for(write_text("written.csv", "sequence_id,step,v\n0,0,1\n0,1,2\n1,0,3\n"));
  config.id = "patient";
  config.time = "t";
  config.label = "k";
  const auto read = [&] { return read_data_file(config, {.progress = {}, .samples = true}); };
  EXPECT_EQ(read().sequences.count(), 2);
  EXPECT_THAT(load_problem(config).message(), HasSubstr("no column \"patient\" (data.id)"));
  config.path = write_text("like_the_data.csv", "patient,t,v\nA,1,3\nB,0,2\nA,0,1\n");
  EXPECT_TRUE(
      at::equal(read().sequences.rows.flatten(), torch::tensor({1.0, 3.0, 2.0}, at::kDouble)));
}

TEST(LoadRoles, StepsOfSamplesAreNumbers) {
  const auto config = config_for(write_text("steps.csv", "sequence_id,step,v\n0,a,1\n0,b,2\n"));
  try {
    read_data_file(config, {.progress = {}, .samples = true});
    ADD_FAILURE() << "it was read";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::data);
    EXPECT_THAT(error.what(), HasSubstr(":2: column step: \"a\" is not a number"));
  }
}

TEST(LoadRoles, StaticColumnsMayBeText) {
  auto config = sequences_config("id,town,v\nA,Ulm,1\nB,Bonn,2\nA,Ulm,3\n");
  config.statics = {"town"};
  const auto set = sequences_of(config);
  EXPECT_THAT(set.attribute_columns[0].classes, ElementsAre("Bonn", "Ulm"));
  EXPECT_TRUE(at::equal(set.attributes, torch::tensor({1.0, 0.0}, at::kDouble).view({2, 1})));
  config.path = write_text("changes.csv", "id,town,v\nA,Ulm,1\nB,Bonn,2\nA,Bonn,3\n");
  EXPECT_THAT(load_problem(config).message(), HasSubstr(":4: column town: changes within"));
  config.path = write_text("missing.csv", "id,town,v\nA,Ulm,1\nB,,2\nA,Ulm,3\n");
  const auto missing = load_problem(config);
  EXPECT_THAT(missing.message(), HasSubstr(":3: column town: missing value"));
  EXPECT_THAT(missing.hint, HasSubstr("cannot be missing"));
}

TEST(LoadRoles, WhatIsSaidOfColumns) {
  auto config = config_for(write_text("file.csv", "a,b\n1,0.25\n2,1\n"), 2);
  config.column["b"].decimals = 1;
  config.column["a"].decimals = 2;
  const auto set = sequences_of(config);
  EXPECT_EQ(set.columns[1].decimals, 1);
  EXPECT_EQ(set.columns[0].decimals, 2);
  EXPECT_FALSE(set.columns[0].integer);
  config.column["aa.b"].kind = ColumnKind::category;
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr("no column \"aa.b\" (data.column.\"aa.b\")"));
  EXPECT_EQ(problem.hint, "its columns are a, b");
}

TEST(LoadRoles, TimesOfOneInstantAreTheSame) {
  auto config =
      config_for(write_text("file.csv", "t,v\n2020-01-01T12:00Z,2\n2020-01-01T12:30+02:00,1\n"), 2);
  config.time = "t";
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(1, 2)) << "in order of time";
  config.path = write_text("twice.csv", "t,v\n2020-01-01T12:00Z,2\n2020-01-01 14:00+02:00,1\n");
  EXPECT_THAT(load_problem(config).message(), HasSubstr(":3: column t: time"));
}

TEST(LoadRoles, AnUnnamedFirstColumnIsLeftOut) {
  auto config = config_for(write_text("file.csv", ",a,b\n0,1,2\n1,3,4\n"), 2);
  const auto data = load_dataset(config);
  EXPECT_EQ(data.schema.features(), 2);
  EXPECT_THAT(data.notes,
              ElementsAre("column 1 has no name and is left out, as an index would be"));
  config.path = write_text("stamps.csv", ",a\n2020-01-02,1\n2020-01-01,3\n");
  EXPECT_THAT(load_dataset(config).notes, ElementsAre(HasSubstr("data.time=c1")));
  config.time = "c1";
  EXPECT_THAT(column_of(load_dataset(config), 0), ElementsAre(3, 1)) << "in the order of time";
}

TEST(LoadRoles, OtherColumnsNeedANameUnlessTheyAreChosen) {
  auto config = config_for(write_text("file.csv", "a,,b\n0,1,2\n1,3,4\n"), 2);
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr(":1: column 2 has no name in the header"));
  EXPECT_THAT(problem.hint, HasSubstr("data.columns"));
  config.columns = {"a", "b"};
  EXPECT_EQ(load_dataset(config).schema.features(), 2);
  config.columns.clear();
  config.path = write_text("trailing.csv", "a,b,\n1,2,\n3,4,\n");
  EXPECT_THAT(load_problem(config).hint, HasSubstr("the lines end in a delimiter"));
}

TEST(LoadRoles, ColumnsThatCountOrTellTheTimeAreNoted) {
  std::string text = "n,epoch,v\n";
  for (int i = 0; i < 40; ++i) {
    text += std::to_string(i) + "," + std::to_string(1'600'000'000 + 60 * i + i % 2) + "," +
            std::to_string(i * i % 7) + "\n";
  }
  const auto data = load_dataset(config_for(write_text("file.csv", text), 2));
  EXPECT_THAT(data.notes, ElementsAre(HasSubstr("column n counts rows"),
                                      HasSubstr("column epoch looks like seconds since 1970")));
}

TEST(LoadRoles, WhatIsForNumbersIsRefusedForClasses) {
  auto config = config_for(write_text("file.csv", "k,v\non,1\noff,2\non,5\n"), 2);
  config.column["k"].atoms = std::vector<double>{1};
  const auto problem = load_problem(config);
  EXPECT_THAT(problem.message(), HasSubstr("column k holds classes (\"off\", ...), but "
                                           "data.column.k.atoms is for numbers"));
  EXPECT_EQ(problem.hint, "leave out data.column.k.atoms");
  config.column["k"] = {};
  config.column["k"].transform = Scaling::log;
  EXPECT_THAT(load_problem(config).message(), HasSubstr("data.column.k.transform"));
}

TEST(LoadRoles, AtomsThatNeverOccurAreNoted) {
  auto config = config_for(write_text("file.csv", "a,v\n0,1\n0,2\n3,5\n"), 2);
  config.column["a"].atoms = std::vector<double>{0, 7};
  EXPECT_THAT(load_dataset(config).notes, ElementsAre("column a: 7 of its atoms never occurs"));
}

TEST(LoadRoles, ClassesThatASplitLacksAreNoted) {
  std::string text = "id,k,v\n";
  for (int i = 0; i < 30; ++i) {
    const std::string row = std::to_string(i) + (i == 7 ? ",rare," : ",common,");
    text += row + std::to_string(i) + "\n" + row + std::to_string(i % 5) + "\n";
  }
  auto config = sequences_config(text);
  config.label = "k";
  config.split.policy = SplitPolicy::sequence;
  EXPECT_THAT(load_dataset(config).notes,
              ElementsAre("k rare (1 sequence): absent from validation and test"));
}

TEST(LoadRoles, AFileWithASequenceOnEachLineIsNoted) {
  for (const std::string prefix : {"", "h", "step_"}) {
    std::string text = "day", rows;
    for (int h = 0; h < 24; ++h) text += "," + prefix + std::to_string(h);
    for (int d = 0; d < 5; ++d) {
      rows += "\n" + std::to_string(d * d);
      for (int h = 0; h < 24; ++h) rows += "," + std::to_string((h + d) % 5);
    }
    const auto data = load_dataset(config_for(write_text("file.csv", text + rows + "\n"), 2));
    EXPECT_THAT(data.notes,
                ElementsAre(HasSubstr("columns " + prefix + "0 to " + prefix +
                                      "23 look like the steps of one sequence per line")));
  }
}

}  // namespace load_roles_test
}  // namespace rnngan
