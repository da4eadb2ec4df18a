#include "cli/places/unplaced.h"

#include <algorithm>

namespace lagesbild::cli {

bool HasUnplaced(const PlaceFile& file) {
  return std::any_of(file.rows.begin(), file.rows.end(),
                     [](const PlaceRow& row) { return !row.position; });
}

void SettleUnplaced(const KnownPositions& known, PlaceFile* file) {
  for (PlaceRow& row : file->rows) {
    if (row.position) continue;
    const auto found = known.find(row.id);
    if (found == known.end()) {
      AddTo(&file->dropped, row, "no position, and none is known");
      continue;
    }
    row.position = found->second.position;
    if (found->second.suspect) {
      row.quality = proximity::v1::POSITION_QUALITY_SUSPECT;
    }
    AddTo(&file->doubts, row, "no position, the one known before is kept");
  }
  std::erase_if(file->rows, [](const PlaceRow& row) { return !row.position; });
}

}  // namespace lagesbild::cli
