#include "app/tune.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "app/tune_tables.h"
#include "comparison/plan_file.h"
#include "config/config.h"
#include "config/document.h"
#include "core/error.h"
#include "core/file.h"
#include "core/temporary.h"
#include "objective/objective.h"
#include "training/run_directory.h"

namespace rnngan {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kAnotherFolder = "start the search in another directory";

/// What OUT/tune.json says: the search file and what lies over its base.
struct SavedSearch {
  json document;
  std::string file;
  std::vector<std::string> sets;

  json saved() const {
    const std::string path = fs::absolute(file).lexically_normal().string();
    return {{"file", path}, {"document", document}, {"sets", sets}};
  }
};

fs::path saved_search(const fs::path& out) {
  return out / "tune.json";
}

SavedSearch read_saved(const fs::path& out) {
  const fs::path file = saved_search(out);
  if (!is_there(file, ErrorKind::output)) {
    throw Error(ErrorKind::output, out.string(), "holds no search",
                "give the directory of a search");
  }
  const json document = read_document(read_file(file, ErrorKind::output), file.string(),
                                      ErrorKind::output, kAnotherFolder);
  const DocumentValue value(document, file.string(), ErrorKind::output, kAnotherFolder);
  SavedSearch search{value.at("document").object(), value.at("file").text(), {}};
  for (const DocumentValue& set : value.at("sets").items()) search.sets.push_back(set.text());
  return search;
}

/// An empty or new directory, or one of the same search.
void require_usable(const fs::path& out, const SavedSearch& search) {
  std::error_code failed;
  if (!is_there(out, ErrorKind::output)) return;
  if (!fs::is_directory(out, failed)) {
    throw Error(ErrorKind::output, out.string(), "exists and is not a directory");
  }
  if (is_vacant_directory(out)) return;
  if (!is_there(saved_search(out), ErrorKind::output)) {
    throw Error(ErrorKind::output, out.string(), "exists and is no search",
                "choose another directory");
  }
  const json before = read_saved(out).saved(), now = search.saved();
  if (before["document"] == now["document"] && before["sets"] == now["sets"]) return;
  throw Error(ErrorKind::output, out.string(), "holds another search", "choose another directory");
}

class Tuning {
 public:
  Tuning(const TuneRequest& request, const TuneSinks& sinks)
      : request_(request), sinks_(sinks), saved_(source()), search_(search_of(saved_)) {
    out_ = !request.resume.empty() ? request.resume
           : !request.out.empty()  ? request.out
                                   : default_run_path("tune", request.config.stem().string());
    require_usable(out_, saved_);
    candidates_ = draw_candidates(search_);
  }

  TuneSummary run() {
    TuneSummary summary;
    summary.out = out_;
    // All of them with all steps: what is wrong with any is told before the first is trained.
    const Plan whole =
        read_plan({saved_.file, saved_.sets, {}, rung_document(candidates_)}, catalogs());
    rungs_ = rungs_of(static_cast<int64_t>(candidates_.size()), search_.keep, whole.steps);
    std::vector<Candidate> left = candidates_;
    for (size_t rung = 0; rung < rungs_.size(); ++rung) {
      left.resize(std::min(left.size(), static_cast<size_t>(rungs_[rung].candidates)));
      if (sinks_.on_rung) sinks_.on_rung(rungs_, rung);
      summary.last = make_rung(rung, left);
      if (summary.last.signal != 0 || !summary.last.failed.empty()) return summary;
      left = best_first(summary.last.leaderboard, left);
      if (left.empty()) return summary;
    }
    finish(left.front(), summary);
    return summary;
  }

 private:
  SavedSearch source() const {
    if (!request_.resume.empty()) return read_saved(request_.resume);
    const std::string file = request_.config.string();
    return {parse_json(read_file(request_.config, ErrorKind::config), file), file, request_.sets};
  }

  static Search search_of(const SavedSearch& saved) {
    return read_search(saved.document, saved.file);
  }

  json rung_document(const std::vector<Candidate>& candidates) const {
    json document = search_.comparison;
    document["split"] = "validation";
    document["variants"] = json::object();
    for (const Candidate& candidate : candidates) {
      document["variants"][candidate.name] = changes_of(candidate);
    }
    return document;
  }

  CompareSummary make_rung(size_t rung, const std::vector<Candidate>& candidates) {
    CompareRequest compared;
    compared.config = saved_.file;
    compared.document = rung_document(candidates);
    compared.document["title"] = fmt::format("{}, rung {} of {}", title(), rung + 1, rungs_.size());
    compared.sets = saved_.sets;
    compared.sets.push_back(fmt::format("train.steps={}", rungs_[rung].steps));
    compared.out = out_ / fmt::format("rung-{}", rung + 1);
    compared.jobs = request_.jobs;
    compared.processes = request_.processes;
    compared.command = request_.command;
    compared.first_sections = [this, rung](const Leaderboard& board) {
      note_ranks(rung, board);
      return std::vector<html::Section>{{"Search", tables().html()}};
    };
    CompareSinks sinks = sinks_.runs;
    sinks.on_start = [&](const CompareStart& start) {
      write_file(saved_search(out_), saved_.saved().dump(2) + "\n");
      if (sinks_.runs.on_start) sinks_.runs.on_start(start);
    };
    CompareSummary summary = compare(compared, sinks);
    if (summary.signal == 0) note_ranks(rung, summary.leaderboard);
    return summary;
  }

  std::string title() const {
    const auto title = search_.comparison.find("title");
    return title != search_.comparison.end() && title->is_string()
               ? title->get<std::string>()
               : fs::path(saved_.file).stem().string();
  }

  void note_ranks(size_t rung, const Leaderboard& board) {
    ranks_.resize(rung + 1);
    ranks_[rung].rung = rungs_[rung];
    for (const LeaderboardRow& row : board.rows) {
      if (row.mean_rank) ranks_[rung].ranks[row.variant] = *row.mean_rank;
    }
  }

  static std::vector<Candidate> best_first(const Leaderboard& board,
                                           const std::vector<Candidate>& candidates) {
    std::vector<Candidate> best;
    for (const LeaderboardRow& row : board.rows) {
      const auto found = std::ranges::find(candidates, row.variant, &Candidate::name);
      if (row.rank && row.finished() > 0) best.push_back(*found);
    }
    return best;
  }

  TuneTables tables() const {
    return {search_, candidates_, ranks_, importance_of(search_, candidates_, ranks_[0].ranks)};
  }

  void finish(const Candidate& best, TuneSummary& summary) const {
    summary.importance = tables().importance;
    summary.best = best.name;
    summary.best_values = best.values;
    const fs::path config =
        out_ / fmt::format("rung-{}", rungs_.size()) / "configs" / (best.name + ".json");
    write_file(out_ / "tune.md", tables().markdown(title()));
    write_file(out_ / "best.json", read_file(config, ErrorKind::output));
    summary.best_config = out_ / "best.json";
  }

  const TuneRequest& request_;
  const TuneSinks& sinks_;
  SavedSearch saved_;
  Search search_;
  fs::path out_;
  std::vector<Candidate> candidates_;
  std::vector<Rung> rungs_;
  std::vector<RungRanks> ranks_;  // of the rungs that were made
};

}  // namespace

TuneSummary tune(const TuneRequest& request, const TuneSinks& sinks) {
  return Tuning(request, sinks).run();
}

}  // namespace rnngan
