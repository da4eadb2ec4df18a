#include "bench/postgis/peer.h"

#include <algorithm>
#include <fstream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "bench/must.h"

namespace lagesbild::bench {
namespace {

// All digits: both sides are to measure the same positions.
void FormatPosition(std::string* out, const geo::LatLng& position) {
  absl::StrAppendFormat(out, "%.17g %.17g", position.longitude,
                        position.latitude);
}

std::string FormatRing(const geo::Ring& ring) {
  return absl::StrCat("(", absl::StrJoin(ring, ",", FormatPosition), ")");
}

std::string TextOf(const geo::LatLng& point) {
  std::string text;
  FormatPosition(&text, point);
  return absl::StrCat("POINT(", text, ")");
}

// Of one polygon without holes.
std::string TextOf(const geo::Geometry& geometry) {
  const geo::Polygon& polygon =
      std::get<geo::MultiPolygon>(geometry).polygons.front();
  return absl::StrCat("POLYGON(", FormatRing(polygon.outer), ")");
}

template <typename T>
void WriteRows(const std::vector<T>& rows, const std::string& file) {
  std::ofstream out(file);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    out << i << "\tSRID=4326;" << TextOf(rows[i]) << "\n";
  }
  out.close();
  if (!out) Must(absl::UnavailableError(absl::StrCat("cannot write ", file)));
}

std::string JoinOf(const std::string& a, const std::string& b,
                   geo::Meters radius) {
  return absl::StrFormat("FROM %s a JOIN %s b ON ST_DWithin(a.at, b.at, %.17g)",
                         a, b, radius.value());
}

}  // namespace

Peer::Peer() : postgis_(Must(PostGis::Start())) {}

std::string Peer::Run(const std::string& script) const {
  return Must(postgis_->Run(script));
}

void Peer::Load(const std::string& table,
                const std::vector<geo::LatLng>& points) {
  const std::string file = postgis_->folder().File(table);
  WriteRows(points, file);
  LoadFile(table, file);
}

void Peer::Load(const std::string& table,
                const std::vector<geo::Geometry>& polygons) {
  const std::string file = postgis_->folder().File(table);
  WriteRows(polygons, file);
  LoadFile(table, file);
}

void Peer::LoadFile(const std::string& table, const std::string& file) {
  Run(absl::StrCat("CREATE UNLOGGED TABLE ", table,
                   " (id int, at geography);\nCOPY ", table, " FROM '", file,
                   "';\nCREATE INDEX ON ", table,
                   " USING gist (at);\nCREATE INDEX ON ", table,
                   " (id);\nVACUUM ANALYZE ", table, ";"));
}

void Peer::CheckPlan(const std::string& query) const {
  const std::string plan = Run(absl::StrCat("EXPLAIN ", query, ";"));
  if (absl::StrContains(plan, "_at_idx")) {
    return;
  }
  Must(absl::InternalError(absl::StrCat("PostGIS uses no index:\n", plan)));
}

Peer::Timed Peer::Join(const std::string& a, const std::string& b,
                       geo::Meters radius) const {
  const std::string query =
      absl::StrCat("SELECT count(*) ", JoinOf(a, b, radius));
  CheckPlan(query);
  const std::string output = Run(absl::StrCat(
      "SELECT clock_timestamp() AS start \\gset\n", query, ";\n",
      "SELECT extract(epoch FROM clock_timestamp() - :'start'::timestamptz);"));
  const std::vector<std::string> lines = absl::StrSplit(output, '\n');
  Timed timed = {};
  if (lines.size() < 2 || !absl::SimpleAtoi(lines[0], &timed.pairs) ||
      !absl::SimpleAtod(lines[1], &timed.seconds)) {
    Must(absl::InternalError(absl::StrCat("PostGIS said:\n", output)));
  }
  return timed;
}

Peer::Apart Peer::Measure(const std::string& a, const std::string& b,
                          const Pairs::value_type& pair) const {
  const std::string output = Run(absl::StrCat(
      "SELECT ST_Distance(a.at, b.at), (SELECT min(ST_Distance(",
      "edge.geom::geography, b.at)) FROM ST_DumpSegments(a.at::geometry) edge)",
      " FROM ", a, " a, ", b, " b WHERE a.id = ", pair.first,
      " AND b.id = ", pair.second, ";"));
  const std::vector<std::string> values = absl::StrSplit(output, '|');
  Apart apart = {};
  if (values.size() != 2 || !absl::SimpleAtod(values[0], &apart.whole) ||
      !absl::SimpleAtod(values[1], &apart.by_edges)) {
    Must(absl::InternalError(absl::StrCat("PostGIS said:\n", output)));
  }
  return apart;
}

double Peer::NearPerSecond(const std::string& a, int members,
                           const std::string& b, geo::Meters radius,
                           int clients, absl::Duration duration) const {
  const std::string query =
      absl::StrCat("SELECT b.id, ST_Distance(a.at, b.at) ",
                   JoinOf(a, b, radius), " WHERE a.id = ");
  CheckPlan(absl::StrCat(query, "0 ORDER BY 2"));
  return Must(postgis_->Bench(absl::StrCat("\\set i random(0, ", members - 1,
                                           ")\n", query, ":i ORDER BY 2;"),
                              clients, duration));
}

Pairs Peer::JoinedPairs(const std::string& a, const std::string& b,
                        geo::Meters radius) const {
  const std::string file = postgis_->folder().File("pairs");
  Run(absl::StrCat("COPY (SELECT a.id, b.id ", JoinOf(a, b, radius), ") TO '",
                   file, "';"));
  Pairs pairs;
  std::ifstream in(file);
  for (Pairs::value_type pair; in >> pair.first >> pair.second;) {
    pairs.push_back(pair);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

}  // namespace lagesbild::bench
