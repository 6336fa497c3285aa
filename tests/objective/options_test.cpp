// Every option of every row does something: another value changes what can be seen of the row.
#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "objective/equipped.h"
#include "objective/golden_loss.h"
#include "objective/row_findings.h"
#include "objective/term_support.h"

namespace rnngan {
namespace options_test {

using at::Tensor;
using nlohmann::json;

/// Numbers by which one setting of a row may differ from another.
using Trace = std::vector<double>;

void add(Trace& trace, const Tensor& values) {
  if (!values.defined()) return trace.push_back(-1e9);
  const auto numbers = to_vector(values.flatten().to(at::kDouble));
  trace.insert(trace.end(), numbers.begin(), numbers.end());
}

std::vector<NamedParameter> parameters() {
  return {{"lstm.weight_ih_l0", 0.3 * wavy(1, 2, 0).view({2, 2})}, {"lstm.bias", doubles({1, -1})}};
}

FakeContext step(Side side, const Objective& objective, const Tensor& real, const Tensor& fake) {
  const Critic critic = curved(doubles({0.6, -0.4}));
  FakeContext context(side, critic, real, fake);
  equip(context, critic, fake, objective);
  context.set_embedding([](const Tensor& x) { return x + 0.3 * x.square(); });
  context.set_parameters(parameters(), side);
  return context;
}

/// Steps of each side: enough of them for running means to remember, and fakes ahead and behind.
void add_steps(Trace& trace, Objective& objective) {
  for (const Side side : {kD, kG}) {
    trace.push_back(objective.trains(side));
    for (const double i : {0, 1, 2, 3}) {
      const Tensor real = wavy(8, 4, 0.5 * i), fake = wavy(8, 4, 1 + 0.7 * i) / (1 + 9 * i);
      FakeContext context = step(side, objective, real, fake);
      const SideResult result = objective.evaluate(context);
      for (const Statistic& statistic : result.statistics) add(trace, statistic.value);
      if (result.total.defined()) {
        const torch::NoGradGuard no_grad;
        objective.after_step(context);
      }
      for (const NamedParameter& parameter : context.parameters(side)) add(trace, parameter.value);
      trace.insert(trace.end(), context.radii().begin(), context.radii().end());
    }
  }
}

Trace trace_of_loss(const LossDescription& row, const json& options) {
  Objective objective = loss_alone(row.name, options);
  Trace trace = {static_cast<double>(objective.outputs(test_shape()))};
  trace.push_back(static_cast<double>(findings_of_loss(row.name, options).size()));
  add_steps(trace, objective);
  // Far from the decision boundary, too.
  for (const Side side : {kD, kG}) {
    if (objective.adversarial()->outputs) break;
    add(trace, total_at(objective, side, doubles({4, -3, 0.5}), doubles({-2, 5, 0.8})));
  }
  return trace;
}

Trace trace_of_term(const LossDescription& row, const json& options) {
  ObjectiveConfig config = objective_config("bce");
  config.terms["term"] = term_config(row.name, 1, options);
  Objective objective(config);
  Term& term = *objective.terms()[0].term;
  term.attach([](Side) { return parameters(); });
  Trace trace = {static_cast<double>(findings_of_term(row.name, options).size())};
  for (const HeadRequest& head : objective.heads(test_shape())) {
    trace.push_back(static_cast<double>(head.outputs));
  }
  for (const NetworkRequest& network : objective.networks(test_shape())) {
    trace.push_back(static_cast<double>(network.outputs));
  }
  for (const Side side : {kD, kG}) trace.push_back(term.acts_on(side));
  add_steps(trace, objective);
  return trace;
}

bool differ(const Trace& a, const Trace& b) {
  return !std::equal(a.begin(), a.end(), b.begin(), b.end(),
                     [](double x, double y) { return std::abs(x - y) <= 1e-13; });
}

/// Other values that the field may have.
std::vector<json> others(const Field& field, const json& value) {
  std::vector<json> all;
  if (field.type == FieldType::boolean) return {!value.get<bool>()};
  for (const std::string& choice : field.choices) {
    if (choice != value) all.emplace_back(choice);
  }
  const bool whole = field.type == FieldType::integer;
  if (!whole && field.type != FieldType::number) return all;
  const auto number = value.get<double>();
  for (const double other : {number + 1, number / 2, number / 200, number - 1}) {
    const json candidate = whole ? json(static_cast<int64_t>(other)) : json(other);
    if (candidate != value && !check_value(field, candidate)) all.push_back(candidate);
  }
  return all;
}

/// Whether a value of the field makes a difference, with the other options as in `base`.
template <class TraceOf>
bool matters(const LossDescription& row, const Field& field, json base, TraceOf trace_of) {
  const Trace before = trace_of(row, base);
  const json value = field.get(options_of(row, base).get());
  for (const json& other : others(field, value)) {
    base[field.path] = other;
    if (differ(before, trace_of(row, base))) return true;
  }
  return false;
}

template <class TraceOf>
void expect_options_matter(const LossDescription& row, TraceOf trace_of) {
  for (const Field& field : row.options.fields) {
    bool does = matters(row, field, json::object(), trace_of);
    // Some count only beside another value of another option.
    for (const Field& beside : row.options.fields) {
      if (does || beside.path == field.path) continue;
      for (const json& value : others(beside, beside.get(row.options.make().get()))) {
        does = does || matters(row, field, {{beside.path, value}}, trace_of);
      }
    }
    EXPECT_TRUE(does) << row.name << " " << field.path;
  }
}

TEST(Options, OfLossesMakeADifference) {
  for (const LossDescription& row : catalogs().adversarial) {
    expect_options_matter(row, trace_of_loss);
  }
}

TEST(Options, OfTermsMakeADifference) {
  for (const LossDescription& row : catalogs().terms) expect_options_matter(row, trace_of_term);
}

}  // namespace options_test
}  // namespace rnngan
