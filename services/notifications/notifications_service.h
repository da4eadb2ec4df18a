#ifndef LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_
#define LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_

#include <grpcpp/grpcpp.h>

#include "lagesbild/notifications/v1/notifications.grpc.pb.h"
#include "lib/rpc/handler.h"
#include "lib/watch/watch_hub.h"
#include "services/notifications/backend.h"
#include "services/notifications/notifications_reads.h"
#include "services/notifications/notifications_writes.h"

namespace lagesbild::notifications {

// The full name of the service, for rpc::Handlers.
inline constexpr char kAgencyNotifications[] =
    "lagesbild.notifications.v1.AgencyNotifications";

// The gRPC side of notifications: hands every call to the wrapper, and from
// there to reads, writes and the hub. What is passed must outlive it.
class NotificationsService final
    : public v1::AgencyNotifications::WithRawCallbackMethod_WatchAlerts<
          v1::AgencyNotifications::CallbackService> {
 public:
  NotificationsService(const Backend& backend, rpc::Handlers* handlers,
                       watch::WatchHub* hub)
      : backend_(backend),
        reads_(backend),
        writes_(backend),
        handlers_(handlers),
        hub_(hub) {}

  grpc::ServerUnaryReactor* CreateContact(
      grpc::CallbackServerContext* context,
      const v1::CreateContactRequest* request, v1::Contact* response) override;
  grpc::ServerUnaryReactor* GetContact(grpc::CallbackServerContext* context,
                                       const v1::GetContactRequest* request,
                                       v1::Contact* response) override;
  grpc::ServerUnaryReactor* ListContacts(
      grpc::CallbackServerContext* context,
      const v1::ListContactsRequest* request,
      v1::ListContactsResponse* response) override;
  grpc::ServerUnaryReactor* UpdateContact(
      grpc::CallbackServerContext* context,
      const v1::UpdateContactRequest* request, v1::Contact* response) override;
  grpc::ServerUnaryReactor* CreateSubscription(
      grpc::CallbackServerContext* context,
      const v1::CreateSubscriptionRequest* request,
      v1::Subscription* response) override;
  grpc::ServerUnaryReactor* GetSubscription(
      grpc::CallbackServerContext* context,
      const v1::GetSubscriptionRequest* request,
      v1::Subscription* response) override;
  grpc::ServerUnaryReactor* ListSubscriptions(
      grpc::CallbackServerContext* context,
      const v1::ListSubscriptionsRequest* request,
      v1::ListSubscriptionsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteSubscription(
      grpc::CallbackServerContext* context,
      const v1::DeleteSubscriptionRequest* request,
      google::protobuf::Empty* response) override;
  grpc::ServerUnaryReactor* GetAlert(grpc::CallbackServerContext* context,
                                     const v1::GetAlertRequest* request,
                                     v1::Alert* response) override;
  grpc::ServerUnaryReactor* ListAlerts(
      grpc::CallbackServerContext* context,
      const v1::ListAlertsRequest* request,
      v1::ListAlertsResponse* response) override;
  grpc::ServerUnaryReactor* AcknowledgeAlert(
      grpc::CallbackServerContext* context,
      const v1::AcknowledgeAlertRequest* request, v1::Alert* response) override;
  grpc::ServerUnaryReactor* ListDeliveries(
      grpc::CallbackServerContext* context,
      const v1::ListDeliveriesRequest* request,
      v1::ListDeliveriesResponse* response) override;
  watch::WatchReactor* WatchAlerts(grpc::CallbackServerContext* context,
                                   const grpc::ByteBuffer* request) override;

 private:
  const Backend backend_;
  NotificationsReads reads_;
  NotificationsWrites writes_;
  rpc::Handlers* const handlers_;
  watch::WatchHub* const hub_;
};

}  // namespace lagesbild::notifications

#endif  // LAGESBILD_SERVICES_NOTIFICATIONS_NOTIFICATIONS_SERVICE_H_
