#ifndef LAGESBILD_CLI_COUNTY_LAYOUT_H_
#define LAGESBILD_CLI_COUNTY_LAYOUT_H_

#include <string>
#include <vector>

#include "cli/county/model.h"
#include "cli/county/names.h"
#include "cli/county/random.h"

namespace lagesbild::county {

inline constexpr int kMunicipalities = 26;

// How far from a municipality's middle its sites lie at most, as a part of the
// rectangle: the rest keeps every school of the neighbours far off.
inline constexpr double kSitesPart = 0.7;

// Where county `number` (from 0) lies: the first in the Baltic Sea, the others
// to the east and south of it, in as square a block as `scale` allows.
Frame FrameOf(int number, int scale);

// "31" for the first; codes that no Swedish county has.
std::string CodePrefix(int number);

// Polygons that share their borders point by point: the city first, three cells
// of a bent grid wide, then the other 25, a cell each.
std::vector<Municipality> LayOut(int number, const Frame& frame, Random* random,
                                 Names* names);

}  // namespace lagesbild::county

#endif  // LAGESBILD_CLI_COUNTY_LAYOUT_H_
