# The four kinds of target in the tree. A target is named by its place:
# lagesbild_library(base ...) defines lagesbild_base, linked as lagesbild::base.

include(CMakeParseArguments)

# gRPC's headers cost seconds in every file that includes them; one precompiled
# header for all who say GRPC.
add_library(lagesbild_pch_grpc OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
target_link_libraries(lagesbild_pch_grpc PUBLIC gRPC::grpc++ protobuf::libprotobuf)
target_precompile_headers(lagesbild_pch_grpc PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_grpc.h)

add_library(lagesbild_pch_test OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cc)
target_link_libraries(lagesbild_pch_test PUBLIC GTest::gmock)
target_precompile_headers(lagesbild_pch_test PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch_test.h)

# lagesbild_library(<name> [GRPC] SRCS <files>... DEPS <targets>...)
function(lagesbild_library name)
  cmake_parse_arguments(ARG "GRPC" "" "SRCS;DEPS" ${ARGN})
  add_library(lagesbild_${name} STATIC ${ARG_SRCS})
  add_library(lagesbild::${name} ALIAS lagesbild_${name})
  target_include_directories(lagesbild_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(lagesbild_${name} PUBLIC ${ARG_DEPS} Threads::Threads)
  if(ARG_GRPC)
    target_link_libraries(lagesbild_${name} PUBLIC gRPC::grpc++)
    target_precompile_headers(lagesbild_${name} REUSE_FROM lagesbild_pch_grpc)
  endif()
endfunction()

# lagesbild_binary(<name> [GRPC] SRCS <files>... DEPS <targets>...)
function(lagesbild_binary name)
  cmake_parse_arguments(ARG "GRPC" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} Threads::Threads)
  if(ARG_GRPC)
    target_link_libraries(${name} PRIVATE gRPC::grpc++)
    target_precompile_headers(${name} REUSE_FROM lagesbild_pch_grpc)
  endif()
endfunction()

# lagesbild_test(<name> [GRPC] SRCS <files>... DEPS <targets>...
#                [TIMEOUT <seconds>] [LABELS <labels>...] [SERIAL])
# One ctest entry for the whole program; SERIAL keeps other tests from running
# beside it.
function(lagesbild_test name)
  cmake_parse_arguments(ARG "GRPC;SERIAL" "TIMEOUT" "SRCS;DEPS;LABELS" ${ARGN})
  add_executable(${name} ${ARG_SRCS})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_libraries(${name} PRIVATE ${ARG_DEPS} lagesbild::testing GTest::gmock_main Threads::Threads)
  target_compile_definitions(${name} PRIVATE)
  if(ARG_GRPC)
    target_link_libraries(${name} PRIVATE gRPC::grpc++)
    target_precompile_headers(${name} REUSE_FROM lagesbild_pch_grpc)
    list(APPEND ARG_LABELS grpc)
  else()
    target_precompile_headers(${name} REUSE_FROM lagesbild_pch_test)
  endif()
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  # Sanitizers slow a program down several times.
  if(LAGESBILD_SANITIZE)
    math(EXPR ARG_TIMEOUT "10 * ${ARG_TIMEOUT}")
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS "${ARG_LABELS}"
    ENVIRONMENT "LAGESBILD_SOURCE_DIR=${CMAKE_SOURCE_DIR};LAGESBILD_BIN_DIR=${CMAKE_BINARY_DIR}/bin;TSAN_OPTIONS=suppressions=${CMAKE_SOURCE_DIR}/cmake/tsan.supp")
  if(ARG_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL ON)
  endif()
endfunction()

# lagesbild_proto(<name> PROTOS <paths below protos/>... DEPS <targets>... [ROOT <folder>])
# Messages and, where a file has them, services; linked as lagesbild::proto_<name>.
# Brings gRPC along only where there are services. With ROOT the paths are below
# that folder, and the files are no contracts (for tests).
function(lagesbild_proto name)
  cmake_parse_arguments(ARG "" "ROOT" "PROTOS;DEPS" ${ARGN})
  set(out ${CMAKE_BINARY_DIR}/gen)
  file(MAKE_DIRECTORY ${out})
  set(sources)
  set(needed)
  set(grpc FALSE)
  if(ARG_ROOT)
    get_filename_component(root ${ARG_ROOT} ABSOLUTE BASE_DIR ${CMAKE_SOURCE_DIR})
  else()
    set(root ${CMAKE_SOURCE_DIR}/protos)
    set_property(GLOBAL APPEND PROPERTY LAGESBILD_PROTOS ${ARG_PROTOS})
  endif()
  foreach(proto ${ARG_PROTOS})
    string(REGEX REPLACE "\\.proto$" "" stem ${proto})
    set(outputs ${out}/${stem}.pb.cc ${out}/${stem}.pb.h)
    set(plugin)
    file(STRINGS ${root}/${proto} services REGEX "^service ")
    if(services)
      set(grpc TRUE)
      list(APPEND outputs ${out}/${stem}.grpc.pb.cc ${out}/${stem}.grpc.pb.h)
      # Where no code names a message of the file, the linker would leave out the
      # service's descriptor, by which calls are checked and redacted.
      string(REPLACE "_" "_5f" symbol ${stem})
      string(REPLACE "/" "_2f" symbol ${symbol})
      list(APPEND needed "LINKER:--undefined=descriptor_table_${symbol}_2eproto")
      set(plugin --grpc_out=${out} --plugin=protoc-gen-grpc=${LAGESBILD_GRPC_PLUGIN})
    endif()
    add_custom_command(
      OUTPUT ${outputs}
      COMMAND protobuf::protoc -I ${root} -I ${CMAKE_SOURCE_DIR}/protos --cpp_out=${out} ${plugin} ${proto}
      DEPENDS ${root}/${proto}
      COMMENT "protoc ${proto}")
    list(APPEND sources ${outputs})
  endforeach()
  add_library(lagesbild_proto_${name} STATIC ${sources})
  add_library(lagesbild::proto_${name} ALIAS lagesbild_proto_${name})
  target_include_directories(lagesbild_proto_${name} SYSTEM PUBLIC ${out})
  target_link_libraries(lagesbild_proto_${name} PUBLIC ${ARG_DEPS} protobuf::libprotobuf)
  target_link_options(lagesbild_proto_${name} INTERFACE ${needed})
  if(grpc)
    target_link_libraries(lagesbild_proto_${name} PUBLIC gRPC::grpc++)
    target_precompile_headers(lagesbild_proto_${name} REUSE_FROM lagesbild_pch_grpc)
  endif()
endfunction()
