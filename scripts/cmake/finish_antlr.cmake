# Copies the generated FROM/GRAMMAR.{h,cpp} to TO; see HookcAntlr.cmake for MODE (LAZY or LL1) and the reasons. Adds
# TO/GRAMMARNames.h with the macro GRAMMAR_NAMES(X): X(name, number) for each token of a lexer, each rule of a parser, so that
# code can use the grammar's numbers without including the ANTLR runtime.

file(READ ${FROM}/${GRAMMAR}.cpp code)
file(READ ${FROM}/${GRAMMAR}.h header)

set(static_init "${GRAMMAR}::Initializer ${GRAMMAR}::_init;")
string(FIND "${code}" "${static_init}" at)
if(at EQUAL -1)
  message(FATAL_ERROR "${GRAMMAR}.cpp does not look as antlr4 4.7.2 writes it: `${static_init}` is missing")
endif()
string(REPLACE "${static_init}" "" code "${code}")

if(MODE STREQUAL "LL1")
  string(FIND "${code}" "adaptivePredict" at)
  if(NOT at EQUAL -1)
    message(FATAL_ERROR "the grammar ${GRAMMAR} is not LL(1): the generated parser calls adaptivePredict")
  endif()
else()
  string(REPLACE "  _interpreter = new " "  static const Initializer unpacked_on_first_use;\n  _interpreter = new " code "${code}")
endif()

set(names "")
if(GRAMMAR MATCHES "Lexer$")
  file(STRINGS ${FROM}/${GRAMMAR}.tokens lines REGEX "^[A-Za-z_]+=[0-9]+$")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^(.*)=(.*)$" " \\\\\n  X(\\1, \\2)" entry "${line}")
    string(APPEND names "${entry}")
  endforeach()
else()
  string(REGEX MATCHALL "\n  enum {[^}]*Rule[^}]*}" block "${header}")
  string(REGEX MATCHALL "Rule[A-Za-z_0-9]+ = [0-9]+" lines "${block}")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^Rule(.*) = (.*)$" " \\\\\n  X(\\1, \\2)" entry "${line}")
    string(APPEND names "${entry}")
  endforeach()
endif()
file(WRITE ${TO}/${GRAMMAR}Names.h "#pragma once\n\n#define ${GRAMMAR}_NAMES(X)${names}\n")

file(WRITE ${TO}/${GRAMMAR}.cpp "${code}")
configure_file(${FROM}/${GRAMMAR}.h ${TO}/${GRAMMAR}.h COPYONLY)
