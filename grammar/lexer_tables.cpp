// Build tool: writes a generated lexer's automaton as tables, so that the program needs neither the lexer's ATN nor the runtime's
// simulator (which takes a lock and a map look-up for each byte, and builds the automaton anew in every process).
//
// Compiled once for each grammar, with HOOKC_LEXER (the class) and HOOKC_LEXER_HEADER. It walks every state with each of the 256
// bytes through the simulator itself, so that the grammar stays the only description. Actions are not supported: refused. Which mode
// comes next is the affair of who uses the tables.
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <vector>

#include "antlr4-runtime.h"
#include HOOKC_LEXER_HEADER

namespace {

class Explorer : public antlr4::atn::LexerATNSimulator {
 public:
  using LexerATNSimulator::LexerATNSimulator;

  void explore() {
    antlr4::ANTLRInputStream nothing("");
    for (antlr4::atn::TokensStartState* mode : atn.modeToStartState) starts_.push_back(state_of(addDFAState(computeStartState(&nothing, mode).release())));
    for (std::size_t at = 0; at < states_.size(); ++at) {
      rows_.emplace_back(256, 0);
      for (std::size_t byte = 0; byte < 256; ++byte) {
        antlr4::dfa::DFAState* target = computeTargetState(&nothing, states_[at], byte);
        if (target != ERROR.get()) rows_[at][byte] = state_of(target);
      }
    }
  }

  bool write(std::ostream& out) {
    if (states_.size() > 254) return false;
    std::map<std::vector<int>, int> classes;  // bytes that no state tells apart
    std::vector<int> class_of(256);
    for (std::size_t byte = 0; byte < 256; ++byte) {
      std::vector<int> column;
      for (const std::vector<int>& row : rows_) column.push_back(row[byte]);
      class_of[byte] = classes.emplace(std::move(column), static_cast<int>(classes.size())).first->second;
    }
    std::vector<const std::vector<int>*> columns(classes.size());
    for (const auto& [column, number] : classes) columns[static_cast<std::size_t>(number)] = &column;
    out << "// State 0 is failure, state 1 the start of the first mode.\n#pragma once\n\n#include <cstdint>\n\n";
    out << "static constexpr std::uint8_t kByteClass[256] = {";
    for (const int number : class_of) out << number << ',';
    out << "};\nstatic constexpr std::uint8_t kModeStart[" << starts_.size() << "] = {";
    for (const int start : starts_) out << start << ',';
    out << "};\nstatic constexpr std::uint8_t kNextState[" << states_.size() + 1 << "][" << columns.size() << "] = {{},\n";
    for (std::size_t state = 0; state < states_.size(); ++state) {
      out << '{';
      for (const std::vector<int>* column : columns) out << (*column)[state] << ',';
      out << "},\n";
    }
    out << "};\nstatic constexpr std::uint16_t kAccepts[" << states_.size() + 1 << "] = {0,";
    for (const antlr4::dfa::DFAState* state : states_) {
      if (state->isAcceptState && state->lexerActionExecutor != nullptr) return false;
      out << (state->isAcceptState ? state->prediction : 0) << ',';
    }
    out << "};\n";
    return true;
  }

 private:
  int state_of(antlr4::dfa::DFAState* state) {
    const auto [at, is_new] = numbers_.emplace(state, static_cast<int>(states_.size()) + 1);
    if (is_new) states_.push_back(state);
    return at->second;
  }

  std::map<antlr4::dfa::DFAState*, int> numbers_;
  std::vector<antlr4::dfa::DFAState*> states_;
  std::vector<int> starts_;  // of the modes
  std::vector<std::vector<int>> rows_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) return 2;
  antlr4::ANTLRInputStream nothing("");
  HOOKC_LEXER lexer(&nothing);
  const auto* stock = lexer.getInterpreter<antlr4::atn::LexerATNSimulator>();
  antlr4::atn::PredictionContextCache cache;
  Explorer explorer(&lexer, stock->atn, stock->_decisionToDFA, cache);
  explorer.explore();
  std::ofstream out(arguments[1]);
  if (!explorer.write(out) || !out.flush()) {
    std::cerr << "cannot write the lexer's tables: it has actions, or too many states\n";
    return 1;
  }
  return 0;
}
