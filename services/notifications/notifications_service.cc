#include "services/notifications/notifications_service.h"

#include <functional>
#include <utility>

#include "lib/api/filter.h"
#include "lib/base/status.h"
#include "lib/watch/admit.h"
#include "services/notifications/notifications_access.h"
#include "services/notifications/notifications_watch.h"

namespace lagesbild::notifications {
namespace {

absl::StatusOr<std::shared_ptr<watch::Renderer>> RendererFor(
    const Backend& backend, const access::v1::Caller& caller,
    const v1::WatchAlertsRequest& request) {
  LB_RETURN_IF_ERROR(backend.presenter->CheckParent(request.parent()));
  LB_ASSIGN_OR_RETURN(api::Filter filter,
                      backend.presenter->ReadFilter(
                          request.filter(), v1::Alert::descriptor(), caller));
  return MakeAlertRenderer(backend.presenter, backend.view, caller,
                           request.filter(), std::move(filter));
}

}  // namespace

grpc::ServerUnaryReactor* NotificationsService::CreateContact(
    grpc::CallbackServerContext* context,
    const v1::CreateContactRequest* request, v1::Contact* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.CreateContact",
      std::bind_front(&NotificationsWrites::CreateContact, &writes_));
}

grpc::ServerUnaryReactor* NotificationsService::GetContact(
    grpc::CallbackServerContext* context, const v1::GetContactRequest* request,
    v1::Contact* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.GetContact",
      std::bind_front(&NotificationsReads::GetContact, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::ListContacts(
    grpc::CallbackServerContext* context,
    const v1::ListContactsRequest* request,
    v1::ListContactsResponse* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.ListContacts",
      std::bind_front(&NotificationsReads::ListContacts, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::UpdateContact(
    grpc::CallbackServerContext* context,
    const v1::UpdateContactRequest* request, v1::Contact* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.UpdateContact",
      std::bind_front(&NotificationsWrites::UpdateContact, &writes_));
}

grpc::ServerUnaryReactor* NotificationsService::CreateSubscription(
    grpc::CallbackServerContext* context,
    const v1::CreateSubscriptionRequest* request, v1::Subscription* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.CreateSubscription",
      std::bind_front(&NotificationsWrites::CreateSubscription, &writes_));
}

grpc::ServerUnaryReactor* NotificationsService::GetSubscription(
    grpc::CallbackServerContext* context,
    const v1::GetSubscriptionRequest* request, v1::Subscription* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.GetSubscription",
      std::bind_front(&NotificationsReads::GetSubscription, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::ListSubscriptions(
    grpc::CallbackServerContext* context,
    const v1::ListSubscriptionsRequest* request,
    v1::ListSubscriptionsResponse* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.ListSubscriptions",
      std::bind_front(&NotificationsReads::ListSubscriptions, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::DeleteSubscription(
    grpc::CallbackServerContext* context,
    const v1::DeleteSubscriptionRequest* request,
    google::protobuf::Empty* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.DeleteSubscription",
      std::bind_front(&NotificationsWrites::DeleteSubscription, &writes_));
}

grpc::ServerUnaryReactor* NotificationsService::GetAlert(
    grpc::CallbackServerContext* context, const v1::GetAlertRequest* request,
    v1::Alert* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.GetAlert",
      std::bind_front(&NotificationsReads::GetAlert, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::ListAlerts(
    grpc::CallbackServerContext* context, const v1::ListAlertsRequest* request,
    v1::ListAlertsResponse* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.ListAlerts",
      std::bind_front(&NotificationsReads::ListAlerts, &reads_));
}

grpc::ServerUnaryReactor* NotificationsService::AcknowledgeAlert(
    grpc::CallbackServerContext* context,
    const v1::AcknowledgeAlertRequest* request, v1::Alert* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.AcknowledgeAlert",
      std::bind_front(&NotificationsWrites::AcknowledgeAlert, &writes_));
}

grpc::ServerUnaryReactor* NotificationsService::ListDeliveries(
    grpc::CallbackServerContext* context,
    const v1::ListDeliveriesRequest* request,
    v1::ListDeliveriesResponse* response) {
  return handlers_->Unary(
      context, request, response, "AgencyNotifications.ListDeliveries",
      std::bind_front(&NotificationsReads::ListDeliveries, &reads_));
}

watch::WatchReactor* NotificationsService::WatchAlerts(
    grpc::CallbackServerContext* context, const grpc::ByteBuffer* request) {
  return watch::AdmitWatch<v1::WatchAlertsRequest>(
      handlers_, hub_, context, "AgencyNotifications.WatchAlerts", *request,
      [this](const access::v1::Caller& caller,
             const v1::WatchAlertsRequest& asked) {
        return RendererFor(backend_, caller, asked);
      });
}

}  // namespace lagesbild::notifications
