#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WRITES_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WRITES_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "google/protobuf/empty.pb.h"
#include "lagesbild/notifications/v1/alert.pb.h"
#include "lagesbild/notifications/v1/contact.pb.h"
#include "lib/ledger/ledger.h"
#include "lib/rpc/call.h"
#include "lib/view/writer.h"
#include "services/notifications/backend.h"
#include "services/notifications/changes.h"

namespace lagesbild::notifications {

// The methods that write. Each checks what it is given, decides on the view's
// state (changes.h), commits, and answers when the view shows the result.
// Thread-safe; none blocks.
class NotificationsWrites {
 public:
  explicit NotificationsWrites(const Backend& backend);

  // The answer holds the secret: it is nowhere else to be had. A repeat of the
  // request holds it too, for whoever lost the first answer.
  void CreateContact(const rpc::CallPtr& call,
                     const v1::CreateContactRequest& request,
                     v1::Contact* response, rpc::Done done);
  void UpdateContact(const rpc::CallPtr& call,
                     const v1::UpdateContactRequest& request,
                     v1::Contact* response, rpc::Done done);
  void CreateSubscription(const rpc::CallPtr& call,
                          const v1::CreateSubscriptionRequest& request,
                          v1::Subscription* response, rpc::Done done);
  void DeleteSubscription(const rpc::CallPtr& call,
                          const v1::DeleteSubscriptionRequest& request,
                          google::protobuf::Empty* response, rpc::Done done);
  void AcknowledgeAlert(const rpc::CallPtr& call,
                        const v1::AcknowledgeAlertRequest& request,
                        v1::Alert* response, rpc::Done done);

 private:
  using Decide = std::function<absl::StatusOr<Decided>(const Scene&)>;
  // Fills the response from a record's bytes.
  using Show = std::function<absl::Status(const std::string& record)>;

  struct Order {
    std::string request_id;
    std::string digest;
    bool validate_only = false;
    std::string key;  // of the record that is answered with; empty: none
  };

  // The id asked for, or a new one that a repeat of the request finds again.
  absl::StatusOr<std::string> IdFor(const rpc::Call& call,
                                    const std::string& given,
                                    const std::string& request_id,
                                    absl::string_view field) const;
  void Write(const rpc::CallPtr& call, const Order& order, Decide decide,
             Show show, rpc::Done done);
  absl::Status Preview(const rpc::Call& call, const Decide& decide,
                       const Show& show) const;
  absl::Status ShowFirst(const std::string& key, ledger::Revision revision,
                         const Show& show) const;
  absl::Time Now() const;

  const Backend backend_;
  view::Writer<NotificationsState> writer_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_WRITES_H_
