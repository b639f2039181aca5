# Copies the generated FROM/GRAMMAR.{h,cpp} to TO; see HookcAntlr.cmake for MODE (LAZY or LL1) and the reasons.

file(READ ${FROM}/${GRAMMAR}.cpp code)

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

file(WRITE ${TO}/${GRAMMAR}.cpp "${code}")
configure_file(${FROM}/${GRAMMAR}.h ${TO}/${GRAMMAR}.h COPYONLY)
