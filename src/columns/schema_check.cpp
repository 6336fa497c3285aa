// Whether the columns of a document fit together.
#include <fmt/format.h>

#include "columns/schema_parts.h"

namespace rnngan {

void check_derivations(const Schema& schema) {
  const auto count = static_cast<int64_t>(schema.columns.size());
  for (int64_t f = 0; f < count; ++f) {
    const Column& column = schema.columns[static_cast<size_t>(f)];
    for (const int64_t lower : column.above) {
      if (lower >= count || lower == f) {
        refuse_schema(fmt::format(".columns[{}].above", f), "is no column");
      }
    }
    if (column.kind != ColumnKind::derived || column.derivation.source < 0) continue;
    const std::string where = fmt::format(".columns[{}].derived", f);
    const int64_t source = column.derivation.source;
    if (source >= count || source == f) refuse_schema(where + ".source", "is no column");
    const Column& from = schema.columns[static_cast<size_t>(source)];
    if (from.kind == ColumnKind::derived && source > f) {
      refuse_schema(where + ".source", "is derived itself");
    }
    for (const int64_t part : column.derivation.plus) {
      if (part >= count || schema.columns[static_cast<size_t>(part)].kind != ColumnKind::number)
        refuse_schema(where + ".plus", "is no column of numbers");
    }
    const size_t states = from.is_category() ? from.classes.size() : from.atoms.size() + 1;
    const size_t values = column.derivation.values.size();
    if (values != 0 && values != states) refuse_schema(where + ".values", "does not fit");
  }
}

}  // namespace rnngan
