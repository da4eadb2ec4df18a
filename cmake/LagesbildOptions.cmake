# Language level, warnings, sanitizers, ccache and linker for every target.

option(LAGESBILD_STRICT "Warnings are errors, with clang's thread-safety analysis" OFF)
set(LAGESBILD_SANITIZE "" CACHE STRING "Value for -fsanitize, empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# One set of compile options for all targets, or they could not share a
# precompiled header.
add_compile_options(-Wall -Wextra)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 takes "x" + std::string(…) for a copy of 2^63 bytes, in dozens of
  # places: a warning that means something would not be seen among them.
  add_compile_options(-Wno-stringop-overflow -Wno-array-bounds
                      -Wno-restrict)
endif()
if(LAGESBILD_STRICT)
  add_compile_options(-Werror)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    add_compile_options(-Wthread-safety)
  endif()
endif()

if(LAGESBILD_SANITIZE)
  # UndefinedBehaviorSanitizer else prints what it finds and goes on, and the
  # test passes.
  add_compile_options(-fsanitize=${LAGESBILD_SANITIZE} -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${LAGESBILD_SANITIZE})
endif()

find_program(LAGESBILD_CCACHE ccache)
if(LAGESBILD_CCACHE)
  # ccache handles a precompiled header only with these two granted.
  set(LAGESBILD_LAUNCHER ${CMAKE_COMMAND} -E env
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${LAGESBILD_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${LAGESBILD_LAUNCHER})
  set(CMAKE_C_COMPILER_LAUNCHER ${LAGESBILD_LAUNCHER})
endif()

find_program(LAGESBILD_MOLD mold)
if(LAGESBILD_MOLD)
  add_link_options(-fuse-ld=mold)
endif()
