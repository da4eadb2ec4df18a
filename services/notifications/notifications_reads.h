#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_READS_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_READS_H_

#include "lagesbild/notifications/v1/alert.pb.h"
#include "lagesbild/notifications/v1/contact.pb.h"
#include "lib/rpc/call.h"
#include "services/notifications/backend.h"

namespace lagesbild::notifications {

// The methods that read. Reads of now come from the view, earlier ones from
// history. Thread-safe; none blocks.
class NotificationsReads {
 public:
  explicit NotificationsReads(const Backend& backend) : backend_(backend) {}

  void GetContact(const rpc::CallPtr& call,
                  const v1::GetContactRequest& request, v1::Contact* response,
                  rpc::Done done) const;
  void ListContacts(const rpc::CallPtr& call,
                    const v1::ListContactsRequest& request,
                    v1::ListContactsResponse* response, rpc::Done done) const;
  void GetSubscription(const rpc::CallPtr& call,
                       const v1::GetSubscriptionRequest& request,
                       v1::Subscription* response, rpc::Done done) const;
  void ListSubscriptions(const rpc::CallPtr& call,
                         const v1::ListSubscriptionsRequest& request,
                         v1::ListSubscriptionsResponse* response,
                         rpc::Done done) const;
  void GetAlert(const rpc::CallPtr& call, const v1::GetAlertRequest& request,
                v1::Alert* response, rpc::Done done) const;
  void ListAlerts(const rpc::CallPtr& call,
                  const v1::ListAlertsRequest& request,
                  v1::ListAlertsResponse* response, rpc::Done done) const;
  void ListDeliveries(const rpc::CallPtr& call,
                      const v1::ListDeliveriesRequest& request,
                      v1::ListDeliveriesResponse* response,
                      rpc::Done done) const;

 private:
  const Backend backend_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_READS_H_
