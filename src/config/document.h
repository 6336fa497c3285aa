// A JSON document from disk, taken apart: what is not as it should be is refused where it stands.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "core/error.h"

namespace rnngan {

/// A value of a document and where it stands. Every function throws Error{kind} "ORIGIN: PATH:
/// FACT" with the document's hint. Refers to the document.
class DocumentValue {
 public:
  /// The document itself; `origin` names its file.
  DocumentValue(const nlohmann::json& value, std::string origin, ErrorKind kind,
                std::string hint = {});

  const nlohmann::json& json() const { return *value_; }

  /// A member of an object, which must be there.
  DocumentValue at(const std::string& key) const;
  /// A member that may be absent or null.
  std::optional<DocumentValue> find(const std::string& key) const;
  /// The items of a list of at least `least`.
  std::vector<DocumentValue> items(size_t least = 0) const;
  /// An object.
  const nlohmann::json& object() const;

  std::string text() const;
  /// From `least` to 10^12, beyond which no count means anything.
  int64_t whole(int64_t least = 0) const;
  double number() const;
  /// Nothing for null.
  std::optional<double> number_or_null() const;
  bool flag() const;

  [[noreturn]] void refuse(const std::string& fact) const;
  /// "VALUE is WHAT", with the value shortened.
  [[noreturn]] void refuse_as(const std::string& what) const;

 private:
  DocumentValue part(const nlohmann::json& value, std::string path) const;

  const nlohmann::json* value_;
  std::string origin_, path_, hint_;
  ErrorKind kind_;
};

/// Parses a file; nothing but JSON passes. Throws Error{kind}, with `hint` where it is damaged.
nlohmann::json read_document(const std::string& text, const std::string& origin, ErrorKind kind,
                             const std::string& hint = {});

}  // namespace rnngan
