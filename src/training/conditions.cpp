#include "training/conditions.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>
#include <span>
#include <utility>

#include <fmt/format.h>
#include <torch/types.h>

#include "core/error.h"
#include "core/text.h"
#include "tensor/random.h"

namespace rnngan {

namespace {

using Lines = std::vector<ConditionCount>;

/// The label, or one of the attributes.
struct Property {
  std::string name;
  std::vector<std::string> classes;  // empty: a number
  int64_t attribute = -1;            // -1: the label

  double of(const ConditionCount& line) const {
    return attribute < 0 ? static_cast<double>(line.label)
                         : line.statics[static_cast<size_t>(attribute)];
  }
};

std::vector<Property> properties_of(const Schema& schema) {
  std::vector<Property> properties;
  if (!schema.labels.empty()) properties.push_back({schema.label_name, schema.labels, -1});
  for (size_t s = 0; s < schema.statics.size(); ++s) {
    const Column& column = schema.statics[s];
    properties.push_back({column.name, column.classes, static_cast<int64_t>(s)});
  }
  return properties;
}

[[noreturn]] void refuse_wish(const std::string& fact, const std::string& hint) {
  throw Error(ErrorKind::usage, "where", fact, hint);
}

Property find_property(const Schema& schema, const std::string& name) {
  std::vector<std::string> names;
  for (const Property& property : properties_of(schema)) {
    if (property.name == name) return property;
    names.push_back(property.name);
  }
  if (names.empty()) {
    refuse_wish("this model was trained without labels and attributes",
                "train with data.label or data.static to have them");
  }
  refuse_wish(fmt::format("no label or attribute \"{}\" ({})", name, join(names)),
              did_you_mean(name, names));
}

/// What lies between two numbers, both included.
struct Interval {
  double low, high;
  bool holds(double value) const { return low <= value && value <= high; }
};

/// nullopt where `text` is neither a number nor a range of numbers.
std::optional<Interval> parse_interval(const std::string& text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const size_t dots = text.find("..");
  if (dots == std::string::npos) {
    const auto number = parse_double(text);
    return number ? std::optional<Interval>({*number, *number}) : std::nullopt;
  }
  const std::string from = text.substr(0, dots), to = text.substr(dots + 2);
  const auto low = from.empty() ? -kInfinity : parse_double(from);
  const auto high = to.empty() ? kInfinity : parse_double(to);
  if ((from.empty() && to.empty()) || !low || !high || !(*low <= *high)) return std::nullopt;
  return Interval{*low, *high};
}

/// What the lines have of a property: "a, b", "3, 5, 7", "from 2 to 9".
std::string occurring(const Lines& lines, const Property& property) {
  constexpr size_t kMostNumbers = 8, kMostClasses = 20;
  std::set<double> values;
  for (const auto& line : lines) values.insert(property.of(line));
  if (property.classes.empty() && values.size() > kMostNumbers) {
    return fmt::format("from {} to {}", shortest(*values.begin()), shortest(*values.rbegin()));
  }
  std::vector<std::string> names;
  for (const double value : values) {
    names.push_back(property.classes.empty() ? shortest(value)
                                             : property.classes[static_cast<size_t>(value)]);
  }
  const bool cut = names.size() > kMostClasses;
  return join(std::span(names).first(std::min(names.size(), kMostClasses))) + (cut ? ", ..." : "");
}

/// "; nearest are 4 and 5; 4..5 is the range between them", where the number lies between two.
std::string neighbours(const Lines& lines, const Property& property, double number) {
  std::set<double> values;
  for (const auto& line : lines) values.insert(property.of(line));
  const auto above = values.upper_bound(number);
  if (above == values.begin()) return fmt::format("; nearest is {}", shortest(*above));
  const double below = *std::prev(above);
  if (above == values.end()) return fmt::format("; nearest is {}", shortest(below));
  return fmt::format("; nearest are {0} and {1}; {0}..{1} is the range between them",
                     shortest(below), shortest(*above));
}

/// The values that a wish allows: one for each class, or an interval of numbers.
struct Allowed {
  std::set<double> codes;
  std::optional<Interval> numbers;
  bool holds(double value) const { return numbers ? numbers->holds(value) : codes.contains(value); }
};

/// A class by its name or, where classes are numbers, some of them by a range.
std::set<double> codes_of(const Property& property, const Wish& wish) {
  const auto found = std::ranges::find(property.classes, wish.value);
  if (found != property.classes.end()) {
    return {static_cast<double>(found - property.classes.begin())};
  }
  std::set<double> codes;
  if (const auto interval = parse_interval(wish.value)) {
    for (size_t k = 0; k < property.classes.size(); ++k) {
      const auto number = parse_double(property.classes[k]);
      if (number && interval->holds(*number)) codes.insert(static_cast<double>(k));
    }
  }
  return codes;
}

Allowed allowed_by(const Property& property, const Wish& wish, const Lines& lines) {
  Allowed allowed;
  if (!property.classes.empty()) {
    allowed.codes = codes_of(property, wish);
    if (allowed.codes.empty()) {
      refuse_wish(fmt::format("{}: no class \"{}\" ({})", wish.name, wish.value,
                              occurring(lines, property)),
                  did_you_mean(wish.value, property.classes));
    }
  } else {
    allowed.numbers = parse_interval(wish.value);
    if (!allowed.numbers) {
      refuse_wish(
          fmt::format("{}: \"{}\" is neither a number nor a range of numbers", wish.name,
                      wish.value),
          fmt::format("2, 2..5, 2.. or ..5; {} is {}", wish.name, occurring(lines, property)));
    }
  }
  const auto meets = [&](const ConditionCount& line) { return allowed.holds(property.of(line)); };
  if (std::ranges::any_of(lines, meets)) return allowed;
  std::string hint = fmt::format("{} is {} there", wish.name, occurring(lines, property));
  if (allowed.numbers && allowed.numbers->low == allowed.numbers->high) {
    hint += neighbours(lines, property, allowed.numbers->low);
  }
  refuse_wish(fmt::format("no training sequence has {}", wish.text()), hint);
}

/// Wishes by their properties, in the order in which these are first named.
std::vector<std::vector<Wish>> grouped_by_name(const std::vector<Wish>& wishes) {
  std::vector<std::vector<Wish>> groups;
  for (const Wish& wish : wishes) {
    const auto same = [&](const auto& group) { return group.front().name == wish.name; };
    const auto found = std::ranges::find_if(groups, same);
    if (found == groups.end()) {
      groups.push_back({wish});
    } else {
      found->push_back(wish);
    }
  }
  return groups;
}

/// The lines that meet one wish of each group.
Lines meeting(const Schema& schema, const std::vector<Wish>& wishes) {
  Lines lines = schema.distribution;
  std::string before;  // the groups that were applied, as text
  for (const auto& group : grouped_by_name(wishes)) {
    const Property property = find_property(schema, group.front().name);
    std::vector<Allowed> any;
    std::vector<std::string> texts;
    for (const Wish& wish : group) {
      any.push_back(allowed_by(property, wish, schema.distribution));
      texts.push_back(wish.text());
    }
    Lines kept;
    std::ranges::copy_if(lines, std::back_inserter(kept), [&](const ConditionCount& line) {
      return std::ranges::any_of(any, [&](const Allowed& a) { return a.holds(property.of(line)); });
    });
    const std::string text = join(texts, " or ");
    if (kept.empty()) {
      refuse_wish(
          fmt::format("no training sequence has {} and {}", before, text),
          fmt::format("with {}, {} is {}", before, property.name, occurring(lines, property)));
    }
    before += (before.empty() ? "" : " and ") + text;
    lines = std::move(kept);
  }
  return lines;
}

void require_label(const Schema& schema, const std::string& label) {
  if (schema.labels.empty()) {
    throw Error(ErrorKind::usage, "label", "this model was trained without labels",
                "train with data.label to have them");
  }
  const auto found = std::ranges::find(schema.labels, label);
  if (found == schema.labels.end()) {
    throw Error(ErrorKind::usage, "label",
                fmt::format("the data have no label \"{}\" ({})", label, join(schema.labels)),
                did_you_mean(label, schema.labels));
  }
  const int64_t index = found - schema.labels.begin();
  if (std::ranges::find(schema.distribution, index, &ConditionCount::label) !=
      schema.distribution.end()) {
    return;
  }
  throw Error(ErrorKind::usage, "label", "no training sequence has the label " + label,
              fmt::format("those that occur are {}",
                          occurring(schema.distribution, {schema.label_name, schema.labels, -1})));
}

/// The lines of the distribution that the request allows; all of them when it wishes for nothing.
Lines allowed_conditions(const Schema& schema, const SampleRequest& request) {
  std::vector<Wish> wishes = request.where;
  if (request.label) {
    require_label(schema, *request.label);
    wishes.insert(wishes.begin(), {schema.label_name, *request.label});
  }
  Lines lines = meeting(schema, wishes);
  if (request.length) {
    for (auto& line : lines) line.length = *request.length;
  }
  return lines;
}

/// Which line of the distribution each of `count` sequences takes.
std::vector<size_t> draw_lines(const Lines& conditions, int64_t count, at::Generator& stream) {
  std::vector<int64_t> cumulative;
  int64_t total = 0;
  for (const auto& line : conditions) cumulative.push_back(total += line.count);
  const torch::Tensor draws = uniform({count}, stream, torch::kCPU);
  std::vector<size_t> lines;
  for (int64_t i = 0; i < count; ++i) {
    const double at = draws.data_ptr<float>()[i] * static_cast<double>(total);
    const auto found = std::ranges::upper_bound(cumulative, static_cast<int64_t>(at));
    lines.push_back(
        std::min(static_cast<size_t>(found - cumulative.begin()), conditions.size() - 1));
  }
  return lines;
}

}  // namespace

Conditions::Conditions(const Schema& schema, const SampleRequest& request)
    : schema_(schema),
      started_(request.start.has_value()),
      starts_(wished_starts(request, schema.time)) {
  if (!request.like) {
    if (!schema.covariates.empty()) {
      throw Error(ErrorKind::usage, "covariates",
                  fmt::format("this model is given {} at every step (data.covariates)",
                              schema.covariates.front().name),
                  "name a file that has it for the sequences to be made");
    }
    lines_ = allowed_conditions(schema, request);
    return;
  }
  if (request.label || !request.where.empty()) {
    throw Error(ErrorKind::usage, request.label ? "label" : "where",
                "labels and attributes are to be those of the sequences that are given",
                "leave out either these sequences or the wishes");
  }
  like_ = conditions_like(*request.like, schema, "like");
  if (request.length && like_->covariates.defined() &&
      like_->lengths.min().item<int64_t>() < *request.length) {
    throw Error(ErrorKind::usage, "length",
                fmt::format("{} steps, but covariates of {} only", *request.length,
                            like_->lengths.min().item<int64_t>()),
                "give covariates of as many steps");
  }
  if (request.length) like_->lengths = torch::full_like(like_->lengths, *request.length);
}

SequenceSet Conditions::taken(int64_t first, int64_t count) const {
  const at::Tensor at = torch::arange(first, first + count, torch::kLong).remainder(like_->count());
  SequenceSet part = empty_set(schema_);
  part.lengths = like_->lengths.index_select(0, at);
  if (like_->labels.defined()) part.labels = like_->labels.index_select(0, at);
  if (like_->attributes.defined()) part.attributes = like_->attributes.index_select(0, at);
  return part;
}

at::Tensor Conditions::times(int64_t first, int64_t count, int64_t steps) const {
  const bool known = like_ && like_->times.defined() && schema_.time.known() && !started_;
  if (!known || schema_.time.grid == TimeGrid::irregular || like_->steps() < steps) return {};
  const at::Tensor at = torch::arange(first, first + count, torch::kLong).remainder(like_->count());
  return like_->padded_times().index_select(0, at).narrow(1, 0, steps);
}

at::Tensor Conditions::covariates(int64_t first, int64_t count, int64_t steps) const {
  if (!like_ || !like_->covariates.defined()) return {};
  const at::Tensor at = torch::arange(first, first + count, torch::kLong).remainder(like_->count());
  return like_->padded_covariates().index_select(0, at).narrow(1, 0, steps);
}

std::vector<double> Conditions::starts(int64_t first, int64_t count, at::Generator stream) const {
  const bool drawn = starts_.empty();
  const std::vector<double>& from = drawn ? schema_.time.starts : starts_;
  const torch::Tensor draws = uniform({count}, stream, torch::kCPU);
  std::vector<double> starts;
  for (int64_t i = 0; i < count; ++i) {
    const auto place =
        static_cast<size_t>(drawn ? draws.data_ptr<float>()[i] * static_cast<double>(from.size())
                                  : static_cast<double>(first + i));
    starts.push_back(from[drawn ? std::min(place, from.size() - 1) : place % from.size()]);
  }
  return starts;
}

SequenceSet Conditions::draw(int64_t first, int64_t count, at::Generator& stream) const {
  if (like_) return taken(first, count);
  SequenceSet part = empty_set(schema_);
  part.lengths = torch::empty({count}, torch::kInt64);
  if (!schema_.labels.empty()) part.labels = torch::empty({count}, torch::kInt64);
  const auto width = static_cast<int64_t>(schema_.statics.size());
  if (width > 0) part.attributes = torch::empty({count, width}, torch::kFloat64);
  const auto lines = draw_lines(lines_, count, stream);
  for (int64_t i = 0; i < count; ++i) {
    const ConditionCount& line = lines_[lines[static_cast<size_t>(i)]];
    part.lengths.data_ptr<int64_t>()[i] = line.length;
    if (part.labels.defined()) part.labels.data_ptr<int64_t>()[i] = line.label;
    for (int64_t s = 0; s < width; ++s) {
      part.attributes.data_ptr<double>()[i * width + s] = line.statics[static_cast<size_t>(s)];
    }
  }
  return part;
}

}  // namespace rnngan
