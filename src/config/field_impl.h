// The templates behind field.h; include that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/column_names.h"
#include "config/field.h"
#include "config/size.h"

namespace rnngan {
namespace detail {

template <class T>
struct WithoutOptional {
  using type = T;
};
template <class T>
struct WithoutOptional<std::optional<T>> {
  using type = T;
};

template <class T>
constexpr FieldType field_type() {
  if constexpr (std::is_same_v<T, bool>) {
    return FieldType::boolean;
  } else if constexpr (std::is_same_v<T, int64_t>) {
    return FieldType::integer;
  } else if constexpr (std::is_same_v<T, Size>) {
    return FieldType::size;
  } else if constexpr (std::is_same_v<T, double>) {
    return FieldType::number;
  } else if constexpr (std::is_enum_v<T>) {
    return FieldType::choice;
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    return FieldType::texts;
  } else if constexpr (std::is_same_v<T, ColumnNames>) {
    return FieldType::names;
  } else if constexpr (std::is_same_v<T, std::vector<double>>) {
    return FieldType::numbers;
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
  } else if constexpr (std::is_same_v<T, ColumnNames>) {
    if (member.names.size() > 1) return member.names;
    return member.empty() ? std::string() : member.names.front();
  } else if constexpr (std::is_same_v<T, Size>) {
    return member.is_automatic() ? nlohmann::json("auto") : nlohmann::json(int64_t{member});
  } else {
    return member;
  }
}

template <class T>
nlohmann::json to_field_json(const std::optional<T>& member) {
  return member ? to_field_json(*member) : nlohmann::json();
}

template <class T>
void from_field_json(T& member, const nlohmann::json& json) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& [name, value] : kEnumNames<T>) {
      if (json == name) member = value;
    }
  } else if constexpr (std::is_same_v<T, ColumnNames>) {
    member.names = json.is_array() ? json.get<std::vector<std::string>>()
                                   : std::vector<std::string>{json.get<std::string>()};
    if (member.names.size() == 1 && member.names.front().empty()) member.clear();
  } else if constexpr (std::is_same_v<T, Size>) {
    member = json.is_string() ? Size::automatic(member) : Size(json.get<int64_t>());
  } else {
    member = json.get<T>();
  }
}

template <class T>
void from_field_json(std::optional<T>& member, const nlohmann::json& json) {
  from_field_json(member.emplace(), json);
}

}  // namespace detail

template <class Struct, class Access>
Field make_field(std::string path, Access access, Range range, std::string help) {
  using Declared = std::remove_reference_t<decltype(access(std::declval<Struct&>()))>;
  using Member = typename detail::WithoutOptional<Declared>::type;
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

template <class Struct, class Entry, class Access>
Field make_map_field(std::string path, Access access, FieldTable entries, std::string help) {
  Field field;
  field.path = std::move(path);
  field.type = FieldType::map;
  field.help = std::move(help);
  field.entries = std::move(entries);
  const auto fields = std::make_shared<const FieldTable>(field.entries);
  field.get = [access, fields](const void* object) {
    nlohmann::json all = nlohmann::json::object();
    for (const auto& [name, entry] : access(*static_cast<const Struct*>(object))) {
      nlohmann::json& one = all[name] = nlohmann::json::object();
      for (const Field& of_entry : *fields) {
        nlohmann::json value = of_entry.get(&entry);
        if (!value.is_null()) one[of_entry.path] = std::move(value);
      }
    }
    return all;
  };
  field.set = [access, fields](void* object, const nlohmann::json& value) {
    auto& map = access(*static_cast<Struct*>(object));
    map.clear();
    for (const auto& [name, given] : value.items()) {
      Entry& entry = map[name];
      for (const Field& of_entry : *fields) {
        if (given.contains(of_entry.path)) of_entry.set(&entry, given[of_entry.path]);
      }
    }
  };
  return field;
}

}  // namespace rnngan
