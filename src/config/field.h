// A field table describes the members of a plain struct: JSON path, type, range and one line of
// help. Parsing, range checks, printing, the JSON Schema and help texts all read the table, so a
// member is described once.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace rnngan {

/// Of all documents. Beyond it no count of steps, rows or sequences means anything, and arithmetic
/// on it could overflow.
inline constexpr int64_t kLargestInteger = 1'000'000'000'000;

/// The names of an enumeration's values in JSON. Specialised once per enum that a config holds:
///   template <> inline constexpr auto kEnumNames<Missing> = enum_names<Missing>({{"error",
///   Missing::error}, ...});
template <class E>
inline constexpr int kEnumNames = 0;

template <class E, std::size_t N>
constexpr std::array<std::pair<std::string_view, E>, N> enum_names(
    const std::pair<std::string_view, E> (&names)[N]) {
  return std::to_array(names);
}

/// `size`: a whole number or "auto". `map`: an object whose keys are names of the user's, each with
/// the fields of `entries`.
enum class FieldType { boolean, integer, size, number, text, choice, texts, names, numbers, map };

/// What may stand in a numeric field. Open ends are excluded values: (0, 1] is {0, 1, true, false}.
struct Range {
  std::optional<double> low;
  std::optional<double> high;
  bool low_open = false;
  bool high_open = false;

  bool contains(double value) const;
  /// "at least 1", "from 0 to 1", "greater than 0", ...
  std::string text() const;
};

inline Range at_least(double low) {
  return {low, std::nullopt, false, false};
}
inline Range greater_than(double low) {
  return {low, std::nullopt, true, false};
}
inline Range between(double low, double high) {
  return {low, high, false, false};
}
/// low <= value < high
inline Range below(double low, double high) {
  return {low, high, false, true};
}

/// One member of a struct, type-erased: `get` and `set` take the address of the struct.
struct Field {
  std::string path;  // "data.window.length"
  FieldType type = FieldType::text;
  Range range;                                     // integer, size and number
  std::vector<std::string> choices;                // choice
  std::vector<Field> entries;                      // map: of each value, all of them optional
  std::string help;                                // one line, with units
  std::function<nlohmann::json(const void*)> get;  // null: an optional member without value
  std::function<void(void*, const nlohmann::json&)> set;  // value already checked
  bool changes_on_resume = false;                         // else a resumed run keeps it

  /// Leaves out one of the choices.
  Field without_choice(std::string_view choice) && {
    std::erase(choices, choice);
    return std::move(*this);
  }

  /// Marks a field that a resumed run may be given another value of.
  Field may_change_on_resume() && {
    changes_on_resume = true;
    return std::move(*this);
  }
};

using FieldTable = std::vector<Field>;

/// "whole number, at least 1", "one of linear, range", ...: what the field takes.
std::string describe_type(const Field& field);

/// Checks `value` against the field. Returns the fact that is wrong with it ("1.9 is not a whole
/// number (at least 1)"), or nullopt.
std::optional<std::string> check_value(const Field& field, const nlohmann::json& value);

/// What to do about a value that check_value refuses ("did you mean minmax?"), or "".
std::string value_hint(const Field& field, const nlohmann::json& value);

/// JSON on one line, shortened to fit into a message. Never throws.
std::string short_text(const nlohmann::json& value);

/// Describes one member: make_field<RunConfig>("train.steps", [](auto& c) -> auto& { return
/// c.train.steps; }, range, help). The field's type follows from the member's: bool, int64_t,
/// double, std::string, an enum with kEnumNames, vector<string>, vector<double>, or an optional of
/// one of them, which JSON has no key for where there is no value.
template <class Struct, class Access>
Field make_field(std::string path, Access access, Range range, std::string help);
/// The same for members without a range.
template <class Struct, class Access>
Field make_field(std::string path, Access access, std::string help);

/// A map by name of `Entry`, which `entries` describe: path "data.column", keys
/// data.column.NAME.FIELD.
template <class Struct, class Entry, class Access>
Field make_map_field(std::string path, Access access, FieldTable entries, std::string help);

}  // namespace rnngan

#include "config/field_impl.h"
