// How files of anybody are understood beside real ones.
#include "app/scored_sets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/error.h"
#include "data/sequence_writer.h"
#include "tests/temporary_folder.h"

namespace rnngan {
namespace scored_sets_test {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing_files::TemporaryFolder;
using testing_files::write_text;

/// 6 sequences of 4 steps under this header; `extra` stands at the end of each row.
std::string patients(const std::string& header, const std::string& extra = "",
                     bool with_roles = true) {
  std::string text = header + "\n";
  for (int s = 0; s < 6; ++s) {
    for (int t = 0; t < 4; ++t) {
      if (with_roles) text += std::to_string(100 + s) + "," + std::to_string(t) + ",";
      text += std::to_string(10 * s + t) + "," + std::to_string(s - t) + extra + "\n";
    }
  }
  return text;
}

class ScoredFilesTest : public ::testing::Test {
 protected:
  ScoredFilesTest() { add("real.csv", patients("patient,t,hr,bp")); }

  std::string add(const std::string& name, const std::string& text) const {
    write_text(folder_.path() / name, text);
    return (folder_.path() / name).string();
  }

  ScoredSetsRequest request_for(const std::string& synthetic) const {
    ScoredSetsRequest request;
    request.real = folder_.path() / "real.csv";
    request.synthetic = folder_.path() / synthetic;
    request.model.sets = {"data.id=patient", "data.time=t"};
    return request;
  }

  Problem refusal(const ScoredSetsRequest& request) const {
    try {
      load_scored_sets(request);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::data);
      return error.problems().front();
    }
    ADD_FAILURE() << "nothing was refused";
    return {};
  }

  TemporaryFolder folder_;
};

TEST_F(ScoredFilesTest, UsesTheIdAndTimeColumnsThatAFileHas) {
  for (const std::string header :
       {"patient,t,hr,bp", "sequence_id,step,hr,bp", "example_id,t,hr,bp", "patient,step,hr,bp"}) {
    add("synthetic.csv", patients(header));
    const ScoredSets sets = load_scored_sets(request_for("synthetic.csv"));
    EXPECT_EQ(sets.data.synthetic.count(), 6) << header;
    EXPECT_EQ(sets.data.synthetic.steps(), 4) << header;
    EXPECT_TRUE(at::equal(sets.data.synthetic.padded(), sets.data.real.padded())) << header;
    EXPECT_THAT(sets.notes, IsEmpty()) << header;
  }
}

TEST_F(ScoredFilesTest, SortsRowsByTheTimeThatTheyHave) {
  add("real.csv", "patient,t,v\na,0,1\na,1,2\nb,0,3\nb,1,4\n");
  add("synthetic.csv", "sequence_id,step,v\na,1,2\na,0,1\nb,1,4\nb,0,3\n");
  const ScoredSets sets = load_scored_sets(request_for("synthetic.csv"));
  EXPECT_TRUE(at::equal(sets.data.synthetic.padded(), sets.data.real.padded()));
}

TEST_F(ScoredFilesTest, NamesColumnsThatNobodyAskedFor) {
  add("synthetic.csv", patients("patient,t,hr,bp,note,x", ",free text,1"));
  const ScoredSets sets = load_scored_sets(request_for("synthetic.csv"));
  EXPECT_EQ(sets.data.synthetic.count(), 6);
  EXPECT_THAT(sets.notes, ElementsAre(HasSubstr("left out, since the real sequences have no such "
                                                "columns: note, x")));
}

TEST_F(ScoredFilesTest, AsksWhereSequencesBegin) {
  add("flat.csv", patients("hr,bp", "", false));
  const Problem problem = refusal(request_for("flat.csv"));
  EXPECT_THAT(problem.message(), HasSubstr("one long series of 24 rows"));
  EXPECT_THAT(problem.hint, HasSubstr("give it a column patient"));
  SequenceSet flat(at::ones({1, 24, 2}, at::kDouble), at::full({1}, 24, at::kLong));
  auto request = request_for("real.csv");
  request.train = folder_.path() / "flat.csv";
  EXPECT_THAT(refusal(request).message(), HasSubstr("one long series of 24 rows"));
}

TEST_F(ScoredFilesTest, MatchesNpyByPositionAndSaysSo) {
  SequenceSet set(at::arange(24, at::kDouble).view({3, 4, 2}), at::full({3}, 4, at::kLong));
  set.columns.resize(2);
  for (const char* name : {"a", "b"}) set.columns[name[0] - 'a'].name = name;
  write_sequences(set, folder_.path() / "named.npy");
  std::filesystem::rename(folder_.path() / "named.npy", folder_.path() / "synthetic.NPY");
  const ScoredSets sets = load_scored_sets(request_for("synthetic.NPY"));
  EXPECT_EQ(sets.data.synthetic.count(), 3);
  EXPECT_THAT(sets.notes,
              ElementsAre(HasSubstr("synthetic.NPY: columns are matched by position: hr, bp")));
}

TEST_F(ScoredFilesTest, CutsALongSeriesBesideALongSeries) {
  add("real.csv", patients("hr,bp", "", false));
  add("synthetic.csv", patients("hr,bp", "", false));
  auto request = request_for("synthetic.csv");
  request.model.sets = {"data.window.length=6"};
  const ScoredSets sets = load_scored_sets(request);
  EXPECT_EQ(sets.data.real.count(), 19);
  EXPECT_EQ(sets.data.synthetic.count(), 19);
  EXPECT_THAT(sets.notes, Contains(HasSubstr("one long series: cut into windows of 6 steps")));
}

// Samples are written with commas, points and a header, whatever the data has.
TEST_F(ScoredFilesTest, ReadsSamplesOfTheProgramByTheSettingsOfOtherData) {
  std::string real, samples = "sequence_id,step,c1,c2\n";
  for (int i = 0; i < 12; ++i) {
    real += std::to_string(i) + ",5;" + std::to_string(i % 3) + "\n";
    samples += std::to_string(i / 4) + "," + std::to_string(i % 4) + "," + std::to_string(i) +
               ".5," + std::to_string(i % 3) + "\n";
  }
  add("real.csv", real);
  add("samples.csv", samples);
  auto request = request_for("samples.csv");
  request.model.sets = {"data.delimiter=;", "data.header=no", "data.decimal=comma"};
  const ScoredSets sets = load_scored_sets(request);
  EXPECT_EQ(sets.data.real.count(), 9) << "windows as long as the samples";
  EXPECT_EQ(sets.data.synthetic.count(), 3);
  EXPECT_EQ(sets.data.synthetic.padded()[2][3][0].item<double>(), 11.5);
  EXPECT_THAT(sets.notes, IsEmpty());
}

TEST_F(ScoredFilesTest, LabelsAndAttributesAreThoseOfTheRealSequences) {
  add("real.csv", "patient,t,kind,age,v\na,0,x,3,1\na,1,x,3,2\nb,0,y,4,3\nb,1,y,4,4\n");
  add("synthetic.csv", "v,age,sequence_id,kind\n9,4,0,y\n8,4,0,y\n7,3,1,x\n");
  auto request = request_for("synthetic.csv");
  request.model.sets.insert(request.model.sets.end(),
                            {"data.label=kind", R"(data.static=["age"])"});
  const ScoredSets sets = load_scored_sets(request);
  EXPECT_TRUE(at::equal(sets.data.synthetic.labels, torch::tensor({1, 0}, at::kLong)));
  EXPECT_EQ(sets.data.synthetic.attributes[0][0].item<double>(), 4);
}

}  // namespace scored_sets_test
}  // namespace rnngan
