#include "evaluation/boosted_trees.h"

#include <algorithm>
#include <cmath>
#include <string>

#include <torch/types.h>
#include <xgboost/c_api.h>

#include "core/error.h"

namespace rnngan {
namespace {

using at::Tensor;

void require(int code) {
  if (code != 0) throw Error(ErrorKind::bug, "XGBoost", XGBGetLastError());
}

/// Owns a matrix of the library.
class Matrix {
 public:
  explicit Matrix(const Tensor& x) {
    const Tensor rows = x.to(at::kFloat).contiguous();
    require(XGDMatrixCreateFromMat(rows.data_ptr<float>(), static_cast<bst_ulong>(rows.size(0)),
                                   static_cast<bst_ulong>(rows.size(1)), std::nanf(""), &handle_));
  }
  ~Matrix() { XGDMatrixFree(handle_); }
  Matrix(const Matrix&) = delete;
  Matrix& operator=(const Matrix&) = delete;

  void set_classes(const Tensor& positive) {
    const Tensor classes = positive.to(at::kFloat).contiguous();
    require(XGDMatrixSetFloatInfo(handle_, "label", classes.data_ptr<float>(),
                                  static_cast<bst_ulong>(classes.size(0))));
  }
  DMatrixHandle handle() const { return handle_; }

 private:
  DMatrixHandle handle_ = nullptr;
};

}  // namespace

BoostedTrees::BoostedTrees(const Tensor& x, const Tensor& positive,
                           const BoostingOptions& options) {
  Matrix matrix(x);
  matrix.set_classes(positive);
  const DMatrixHandle handle = matrix.handle();
  require(XGBoosterCreate(&handle, 1, &booster_));
  const auto set = [this](const char* name, const std::string& value) {
    require(XGBoosterSetParam(booster_, name, value.c_str()));
  };
  const double of_positive = positive.sum().item<double>();
  const double others = static_cast<double>(positive.size(0)) - of_positive;
  set("objective", "binary:logitraw");
  set("tree_method", "hist");
  set("max_bin", "64");
  set("nthread", "1");
  set("verbosity", "0");
  set("max_depth", std::to_string(options.depth));
  set("eta", std::to_string(options.rate));
  set("colsample_bytree", std::to_string(options.column_share));
  set("scale_pos_weight", std::to_string(others / std::max(1.0, of_positive)));
  set("seed", std::to_string(options.seed % 2147483647));
  for (int64_t tree = 0; tree < options.trees; ++tree) {
    require(XGBoosterUpdateOneIter(booster_, static_cast<int>(tree), handle));
  }
}

BoostedTrees::~BoostedTrees() {
  XGBoosterFree(booster_);
}

Tensor BoostedTrees::log_odds(const Tensor& x) const {
  const Matrix matrix(x);
  bst_ulong count = 0;
  const float* values = nullptr;  // the library's, until its next answer
  require(XGBoosterPredict(booster_, matrix.handle(), /*option_mask=*/1, /*ntree_limit=*/0,
                           /*training=*/0, &count, &values));
  const Tensor answers = at::empty({static_cast<int64_t>(count)}, at::kFloat);
  std::copy_n(values, count, answers.data_ptr<float>());
  return answers;
}

}  // namespace rnngan
