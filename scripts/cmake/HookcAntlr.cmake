# hookc_antlr(NAME LEXER x.g4 PARSER y.g4 [LL1]): one grammar as a static library of generated code, made in the build tree.
#
# Facts about tool 4.7.2 with runtime 4.9: the generated code writes u8"" literals into std::string, hence -fno-char8_t, for
# this target alone. ATN tables are unpacked in static initialisation, which even `--version` would pay for; the generated
# sources are patched so that this happens when the first lexer or parser is constructed.
# LL1: the build fails when the parser calls adaptivePredict. Such a parser never reads its ATN, so none is unpacked at all.

find_package(Threads REQUIRED)
find_program(ANTLR4_PROGRAM NAMES antlr4 REQUIRED)

# The bases of the parsers and finish_antlr.cmake rest on what this version writes; asked once for each build tree.
set(HOOKC_ANTLR_VERSION 4.7.2)
if(NOT HOOKC_ANTLR_CHECKED STREQUAL "${ANTLR4_PROGRAM} ${HOOKC_ANTLR_VERSION}")
  execute_process(COMMAND ${ANTLR4_PROGRAM} OUTPUT_VARIABLE antlr_says ERROR_VARIABLE antlr_says)
  string(REGEX MATCH "Version +([0-9.]+)" antlr_version "${antlr_says}")
  if(NOT CMAKE_MATCH_1 STREQUAL HOOKC_ANTLR_VERSION)
    message(FATAL_ERROR "hookc needs version ${HOOKC_ANTLR_VERSION} of the ANTLR tool (Debian 12's package antlr4); ${ANTLR4_PROGRAM} is `${antlr_version}`. "
      "Another version may write code that does not fit compiler/parse/parser_base.h: try it there first, then change HOOKC_ANTLR_VERSION.")
  endif()
  set(HOOKC_ANTLR_CHECKED "${ANTLR4_PROGRAM} ${HOOKC_ANTLR_VERSION}" CACHE INTERNAL "")
endif()

function(hookc_antlr name)
  cmake_parse_arguments(ARG "LL1" "LEXER;PARSER" "" ${ARGN})
  get_filename_component(lexer ${ARG_LEXER} NAME_WE)
  get_filename_component(parser ${ARG_PARSER} NAME_WE)
  set(raw ${CMAKE_CURRENT_BINARY_DIR}/${name}.raw)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name})
  file(MAKE_DIRECTORY ${raw} ${out})
  set(flags -Dlanguage=Cpp -no-visitor -no-listener -Xexact-output-dir -Werror)
  set(script ${PROJECT_SOURCE_DIR}/scripts/cmake/finish_antlr.cmake)
  set(finish ${CMAKE_COMMAND} -DFROM=${raw} -DTO=${out})

  add_custom_command(
    OUTPUT ${out}/${lexer}.cpp ${out}/${lexer}.h ${out}/${lexer}Names.h ${raw}/${lexer}.tokens
    COMMAND ${ANTLR4_PROGRAM} ${flags} -o ${raw} ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_LEXER}
    COMMAND ${finish} -DGRAMMAR=${lexer} -DMODE=LAZY -P ${script}
    DEPENDS ${ARG_LEXER} ${script}
    COMMENT "antlr4 ${ARG_LEXER}" VERBATIM)
  add_custom_command(
    OUTPUT ${out}/${parser}.cpp ${out}/${parser}.h ${out}/${parser}Names.h
    COMMAND ${ANTLR4_PROGRAM} ${flags} -lib ${raw} -o ${raw} ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_PARSER}
    COMMAND ${finish} -DGRAMMAR=${parser} -DMODE=$<IF:$<BOOL:${ARG_LL1}>,LL1,LAZY> -P ${script}
    DEPENDS ${ARG_PARSER} ${raw}/${lexer}.tokens ${script}
    COMMENT "antlr4 ${ARG_PARSER}" VERBATIM)

  add_library(${name} STATIC ${out}/${lexer}.cpp ${out}/${parser}.cpp ${out}/${lexer}Names.h ${out}/${parser}Names.h)
  target_compile_options(${name} PRIVATE -w -fno-char8_t)
  target_include_directories(${name} SYSTEM PUBLIC ${out} ${ANTLR4_INCLUDE_DIR})
  # What a grammar's `superClass` names is found from the root of the repository, as everywhere.
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(${name} PUBLIC antlr4_static)
  if(HOOKC_SANITIZERS)
    target_compile_options(${name} PRIVATE ${HOOKC_SANITIZERS} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  endif()
endfunction()

# hookc_lexer_tables(NAME LEXER): adds the header LEXERTables.h to the grammar NAME; see grammar/lexer_tables.cpp.
function(hookc_lexer_tables name lexer)
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${name})
  add_executable(${name}_tables lexer_tables.cpp ${out}/${lexer}.h)
  target_compile_options(${name}_tables PRIVATE -w -fno-char8_t)
  target_compile_definitions(${name}_tables PRIVATE HOOKC_LEXER=${lexer} HOOKC_LEXER_HEADER="${lexer}.h")
  target_link_libraries(${name}_tables PRIVATE ${name} Threads::Threads)
  if(HOOKC_SANITIZERS)
    target_link_options(${name}_tables PRIVATE ${HOOKC_SANITIZERS})
  endif()
  add_custom_command(OUTPUT ${out}/${lexer}Tables.h COMMAND ${CMAKE_COMMAND} -E env ASAN_OPTIONS=detect_leaks=0 $<TARGET_FILE:${name}_tables> ${out}/${lexer}Tables.h
    DEPENDS ${name}_tables COMMENT "tables of ${lexer}" VERBATIM)
  add_custom_target(${name}_tables_header DEPENDS ${out}/${lexer}Tables.h)
endfunction()
