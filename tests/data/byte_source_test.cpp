#include "data/byte_source.h"

#include <zlib.h>

#include "core/file.h"
#include "data_test_util.h"

namespace rnngan {
namespace byte_source_test {

using testing::HasSubstr;
using testing_data::config_for;
using testing_data::problem_of;
using testing_data::read_text;
using testing_data::temporary_path;
using testing_data::write_text;

std::string packed(const std::string& text) {
  const std::string path = temporary_path("packed");
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, text.data(), static_cast<unsigned>(text.size()));
  gzclose(file);
  return read_text(path);
}

std::string all_of(const std::string& path, size_t at_once) {
  ByteSource source(path);
  std::string text, buffer(at_once, '\0');
  while (const size_t size = source.read(buffer.data(), buffer.size()))
    text.append(buffer, 0, size);
  EXPECT_EQ(source.hash(), sha256_file(path, ErrorKind::data));
  return text;
}

std::string long_text() {
  std::string text = "a,b\n";
  for (int i = 0; i < 50'000; ++i) text += std::to_string(i * 7919 % 10'007) + ",0.5\n";
  return text;
}

TEST(ByteSource, ReadsStoredAndPackedFilesAlike) {
  const std::string text = long_text();
  const std::string stored = write_text("file.csv", text);
  const std::string twice = write_text("file.csv.gz", packed(text) + packed("behind\n"));
  for (const size_t at_once : {1000, 1 << 18}) {
    EXPECT_EQ(all_of(stored, at_once), text);
    EXPECT_EQ(all_of(twice, at_once), text + "behind\n");
  }
}

TEST(ByteSource, DamagedFilesAreRefused) {
  std::string bytes = packed(long_text());
  const std::string cut = write_text("cut.csv.gz", bytes.substr(0, bytes.size() / 2));
  EXPECT_THAT(problem_of([&] { all_of(cut, 1000); }).message(), HasSubstr("ends within"));
  for (size_t i = 100; i < 140; ++i) bytes[i] = 'x';
  const std::string damaged = write_text("damaged.csv.gz", bytes);
  EXPECT_THAT(problem_of([&] { all_of(damaged, 1000); }).message(), HasSubstr("is damaged"));
  EXPECT_THAT(problem_of([] { ByteSource source("nowhere.csv"); }).message(),
              HasSubstr("cannot be read"));
}

TEST(ByteSource, PackedCsvIsLoaded) {
  const std::string path = write_text("file.CSV.gz", packed("a;b\n1;2,5\n2;3\n3;3\n"));
  const Dataset data = load_dataset(config_for(path, 2));
  EXPECT_EQ(data.file.rows.size(0), 3);
  EXPECT_EQ(data.file.rows[0][1].item<double>(), 2.5);
  EXPECT_THAT(problem_of([] { load_dataset(config_for(write_text("x.npy.gz", "x"))); }).hint,
              HasSubstr("gunzip"));
}

}  // namespace byte_source_test
}  // namespace rnngan
