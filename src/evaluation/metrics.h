// The rows of the catalog, each made in the source file of its score.
#pragma once

#include <vector>

#include "evaluation/metric.h"

namespace rnngan {

MetricRow invalid_rate_row();

// A classifier on what a person would note (c2st.cpp).
MetricRow c2st_row();
MetricRow c2st_fast_row();

// Distances between distributions (marginals.cpp, moments.cpp, lmoments.cpp,
// dependence.cpp, mmd.cpp, frechet.cpp).
MetricRow marginal_w1_row();
MetricRow marginal_ks_row();
MetricRow skew_row();
MetricRow kurt_row();
MetricRow lmoments_row();
MetricRow acf_row();
MetricRow xcorr_row();
MetricRow mmd2_row();
MetricRow frechet_raw_row();
MetricRow cfid_row();  // of learned representations (cfid.cpp)

// Of classes, missing cells and values that come back (category_tv.cpp, transition.cpp,
// missing_gap.cpp, association.cpp, atoms.cpp).
MetricRow category_tv_row();
MetricRow transition_row();
MetricRow missing_gap_row();
MetricRow association_row();
MetricRow atoms_row();

// Distances between sequences (nearest.cpp, energy.cpp, prdc.cpp, dtw.h).
MetricRow ed_nn_row();
MetricRow dtw_nn_row();
MetricRow ed_energy_row();
MetricRow dtw_energy_row();
std::vector<MetricRow> prdc_rows();  // prdc (coverage first), precision, recall, density, coverage

// As other projects compute them (tsgbench.cpp).
std::vector<MetricRow> tsgbench_rows();  // mdd, acd, sd, kd, ed, dtw

// Trained evaluators (discriminative.cpp, predictive.cpp, classifier.cpp).
MetricRow ds_row();
MetricRow ds_timegan_row();
MetricRow tstr_next_row();
MetricRow ps_timegan_row();
MetricRow tstr_clf_row();
MetricRow trts_clf_row();

// Privacy and memorisation (privacy.cpp, relative_mmd.cpp).
std::vector<MetricRow> privacy_rows();  // copy_rate, dcr, nndr, identifiability, mia_auc
MetricRow mem_rmmd_row();

}  // namespace rnngan
