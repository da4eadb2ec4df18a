#ifndef LAGESBILD_GATEWAY_PICTURE_VISIBLE_H_
#define LAGESBILD_GATEWAY_PICTURE_VISIBLE_H_

#include <set>
#include <string>

#include "lagesbild/picture/v1/picture.pb.h"
#include "lib/access/redactor.h"

namespace lagesbild::gateway {

// The situation as `caller` may see it. The etags of its records, which the
// services made for the gateway, are made anew for the caller.
picture::v1::Situation VisibleSituation(const picture::v1::Situation& situation,
                                        const access::v1::Caller& caller,
                                        const access::Redactor& redactor);

// Whether the site lies, in part at least, in one of these municipalities; an
// empty set is the whole region.
bool InAreas(const picture::v1::Situation& situation,
             const std::set<std::string>& areas);

}  // namespace lagesbild::gateway

#endif  // LAGESBILD_GATEWAY_PICTURE_VISIBLE_H_
