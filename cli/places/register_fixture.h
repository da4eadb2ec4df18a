#ifndef LAGESBILD_CLI_PLACES_REGISTER_FIXTURE_H_
#define LAGESBILD_CLI_PLACES_REGISTER_FIXTURE_H_

#include <nlohmann/json.hpp>
#include <string>

namespace lagesbild::cli {

// Persons that the register names; none of this may be sent.
inline constexpr const char* kPersonal[] = {
    "Rakel Rektorsdotter", "rakel.rektorsdotter@example.se", "070-1234567",
    "c/o Familjen Hemlig", "kontakt.person@example.se"};

// A unit of version 2 as `/v2/school-units/{code}` answers.
inline nlohmann::json DocumentV2(const std::string& code = "10035236") {
  return {{"meta", {{"extractDate", "2026-06-01T03:12:00"}}},
          {"data",
           {{"type", "schoolunit"},
            {"schoolUnitCode", code},
            {"attributes",
             {{"displayName", "Söderbymalmsskolan"},
              {"schoolName", "Söderbymalmsskolan 7-9"},
              {"status", "AKTIV"},
              {"schoolUnitType", "SKOLENHET"},
              {"schoolTypes", {"GR", "FTH"}},
              {"municipalityCode", "0136"},
              {"startdate", "2012-07-01"},
              {"headMaster", kPersonal[0]},
              {"email", kPersonal[1]},
              {"phoneNumber", kPersonal[2]},
              {"addresses",
               {{{"type", "POSTADRESS"}, {"careOfAddress", kPersonal[3]}},
                {{"type", "BESOKSADRESS"},
                 {"careOfAddress", kPersonal[3]},
                 {"streetAddress", "Marinens väg 30"},
                 {"postalCode", "13640"},
                 {"locality", "Handen"},
                 {"geoCoordinates",
                  {{"latitude", "59.16286545184274"},
                   {"longitude", "18.134313905557242"},
                   {"coordinateSweRefN", "6562397,097"},
                   {"coordinateSweRefE", "679180,062"}}}}}}}}}},
          {"included",
           {{"type", "organizer"},
            {"organizationNumber", "2120000084"},
            {"attributes", {{"email", kPersonal[4]}}}}}};
}

// A unit of version 1 as `/v1/skolenhet/{code}` answers.
inline nlohmann::json DocumentV1(const std::string& code = "57004269") {
  return {{"SkolenhetInfo",
           {{"Skolenhetskod", code},
            {"Namn", "Fjällskolan"},
            {"Status", "Aktiv"},
            {"Startdatum", "2016-07-01T00:00:00"},
            {"Rektorsnamn", kPersonal[0]},
            {"Epost", kPersonal[1]},
            {"Telefon", kPersonal[2]},
            {"Kommun", {{"Kommunkod", "1485"}, {"Namn", "Uddevalla"}}},
            {"Skolformer",
             {{{"type", "Grundskola"}, {"SkolformKod", "11"}},
              {{"type", "Fritidshem"}, {"SkolformKod", "15"}}}},
            {"Besoksadress",
             {{"Adress", "Sångvägen 19"},
              {"Postnr", "45171"},
              {"Ort", "Uddevalla"},
              {"GeoData",
               {{"Koordinat_SweRef_E", "320304,352"},
                {"Koordinat_SweRef_N", "6474401,621"},
                {"Koordinat_WGS84_Lat", "58.37352579255229"},
                {"Koordinat_WGS84_Lng", "11.927218742989618"}}}}}}}};
}

}  // namespace lagesbild::cli

#endif  // LAGESBILD_CLI_PLACES_REGISTER_FIXTURE_H_
