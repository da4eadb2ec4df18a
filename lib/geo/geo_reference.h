#ifndef LAGESBILD_LIB_GEO_GEO_REFERENCE_H_
#define LAGESBILD_LIB_GEO_GEO_REFERENCE_H_

#include <random>

#include "lib/geo/geometry.h"

// For tests only: a slow, plain reference for distances, and random shapes to
// try it on.
namespace lagesbild::geo::reference {

using Random = std::mt19937_64;

// By GeographicLib, walking every edge that the triangle inequality does not
// rule out in many steps and narrowing down around the shortest of them; sides
// by adding up the turns along the ring.
double Distance(const LatLng& point, const MultiPolygon& polygons);
double Distance(const LatLng& a, const LatLng& b);
// Edge to edge, no overlap: every corner and step of one against the other.
double DistanceApart(const MultiPolygon& a, const MultiPolygon& b);

// The position `meters` from `from` at `azimuth` degrees.
LatLng Offset(const LatLng& from, double azimuth, double meters);

// A position at a fraction of the way along the geodesic a–b.
LatLng Along(const LatLng& a, const LatLng& b, double fraction);

double Uniform(Random& random, double low, double high);

// A polygon of `corners` around `center` that reaches from inner to outer
// metres, star-shaped, so that it cannot cross itself.
Ring RandomStar(Random& random, const LatLng& center, int corners,
                double inner_m, double outer_m);

// `point`'s ring of four corners, long and thin.
Ring RandomSliver(Random& random, const LatLng& center, double length_m,
                  double width_m);

}  // namespace lagesbild::geo::reference

#endif  // LAGESBILD_LIB_GEO_GEO_REFERENCE_H_
