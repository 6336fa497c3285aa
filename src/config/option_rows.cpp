#include "config/option_rows.h"

#include <utility>

namespace rnngan {
namespace {

std::vector<OptionRow> condition_rows() {
  return {
      {.name = "cond_concat",
       .summary = "classes and statics enter both networks at every step (cgan)",
       .settings = {{"data.label", "COLUMN"}},
       .needs = "a column with the class of a sequence; or data.static with its attributes",
       .formula = "x' = G(z, y), s(x, y): y stands beside the input of each step",
       .paper = "Mirza and Osindero 2014, arXiv:1411.1784",
       .watch = "samples by class: a generator that ignores y leaves no trace in the losses"},
      {.name = "cond_projection",
       .summary = "the condition meets D's features in an inner product",
       .settings = {{"data.label", "COLUMN"}, {"model.discriminator.condition", "projection"}},
       .needs = "a column with the class of a sequence; or data.static with its attributes",
       .formula = "s(x, y) = u(h) + <V y, h>, h the pooled features of x",
       .paper = "Miyato and Koyama 2018, arXiv:1802.05637",
       .watch = "d.accuracy against that of cond_concat; samples by class"},
      {.name = "multi_output_d",
       .summary = "one score per class; that of the label counts",
       .settings = {{"data.label", "COLUMN"}, {"model.discriminator.condition", "outputs"}},
       .needs = "a column with the class of a sequence",
       .formula = "s(x, y) = output y of K outputs",
       .paper = "Liu et al. 2019, arXiv:1905.01723",
       .watch = "d.accuracy: each output learns from its own class alone, so rare classes lag"},
      {.name = "label_distribution",
       .summary = "fakes have classes and lengths as often as the data",
       .settings = {{"data.label", "COLUMN"}},
       .needs = "a column with the class of a sequence",
       .formula = "y and T of a fake are those of a training sequence that is drawn for it; any "
                  "other distribution would tell real from fake by itself",
       .paper = "Mirza and Osindero 2014, arXiv:1411.1784",
       .watch = "counts of the classes in samples/; rnngan sample --where asks for one of them"},
  };
}

std::vector<OptionRow> discriminator_rows() {
  return {
      {.name = "spectral_norm",
       .summary = "weight matrices of D have the largest singular value 1",
       .settings = {{"model.discriminator.spectral_norm", "true"}},
       .needs = "",
       .formula = "W / (u' W v), u and v by one power iteration per discriminator step",
       .paper = "Miyato et al. 2018, arXiv:1802.05957",
       .watch = "d.grad_norm: smaller and steadier; an LSTM of many steps may still be steep"},
      {.name = "minibatch_discrimination",
       .summary = "D sees how close the sequences of a batch are (igan)",
       .settings = {{"model.discriminator.minibatch", "discrimination"},
                    {"model.discriminator.minibatch_kernels", "16"},
                    {"model.discriminator.minibatch_dims", "5"}},
       .needs = "model.discriminator.score pooled",
       .formula = "beside the features, for each kernel: o_b = sum over j != b of "
                  "exp(-|M_b - M_j|_1), M linear in the features; real and fake batches apart",
       .paper = "Salimans et al. 2016, arXiv:1606.03498",
       .watch = "d.accuracy: near 1 while the generator lacks variety; penalties of single "
                "sequences (r1, gradient_penalty) see the batch as well"},
      {.name = "minibatch_std",
       .summary = "D sees the spread of the features over a batch",
       .settings = {{"model.discriminator.minibatch", "deviation"}},
       .needs = "model.discriminator.score pooled",
       .formula = "beside the features: their standard deviation over the batch, averaged",
       .paper = "Karras et al. 2017, arXiv:1710.10196",
       .watch = "d.accuracy: near 1 while the generator lacks variety"},
      {.name = "pac",
       .summary = "several sequences, all real or all fake, are scored as one",
       .settings = {{"model.discriminator.pac", "2"}},
       .needs = "train.batch a multiple of it, model.discriminator.condition concat",
       .formula = "s(x_1, ..., x_m), the sequences side by side in one input",
       .paper = "Lin et al. 2017, arXiv:1712.04086",
       .watch = "d.accuracy: packs are easier to tell apart, and lack of variety shows in them"},
      {.name = "dropout",
       .summary = "outputs of the layers of D's LSTM are dropped",
       .settings = {{"model.discriminator.dropout", "0.2"}},
       .needs = "",
       .formula = "y_t m / (1 - p), m one mask per sequence with a share p of zeros",
       .paper = "Gal and Ghahramani 2015, arXiv:1512.05287; Wei et al. 2018, arXiv:1803.01541",
       .watch = "d.accuracy: lower, and less of it learnt by heart"},
  };
}

std::vector<OptionRow> generator_rows() {
  return {
      {.name = "autoregressive",
       .summary = "each step of the generator sees the one before it",
       .settings = {{"model.generator.autoregressive", "true"}},
       .needs = "",
       .formula = "x'_t = G(x'_<t, z_t); G(x_<t, z_t) under teacher forcing (mle, crps_step)",
       .paper = "Mogren 2016, arXiv:1611.09904",
       .watch = "steps_per_second: steps are made one by one; g.mle and g.crps_step with them"},
      {.name = "information_code",
       .summary = "a class or numbers of its own steer each fake (infogan)",
       .settings = {{"model.generator.code_categories", "4"},
                    {"model.generator.code_continuous", "1"}},
       .needs = "the term mutual_information: without it the code is noise",
       .formula = "x' = G(z, c): one of K classes, one-hot, and m numbers uniform on -1..1, at "
                  "every step",
       .paper = "Chen et al. 2016, arXiv:1606.03657",
       .watch = "g.mutual_information: it falls as the code can be read from the fakes"},
      {.name = "ema",
       .summary = "samples come from an average of the generator's weights",
       .settings = {{"train.ema.decay", "0.9995"}},
       .needs = "",
       .formula = "after each generator step: average <- decay * average + (1 - decay) * weights",
       .paper = "Yazici et al. 2018, arXiv:1806.04498",
       .watch = "rnngan sample --weights averaged against raw: the average lags 1 / (1 - decay) "
                "steps behind"},
  };
}

std::vector<OptionRow> optimizer_rows() {
  return {
      {.name = "grad_clip",
       .summary = "long gradients are scaled down to this length",
       .settings = {{"train.grad_clip", "5"}},
       .needs = "",
       .formula = "g <- g min(1, c / |g|), |g| over all parameters of a side",
       .paper = "Pascanu, Mikolov, Bengio 2012, arXiv:1211.5063",
       .watch = "d.grad_norm and g.grad_norm, taken before: they should exceed c rarely"},
      {.name = "ttur",
       .summary = "two learning rates, one per side",
       .settings = {{"train.optim.generator.lr", "0.00025"},
                    {"train.optim.discriminator.lr", "0.001"}},
       .needs = "",
       .formula = "w_G <- w_G - a g_G, w_D <- w_D - b g_D, a < b where D lags behind",
       .paper = "Heusel et al. 2017, arXiv:1706.08500",
       .watch = "d.accuracy: near 0.5 throughout, D learns too slowly; near 1, too fast"},
      {.name = "oadam",
       .summary = "Adam that doubles each step and takes half of it back in the next",
       .settings = {{"train.optim.generator.type", "oadam"},
                    {"train.optim.discriminator.type", "oadam"}},
       .needs = "",
       .formula = "w <- w - 2 lr u_t + lr u_(t-1), u_t = m / (sqrt(v) + eps), Adam's step without "
                  "its rate",
       .paper = "Daskalakis et al. 2017, arXiv:1711.00141",
       .watch =
           "d.accuracy and g.adversarial: waves of both sides should die down; a beta1 above 0 "
           "works against it"},
      {.name = "rmsprop",
       .summary = "RMSProp in place of Adam, as in the paper of wgan",
       .settings = {{"train.optim.generator.type", "rmsprop"},
                    {"train.optim.discriminator.type", "rmsprop"}},
       .needs = "",
       .formula = "v <- beta2 v + (1 - beta2) g^2; w <- w - lr g / (sqrt(v) + eps), with momentum "
                  "beta1",
       .paper = "Tieleman and Hinton 2012; Arjovsky et al. 2017, arXiv:1701.07875",
       .watch = "the first rows of metrics.jsonl: its first steps are 1 / sqrt(1 - beta2) times as "
                "long as those of Adam"},
      {.name = "sgd",
       .summary = "plain gradient descent, in some papers for D alone",
       .settings = {{"train.optim.discriminator.type", "sgd"},
                    {"train.optim.discriminator.lr", "0.1"}},
       .needs = "",
       .formula = "m <- beta1 m + g; w <- w - lr m",
       .paper = "Esteban, Hyland, Raetsch 2017, arXiv:1706.02633",
       .watch = "d.grad_norm: steps are as long as the gradient, so grad_clip bounds them"},
      {.name = "weight_decay",
       .summary = "weights are drawn to 0",
       .settings = {{"train.optim.discriminator.weight_decay", "0.0001"}},
       .needs = "",
       .formula = "g <- g + c w, before the optimiser",
       .paper = "Krogh and Hertz 1991 (NeurIPS)",
       .watch = "d.score_real and d.score_fake: they stay closer to each other"},
  };
}

std::vector<OptionRow> loop_rows() {
  return {
      {.name = "pretrain",
       .summary = "the generator first learns from supervised terms alone",
       .settings = {{"train.pretrain", "500"}, {"model.generator.autoregressive", "true"}},
       .needs = "the term mle or crps_step",
       .formula = "steps 1..N: G minimises these terms; D rests",
       .paper = "Mogren 2016, arXiv:1611.09904; Yu et al. 2016, arXiv:1609.05473",
       .watch = "g.mle or g.crps_step: flat before the adversarial training begins"},
      {.name = "freeze",
       .summary = "a side that is too far ahead waits",
       .settings = {{"train.freeze.discriminator_above", "0.95"},
                    {"train.freeze.generator_below", "0.3"}},
       .needs = "an adversarial loss",
       .formula = "D takes no step while its accuracy is above a, G none while it is below b",
       .paper = "Mogren 2016, arXiv:1611.09904, there by losses",
       .watch = "d.frozen: share of D's steps left out; near 1 D has nothing left to learn from"},
      {.name = "instance_noise",
       .summary = "real and fake sequences get noise that fades during training",
       .settings = {{"train.instance_noise.sd", "0.1"}, {"train.instance_noise.share", "0.5"}},
       .needs = "",
       .formula = "x + sd(t) e, x' + sd(t) e', standard normal e; sd(t) falls linearly to 0",
       .paper = "Soenderby et al. 2016, arXiv:1610.04490; Arjovsky and Bottou 2017, "
                "arXiv:1701.04862",
       .watch =
           "d.accuracy: it rises as the noise fades; divergences are those of noisy distributions"},
      {.name = "diffaug",
       .summary = "D sees real and fake sequences changed at random, in both steps",
       .settings = {{"train.augment.scale", "0.1"},
                    {"train.augment.shift", "0.1"},
                    {"train.augment.cutout", "0.2"}},
       .needs = "",
       .formula = "s(T(x)), s(T(x')): x exp(scale n) + shift m with a block of cutout * T steps at "
                  "0, n and m normal, fresh for each batch; G learns through T",
       .paper = "Zhao et al. 2020, arXiv:2006.10738",
       .watch = "d.accuracy: lower and steadier on little data; samples/: gaps or odd levels there "
                "mean that a change is too strong"},
      {.name = "ada",
       .summary = "diffaug for as many sequences as keep D from learning the data by heart",
       .settings = {{"train.augment.scale", "0.1"},
                    {"train.augment.shift", "0.1"},
                    {"train.augment.cutout", "0.2"},
                    {"train.augment.target", "0.6"}},
       .needs = "an adversarial loss whose scores are logits (bce, gan)",
       .formula =
           "each change comes to a sequence with probability p; every 4 steps of D: p <- p + "
           "sign(mean sign(r) - target) 4 B / pace, within 0..1",
       .paper = "Karras et al. 2020, arXiv:2006.06676",
       .watch = "d.augment, which is p: still rising at the end, D overfits; near 0, it does not"},
      {.name = "topk",
       .summary = "G learns from its fakes of the highest scores only",
       .settings = {{"train.topk.keep", "0.5"}, {"train.topk.decay", "0.99"}},
       .needs = "an adversarial loss that does not couple the batch",
       .formula = "G: mean over the k best fakes, k / B = max(keep, decay^epoch)",
       .paper = "Sinha et al. 2020, arXiv:2002.06224",
       .watch = "g.adversarial: it drops with k and means the best fakes alone"},
      {.name = "unrolled",
       .summary = "the generator plays against D as it will be some steps ahead",
       .settings = {{"train.unroll.steps", "5"}, {"train.unroll.rate", "0.01"}},
       .needs = "an adversarial loss; time and memory grow with the steps",
       .formula = "L_G at D's parameters after K steps of descent on L_D, with their gradients",
       .paper = "Metz et al. 2016, arXiv:1611.02163",
       .watch = "steps_per_second; g.adversarial: smoother, without the cycles of a chase"},
  };
}

}  // namespace

const std::vector<OptionRow>& option_rows() {
  static const std::vector<OptionRow> rows = [] {
    std::vector<OptionRow> all;
    for (auto* group :
         {condition_rows, discriminator_rows, generator_rows, optimizer_rows, loop_rows}) {
      for (OptionRow& row : group()) all.push_back(std::move(row));
    }
    return all;
  }();
  return rows;
}

}  // namespace rnngan
