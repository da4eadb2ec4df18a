#include "lib/rpc/testing/test_ca.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace lagesbild::rpc {
namespace {

void Run(const std::string& command) {
  ASSERT_EQ(std::system((command + " 2>/dev/null").c_str()), 0) << command;
}

std::string NewKey(const std::string& key) {
  return absl::StrCat(" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes ",
                      "-keyout ", key, " ");
}

}  // namespace

TestCa::TestCa() {
  Run(absl::StrCat("openssl req -x509 -days 2 -subj /CN=test-ca",
                   NewKey(dir_.File("ca.key")), "-out ", ca()));
}

TlsFiles TestCa::Make(absl::string_view name, absl::string_view dns,
                      absl::string_view uri) {
  const std::string path = dir_.File(name);
  {
    std::ofstream extensions(path + ".ext");
    extensions << "subjectAltName=DNS:" << std::string(dns)
               << ",IP:127.0.0.1,URI:" << std::string(uri) << "\n";
  }
  Run(absl::StrCat("openssl req -subj /CN=", name, NewKey(path + ".key.new"),
                   "-out ", path, ".csr"));
  Run(absl::StrCat("openssl x509 -req -days 2 -in ", path, ".csr -CA ", ca(),
                   " -CAkey ", dir_.File("ca.key"),
                   " -CAcreateserial -extfile ", path, ".ext -out ", path,
                   ".crt.new"));
  std::filesystem::rename(path + ".key.new", path + ".key");
  std::filesystem::rename(path + ".crt.new", path + ".crt");
  return {path + ".crt", path + ".key", ca()};
}

}  // namespace lagesbild::rpc
