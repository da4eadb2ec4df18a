#include "lib/api/field_mask.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/util/field_mask_util.h"
#include "lib/base/status.h"

namespace lagesbild::api {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::FieldMask;
using google::protobuf::Message;
using google::protobuf::util::FieldMaskUtil;

constexpr char kEverything[] = "*";
constexpr std::size_t kMaxShownPath = 100;

std::vector<std::string> SetPaths(const Message& from) {
  std::vector<const FieldDescriptor*> set;
  from.GetReflection()->ListFields(from, &set);
  std::vector<std::string> paths;
  paths.reserve(set.size());
  for (const FieldDescriptor* field : set) paths.push_back(field->name());
  return paths;
}

std::vector<std::string> AllPaths(const Message& from) {
  std::vector<std::string> paths;
  const auto* type = from.GetDescriptor();
  paths.reserve(static_cast<std::size_t>(type->field_count()));
  for (int i = 0; i < type->field_count(); ++i) {
    paths.push_back(type->field(i)->name());
  }
  return paths;
}

// protobuf's own check passes over empty segments: "", "a..b".
bool IsPath(const std::string& path, const Message& message) {
  const std::vector<absl::string_view> parts = absl::StrSplit(path, '.');
  return std::find(parts.begin(), parts.end(), "") == parts.end() &&
         FieldMaskUtil::GetFieldDescriptors(message.GetDescriptor(), path,
                                            nullptr);
}

}  // namespace

absl::StatusOr<std::vector<std::string>> UpdatePaths(const FieldMask& mask,
                                                     const Message& from) {
  if (mask.paths_size() == 0) return SetPaths(from);
  if (mask.paths_size() == 1 && mask.paths(0) == kEverything) {
    return AllPaths(from);
  }
  for (const std::string& path : mask.paths()) {
    if (IsPath(path, from)) continue;
    return base::InvalidField(
        "update_mask",
        absl::StrCat("no such field: '",
                     absl::string_view(path).substr(0, kMaxShownPath), "'"));
  }
  return std::vector<std::string>(mask.paths().begin(), mask.paths().end());
}

absl::Status ApplyUpdate(const FieldMask& mask, const Message& from,
                         Message* to) {
  LB_ASSIGN_OR_RETURN(const auto paths, UpdatePaths(mask, from));
  FieldMask whole;
  for (const std::string& path : paths) whole.add_paths(path);
  FieldMaskUtil::MergeOptions options;
  options.set_replace_message_fields(true);
  options.set_replace_repeated_fields(true);
  FieldMaskUtil::MergeMessageTo(from, whole, options, to);
  return absl::OkStatus();
}

}  // namespace lagesbild::api
