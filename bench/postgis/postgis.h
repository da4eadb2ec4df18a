#ifndef LAGESBILD_BENCH_POSTGIS_POSTGIS_H_
#define LAGESBILD_BENCH_POSTGIS_POSTGIS_H_

#include <sys/types.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::bench {

// A PostgreSQL server of the bench's own with PostGIS in it: a new cluster in a
// new folder, reached by a unix socket there, with one worker and its tables in
// memory. It ends, and the folder goes, with the object, and it ends with the
// thread that started it.
class PostGis {
 public:
  // NOT_FOUND where it is not installed; UNAVAILABLE, with what was said, where
  // it does not start.
  static absl::StatusOr<std::unique_ptr<PostGis>> Start();
  ~PostGis();
  PostGis(const PostGis&) = delete;
  PostGis& operator=(const PostGis&) = delete;

  // The server reads and writes files here.
  const testing::TempDir& folder() const { return folder_; }

  // Runs a script of psql; what it selects, values apart by '|'. UNAVAILABLE
  // with what was said.
  absl::StatusOr<std::string> Run(const std::string& script) const;

  // Runs a script of pgbench, prepared, over and over by so many clients on one
  // thread; transactions a second. UNAVAILABLE with what was said.
  absl::StatusOr<double> Bench(const std::string& script, int clients,
                               absl::Duration duration) const;

 private:
  explicit PostGis(std::string programs);

  absl::Status MakeCluster() const;
  absl::Status Launch();
  bool Answers() const;

  const testing::TempDir folder_;
  const std::string programs_;  // ends in '/'
  pid_t server_ = -1;
};

}  // namespace lagesbild::bench

#endif  // LAGESBILD_BENCH_POSTGIS_POSTGIS_H_
