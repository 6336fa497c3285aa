// A program of yours that draws sequences from a trained model.   Usage: embed RUN [COUNT]
#include <cstdio>
#include <cstdlib>

#include <rnngan/app/model.h>
#include <rnngan/core/error.h>

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: embed RUN [COUNT]\n");
    return 2;
  }
  try {
    const rnngan::Model model = rnngan::open_model(argv[1]);
    const auto samples = model.sample({.count = argc > 2 ? std::atoll(argv[2]) : 2, .seed = 7});
    for (int64_t n = 0; n < samples.count(); ++n) {
      std::printf("sequence %lld\n", static_cast<long long>(n));
      for (int64_t step = 0; step < samples.lengths[n].item<int64_t>(); ++step) {
        for (int64_t column = 0; column < samples.features(); ++column) {
          std::printf("%s=%g ", model.schema().columns[column].name.c_str(),
                      samples.padded()[n][step][column].item<double>());
        }
        std::printf("\n");
      }
    }
  } catch (const rnngan::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
