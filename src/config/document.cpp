#include "config/document.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "config/config.h"
#include "config/field.h"
#include "config/layers.h"

namespace rnngan {

DocumentValue::DocumentValue(const nlohmann::json& value, std::string origin, ErrorKind kind,
                             std::string hint)
    : value_(&value), origin_(std::move(origin)), hint_(std::move(hint)), kind_(kind) {}

DocumentValue DocumentValue::part(const nlohmann::json& value, std::string path) const {
  DocumentValue part(value, origin_, kind_, hint_);
  part.path_ = std::move(path);
  return part;
}

void DocumentValue::refuse(const std::string& fact) const {
  const bool both = !origin_.empty() && !path_.empty();
  throw Error(kind_, fmt::format("{}{}{}", origin_, both ? ": " : "", path_), fact, hint_);
}

void DocumentValue::refuse_as(const std::string& what) const {
  refuse(fmt::format("{} is {}", short_text(*value_), what));
}

const nlohmann::json& DocumentValue::object() const {
  if (!value_->is_object()) refuse_as("not an object");
  return *value_;
}

std::optional<DocumentValue> DocumentValue::find(const std::string& key) const {
  const auto found = object().find(key);
  if (found == value_->end() || found->is_null()) return std::nullopt;
  return part(*found, join_path(path_, key));
}

DocumentValue DocumentValue::at(const std::string& key) const {
  const auto found = object().find(key);
  if (found != value_->end()) return part(*found, join_path(path_, key));
  part(*value_, join_path(path_, key)).refuse("is missing");
}

std::vector<DocumentValue> DocumentValue::items(size_t least) const {
  if (!value_->is_array()) refuse_as("not a list");
  if (value_->size() < least) refuse("is empty");
  std::vector<DocumentValue> items;
  for (size_t i = 0; i < value_->size(); ++i) {
    items.push_back(part((*value_)[i], fmt::format("{}[{}]", path_, i)));
  }
  return items;
}

std::string DocumentValue::text() const {
  if (!value_->is_string()) refuse_as("not a text");
  return value_->get<std::string>();
}

int64_t DocumentValue::whole(int64_t least) const {
  // As doubles: an unsigned number may be larger than any signed one.
  const double number = value_->is_number_integer() ? value_->get<double>() : NAN;
  if (!(number >= static_cast<double>(least))) {
    refuse_as(fmt::format("not a whole number of at least {}", least));
  }
  if (number > static_cast<double>(kLargestInteger)) {
    refuse_as(fmt::format("above {}", kLargestInteger));
  }
  return value_->get<int64_t>();
}

double DocumentValue::number() const {
  if (!value_->is_number()) refuse_as("not a number");
  return value_->get<double>();
}

std::optional<double> DocumentValue::number_or_null() const {
  return value_->is_null() ? std::nullopt : std::optional(number());
}

bool DocumentValue::flag() const {
  if (!value_->is_boolean()) refuse_as("not true or false");
  return value_->get<bool>();
}

nlohmann::json read_document(const std::string& text, const std::string& origin, ErrorKind kind,
                             const std::string& hint) {
  try {
    return parse_json(text, origin);
  } catch (const Error& error) {
    const Problem& problem = error.problems().front();
    throw Error(kind, problem.place, problem.fact, hint);
  }
}

}  // namespace rnngan
