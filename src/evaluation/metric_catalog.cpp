#include <algorithm>
#include <utility>

#include "evaluation/metrics.h"

namespace rnngan {
namespace {

// The cheapest first, so that a table fills at once.
std::vector<MetricRow> all_rows() {
  std::vector<MetricRow> rows;
  const auto add = [&rows](std::vector<MetricRow> more) {
    for (MetricRow& row : more) rows.push_back(std::move(row));
  };
  add({invalid_rate_row(), marginal_w1_row(), marginal_ks_row(), category_tv_row(),
       transition_row(), atoms_row(), missing_gap_row(), association_row(), skew_row(), kurt_row(),
       lmoments_row(), acf_row(), xcorr_row(), mmd2_row(), ed_nn_row(), ed_energy_row()});
  add(prdc_rows());
  add({frechet_raw_row()});
  add(privacy_rows());
  add({mem_rmmd_row(), dtw_nn_row(), dtw_energy_row()});
  add(tsgbench_rows());
  add({c2st_fast_row(), c2st_row(), tstr_next_row(), tstr_clf_row(), trts_clf_row(), ds_row(),
       ps_timegan_row(), ds_timegan_row(), cfid_row()});
  return rows;
}

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const MetricRow& row : metric_catalog()) {
    for (const MetricId& id : ids_of(row)) names.push_back(id.name());
  }
  return names;
}

std::vector<MetricGroup> all_groups() {
  const auto with = [](std::vector<std::string> ids, const std::vector<std::string>& more) {
    ids.insert(ids.end(), more.begin(), more.end());
    return ids;
  };
  const std::vector<std::string> cheap = {
      "invalid_rate", "marginal_w1", "marginal_w1_d1", "acf",        "acf_d1", "mmd2",
      "mmd2_d1",      "ed_nn",       "category_tv",    "transition", "atoms",  "missing_gap"};
  const std::vector<std::string> timegan = {"ds_timegan", "ps_timegan"};
  return {
      {"fast", with(cheap, {"c2st_fast"})},
      {"default", with(cheap, {"marginal_ks", "lmoments", "lmoments_d1", "xcorr", "ed_energy",
                               "ed_energy_d1", "prdc", "prdc_d1", "copy_rate", "association",
                               "c2st", "tstr_next", "tstr_clf", "trts_clf", "ds"})},
      {"timegan", timegan},
      {"tsgbench", with(timegan, {"cfid", "mdd_tsgbench", "acd_tsgbench", "sd_tsgbench",
                                  "kd_tsgbench", "ed_tsgbench", "dtw_tsgbench"})},
      {"privacy",
       {"copy_rate", "dcr", "nndr", "identifiability", "mia_auc", "mem_rmmd", "mem_rmmd_d1"}},
      {"all", all_names()},
  };
}

}  // namespace

const std::vector<MetricRow>& metric_catalog() {
  static const std::vector<MetricRow> rows = all_rows();
  return rows;
}

std::string to_string(MetricStatus status) {
  if (status == MetricStatus::ok) return "ok";
  return status == MetricStatus::partial ? "partial" : "skipped";
}

std::string to_string(Direction direction) {
  if (direction == Direction::lower) return "lower";
  return direction == Direction::higher ? "higher" : "level";
}

std::string MetricId::name() const {
  return differenced ? row->name + "_d1" : row->name;
}

std::string MetricId::question() const {
  return differenced ? row->question + " (first differences)" : row->question;
}

std::vector<MetricId> ids_of(const MetricRow& row) {
  std::vector<MetricId> ids = {{&row, false}};
  if (row.has_d1) ids.push_back({&row, true});
  return ids;
}

std::optional<MetricId> find_metric(std::string_view name) {
  for (const MetricRow& row : metric_catalog()) {
    for (const MetricId& id : ids_of(row)) {
      if (id.name() == name) return id;
    }
  }
  return std::nullopt;
}

std::vector<std::string> names_of(const std::vector<MetricId>& ids) {
  std::vector<std::string> names;
  std::ranges::transform(ids, std::back_inserter(names), &MetricId::name);
  return names;
}

const std::vector<MetricGroup>& metric_groups() {
  static const std::vector<MetricGroup> groups = all_groups();
  return groups;
}

}  // namespace rnngan
