// What a config may say of one column of the data.
#include "config/config.h"
#include "config/enum_names.h"

namespace rnngan {

const FieldTable& column_fields() {
  static const FieldTable table = {
      make_field<ColumnConfig>(
          "kind", [](auto& c) -> auto& { return c.kind; },
          "number, or category: one of a few classes, told by text or by numbers. Text is a "
          "category anyway")
          .without_choice("derived"),
      make_field<ColumnConfig>(
          "transform", [](auto& c) -> auto& { return c.transform; },
          "how its numbers are scaled, as in data.scaling, the default"),
      make_field<ColumnConfig>(
          "atoms", [](auto& c) -> auto& { return c.atoms; },
          "values that come back again and again and are to do so in samples (zeros, caps)"),
      make_field<ColumnConfig>(
          "decimals", [](auto& c) -> auto& { return c.decimals; }, between(0, 9),
          "digits behind the point of its numbers in samples"),
      make_field<ColumnConfig>(
          "dead_band", [](auto& c) -> auto& { return c.dead_band; }, at_least(0),
          "what changes by less from one step to the next stays as it was in samples; original "
          "units. 0: nothing does. Not given: found out. Under model.generator.output "
          "straight_through alone"),
  };
  return table;
}

}  // namespace rnngan
