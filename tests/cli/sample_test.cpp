// Samples: reproducible, in original units, in every format, under every wish.
#include <cstring>

#include <fcntl.h>

#include "cli/support.h"

namespace rnngan::cli_testing {
namespace sample_test {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::StartsWith;

Words words_of(const std::string& text) {
  Words words;
  std::istringstream stream(text);
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

/// The cells of a CSV text without its header.
std::vector<std::vector<std::string>> cells_of(const std::string& csv) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& line : lines_of(csv)) {
    rows.emplace_back();
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) rows.back().push_back(cell);
  }
  rows.erase(rows.begin());
  return rows;
}

TEST_F(Program, SamplesTheSameForTheSameSeed) {
  add_run();
  run_well(words_of("sample run -n 50 --seed 7 --out fifty.csv -q"));
  run_well(words_of("sample run -n 50 --seed 7 --out again.csv -q --threads 2"));
  run_well(words_of("sample run -n 5 --seed 7 --out five.csv -q"));
  run_well(words_of("sample run -n 5 --seed 8 --out other.csv -q"));
  EXPECT_EQ(read("again.csv"), read("fifty.csv"));
  EXPECT_THAT(read("fifty.csv"), StartsWith(read("five.csv")));
  EXPECT_NE(read("other.csv"), read("five.csv"));
  EXPECT_EQ(cells_of(read("five.csv")).back()[0], "4");
}

TEST_F(Program, WritesTheSameToStandardOutputAndTellsWhereAFileIs) {
  add_run();
  const Outcome piped = run_well({"sample", "run/checkpoints/20.safetensors", "-n", "4"});
  const Outcome filed = run({"sample", "--checkpoint", "run", "-n", "4", "--out", "./four.csv"});
  EXPECT_EQ(filed.code, 0);
  EXPECT_EQ(filed.out, "");
  EXPECT_EQ(filed.err, "samples  ./four.csv: 4 sequences from run/checkpoints/20.safetensors\n");
  EXPECT_EQ(piped.out, read("four.csv"));
}

TEST_F(Program, SamplesUnderACode) {
  write("sine.csv", sine_csv());
  write("code.json", tiny_config({{"objective", "infogan"}, {"train", {{"steps", 2}}}}));
  run_well(words_of("train --config code.json --out coded -q"));
  const auto sampled = [&](const std::string& code) {
    return run_well(words_of("sample coded -n 3 --seed 2" + code)).out;
  };
  EXPECT_EQ(sampled(" --code 2,-0.5,1"), sampled(" --code 2,-0.5,1"));
  EXPECT_NE(sampled(" --code 2,-0.5,1"), sampled(" --code 1,-0.5,1"));
  EXPECT_NE(sampled(" --code 2,-0.5,1"), sampled(" --code 2,0.5,1"));
  expect_refusals({
      {words_of("sample coded --code 4"), 2, "--code: 4 is not a class from 0 to 3",
       "a class counted from 0, if the code has classes, then numbers from -1 to 1: 2,-0.5"},
      {words_of("sample coded --code 1,2"), 2, "--code: 2 is not a number from -1 to 1",
       "a class counted from 0, if the code has classes, then numbers from -1 to 1: 2,-0.5"},
  });
}

TEST_F(Program, SamplesInOriginalUnits) {
  std::string csv = "sequence_id,step,parts,\"level, m\"\n";
  for (int s = 0; s < 12; ++s) {
    for (int t = 0; t < 6; ++t)
      csv += fmt::format("{},{},{},{:.2f}\n", s, t, 5000 + s * t, 0.01 * t);
  }
  write("units.csv", csv);
  run_well(
      words_of("train -c tiny.json --set data.path=units.csv --set train.steps=2 --out run -q"));
  const std::string samples = run_well(words_of("sample run -n 20 --length 9 -q")).out;
  EXPECT_EQ(lines_of(samples).front(), "sequence_id,step,parts,\"level, m\"");
  const auto rows = cells_of(samples);
  ASSERT_EQ(rows.size(), 180U);
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i][0], std::to_string(i / 9));
    EXPECT_EQ(rows[i][1], std::to_string(i % 9));
    EXPECT_THAT(rows[i][2], MatchesRegex("[45][0-9][0-9][0-9]"));
    EXPECT_THAT(rows[i][3], MatchesRegex("-?0\\.[0-9][0-9]"));
  }
}

TEST_F(Program, SamplesOneClass) {
  write("classes.csv", read_text(fs::path(RNNGAN_SOURCE_DIR) / "data" / "sine_classes.csv"));
  run_well(
      words_of("train -c tiny.json --set data.path=classes.csv --set data.label=speed "
               "--set train.steps=2 --out run -q"));
  const std::string samples = run_well(words_of("sample run -n 6 --label slow")).out;
  EXPECT_EQ(lines_of(samples).front(), "sequence_id,step,speed,x,y");
  const auto rows = cells_of(samples);
  EXPECT_EQ(rows.back()[0], "5");
  for (const auto& row : rows) EXPECT_EQ(row[2], "slow");
  fs::copy(trained_run(), path("plain"), fs::copy_options::recursive);
  expect_refusals({
      {words_of("sample run --label slwo"), 2,
       "--label: the data have no label \"slwo\" (fast, medium, slow)", "did you mean slow?"},
      {words_of("sample plain --label slow"), 2, "--label: this model was trained without labels",
       "train with data.label to have them"},
  });
}

/// 40 machines of two kinds with an age and a site each.
std::string machines_csv() {
  std::string csv = "machine,day,temp,kind,age,site\n";
  for (int m = 0; m < 40; ++m) {
    const std::string conditions =
        m % 2 == 0 ? fmt::format("a,{},north", 2 + m % 3) : fmt::format("b,{},south", 8);
    for (int t = 0; t < 5 + m % 3; ++t) {
      csv += fmt::format("fan{},{},{:.1f},{}\n", m, t, m + std::sin(t), conditions);
    }
  }
  return csv;
}

constexpr const char* kTrainMachines =
    "train -c tiny.json --set data.path=machines.csv --set data.id=machine --set data.time=day "
    "--set data.label=kind --set data.static=[\"age\",\"site\"] --set train.steps=2 --out run -q";

TEST_F(Program, SamplesWhatIsAskedFor) {
  write("machines.csv", machines_csv());
  run_well(words_of(kTrainMachines));
  const auto rows =
      cells_of(run_well(words_of("sample run -n 8 --where kind=a --where age=3.. --length 4")).out);
  ASSERT_EQ(rows.size(), 32U);
  for (const auto& row : rows) {
    EXPECT_EQ(row[3], "a");
    EXPECT_THAT(row[4], ::testing::AnyOf("3", "4"));
    EXPECT_EQ(row[5], "north");
  }
  EXPECT_EQ(run_well(words_of("sample run -n 8 --where kind=b")).out,
            run_well(words_of("sample run -n 8 --label b")).out);
  const Outcome longer = run(words_of("sample run -n 1 --length 30"));
  EXPECT_EQ(longer.err, "note     30 steps are more than the model was trained on (7)\n");
  EXPECT_EQ(cells_of(longer.out).size(), 30U);
  expect_refusals({
      {words_of("sample run --where kind"), 2, "--where: \"kind\" is not NAME=VALUE",
       "the label or an attribute with what it is to be: kind=a, age=30..40"},
      {words_of("sample run --where age=5"), 2, "--where: no training sequence has age=5",
       "age is 2, 3, 4, 8 there; nearest are 4 and 8; 4..8 is the range between them"},
      {words_of("sample run --where kind=a --where site=south"), 2,
       "--where: no training sequence has kind=a and site=south", "with kind=a, site is north"},
  });
}

TEST_F(Program, SamplesLikeTheSequencesOfAFile) {
  write("machines.csv", machines_csv());
  run_well(words_of(kTrainMachines));
  write("some.csv",
        "machine,day,temp,kind,age,site\nx,0,1,b,8,south\nx,1,1,b,8,south\ny,0,1,a,2.5,north\n");
  const auto rows = cells_of(run_well(words_of("sample run --like some.csv")).out);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_THAT(rows[0], ElementsAre("0", "0", "0", "b", "8", "south", ::testing::_));
  EXPECT_THAT(rows[1], ElementsAre("0", "1", "1", "b", "8", "south", ::testing::_));
  EXPECT_THAT(rows[2], ElementsAre("1", "0", "0", "a", ::testing::_, "north", ::testing::_));
  // Samples in either format are such a file, too.
  run_well(words_of("sample run -n 6 --seed 3 --out first.csv -q"));
  run_well(words_of("sample run -n 6 --seed 3 --out first.npy -q"));
  const auto first = cells_of(read("first.csv"));
  for (const char* file : {"first.csv", "first.npy"}) {
    const auto again = cells_of(run_well({"sample", "run", "--like", file}).out);
    ASSERT_EQ(again.size(), first.size()) << file;
    for (size_t i = 0; i < first.size(); ++i) {
      for (const size_t column : {0, 1, 2, 3, 4, 5}) EXPECT_EQ(again[i][column], first[i][column]);
    }
  }
  write("bad.csv", "machine,day,temp,kind,age,site\nx,0,1,c,8,south\n");
  expect_refusals({
      {words_of("sample run --like bad.csv"), 4,
       "bad.csv: kind: no training sequence is of the class \"c\" (a, b)", ""},
      {words_of("sample run --like some.csv --label a"), 2,
       "--label: labels and attributes are to be those of the sequences that are given",
       "leave out either these sequences or the wishes"},
  });
}

TEST_F(Program, LabelsOfNumpySamplesAreScored) {
  write("machines.csv", machines_csv());
  run_well(words_of(kTrainMachines));
  std::vector<std::string> tables;
  for (const std::string file : {"samples.csv", "samples.npy"}) {
    run_well({"sample", "run", "-n", "40", "--out", file, "-q"});
    const Outcome outcome =
        run({"evaluate", "--real", "machines.csv", "--set", "data.id=machine", "--set",
             "data.time=day", "--set", "data.label=kind", "--set", "data.static=[\"age\",\"site\"]",
             "--synthetic", file, "--metrics", "tstr_clf", "--no-bounds", "--json"});
    tables.push_back(outcome.out);
  }
  EXPECT_THAT(tables[0], HasSubstr("\"value\": 0."));
  EXPECT_EQ(tables[1], tables[0]);
}

TEST_F(Program, WritesNumpyArrays) {
  add_run();
  run_well(words_of("sample run -n 5 --out five.npy -q"));
  const std::string bytes = read("five.npy");
  EXPECT_THAT(bytes, StartsWith(std::string("\x93NUMPY\x01\x00", 8)));
  const size_t header =
      10U + static_cast<unsigned char>(bytes[8]) + 256U * static_cast<unsigned char>(bytes[9]);
  EXPECT_EQ(header % 64, 0U);
  const std::string text = bytes.substr(10, header - 10);
  EXPECT_THAT(text, AllOf(HasSubstr("'descr': '<f8'"), HasSubstr("'fortran_order': False"),
                          HasSubstr("'shape': (5, 6, 2)")));
  ASSERT_EQ(bytes.size(), header + 5 * 6 * 2 * sizeof(double));
  // The same numbers as in the CSV, which rounds to the decimals of the data.
  const auto rows = cells_of(run_well(words_of("sample run -n 5")).out);
  double last = 0;
  std::memcpy(&last, bytes.data() + bytes.size() - sizeof last, sizeof last);
  EXPECT_NEAR(last, std::stod(rows.back()[3]), 0.00051);
}

TEST_F(Program, ReadsItsOwnSamples) {
  add_run();
  run_well(words_of("sample run -n 30 --out samples.csv -q"));
  run_well(words_of("sample run -n 30 --out samples.npy -q"));
  for (const char* file : {"samples.csv", "samples.npy"}) {
    const std::string shown = run_well({"data", "show", file}).out;
    EXPECT_THAT(shown, HasSubstr("  sequences  30\n")) << shown;
    EXPECT_THAT(shown, HasSubstr("sequences of 6\n")) << shown;
  }
}

TEST_F(Program, EndsWhenItsReaderHasEnough) {
  add_run();
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  Invocation invocation{words_of("sample run -n 20000"), folder()};
  invocation.output = ends[1];
  Process sampling(invocation);
  ::close(ends[1]);
  char byte = 0;
  EXPECT_EQ(::read(ends[0], &byte, 1), 1);
  EXPECT_EQ(byte, 's');
  ::close(ends[0]);
  const Outcome outcome = sampling.wait();
  EXPECT_EQ(outcome.code, -SIGPIPE);  // like every filter
  EXPECT_EQ(outcome.err, "");
}

TEST_F(Program, LeavesNoHalfFileWhenInterrupted) {
  add_run();
  const auto before = snapshot(folder());
  Process sampling({words_of("sample run -n 100000000 --out big.csv"), folder()});
  while (sampling.running() && snapshot(folder()).size() == before.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  sampling.signal(SIGINT);
  const Outcome outcome = sampling.wait();
  EXPECT_EQ(outcome.code, 130);
  EXPECT_THAT(outcome.err, HasSubstr("stopped  nothing is written"));
  EXPECT_THAT(snapshot(folder()), ::testing::ContainerEq(before));
}

}  // namespace sample_test
}  // namespace rnngan::cli_testing
