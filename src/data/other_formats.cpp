// Files that are not read: what they are, and what to do.
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "core/error.h"
#include "data/data_file.h"

namespace rnngan {

namespace {

struct OtherFormat {
  std::string_view extensions;  // each with a blank behind it
  const char* name;
  const char* remedy;
};

constexpr std::array kOtherFormats = {
    OtherFormat{".xlsx .xls .xlsm .ods ", "a spreadsheet", "save the sheet as CSV"},
    OtherFormat{".parquet .feather .arrow .orc ", "a binary table",
                "write it as CSV: pandas.read_parquet(FILE).to_csv(\"data.csv\", index=False), or "
                "as its kind is read"},
    OtherFormat{".json .jsonl .ndjson ", "JSON", "write it as CSV, a row per step"},
    OtherFormat{".npz ", "an archive of arrays", "save one of them by numpy.save, as .npy"},
    OtherFormat{".pkl .pickle .pt .pth .joblib ", "a file of Python objects",
                "write the values as CSV, or by numpy.save as .npy"},
    OtherFormat{".h5 .hdf5 .nc .mat ", "a file of scientific arrays",
                "write the values as CSV, or by numpy.save as .npy"},
    OtherFormat{".zip .bz2 .xz .zst .7z .tar .tgz ", "packed",
                "unpack it; only .csv.gz is read as it is"},
    OtherFormat{
        ".arff .ts ", "a file with a description above its data",
        "write it as CSV: a row per step, the name and the class of its sequence in columns"},
};

}  // namespace

void refuse_format(const std::string& place, const std::string& extension) {
  for (const OtherFormat& other : kOtherFormats) {
    if (other.extensions.find(extension + " ") == std::string_view::npos) continue;
    throw Error(ErrorKind::data, place,
                fmt::format("is {} ({}), which is not read", other.name, extension), other.remedy);
  }
  throw Error(ErrorKind::data, place, fmt::format("unknown kind of file {}", extension),
              "known are .csv, .tsv, .txt, .dat, .data (also packed: .csv.gz) and .npy");
}

}  // namespace rnngan
