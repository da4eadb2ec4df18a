#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "cli/places/buildings.h"
#include "cli/places/read_places.h"
#include "cli/places/unplaced.h"
#include "lib/api/utf8.h"
#include "tests/testing/fake_clock.h"

// If this finds something, a file that somebody downloaded crashes the import,
// or a row gets through that has no id or no place on earth.

namespace lagesbild::cli {
namespace {

void Check(const PlaceRow& row) {
  const geo::LatLng& at = *row.position;
  const bool sound = !row.id.empty() && api::IsValidUtf8(row.name) &&
                     at.latitude >= -90 && at.latitude <= 90 &&
                     at.longitude >= -180 && at.longitude <= 180;
  if (!sound) std::abort();
}

void Try(const uint8_t* data, size_t size) {
  static const std::string& path = *new std::string(
      std::string("/tmp/fuzz_places.") + std::to_string(getpid()));
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(data),
             static_cast<std::streamsize>(size));
  testing::FakeClock clock;
  ReadingProgress progress(&clock, stderr);
  PlaceReadOptions options;
  options.on_repeat = size % 2 == 0 ? OnRepeat::kFirst : OnRepeat::kLast;
  auto file = ReadPlaces(path, options, &progress);
  std::remove(path.c_str());
  if (!file.ok()) return;
  SettleUnplaced({}, &*file);
  for (const PlaceRow& row : file->rows) Check(row);
  const int units = static_cast<int>(file->rows.size());
  if (GroupBuildings("fuzz", &file->rows) > units) std::abort();
}

}  // namespace
}  // namespace lagesbild::cli

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  lagesbild::cli::Try(data, size);
  return 0;
}
