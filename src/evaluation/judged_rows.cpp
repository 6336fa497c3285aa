#include <utility>

#include "evaluation/metrics.h"

namespace rnngan {

std::vector<MetricRow> judged_rows() {
  std::vector<MetricRow> rows = {ds_row(),         ds_timegan_row(), tstr_next_row(),
                                 ps_timegan_row(), tstr_clf_row(),   trts_clf_row()};
  for (MetricRow& row : privacy_rows()) rows.push_back(std::move(row));
  rows.push_back(mem_rmmd_row());
  return rows;
}

}  // namespace rnngan
