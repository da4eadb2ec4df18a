#include "services/proximity/proximity_imports.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "lib/api/digest.h"
#include "lib/api/names.h"
#include "lib/base/digest.h"
#include "lib/base/status.h"
#include "lib/input/faults.h"
#include "lib/rpc/write_meta.h"
#include "services/proximity/proximity_access.h"
#include "services/proximity/proximity_commit.h"

namespace lagesbild::proximity {
namespace {

std::string DigestOf(const std::vector<v1::ImportPlacesRequest>& messages) {
  std::string digests;
  for (const auto& message : messages) digests += api::RequestDigest(message);
  return base::Sha256(digests);
}

absl::Status CheckBetweenRows(const ProximityState& state,
                              const PlaceImport& import) {
  const auto map = state.inventory().MunicipalitiesOn(import.options.today);
  input::Faults faults;
  for (const auto& fault : FindRowFaults(import.rows, *map, import.options)) {
    faults.Add(fault.field, fault.description);
  }
  return faults.ToStatus();
}

void AddFlags(const Place& place, int row, ImportAnswer* answer) {
  for (const std::string& flag : place.flags) {
    answer->flags.push_back({row, place.external_id, place.display_name, flag});
  }
}

// A place has one period: its past is rewritten here, which is to be seen.
void AddReopening(const Place& before, const Place& now, int row,
                  ImportAnswer* answer) {
  const base::Date closed = *before.valid.to;
  const bool anew = now.valid.from && *now.valid.from >= closed;
  answer->flags.push_back(
      {row, now.external_id, now.display_name,
       absl::StrCat("was closed from ", base::FormatDate(closed),
                    anew ? ", and now counts from the later first day only"
                         : ", and now counts as if it had not been")});
}

void CutFlags(ImportAnswer* answer) {
  const auto count = static_cast<int>(answer->flags.size());
  if (count <= kMaxFlags) return;
  answer->flags.resize(kMaxFlags);
  answer->flags.push_back(
      {0, "", "", absl::StrCat("and ", count - kMaxFlags, " more")});
}

ImportAnswer AnswerOf(const ProximityState& state, const ImportPlan& plan,
                      const Effects& effects, base::Date today) {
  ImportAnswer answer{.read = static_cast<int>(plan.ids.size()),
                      .created = plan.created,
                      .updated = plan.updated,
                      .unchanged = plan.unchanged,
                      .closed = plan.closed,
                      .flags = {}};
  for (size_t i = 0; i < plan.ids.size(); ++i) {
    const auto before = state.inventory().FindPlace(plan.ids[i]);
    const auto changed = effects.places.find(plan.ids[i]);
    const bool same = changed == effects.places.end();
    const Place& place = same ? *before : changed->second;
    const int row = static_cast<int>(i) + 1;
    if (before != nullptr && before->valid.HasEndedBy(today) &&
        !place.valid.HasEndedBy(today)) {
      AddReopening(*before, place, row, &answer);
    }
    AddFlags(place, row, &answer);
  }
  CutFlags(&answer);
  return answer;
}

// The date to note of the source's last extract, where another one is noted: a
// dated extract's, also when no place differs, and today's of an undated import
// that changes something.
std::optional<base::Date> DateToNote(const Inventory& inventory,
                                     const ImportOptions& options,
                                     const ImportPlan& plan) {
  if (!options.extract_date && plan.places.empty()) return std::nullopt;
  const base::Date date = options.extract_date.value_or(options.today);
  if (inventory.ExtractOf(options.source) == date) return std::nullopt;
  return date;
}

absl::StatusOr<ledger::Transaction> Decide(const ProximityState& state,
                                           const PlaceImport& import,
                                           ImportAnswer* answer) {
  const ImportOptions& options = import.options;
  LB_RETURN_IF_ERROR(CheckBetweenRows(state, import));
  LB_RETURN_IF_ERROR(CheckExtract(state.inventory(), options));
  CommitBuilder builder(state, options.today);
  const ImportPlan plan = PlanImport(state.inventory(), import.rows, options,
                                     PlaceIdsIn(state.inventory()));
  LB_RETURN_IF_ERROR(CheckClosing(plan, options));
  builder.changes().places = plan.places;
  *answer = AnswerOf(state, plan, builder.Derive(), options.today);
  // Nothing is written then, and a repeat of the request finds the same.
  const auto date = DateToNote(state.inventory(), options, plan);
  if (plan.places.empty() && !date) return ledger::Transaction();
  if (date) {
    builder.PutExtract(api::IdForExternal(options.source),
                       {options.source, *date});
  }
  builder.NoteImport(*answer);
  return builder.Take();
}

void Show(const ImportAnswer& answer, v1::ImportPlacesResponse* response) {
  response->set_read(answer.read);
  response->set_created(answer.created);
  response->set_updated(answer.updated);
  response->set_unchanged(answer.unchanged);
  response->set_closed(answer.closed);
  for (const ImportAnswer::Flag& flag : answer.flags) {
    v1::PlaceFlag* shown = response->add_flags();
    shown->set_row(flag.row);
    shown->set_external_id(flag.external_id);
    shown->set_display_name(flag.display_name);
    shown->set_flag(flag.flag);
  }
}

}  // namespace

void ProximityImports::ImportPlaces(
    const rpc::CallPtr& call, std::vector<v1::ImportPlacesRequest> messages,
    v1::ImportPlacesResponse* response, rpc::Done done) {
  if (absl::Status may = CheckMayArrange(call->caller()); !may.ok()) {
    return done(may);
  }
  auto held = std::make_shared<const std::vector<v1::ImportPlacesRequest>>(
      std::move(messages));
  backend_.reach->WhenReached(
      call->token(), std::min(call->Remaining(), kMaxImportBudget),
      [=, this](const absl::Status& reached) {
        if (!reached.ok()) return done(reached);
        backend_.imports->Run([=, this] { Run(call, *held, response, done); });
      });
}

absl::StatusOr<ProximityImports::ImportPtr> ProximityImports::Check(
    const rpc::Call& call,
    const std::vector<v1::ImportPlacesRequest>& messages) const {
  if (messages.empty()) {
    return base::InvalidField("parent", "the import is empty");
  }
  LB_RETURN_IF_ERROR(
      backend_.presenter->CheckParent(messages.front().parent()));
  auto import = std::make_shared<Import>();
  const base::Date today = base::DateInSweden(backend_.clock->Now());
  LB_ASSIGN_OR_RETURN(import->places, ReadPlaceImport(messages, today));
  LB_ASSIGN_OR_RETURN(
      import->meta,
      rpc::MetaOf(call, messages.front().request_id(), DigestOf(messages)));
  import->validate_only = messages.front().validate_only();
  return import;
}

void ProximityImports::Run(const rpc::CallPtr& call,
                           const std::vector<v1::ImportPlacesRequest>& messages,
                           v1::ImportPlacesResponse* response,
                           const rpc::Done& done) const {
  absl::StatusOr<ImportPtr> import = Check(*call, messages);
  if (!import.ok()) return done(import.status());
  if (!(*import)->validate_only) {
    return Commit(call, *import, response, done);
  }
  ledger::Revision revision = 0;
  const auto decided = backend_.view->Read(
      [&](const ProximityState& state, const ledger::Head& head) {
        revision = head.revision;
        return Decide(state, (*import)->places, &(*import)->answer);
      });
  if (!decided.ok()) return done(decided.status());
  Answer(call, *import, {revision, {}, false}, response, done);
}

void ProximityImports::Commit(const rpc::CallPtr& call, const ImportPtr& import,
                              v1::ImportPlacesResponse* response,
                              const rpc::Done& done) const {
  backend_.turnstile->Enter([=, this](base::Turnstile::Leave leave) {
    backend_.writer->Mutate(
        import->meta,
        [import](const ProximityState& state) {
          return Decide(state, import->places, &import->answer);
        },
        std::min(call->Remaining(), kMaxImportBudget),
        [=, this](const absl::StatusOr<ledger::Committed>& committed) {
          leave();
          if (!committed.ok()) return done(committed.status());
          Answer(call, import, *committed, response, done);
        });
  });
}

void ProximityImports::Answer(const rpc::CallPtr& call, const ImportPtr& import,
                              const ledger::Committed& committed,
                              v1::ImportPlacesResponse* response,
                              const rpc::Done& done) const {
  call->SetConsistencyToken(TokenAt(backend_, committed.revision, {}));
  if (!committed.repeated) {
    Show(import->answer, response);
    return done(absl::OkStatus());
  }
  backend_.executor->Run([=, this, revision = committed.revision] {
    const auto first = ReadAnswered(revision);
    if (first.ok()) Show(*first, response);
    done(first.status());
  });
}

absl::StatusOr<ImportAnswer> ProximityImports::ReadAnswered(
    ledger::Revision revision) const {
  LB_ASSIGN_OR_RETURN(const std::vector<ledger::Version> versions,
                      backend_.ledger->ReadHistory(kPlacesKey, revision));
  for (const ledger::Version& version : versions) {
    if (version.key == kPlacesKey && version.value) {
      return DecodeAnswer(*version.value);
    }
  }
  return absl::DataLossError("the import's answer is not on record");
}

}  // namespace lagesbild::proximity
