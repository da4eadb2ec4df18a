# Everything comes from Debian's packages; scripts/setup holds the list of them.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(absl REQUIRED CONFIG)
find_package(Protobuf REQUIRED)
find_package(gRPC REQUIRED CONFIG)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CURL REQUIRED)
find_package(GTest REQUIRED)
find_package(nlohmann_json REQUIRED CONFIG)
find_package(Boost 1.74 REQUIRED)
find_program(LAGESBILD_GRPC_PLUGIN grpc_cpp_plugin REQUIRED)

# Hiredis ships a CMake package that names a missing file, S2 and GeographicLib
# none at all.
pkg_check_modules(HIREDIS REQUIRED IMPORTED_TARGET hiredis)
pkg_check_modules(GEOGRAPHICLIB REQUIRED IMPORTED_TARGET geographiclib)
find_library(LAGESBILD_S2 s2 REQUIRED)
