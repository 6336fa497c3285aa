#include "config/field.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "core/text.h"
#include "core/utf8.h"

namespace rnngan {

bool Range::contains(double value) const {
  if (low && (low_open ? value <= *low : value < *low)) return false;
  return !(high && (high_open ? value >= *high : value > *high));
}

std::string Range::text() const {
  if (!low && !high) return "";
  if (!high) return fmt::format("{} {}", low_open ? "greater than" : "at least", shortest(*low));
  if (!low) return fmt::format("{} {}", high_open ? "less than" : "at most", shortest(*high));
  if (low_open) {
    return fmt::format("greater than {} and {} {}", shortest(*low),
                       high_open ? "less than" : "at most", shortest(*high));
  }
  if (high_open)
    return fmt::format("at least {} and less than {}", shortest(*low), shortest(*high));
  return fmt::format("from {} to {}", shortest(*low), shortest(*high));
}

namespace {

std::string noun(const Field& field) {
  switch (field.type) {
    case FieldType::boolean:
      return "true or false";
    case FieldType::integer:
      return "whole number";
    case FieldType::size:
      return "whole number or \"auto\"";
    case FieldType::number:
      return "number";
    case FieldType::text:
      return "text";
    case FieldType::choice:
      return "one of " + join(field.choices);
    case FieldType::texts:
      return "list of texts";
    case FieldType::names:
      return "text or list of texts";
    case FieldType::numbers:
      return "list of numbers";
    case FieldType::map:
      return "object";
  }
  return "";
}

std::string not_a(const Field& field, const nlohmann::json& value) {
  const bool none = field.type == FieldType::boolean || field.type == FieldType::text ||
                    field.type == FieldType::choice;
  const char* const article = none ? "" : field.type == FieldType::map ? "an " : "a ";
  const std::string range = field.range.text();
  return fmt::format("{} is not {}{}{}", short_text(value), article, noun(field),
                     range.empty() ? "" : " (" + range + ")");
}

std::string out_of_range(const nlohmann::json& value, const std::string& allowed) {
  return fmt::format("{} is out of range ({})", short_text(value), allowed);
}

std::optional<std::string> check_number(const Field& field, const nlohmann::json& value) {
  const auto number = value.get<double>();
  if (!std::isfinite(number)) return not_a(field, value);
  if (!field.range.contains(number)) return out_of_range(value, field.range.text());
  return std::nullopt;
}

std::optional<std::string> check_integer(const Field& field, const nlohmann::json& value) {
  const auto number = value.get<double>();
  if (!std::isfinite(number) || std::trunc(number) != number) return not_a(field, value);
  if (auto fact = check_number(field, value)) return fact;
  if (number > static_cast<double>(kLargestInteger)) {
    return out_of_range(value, fmt::format("{}, at most {}", field.range.text(), kLargestInteger));
  }
  if (value.is_number_float()) {
    return fmt::format("{} is not written as a whole number (write {})", short_text(value),
                       static_cast<int64_t>(number));
  }
  return std::nullopt;
}

bool is_list_of_texts(const nlohmann::json& value) {
  if (!value.is_array()) return false;
  for (const auto& item : value) {
    if (!item.is_string()) return false;
  }
  return true;
}

bool is_list_of_numbers(const nlohmann::json& value) {
  if (!value.is_array()) return false;
  return std::all_of(value.begin(), value.end(), [](const nlohmann::json& item) {
    return item.is_number() && std::isfinite(item.get<double>());
  });
}

bool is_choice(const Field& field, const nlohmann::json& value) {
  for (const auto& choice : field.choices) {
    if (value == choice) return true;
  }
  return false;
}

}  // namespace

std::string short_text(const nlohmann::json& value) {
  constexpr size_t kLongest = 60;
  std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (text.size() <= kLongest) return text;
  return std::string(first_bytes(text, kLongest)) + "...";
}

std::string describe_type(const Field& field) {
  const std::string range = field.range.text();
  return range.empty() ? noun(field) : noun(field) + ", " + range;
}

std::optional<std::string> check_value(const Field& field, const nlohmann::json& value) {
  switch (field.type) {
    case FieldType::boolean:
      if (value.is_boolean()) return std::nullopt;
      break;
    case FieldType::integer:
      if (value.is_number()) return check_integer(field, value);
      break;
    case FieldType::size:
      if (value == "auto") return std::nullopt;
      if (value.is_number()) return check_integer(field, value);
      break;
    case FieldType::number:
      if (value.is_number()) return check_number(field, value);
      break;
    case FieldType::text:
      if (value.is_string()) return std::nullopt;
      break;
    case FieldType::choice:
      if (is_choice(field, value)) return std::nullopt;
      break;
    case FieldType::texts:
      if (is_list_of_texts(value)) return std::nullopt;
      break;
    case FieldType::names:
      if (value.is_string() || is_list_of_texts(value)) return std::nullopt;
      break;
    case FieldType::numbers:
      if (is_list_of_numbers(value)) return std::nullopt;
      break;
    case FieldType::map:
      if (value.is_object()) return std::nullopt;
      break;
  }
  return not_a(field, value);
}

/// Whether a shell took the quotes of a list of texts, or there were none: "[a]", [1], 1.
bool is_list_without_quotes(const nlohmann::json& value) {
  return value.is_string() ? value.get_ref<const std::string&>().starts_with('[')
                           : value.is_number() || value.is_array();
}

std::string value_hint(const Field& field, const nlohmann::json& value) {
  if (field.type == FieldType::choice && value.is_string()) {
    return did_you_mean(value.get_ref<const std::string&>(), field.choices);
  }
  if (field.type == FieldType::text && !value.is_structured()) {
    return fmt::format("put it in quotes: \"{}\"", short_text(value));
  }
  const bool list = field.type == FieldType::texts
                        ? value.is_string()
                        : field.type == FieldType::numbers && value.is_number();
  if (field.type == FieldType::texts && is_list_without_quotes(value)) {
    return "texts of a list stand in quotes: '[\"a\", \"b\"]'";
  }
  if (list) {
    return fmt::format("put it in brackets: [{}]", short_text(value));
  }
  const bool numeric = field.type == FieldType::integer || field.type == FieldType::size ||
                       field.type == FieldType::number;
  if ((numeric || field.type == FieldType::boolean) && value.is_string()) {
    const auto inner = nlohmann::json::parse(value.get_ref<const std::string&>(), nullptr, false);
    if (!inner.is_discarded() && !check_value(field, inner)) {
      return fmt::format("write it without quotes: {}", inner.dump());
    }
  }
  return "";
}

}  // namespace rnngan
