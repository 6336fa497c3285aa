#include "training/gloo_ranks.h"

#include <fmt/format.h>
#include <torch/csrc/autograd/custom_function.h>
#include <torch/types.h>

#include "core/error.h"

#ifdef RNNGAN_GLOO
#include <chrono>
#include <cstdlib>

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#endif

namespace rnngan {

#ifdef RNNGAN_GLOO

namespace {

using at::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::chrono::minutes kMeeting{5}, kSilence{30};

std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

class GlooRanks : public Communicator {
 public:
  GlooRanks(const RankPlace& place, c10::intrusive_ptr<c10d::ProcessGroupGloo> group)
      : place_(place), group_(std::move(group)) {}

  int64_t rank() const override { return place_.rank; }
  int64_t ranks() const override { return place_.ranks; }
  Tensor whole(const Tensor& own) const override;
  Tensor own(const Tensor& whole) const override;
  Tensor mean(const Tensor& own) const override;
  void average(const std::vector<Tensor>& tensors) const override;
  Tensor largest(const Tensor& values) const override {
    return reduced(values, c10d::ReduceOp::MAX);
  }

  // Without graphs.
  Tensor gathered(const Tensor& own) const;
  Tensor rows(const Tensor& whole) const {
    const int64_t count = whole.size(0) / ranks();
    return whole.narrow(0, rank() * count, count);
  }
  Tensor averaged(const Tensor& own) const {
    return reduced(own, c10d::ReduceOp::SUM).div_(static_cast<double>(ranks()));
  }

 private:
  Tensor reduced(const Tensor& values, c10d::ReduceOp::RedOpType by) const;
  template <class Begin>
  void exchange(const Begin& begin) const;

  RankPlace place_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> group_;
};

template <class Begin>
void GlooRanks::exchange(const Begin& begin) const {
  try {
    begin()->wait();
  } catch (const std::exception& error) {
    throw Error(ErrorKind::device, fmt::format("rank {} of {}", rank(), ranks()),
                fmt::format("lost another rank: {}", first_line(error)),
                "see what the other rank said; rnngan train --resume RUN goes on from the last "
                "checkpoint, with any number of ranks");
  }
}

Tensor GlooRanks::gathered(const Tensor& own) const {
  // Gloo knows no truth values.
  const bool truth = own.scalar_type() == torch::kBool;
  std::vector<Tensor> input = {(truth ? own.to(torch::kUInt8) : own.detach()).contiguous()};
  std::vector<int64_t> sizes = own.sizes().vec();
  sizes[0] *= ranks();
  const Tensor all = torch::empty(sizes, input[0].options());
  std::vector<std::vector<Tensor>> outputs = {all.chunk(ranks())};
  exchange([&] { return group_->allgather(outputs, input); });
  return truth ? all.to(torch::kBool) : all;
}

Tensor GlooRanks::reduced(const Tensor& values, c10d::ReduceOp::RedOpType by) const {
  std::vector<Tensor> result = {values.detach().clone(at::MemoryFormat::Contiguous)};
  c10d::AllreduceOptions options;
  options.reduceOp = by;
  exchange([&] { return group_->allreduce(result, options); });
  return result[0];
}

// The derivatives of the first two are each other, but for a factor.
struct WholeRows : torch::autograd::Function<WholeRows> {
  static Tensor forward(AutogradContext* context, const Tensor& own, const GlooRanks* ranks) {
    context->saved_data["ranks"] = reinterpret_cast<int64_t>(ranks);
    return ranks->gathered(own);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients);
};

const GlooRanks* ranks_of(AutogradContext* context) {
  return reinterpret_cast<const GlooRanks*>(context->saved_data["ranks"].toInt());
}

struct OwnRows : torch::autograd::Function<OwnRows> {
  static Tensor forward(AutogradContext* context, const Tensor& whole, const GlooRanks* ranks) {
    context->saved_data["ranks"] = reinterpret_cast<int64_t>(ranks);
    return ranks->rows(whole).clone();
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const GlooRanks* ranks = ranks_of(context);
    return {ranks->whole(gradients[0]) / static_cast<double>(ranks->ranks()), Tensor()};
  }
};

variable_list WholeRows::backward(AutogradContext* context, const variable_list& gradients) {
  const GlooRanks* ranks = ranks_of(context);
  return {ranks->own(gradients[0]) * static_cast<double>(ranks->ranks()), Tensor()};
}

struct MeanOfRanks : torch::autograd::Function<MeanOfRanks> {
  static Tensor forward(AutogradContext* context, const Tensor& own, const GlooRanks* ranks) {
    context->saved_data["ranks"] = reinterpret_cast<int64_t>(ranks);
    return ranks->averaged(own);
  }
  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    return {ranks_of(context)->mean(gradients[0]), Tensor()};
  }
};

Tensor GlooRanks::whole(const Tensor& own) const {
  return own.defined() ? WholeRows::apply(own, this) : own;
}

Tensor GlooRanks::own(const Tensor& whole) const {
  return whole.defined() ? OwnRows::apply(whole, this) : whole;
}

Tensor GlooRanks::mean(const Tensor& own) const {
  return MeanOfRanks::apply(own, this);
}

void GlooRanks::average(const std::vector<Tensor>& tensors) const {
  const torch::NoGradGuard no_grad;
  std::vector<Tensor> flat;
  for (const Tensor& tensor : tensors) flat.push_back(tensor.flatten());
  const Tensor joined = averaged(torch::cat(flat));
  int64_t first = 0;
  for (Tensor tensor : tensors) {
    tensor.copy_(joined.narrow(0, first, tensor.numel()).view(tensor.sizes()));
    first += tensor.numel();
  }
}

/// The address of this machine on the way to another one; empty: there is no way.
std::string own_address(const RankPlace& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(place.port);
  if (::getaddrinfo(place.address.c_str(), port.c_str(), &hints, &found) != 0) return {};
  std::string address;
  for (const addrinfo* a = found; a != nullptr && address.empty(); a = a->ai_next) {
    const int descriptor = ::socket(a->ai_family, SOCK_DGRAM, 0);  // connecting it sends nothing
    sockaddr_storage own{};
    socklen_t size = sizeof own;
    char name[NI_MAXHOST];
    auto* generic = reinterpret_cast<sockaddr*>(&own);
    if (descriptor >= 0 && ::connect(descriptor, a->ai_addr, a->ai_addrlen) == 0 &&
        ::getsockname(descriptor, generic, &size) == 0 &&
        ::getnameinfo(generic, size, name, sizeof name, nullptr, 0, NI_NUMERICHOST) == 0) {
      address = name;
    }
    if (descriptor >= 0) ::close(descriptor);
  }
  ::freeaddrinfo(found);
  return address;
}

c10::intrusive_ptr<c10d::ProcessGroupGloo> meet(const RankPlace& place) {
  c10d::TCPStoreOptions meeting;
  meeting.port = static_cast<uint16_t>(place.port);
  meeting.isServer = place.rank == 0;
  meeting.numWorkers = static_cast<size_t>(place.ranks);
  meeting.timeout = kMeeting;
  const auto store = c10::make_intrusive<c10d::TCPStore>(place.address, meeting);
  const auto options = c10d::ProcessGroupGloo::Options::create(kSilence);
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");  // as PyTorch has it
  const std::string address = own_address(place);
  options->devices.push_back(
      interface != nullptr ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
      : address.empty()    ? c10d::ProcessGroupGloo::createDefaultDevice()
                           : c10d::ProcessGroupGloo::createDeviceForHostname(address));
  return c10::make_intrusive<c10d::ProcessGroupGloo>(store, static_cast<int>(place.rank),
                                                     static_cast<int>(place.ranks), options);
}

}  // namespace

std::unique_ptr<Communicator> connect_ranks(const RankPlace& place) {
  try {
    auto ranks = std::make_unique<GlooRanks>(place, meet(place));
    // All have met: one that ends at once is missed by none that is still connecting.
    ranks->largest(torch::zeros({1}));
    return ranks;
  } catch (const std::exception& error) {
    throw Error(ErrorKind::device, fmt::format("rank {} of {}", place.rank, place.ranks),
                fmt::format("cannot meet the others at {}:{}: {}", place.address, place.port,
                            first_line(error)),
                "MASTER_ADDR and MASTER_PORT name the machine of rank 0 and a free port of it; "
                "GLOO_SOCKET_IFNAME a network that all machines share");
  }
}

#else

std::unique_ptr<Communicator> connect_ranks(const RankPlace& place) {
  throw Error(ErrorKind::device, fmt::format("rank {} of {}", place.rank, place.ranks),
              "this LibTorch has no Gloo, so that a training is one process",
              "build with another LibTorch, or start one process (unset WORLD_SIZE)");
}

#endif

}  // namespace rnngan
