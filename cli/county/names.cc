#include "cli/county/names.h"

#include <iterator>

#include "absl/strings/str_cat.h"

namespace lagesbild::county {
namespace {

constexpr const char* kStems[] = {
    "Grövl", "Fjölm", "Krästr", "Dvärsk", "Snövl", "Trylm",  "Blengs", "Kvärf",
    "Jömbr", "Vrålk", "Skelpr", "Ympl",   "Hjuvl", "Prånk",  "Drämst", "Stjölk",
    "Brufs", "Öspl",  "Gnärv",  "Mjälf",  "Tvumb", "Slärpk", "Njombr", "Årfv"};
constexpr const char* kMiddles[] = {"er", "en", "or", "ul", "al", "im",
                                    "av", "is", "om", "ek", "yt", "un"};
constexpr const char* kCounties[] = {"öns län", "bygdens län", "mons län"};
constexpr const char* kMunicipalities[] = {"inge", "arp",  "ösa",  "unda",
                                           "esta", "åla",  "evik", "ryda",
                                           "eby",  "ärna", "sund", "holma"};
constexpr const char* kSquares[] = {"torget",  "plan",     "backen",  "gränd",
                                    "centrum", "parken",   "stråket", "vången",
                                    "tunneln", "terrassen"};
constexpr const char* kSchools[] = {
    "skolan",     "byskolan",    "dalsskolan", "ängsskolan",   "lundsskolan",
    "hagsskolan", "bergsskolan", "åsskolan",   "brinksskolan", "strandsskolan"};

template <int n>
const char* Pick(Random* random, const char* const (&list)[n]) {
  return list[random->Below(n)];
}

}  // namespace

std::string Names::Fresh(const char* const* endings, int count) {
  while (true) {
    std::string name =
        absl::StrCat(Pick(random_, kStems), Pick(random_, kMiddles),
                     endings[random_->Below(count)]);
    if (given_.insert(name).second) return name;
  }
}

std::string Names::County() { return Fresh(kCounties, std::size(kCounties)); }
std::string Names::Municipality() {
  return Fresh(kMunicipalities, std::size(kMunicipalities));
}
std::string Names::Square() { return Fresh(kSquares, std::size(kSquares)); }
std::string Names::School() { return Fresh(kSchools, std::size(kSchools)); }

}  // namespace lagesbild::county
