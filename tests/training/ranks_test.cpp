#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include "core/error.h"
#include "tests/training/rank_threads.h"
#include "tests/training/row_sets.h"
#include "tests/training/support.h"

namespace rnngan {
namespace ranks_test {

using testing_support::fresh_directory;
using testing_support::RankThreads;
using testing_support::sets_for;
using testing_support::small_config;
using testing_support::write_sine_classes;

const RankThreads& threads(int64_t ranks) {
  static const std::map<int64_t, std::unique_ptr<RankThreads>> made = [] {
    std::map<int64_t, std::unique_ptr<RankThreads>> all;
    for (const int64_t count : {2, 3}) all[count] = std::make_unique<RankThreads>(count);
    return all;
  }();
  return *made.at(ranks);
}

// Ragged, with labels.
const Dataset& small_data() {
  static const std::filesystem::path file = write_sine_classes(fresh_directory("ranks-data"));
  static const Dataset data = load_dataset(small_config(file, {}).config.data);
  return data;
}

struct Trained {
  std::map<std::string, at::Tensor> before, after;
  std::vector<nlohmann::json> rows;
};

ResolvedConfig config_of(std::vector<std::string> sets) {
  // Plain descent, so that what is compared are gradients: Adam makes steps of noise.
  std::vector<std::string> all = {"train.batch=48", "train.steps=3", "train.log.every=1",
                                  "train.schedule.kind=constant", "evaluate.every=0"};
  for (const char* side : {"generator", "discriminator"}) {
    const std::string optim = std::string("train.optim.") + side;
    all.insert(all.end(), {optim + ".type=sgd", optim + ".lr=0.02", optim + ".beta1=0"});
  }
  all.insert(all.end(), sets.begin(), sets.end());
  ResolvedConfig config = small_config(small_data().path, all);
  return config;
}

std::map<std::string, at::Tensor> copies(const Checkpoint& checkpoint) {
  std::map<std::string, at::Tensor> tensors;
  for (const auto& [name, tensor] : checkpoint.tensors) tensors[name] = tensor.detach().clone();
  return tensors;
}

/// What the first of `ranks` has in the end; the same is on all of them, bit by bit.
Trained train_by(int64_t ranks, const std::vector<std::string>& sets) {
  const ResolvedConfig config = config_of(sets);
  const RunDirectory run = RunDirectory::create(fresh_directory("ranks") / "run");
  Trained trained;
  TrainerHooks hooks;
  hooks.sinks.push_back([&](const nlohmann::json& row) {
    trained.rows.push_back(row);
    trained.rows.back().erase("steps_per_second");
  });
  std::vector<std::unique_ptr<Trainer>> trainers;
  for (int64_t rank = 0; rank < ranks; ++rank) {
    const Communicator& own =
        ranks == 1 ? one_process() : threads(ranks).at(static_cast<size_t>(rank));
    trainers.push_back(std::make_unique<Trainer>(config, small_data(), run, torch::kCPU,
                                                 rank == 0 ? hooks : TrainerHooks(), own));
  }
  trained.before = copies(trainers[0]->capture());
  if (ranks == 1) {
    trainers[0]->run();
  } else {
    threads(ranks).run([&](size_t rank) { trainers[rank]->run(); });
  }
  trained.after = copies(trainers[0]->capture());
  for (const auto& other : trainers) {
    for (const auto& [name, tensor] : other->capture().tensors) {
      EXPECT_TRUE(torch::equal(tensor, trained.after.at(name))) << name << " on another rank";
    }
  }
  return trained;
}

/// To the rounding of sums in another order, which derivatives of the second order enlarge.
constexpr double kRounding = 2e-4;

void expect_same(const Trained& one, const Trained& several, const std::string& what) {
  for (const auto& [name, tensor] : one.after) {
    const at::Tensor expected = tensor.to(torch::kFloat64);
    const double moved = (expected - one.before.at(name)).abs().max().item<double>();
    const double size = expected.abs().max().item<double>();
    const double apart = (several.after.at(name) - expected).abs().max().item<double>();
    EXPECT_LE(apart, kRounding * moved + 1e-6 * size) << what << " " << name;
  }
  ASSERT_EQ(one.rows.size(), several.rows.size()) << what;
  for (size_t i = 0; i < one.rows.size(); ++i) {
    ASSERT_EQ(one.rows[i].size(), several.rows[i].size()) << what;
    for (const auto& [key, value] : one.rows[i].items()) {
      const double expected = value.get<double>();
      EXPECT_NEAR(several.rows[i].at(key).get<double>(), expected, 1e-3 * std::abs(expected) + 1e-5)
          << what << " " << key << " at step " << i + 1;
    }
  }
}

void expect_ranks_do_not_matter(const std::vector<std::string>& sets,
                                const std::vector<int64_t>& counts, const std::string& what) {
  const Trained one = train_by(1, sets);
  for (const int64_t ranks : counts) {
    expect_same(one, train_by(ranks, sets), what + " on " + std::to_string(ranks) + " ranks");
  }
}

class RanksOfPreset : public ::testing::TestWithParam<std::string> {};

TEST_P(RanksOfPreset, HaveTheWeightsOfOneProcess) {
  expect_ranks_do_not_matter({"objective=" + GetParam()}, {2, 3}, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Presets, RanksOfPreset, ::testing::ValuesIn([] {
                           std::vector<std::string> names;
                           for (const auto& preset : catalogs().presets)
                             names.push_back(preset.name);
                           return names;
                         }()),
                         [](const auto& test) { return test.param; });

TEST(Ranks, HaveTheWeightsOfOneProcessForEveryLossAndTerm) {
  for (const auto& [name, sets] : testing_support::every_loss_and_term()) {
    std::vector<std::string> all = {"objective=bce", "train.steps=2"};
    all.insert(all.end(), sets.begin(), sets.end());
    expect_ranks_do_not_matter(all, {2}, name);
  }
}

// What is decided by the batch, or drawn for it, outside of the terms.
TEST(Ranks, HaveTheWeightsOfOneProcessForEveryOptionOfTheStep) {
  const std::string d = "model.discriminator.";
  const std::vector<std::vector<std::string>> options = {
      {"objective=r3gan", d + "minibatch=discrimination"},
      {"objective=r3gan", d + "minibatch=deviation"},
      {"objective=wgan_gp", d + "pac=2"},
      {"objective=bce", d + "dropout=0.3"},
      {"objective=bce", d + "spectral_norm=true", d + "score=step"},
      {"objective=bce", "train.topk.keep=0.5", "train.topk.decay=0.5"},
      {"objective=bce", "train.unroll.steps=2"},
      {"objective=bce", "objective.adversarial.type=rasgan", "train.unroll.steps=2"},
      {"objective=bce", "train.freeze.discriminator_above=0.6", "train.freeze.generator_below=0.5"},
      {"objective=bce", "train.augment.scale=0.3", "train.augment.shift=0.3",
       "train.augment.cutout=0.3", "train.augment.target=0.01", "train.augment.pace=100"},
      {"objective=bce", "train.instance_noise.sd=0.3", "train.instance_noise.share=1"},
      {"objective=bce", "model.generator.code_categories=3", "model.generator.code_continuous=2",
       "train.grad_clip=0.01", "train.n_critic=2"},
  };
  for (const auto& sets : options) {
    expect_ranks_do_not_matter(sets, {2}, fmt::format("{}", fmt::join(sets, " ")));
  }
}

// f: own rows [2] of x [4] -> a value that every rank has; its gradient, and that of the gradient.
TEST(Ranks, GradientsOfTheWholeBatchAreThoseOfOneProcess) {
  const at::Tensor all = torch::tensor({0.3, -0.7, 1.1, 0.2}, torch::kFloat64);
  const auto f = [](const at::Tensor& x) { return (x.outer(x).cumsum(0).sin()).sum(); };
  const at::Tensor leaf = all.clone().requires_grad_();
  const at::Tensor once = torch::autograd::grad({f(leaf)}, {leaf}, {}, true, true)[0];
  const at::Tensor twice = torch::autograd::grad({once.pow(3).sum()}, {leaf})[0];
  const RankThreads& both = threads(2);
  both.run([&](size_t rank) {
    const Communicator& ranks = both.at(rank);
    const at::Tensor x = ranks.own(all).clone().requires_grad_();
    // Own rows, the whole, own rows, the whole.
    const at::Tensor value = f(ranks.whole(ranks.own(ranks.whole(x))));
    const at::Tensor gradient = torch::autograd::grad({value}, {x}, {}, true, true)[0];
    EXPECT_TRUE(at::allclose(gradient, 2 * ranks.own(once)));
    const at::Tensor cubes = ranks.whole(gradient / 2).pow(3).sum();
    const at::Tensor second = torch::autograd::grad({cubes}, {x})[0];
    EXPECT_TRUE(at::allclose(second, 2 * ranks.own(twice)));
    const at::Tensor mean = ranks.mean(x.square().sum());
    EXPECT_NEAR(mean.item<double>(), all.square().sum().item<double>() / 2, 1e-12);
    EXPECT_TRUE(at::allclose(torch::autograd::grad({mean}, {x})[0], 2 * x));
  });
}

TEST(Ranks, ExchangeWhatIsLogged) {
  const RankThreads& three = threads(3);
  three.run([&](size_t rank) {
    const Communicator& ranks = three.at(rank);
    const auto number = static_cast<double>(rank);
    StatisticsLog log;
    log.add(Side::generator, 0, {{"total", torch::tensor(number)}});
    log.add(Side::generator, 1, {{"total", torch::tensor(rank == 1 ? NAN : number)}});
    log.join(ranks);
    EXPECT_EQ(log.first_non_finite(1)->step, 1);  // on those, too, where it was finite
    log.clear();
    log.add(Side::generator, 2, {{"total", torch::tensor(number)}});
    log.join(ranks);
    log.add(Side::generator, 3, {{"total", torch::tensor(2 * number)}});
    log.join(ranks);
    EXPECT_NEAR(log.means().at("g.total"), 1.5, 1e-12);
    EXPECT_EQ(value_of("a", {{"a", torch::tensor(number)}}, ranks), 1);
  });
}

TEST(Ranks, StopTogether) {
  const RankThreads& both = threads(2);
  const ResolvedConfig config = config_of({"objective=bce", "train.steps=500"});
  const RunDirectory run = RunDirectory::create(fresh_directory("ranks") / "run");
  StopFlag stop;
  TrainerHooks first, second;
  second.stop = &stop;
  first.on_step = [&](int64_t step) {
    if (step == 2) stop.request(SIGTERM);
  };
  Trainer leader(config, small_data(), run, torch::kCPU, first, both.at(0));
  Trainer follower(config, small_data(), run, torch::kCPU, second, both.at(1));
  std::vector<TrainResult> results(2);
  both.run([&](size_t rank) { results[rank] = (rank == 0 ? leader : follower).run(); });
  EXPECT_EQ(results[0].signal, SIGTERM);
  EXPECT_EQ(results[0].step, results[1].step);
  EXPECT_EQ(checkpoint_step(results[0].checkpoint), results[0].step);
}

}  // namespace ranks_test
}  // namespace rnngan
