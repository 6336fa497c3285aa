#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "report/curves.h"
#include "report/html.h"

namespace rnngan {

namespace {

constexpr size_t kMostRows = 24;
const std::string kScore = "score.", kFloor = ".floor";

/// The values of these columns at some of their steps.
std::string log_table(const RunLog& log, const std::vector<std::string>& names) {
  std::set<double> steps;
  for (const auto& name : names) steps.insert(log.at(name).step.begin(), log.at(name).step.end());
  const size_t every = std::max<size_t>(1, (steps.size() + kMostRows - 1) / kMostRows);
  std::vector<std::string> heads = {"step"};
  heads.insert(heads.end(), names.begin(), names.end());
  std::vector<std::vector<std::string>> rows;
  size_t index = 0;
  for (const double step : steps) {
    const bool last = index + 1 == steps.size();
    if (index++ % every != 0 && !last) continue;
    rows.push_back({fmt::format("{:.0f}", step)});
    for (const auto& name : names) {
      const Curve& curve = log.at(name);
      const auto found = std::ranges::lower_bound(curve.step, step);
      const bool has = found != curve.step.end() && *found == step;
      rows.back().push_back(
          has ? html::number(curve.value[static_cast<size_t>(found - curve.step.begin())]) : "");
    }
  }
  return html::table(heads, rows);
}

/// What has been drawn already.
class Drawer {
 public:
  explicit Drawer(const RunLog& log) : log_(log) {}

  /// One panel of the columns that the log has.
  void add(const std::string& heading, const std::vector<Trace>& traces) {
    const std::string drawing = curve_panel(log_, traces, heading);
    if (drawing.empty()) return;
    drawings_.push_back(drawing);
    for (const Trace& trace : traces) {
      if (!log_.contains(trace.column)) continue;
      names_.push_back(trace.column);
      done_.insert(trace.column);
    }
  }

  /// The panels since the last call as a figure.
  std::string figure(const std::string& title, const std::string& caption,
                     const std::string& legend = {}) {
    html::Figure figure;
    figure.title = title;
    figure.caption = caption;
    figure.legend = legend;
    figure.drawings = std::move(drawings_);
    figure.below = html::details("Data of these drawings", log_table(log_, names_));
    drawings_.clear();
    names_.clear();
    return html::figure(figure);
  }

  bool done(const std::string& name) const { return done_.contains(name); }

 private:
  const RunLog& log_;
  std::vector<std::string> drawings_, names_;
  std::set<std::string> done_;
};

std::string score_curves(const RunLog& log, Drawer& drawer) {
  for (const auto& [name, curve] : log) {
    if (!name.starts_with(kScore) || name.ends_with(kFloor)) continue;
    drawer.add(name.substr(kScore.size()), {{name, "k0"}, {name + kFloor, "floor"}});
  }
  return drawer.figure(
      "Scores against sequences that were not trained on",
      "Measured during training on the averaged generator; the floor is what real sequences score.",
      html::legend({{"l k0", "generated sequences"}, {"l floor", "floor"}}));
}

bool is_term(const std::string& name) {
  return (name.starts_with("d.") || name.starts_with("g.")) &&
         name.find('.', 2) == std::string::npos;
}

std::string side_curves(Drawer& drawer) {
  drawer.add("loss", {{"d.total", "k0"}, {"g.total", "k1"}});
  drawer.add("gradient norm", {{"d.grad_norm", "k0"}, {"g.grad_norm", "k1"}});
  drawer.add("learning rate", {{"lr.discriminator", "k0"}, {"lr.generator", "k1"}});
  return drawer.figure(
      "Both sides",
      "Training losses have a scale of their own each: their course tells whether a run is stable, "
      "their level does not tell how good the sequences are.",
      html::legend({{"l k0", "discriminator"}, {"l k1", "generator"}}));
}

std::string critic_curves(Drawer& drawer) {
  drawer.add("mean score", {{"d.score_real", "real"}, {"d.score_fake", "syn dash"}});
  drawer.add("accuracy", {{"d.accuracy", "ink"}});
  return drawer.figure(
      "What the discriminator answers",
      "Accuracy: share of real and generated sequences that it tells apart rightly; "
      "0.5 is guessing.",
      html::legend({{"l real", "real"}, {"l syn dash", "generated"}}));
}

}  // namespace

std::string training_figures(const RunLog& log) {
  if (log.empty()) return {};
  Drawer drawer(log);
  std::string text = score_curves(log, drawer) + side_curves(drawer) + critic_curves(drawer);
  for (const auto& [name, curve] : log) {
    if (is_term(name) && !drawer.done(name)) drawer.add(name, {{name, "k0"}});
  }
  text += drawer.figure("Terms and estimates",
                        "Each before its weight, as in metrics.jsonl; d. of the discriminator's "
                        "step, g. of the generator's.");
  for (const auto& [name, curve] : log) {
    if (!drawer.done(name) && !name.starts_with(kScore)) drawer.add(name, {{name, "k0"}});
  }
  const std::string rest = drawer.figure(
      "", "Gradient norms, weights and shares of the terms, speed and counters as logged.");
  return text + html::details("Everything else that was logged", rest);
}

}  // namespace rnngan
