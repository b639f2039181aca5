# hookc_library and hookc_executable: targets of our own code, all with the same warnings and sanitizers.

# What our own code and the generated code are instrumented with; empty for no sanitizer. clang's also counts what libFuzzer steers by, so that one build serves
# the tests and the fuzz targets.
set(HOOKC_SANITIZERS "")
set(HOOKC_FUZZ OFF)
if(HOOKC_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  set(HOOKC_FUZZ ON)
  set(HOOKC_SANITIZERS "-fsanitize=fuzzer-no-link,address,undefined")
elseif(HOOKC_SANITIZE)
  set(HOOKC_SANITIZERS "-fsanitize=address,undefined")
endif()

add_library(hookc_options INTERFACE)
target_include_directories(hookc_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(hookc_options INTERFACE HOOKC_VERSION="${PROJECT_VERSION}")
target_link_libraries(hookc_options INTERFACE fmt::fmt)
if(HOOKC_SANITIZERS)
  target_compile_options(hookc_options INTERFACE ${HOOKC_SANITIZERS} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(hookc_options INTERFACE ${HOOKC_SANITIZERS})
endif()

add_library(hookc_warnings INTERFACE)
# -Wmaybe-uninitialized is wrong about variants and optionals in GCC 12 when it optimizes.
target_compile_options(hookc_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>)
if(HOOKC_WERROR)
  target_compile_options(hookc_warnings INTERFACE -Werror)
endif()

# hookc_precompiled(NAME [LINKS ...] HEADERS ...): headers that many sources include, compiled once. Sources still include what they use.
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/precompiled.cpp CONTENT "")
function(hookc_precompiled name)
  cmake_parse_arguments(ARG "" "" "HEADERS;LINKS" ${ARGN})
  add_library(${name} OBJECT ${PROJECT_BINARY_DIR}/precompiled.cpp)
  target_link_libraries(${name} PRIVATE hookc_options hookc_warnings ${ARG_LINKS})
  target_precompile_headers(${name} PRIVATE ${ARG_HEADERS})
endfunction()
function(hookc_use_precompiled name precompiled)
  target_precompile_headers(${name} REUSE_FROM ${precompiled})
endfunction()

hookc_precompiled(hookc_precompiled HEADERS
  <algorithm> <array> <cstdint> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string> <string_view> <utility> <variant> <vector> <fmt/format.h>)

# hookc_library(NAME SOURCES ... [LINKS ...]): a static library; what it links is the layering.
function(hookc_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  target_link_libraries(${name} PUBLIC hookc_options ${ARG_LINKS} PRIVATE hookc_warnings)
  hookc_use_precompiled(${name} hookc_precompiled)
endfunction()

# Templates make many small values: mimalloc takes a quarter off the time that lint takes. Sanitizers bring an allocator of their own.
add_library(hookc_allocator INTERFACE)
if(NOT HOOKC_SANITIZERS)
  find_library(HOOKC_MIMALLOC mimalloc REQUIRED)
  target_link_libraries(hookc_allocator INTERFACE -Wl,--push-state,--no-as-needed ${HOOKC_MIMALLOC} -Wl,--pop-state)
endif()

# hookc_executable(NAME SOURCES ... [LINKS ...])
function(hookc_executable name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE hookc_options hookc_warnings hookc_allocator ${ARG_LINKS})
  hookc_use_precompiled(${name} hookc_precompiled)
endfunction()
