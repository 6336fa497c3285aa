// The templates behind field.h; include that.
#pragma once

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/field.h"

namespace rnngan {
namespace detail {

template <class T>
constexpr FieldType field_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return FieldType::boolean;
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return FieldType::integer;
  } else if constexpr (std::is_same_v<T, double>) {
    return FieldType::number;
  } else if constexpr (std::is_enum_v<T>) {
    return FieldType::choice;
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return FieldType::texts;
  } else {
    static_assert(std::is_same_v<T, std::string>,
                  "a config member has a type that JSON cannot hold");
    return FieldType::text;
  }
}

template <class T>
nlohmann::json to_field_json(const T& member) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& [name, value] : kEnumNames<T>) {
      if (value == member) return std::string(name);
    }
    return nullptr;  // not a value of the enum
  } else {
    return member;
  }
}

template <class T>
void from_field_json(T& member, const nlohmann::json& json) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& [name, value] : kEnumNames<T>) {
      if (json == name) member = value;
    }
  } else {
    member = json.get<T>();
  }
}

}  // namespace detail

template <class Struct, class Access>
Field make_field(std::string path, Access access, Range range, std::string help) {
  using Member = std::remove_reference_t<decltype(access(std::declval<Struct&>()))>;
  Field field;
  field.path = std::move(path);
  field.type = detail::field_type<Member>();
  field.range = range;
  field.help = std::move(help);
  if constexpr (std::is_enum_v<Member>) {
    for (const auto& entry : kEnumNames<Member>) field.choices.emplace_back(entry.first);
  }
  field.get = [access](const void* object) {
    return detail::to_field_json(access(*static_cast<const Struct*>(object)));
  };
  field.set = [access](void* object, const nlohmann::json& value) {
    detail::from_field_json(access(*static_cast<Struct*>(object)), value);
  };
  return field;
}

template <class Struct, class Access>
Field make_field(std::string path, Access access, std::string help) {
  return make_field<Struct>(std::move(path), std::move(access), Range{}, std::move(help));
}

}  // namespace rnngan
