#ifndef LAGESBILD_TESTS_COMMAND_LINE_FIXTURE_H_
#define LAGESBILD_TESTS_COMMAND_LINE_FIXTURE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/end_to_end/deployment.h"

namespace lagesbild::command_line {

using end_to_end::Finished;
using end_to_end::kOffice;

// A GeoJSON feature with a point.
inline std::string PointRow(const std::string& properties, double longitude,
                            double latitude) {
  return absl::StrCat(R"({"type": "Feature", "properties": {)", properties,
                      R"(}, "geometry": {"type": "Point", "coordinates": [)",
                      longitude, ", ", latitude, "]}}");
}

// A running suite with one municipality, 0180, around 59.35 N 18.05 E.
class CommandLineTest : public ::testing::Test {
 protected:
  void SetUp() override {
    suite_ = end_to_end::OneProcess();
    suite_->Start();
    Write("areas.geojson",
          {R"({"type": "Feature", "properties": {"code": "0180"},
               "geometry": {"type": "Polygon", "coordinates": [[[18.0, 59.3],
               [18.1, 59.3], [18.1, 59.4], [18.0, 59.4], [18.0, 59.3]]]}})"});
    suite_->Json(kOffice, {"import", "areas", File("areas.geojson")});
  }

  std::string File(const std::string& name) { return suite_->dir().File(name); }

  void Write(const std::string& name, const std::vector<std::string>& rows) {
    end_to_end::WriteText(
        File(name),
        absl::StrCat(R"({"type": "FeatureCollection", "features": [)",
                     absl::StrJoin(rows, ",\n"), "]}"));
  }

  // `lagesbild ARGUMENTS…` as the coordination office.
  Finished Run(const std::vector<std::string>& arguments) {
    return suite_->Cli(kOffice, arguments);
  }
  nlohmann::json Answer(const std::vector<std::string>& arguments) {
    const auto lines = suite_->Json(kOffice, arguments);
    return lines.empty() ? nlohmann::json() : lines.front();
  }
  size_t Count(const std::string& what) {
    return suite_->Json(kOffice, {what}).size();
  }

  std::unique_ptr<end_to_end::Deployment> suite_;
};

}  // namespace lagesbild::command_line

#endif  // LAGESBILD_TESTS_COMMAND_LINE_FIXTURE_H_
