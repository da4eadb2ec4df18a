#include <fstream>
#include <iostream>

#include "google/protobuf/descriptor.pb.h"
#include "lib/access/audience_check.h"

// audience_check DESCRIPTOR_SET: prints what AudienceFaults() finds and fails
// when it finds something. The build runs it over every contract.
int main(int argc, char** argv) {
  if (argc != 2) {
    std::cerr << "usage: audience_check DESCRIPTOR_SET\n";
    return 2;
  }
  std::ifstream in(argv[1], std::ios::binary);
  google::protobuf::FileDescriptorSet files;
  if (!in || !files.ParseFromIstream(&in)) {
    std::cerr << argv[1] << ": not a descriptor set\n";
    return 2;
  }
  const auto faults = lagesbild::access::AudienceFaults(files);
  if (!faults.ok()) {
    std::cerr << faults.status().message() << "\n";
    return 2;
  }
  for (const std::string& fault : *faults) std::cerr << fault << "\n";
  return faults->empty() ? 0 : 1;
}
