#ifndef LAGESBILD_CLI_UPLOAD_H_
#define LAGESBILD_CLI_UPLOAD_H_

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "cli/client.h"

namespace lagesbild::cli {

// Rows in one message of an import stream: so many, or what fills so many
// bytes.
inline constexpr size_t kRowsPerMessage = 200;
inline constexpr size_t kBytesPerMessage = 1 << 20;
inline constexpr absl::Duration kImportBudget = absl::Minutes(10);

// Says on stderr how far a long step is, on one line: on a terminal it is
// written over, elsewhere it comes once, at the end.
class Progress {
 public:
  explicit Progress(std::string what)
      : what_(std::move(what)), terminal_(isatty(STDERR_FILENO) != 0) {}
  ~Progress() {
    if (shown_) std::fputc('\n', stderr);
  }
  void At(size_t done, size_t of) {
    if (!terminal_ && done < of) return;
    std::fprintf(stderr, "%s%s %zu/%zu", terminal_ ? "\r" : "", what_.c_str(),
                 done, of);
    std::fflush(stderr);
    shown_ = true;
  }

 private:
  const std::string what_;
  const bool terminal_;
  bool shown_ = false;
};

// Sends rows in one client stream: `first` carries the options, `add(row,
// request)` puts a row into a message. Returns the service's summary.
template <typename Response, typename Request, typename Row, typename Open,
          typename Add>
absl::StatusOr<Response> Upload(Client* client, Open open, Request first,
                                const std::vector<Row>& rows, Add add) {
  grpc::ClientContext context;
  client->Prepare(kImportBudget, &context);
  Response response;
  const auto writer = open(&context, &response);
  Request request = std::move(first);
  size_t sent = 0;
  {
    Progress progress("sending");
    do {
      const size_t end = std::min(rows.size(), sent + kRowsPerMessage);
      size_t bytes = 0;
      for (; sent < end && bytes < kBytesPerMessage; ++sent) {
        add(rows[sent], &request);
        bytes = request.ByteSizeLong();
      }
      progress.At(sent, rows.size());
      // A refusal shows in the status: stop sending, ask why.
      if (!writer->Write(request)) break;
      request = Request();
    } while (sent < rows.size());
  }
  writer->WritesDone();
  const absl::Status status = client->Took(context, writer->Finish());
  if (!status.ok()) return status;
  return response;
}

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_UPLOAD_H_
