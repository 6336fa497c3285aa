// The JSON names of every enumeration in run_config.h.
#pragma once

#include <string>
#include <string_view>

#include "config/field.h"
#include "config/run_config.h"

namespace rnngan {

template <>
inline constexpr auto kEnumNames<Header> =
    enum_names<Header>({{"auto", Header::automatic}, {"yes", Header::yes}, {"no", Header::no}});

template <>
inline constexpr auto kEnumNames<Decimal> = enum_names<Decimal>({{"auto", Decimal::automatic},
                                                                 {"point", Decimal::point},
                                                                 {"comma", Decimal::comma}});

template <>
inline constexpr auto kEnumNames<ShortSequences> =
    enum_names<ShortSequences>({{"skip", ShortSequences::skip}, {"error", ShortSequences::error}});

template <>
inline constexpr auto kEnumNames<Missing> = enum_names<Missing>({{"keep", Missing::keep},
                                                                 {"error", Missing::error},
                                                                 {"interpolate",
                                                                  Missing::interpolate},
                                                                 {"fill", Missing::fill},
                                                                 {"drop", Missing::drop}});

template <>
inline constexpr auto kEnumNames<Scaling> = enum_names<Scaling>({{"auto", Scaling::automatic},
                                                                 {"standard", Scaling::standard},
                                                                 {"asinh", Scaling::asinh},
                                                                 {"log", Scaling::log},
                                                                 {"minmax", Scaling::minmax},
                                                                 {"quantile", Scaling::quantile},
                                                                 {"none", Scaling::none}});

template <>
inline constexpr auto kEnumNames<ColumnKind> =
    enum_names<ColumnKind>({{"number", ColumnKind::number},
                            {"category", ColumnKind::category},
                            {"derived", ColumnKind::derived}});

template <>
inline constexpr auto kEnumNames<SplitPolicy> =
    enum_names<SplitPolicy>({{"auto", SplitPolicy::automatic},
                             {"blocks", SplitPolicy::blocks},
                             {"time", SplitPolicy::time},
                             {"sequence", SplitPolicy::sequence},
                             {"none", SplitPolicy::none}});

template <>
inline constexpr auto kEnumNames<Compatibility> =
    enum_names<Compatibility>({{"none", Compatibility::none}, {"timegan", Compatibility::timegan}});

template <>
inline constexpr auto kEnumNames<OutputActivation> =
    enum_names<OutputActivation>({{"straight_through", OutputActivation::straight_through},
                                  {"linear", OutputActivation::linear},
                                  {"range", OutputActivation::range}});

template <>
inline constexpr auto kEnumNames<ScorePolicy> =
    enum_names<ScorePolicy>({{"pooled", ScorePolicy::pooled},
                             {"seq_mean", ScorePolicy::seq_mean},
                             {"seq_last", ScorePolicy::seq_last},
                             {"step", ScorePolicy::step},
                             {"energy", ScorePolicy::energy}});

template <>
inline constexpr auto kEnumNames<ConditionPath> =
    enum_names<ConditionPath>({{"concat", ConditionPath::concat},
                               {"projection", ConditionPath::projection},
                               {"outputs", ConditionPath::outputs},
                               {"none", ConditionPath::none}});

template <>
inline constexpr auto kEnumNames<MinibatchLayer> =
    enum_names<MinibatchLayer>({{"none", MinibatchLayer::none},
                                {"discrimination", MinibatchLayer::discrimination},
                                {"deviation", MinibatchLayer::deviation}});

template <>
inline constexpr auto kEnumNames<OptimizerKind> =
    enum_names<OptimizerKind>({{"adam", OptimizerKind::adam},
                               {"oadam", OptimizerKind::oadam},
                               {"rmsprop", OptimizerKind::rmsprop},
                               {"sgd", OptimizerKind::sgd}});

template <>
inline constexpr auto kEnumNames<ScheduleKind> =
    enum_names<ScheduleKind>({{"constant", ScheduleKind::constant},
                              {"linear", ScheduleKind::linear},
                              {"cosine", ScheduleKind::cosine}});

/// The name of an enumeration's value in JSON; "" when it has none.
template <class E>
std::string enum_name(E value) {
  for (const auto& [name, candidate] : kEnumNames<E>) {
    if (candidate == value) return std::string(name);
  }
  return "";
}

}  // namespace rnngan
