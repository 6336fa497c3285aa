#include "columns/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include "core/time_text.h"

namespace rnngan::columns_test {

at::Tensor covariates_of(const std::string& text, const std::vector<std::string>& cycles) {
  const double time = seconds_of(parse_iso_time(text).value());
  return calendar_covariates(torch::tensor({time}, torch::kDouble), cycles)[0];
}

void expect_angle(const at::Tensor& sine_and_cosine, double turns) {
  EXPECT_NEAR(sine_and_cosine[0].item<double>(), std::sin(2 * M_PI * turns), 1e-6);
  EXPECT_NEAR(sine_and_cosine[1].item<double>(), std::cos(2 * M_PI * turns), 1e-6);
}

TEST(Calendar, CyclesGoRound) {
  expect_angle(covariates_of("2024-03-05T06:00", {"hour"}), 0.25);
  expect_angle(covariates_of("2024-01-01", {"weekday"}), 0);  // a Monday
  expect_angle(covariates_of("2024-01-04T12:00", {"weekday"}), 0.5);
  expect_angle(covariates_of("2024-07-01", {"month"}), 0.5);
  expect_angle(covariates_of("2023-12-31T12:00", {"day_of_year"}), 364.5 / 365);
  expect_angle(covariates_of("2024-12-31T12:00", {"day_of_year"}), 365.5 / 366);
  EXPECT_EQ(covariates_of("1969-12-31T23:00", calendar_cycles()).size(0), 8);
  expect_angle(covariates_of("1969-12-31T18:00", {"hour"}), 0.75);
}

}  // namespace rnngan::columns_test
