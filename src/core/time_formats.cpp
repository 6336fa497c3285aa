// Which format a column of times is written in.
#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "core/time_text.h"

namespace rnngan {

namespace {

using Texts = std::vector<std::vector<std::string>>;

constexpr const char* kDates[] = {"%Y-%m-%d",  "%d/%m/%Y", "%m/%d/%Y",  "%Y/%m/%d", "%d.%m.%Y",
                                  "%d-%m-%Y",  "%m-%d-%Y", "%Y.%m.%d",  "%d/%m/%y", "%m/%d/%y",
                                  "%d.%m.%y",  "%d %b %Y", "%d-%b-%Y",  "%d-%b-%y", "%b %d %Y",
                                  "%b %d, %Y", "%d %B %Y", "%B %d, %Y", "%Y-%b-%d", "%Y%m%d",
                                  "%m/%Y",     "%b %Y",    "%B %Y",     "%b-%y"};
constexpr const char* kTimesOfDay[] = {
    "", "%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%H", "%H.%M.%S", "%H.%M"};
// Of several columns of whole numbers.
constexpr const char* kParts[] = {"%Y", "%m", "%d", "%H", "%M", "%S"};

/// Formats of one reading, one per column.
using Candidate = std::vector<std::string>;

std::string joined(const Candidate& formats) {
  std::string all;
  for (const std::string& format : formats) {
    if (!all.empty()) all += ' ';
    all += format;
  }
  return all;
}

/// What the name of a weekday before a date may be, "" where the text begins otherwise: "Thu, 1 Jan
/// 2015".
const char* weekday_before(const std::string& text) {
  size_t letters = 0;
  while (letters < text.size() && std::isalpha(static_cast<unsigned char>(text[letters])))
    ++letters;
  if (letters < 3 || letters == text.size()) return "";
  const bool comma = text[letters] == ',';
  if (letters == 3) return comma ? "%a, " : "%a ";
  return comma ? "%A, " : "%A ";
}

std::vector<std::string> dates_like(const std::string& text) {
  std::vector<std::string> dates(std::begin(kDates), std::end(kDates));
  const std::string weekday = weekday_before(text);
  if (weekday.empty()) return dates;
  for (const char* const date : kDates) dates.push_back(weekday + date);
  return dates;
}

std::vector<Candidate> candidates_for(const Texts& texts) {
  const size_t columns = texts.size();
  std::vector<Candidate> candidates;
  for (const std::string& date : dates_like(texts[0][0])) {
    for (const char* const time : kTimesOfDay) {
      const bool alone = *time == '\0';
      if (columns == 2 && !alone) candidates.push_back({date, time});
      if (columns != 1) continue;
      candidates.push_back({alone ? date : fmt::format("{} {}", date, time)});
      if (!alone) candidates.push_back({fmt::format("{}T{}", date, time)});
    }
  }
  if (columns >= 3 && columns <= std::size(kParts)) {
    candidates.emplace_back(std::begin(kParts), std::begin(kParts) + columns);
  }
  return candidates;
}

/// How ISO 8601 is written here: by the text of the first row, which parse_iso_time() reads.
std::string iso_format(std::string_view text) {
  const size_t behind = text.find_first_of("Tt ");
  const std::string_view date = text.substr(0, behind);
  std::string format = "%Y-%m-%d";
  if (date.find('W') != std::string_view::npos) {
    format = date.size() > 8 ? "%G-W%V-%u" : "%G-W%V";
  } else if (date.find('-') == std::string_view::npos) {
    format = "%Y%m%d";
  } else if (date.size() == 7) {
    format = "%Y-%m";
  } else if (date.size() == 8) {
    format = "%Y-%j";
  }
  if (behind == std::string_view::npos) return format;
  format += text[behind];
  std::string_view time = text.substr(behind + 1);
  const size_t zone_at = time.find_first_of("Zz+-");
  const std::string_view zone =
      zone_at == std::string_view::npos ? std::string_view() : time.substr(zone_at);
  time = time.substr(0, zone_at);
  const size_t point = time.find_first_of(".,");
  const std::string_view clock = time.substr(0, point);
  const bool extended = clock.find(':') != std::string_view::npos;
  format += "%H";
  if (clock.size() > 2) format += extended ? ":%M" : "%M";
  if (clock.size() > (extended ? 5 : 4)) format += extended ? ":%S" : "%S";
  if (point != std::string_view::npos)
    format += fmt::format("{}%{}f", time[point], time.size() - point - 1);
  if (!zone.empty()) format += fmt::format("%{{{}}}", zone);
  return format;
}

/// The first row that the formats do not read; -1: they read all.
int64_t first_unread(const Texts& columns, const std::string& format) {
  for (size_t row = 0; row < columns[0].size(); ++row) {
    if (!parse_time(joined_time(columns, row), format)) return static_cast<int64_t>(row);
  }
  return -1;
}

bool all_iso(const std::vector<std::string>& texts) {
  return std::ranges::all_of(
      texts, [](const std::string& text) { return parse_iso_time(text).has_value(); });
}

bool in_order(const Texts& columns, const std::string& format) {
  std::optional<Instant> last;
  for (size_t row = 0; row < columns[0].size(); ++row) {
    const auto time = parse_time(joined_time(columns, row), format);
    if (last && time && *time < *last) return false;
    last = time;
  }
  return true;
}

/// Two readings that agree on every row are one.
bool differ(const Texts& columns, const std::string& a, const std::string& b) {
  for (size_t row = 0; row < columns[0].size(); ++row) {
    const std::string text = joined_time(columns, row);
    if (parse_time(text, a) != parse_time(text, b)) return true;
  }
  return false;
}

std::string without_zeros(std::string format, std::string_view directives) {
  for (size_t at = 0; (at = format.find('%', at)) != std::string::npos; at += 2) {
    if (directives.find(format[at + 1]) != std::string_view::npos) format.insert(at + 1, "-");
  }
  return format;
}

/// The format with as many leading zeros and digits as the texts have.
Candidate as_written_in(const Texts& columns, const Candidate& formats) {
  constexpr size_t kLookAt = 1000;
  const std::vector<std::string_view> choices = {"", "H", "I", "md", "mdH", "mdI", "mdHM", "d"};
  Candidate best;
  int64_t most = -1;
  for (const std::string_view bare : choices) {
    Candidate candidate;
    for (size_t c = 0; c < formats.size(); ++c) {
      std::string format = without_zeros(formats[c], bare);
      const std::string& text = columns[c][0];
      if (const size_t at = format.find("%f"); at != std::string::npos) {
        const size_t point = text.find_last_of(".,");
        format.replace(at, 2,
                       fmt::format("%{}f", std::clamp<size_t>(text.size() - point - 1, 1, 9)));
      }
      candidate.push_back(std::move(format));
    }
    int64_t same = 0;
    for (size_t row = 0; row < std::min(kLookAt, columns[0].size()); ++row) {
      const std::string text = joined_time(columns, row);
      const auto time = parse_time(text, joined(candidate));
      same += time && format_time(*time, joined(candidate)) == text ? 1 : 0;
    }
    if (same > most) {
      most = same;
      best = std::move(candidate);
    }
  }
  return best;
}

}  // namespace

std::string joined_time(const std::vector<std::vector<std::string>>& columns, size_t row) {
  std::string text;
  for (const std::vector<std::string>& column : columns) {
    if (!text.empty()) text += ' ';
    text += column[row];
  }
  return text;
}

TimeFormats find_time_formats(const std::vector<std::vector<std::string>>& columns) {
  TimeFormats found;
  if (columns.size() == 1 && all_iso(columns[0])) {
    found.formats = {iso_format(columns[0][0])};
    return found;
  }
  std::vector<Candidate> readings;
  for (const Candidate& candidate : candidates_for(columns)) {
    const int64_t unread = first_unread(columns, joined(candidate));
    if (unread < 0) {
      const auto same = [&](const Candidate& other) {
        return !differ(columns, joined(other), joined(candidate));
      };
      if (std::ranges::none_of(readings, same)) readings.push_back(candidate);
    }
    found.unread = std::max(found.unread, unread);
  }
  if (readings.empty()) return found;
  found.unread = -1;
  // Rows are mostly written in order.
  std::stable_partition(readings.begin(), readings.end(),
                        [&](const Candidate& c) { return in_order(columns, joined(c)); });
  const bool clear = readings.size() == 1 || (in_order(columns, joined(readings[0])) &&
                                              !in_order(columns, joined(readings[1])));
  found.formats = as_written_in(columns, readings[0]);
  if (!clear) found.rival = as_written_in(columns, readings[1]);
  return found;
}

}  // namespace rnngan
