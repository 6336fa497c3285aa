// Reading JSON that may lack anything: what is absent or of another type reads as nothing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

/// The finite number at `key`.
std::optional<double> number_at(const nlohmann::json& object, const std::string& key);
/// The text at `key`, or "".
std::string text_at(const nlohmann::json& object, const std::string& key);
/// The value at `key`, or null.
const nlohmann::json& value_at(const nlohmann::json& object, const std::string& key);
/// The texts of the array at `key`.
std::vector<std::string> texts_at(const nlohmann::json& object, const std::string& key);
/// The finite numbers of the array at `key`; others are left out.
std::vector<double> numbers_at(const nlohmann::json& object, const std::string& key);

}  // namespace rnngan
