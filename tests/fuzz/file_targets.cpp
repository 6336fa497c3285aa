#include "data/data_file.h"
#include "fuzz/targets.h"

namespace rnngan::fuzzing {

namespace {

DataConfig data_at(const std::string& file) {
  DataConfig config;
  config.path = file;
  return config;
}

void read_csv_file(std::string bytes) {
  read_data_file(data_at(write_input("a.csv", bytes)));
}

void read_npy_file(std::string bytes) {
  read_data_file(data_at(write_input("a.npy", bytes)));
}

/// Beside sequences of two columns, of which one holds classes, with a label.
void read_samples(std::string bytes) {
  static const SequenceSet kLike = [] {
    DataConfig config = data_at(write_input("like.csv",
                                            "id,x,sky,kind\n"
                                            "a,1.5,sun,k\na,2,rain,k\n"
                                            "b,3,sun,l\nb,2.5,sun,l\n"));
    config.id = "id";
    config.label = "kind";
    return read_data_file(config).sequences;
  }();
  ReadOptions options;
  options.samples = true;
  options.like = &kLike;
  read_data_file(data_at(write_input("samples.csv", bytes)), options);
}

}  // namespace

std::vector<Target> file_targets() {
  return {{"csv", read_csv_file, {ErrorKind::data}},
          {"npy", read_npy_file, {ErrorKind::data}},
          {"samples", read_samples, {ErrorKind::data}}};
}

}  // namespace rnngan::fuzzing
