#include "report/json_access.h"

#include <cmath>

namespace rnngan {

using nlohmann::json;

const json& value_at(const json& object, const std::string& key) {
  static const json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(key);
  return found == object.end() ? nothing : *found;
}

std::optional<double> number_at(const json& object, const std::string& key) {
  const json& value = value_at(object, key);
  if (!value.is_number() || !std::isfinite(value.get<double>())) return std::nullopt;
  return value.get<double>();
}

std::string text_at(const json& object, const std::string& key) {
  const json& value = value_at(object, key);
  return value.is_string() ? value.get<std::string>() : "";
}

std::vector<std::string> texts_at(const json& object, const std::string& key) {
  std::vector<std::string> texts;
  const json& values = value_at(object, key);
  if (!values.is_array()) return texts;
  for (const json& value : values) {
    if (value.is_string()) texts.push_back(value.get<std::string>());
  }
  return texts;
}

std::vector<double> numbers_at(const json& object, const std::string& key) {
  std::vector<double> numbers;
  const json& values = value_at(object, key);
  if (!values.is_array()) return numbers;
  for (const json& value : values) {
    if (value.is_number() && std::isfinite(value.get<double>()))
      numbers.push_back(value.get<double>());
  }
  return numbers;
}

}  // namespace rnngan
