#ifndef LAGESBILD_LIB_RPC_TESTING_TEST_CA_H_
#define LAGESBILD_LIB_RPC_TESTING_TEST_CA_H_

#include <string>

#include "absl/strings/string_view.h"
#include "lib/rpc/tls.h"
#include "tests/testing/temp_dir.h"

namespace lagesbild::rpc {

// A certificate authority of a test's own, by the openssl program.
class TestCa {
 public:
  TestCa();

  // A certificate for `dns` and 127.0.0.1 with the URI name `uri`, in files
  // called `name`; overwrites what is there, all at once.
  TlsFiles Make(absl::string_view name, absl::string_view dns,
                absl::string_view uri);
  std::string ca() const { return dir_.File("ca.crt"); }

 private:
  testing::TempDir dir_;
};

}  // namespace lagesbild::rpc

#endif  // LAGESBILD_LIB_RPC_TESTING_TEST_CA_H_
