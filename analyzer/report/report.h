// Reporters: findings as people and programs read them.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "analyzer/analyze.h"

namespace hookc {

/// For people: a code frame at the template bytes, the macros on the way, the conditions, the remedy.
void write_findings(std::ostream& out, const Report& report, const Sources& sources, bool color);

/// What `--statements` asks for, the notes, and the counts in one line.
void write_summary(std::ostream& out, const Report& report, bool color);

/// One JSON document: findings, summary, and statements when they were asked for. Lines and columns count from 1, columns in code points.
void write_json(std::ostream& out, const Report& report, bool statements);

/// Formats that services read: SARIF 2.1.0, GitHub's workflow commands, GitLab's code quality, JUnit's XML.
void write_sarif(std::ostream& out, const Report& report);
void write_github(std::ostream& out, const Report& report);
void write_gitlab(std::ostream& out, const Report& report);
void write_junit(std::ostream& out, const Report& report);

/// The conditions of a finding as a conjunction: what all ways share, and the rest in one condition.
std::vector<std::string> conditions_of(const Finding& finding);

/// The first of the conditions with `word` between them, and how many more there are.
std::string shortened(const std::vector<std::string>& conditions, std::string_view word);

}  // namespace hookc
