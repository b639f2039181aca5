// parse_time of time_text.h: strptime.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <vector>

#include "compiler/base/ascii.h"
#include "compiler/project/modules/pcre.h"
#include "compiler/project/modules/time_text.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

constexpr std::array<std::string_view, 7> kWeekdays{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr std::array<std::string_view, 12> kMonths{"january", "february", "march", "april", "may", "june",
                                                   "july", "august", "september", "october", "november", "december"};
constexpr std::size_t kShort = 3;  // letters of an abbreviated name

struct Directive {
  char letter;
  std::string_view pattern;
};
/// What each directive takes, longest numbers first, so that `%d%m` shares out digits as Python does.
constexpr std::array kDirectives{Directive{'d', "3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9]"},
                                 Directive{'f', "[0-9]{1,6}"},
                                 Directive{'H', "2[0-3]|[0-1][0-9]|[0-9]"},
                                 Directive{'I', "1[0-2]|0[1-9]|[1-9]"},
                                 Directive{'G', "[0-9]{4}"},
                                 Directive{'j', "36[0-6]|3[0-5][0-9]|[1-2][0-9][0-9]|0[1-9][0-9]|00[1-9]|[1-9][0-9]|0[1-9]|[1-9]"},
                                 Directive{'m', "1[0-2]|0[1-9]|[1-9]"},
                                 Directive{'M', "[0-5][0-9]|[0-9]"},
                                 Directive{'S', "6[0-1]|[0-5][0-9]|[0-9]"},
                                 Directive{'U', "5[0-3]|[0-4][0-9]|[0-9]"},
                                 Directive{'W', "5[0-3]|[0-4][0-9]|[0-9]"},
                                 Directive{'w', "[0-6]"},
                                 Directive{'u', "[1-7]"},
                                 Directive{'V', "5[0-3]|0[1-9]|[1-4][0-9]|[0-9]"},
                                 Directive{'y', "[0-9]{2}"},
                                 Directive{'Y', "[0-9]{4}"},
                                 Directive{'z', "[+-][0-9][0-9]:?[0-5][0-9](?::?[0-5][0-9](?:\\.[0-9]{1,6})?)?|(?-i:Z)"},
                                 Directive{'p', "am|pm"},
                                 Directive{'Z', "utc|gmt"}};

std::string names_pattern(const auto& names, bool is_short) {
  std::vector<std::string> sorted;
  for (const std::string_view name : names) sorted.emplace_back(is_short ? name.substr(0, kShort) : name);
  std::stable_sort(sorted.begin(), sorted.end(), [](const std::string& a, const std::string& b) { return a.size() > b.size(); });
  std::string pattern;
  for (const std::string& name : sorted) pattern += (pattern.empty() ? "" : "|") + name;
  return pattern;
}

/// A format as a pattern: one group for each directive, in their order.
class Format {
 public:
  Format(Evaluator& evaluator, std::string_view format) : evaluator_(evaluator), format_(format) { add(format, 0); }
  [[nodiscard]] const std::string& pattern() const { return pattern_; }
  [[nodiscard]] const std::string& letters() const { return letters_; }

 private:
  void add(std::string_view format, int depth) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      const char c = format[i];
      if (c == ' ' || (c >= '\t' && c <= '\r')) {
        while (i + 1 < format.size() && (format[i + 1] == ' ' || (format[i + 1] >= '\t' && format[i + 1] <= '\r'))) ++i;
        pattern_ += "\\s+";
      } else if (c != '%') {
        if (c >= '!' && c <= '~' && !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) pattern_ += '\\';
        if (c == '\0')
          pattern_ += "\\x{0}";
        else
          pattern_ += c;
      } else if (++i == format.size()) {
        evaluator_.raise("ValueError", fmt::format("stray % in format {}", repr_of_bytes(format_)));
      } else {
        add_directive(format, i, depth);
      }
    }
  }
  void add_directive(std::string_view format, std::size_t at, int depth) {
    const char letter = format[at];
    if (letter == '%') {
      pattern_ += '%';
    } else if (letter == 'c' && depth == 0) {
      add("%a %b %d %H:%M:%S %Y", depth + 1);
    } else if (letter == 'x' && depth == 0) {
      add("%m/%d/%y", depth + 1);
    } else if (letter == 'X' && depth == 0) {
      add("%H:%M:%S", depth + 1);
    } else if (letter == 'A' || letter == 'a') {
      add_group(letter, names_pattern(kWeekdays, letter == 'a'));
    } else if (letter == 'B' || letter == 'b') {
      add_group(letter, names_pattern(kMonths, letter == 'b'));
    } else {
      const auto* const row = std::find_if(kDirectives.begin(), kDirectives.end(), [&](const Directive& one) { return one.letter == letter; });
      if (row == kDirectives.end()) {
        evaluator_.raise("ValueError", fmt::format("{} is a bad directive in format {}", repr_of_bytes(std::string_view{&letter, 1}), repr_of_bytes(format_)));
      }
      add_group(letter, row->pattern);
    }
  }
  void add_group(char letter, std::string_view pattern) {
    if (const std::size_t known = letters_.find(letter); known != std::string::npos) {
      evaluator_.raise("error", fmt::format("redefinition of group name '{}' as group {}; was group {}", letter, letters_.size() + 1, known + 1));
    }
    letters_ += letter;
    pattern_ += fmt::format("({})", pattern);
  }
  Evaluator& evaluator_;
  std::string_view format_;
  std::string pattern_;
  std::string letters_;
};

std::int64_t number_of(std::string_view digits) {
  std::int64_t value = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '9') value = value * 10 + (c - '0');
  }
  return value;
}

std::int64_t fraction_of(std::string_view digits) {
  std::string padded{digits};
  padded.resize(6, '0');
  return number_of(padded);
}

std::int64_t index_of(const auto& names, std::string_view found) {
  const std::string wanted = ascii_lower(found);
  const auto* const name = std::find_if(names.begin(), names.end(), [&](std::string_view one) { return one.substr(0, kShort) == std::string_view{wanted}.substr(0, kShort); });
  return name - names.begin();
}

std::int64_t offset_of(std::string_view text) {
  if (text == "Z") return 0;
  std::string digits;
  std::size_t at = 1;
  for (; at < text.size() && text[at] != '.'; ++at) {
    if (text[at] != ':') digits += text[at];
  }
  std::int64_t micros = number_of(digits.substr(0, 2)) * kMicrosPerHour + number_of(digits.substr(2, 2)) * kMicrosPerMinute;
  if (digits.size() > 4) micros += number_of(digits.substr(4, 2)) * kMicrosPerSecond;
  if (at < text.size()) micros += fraction_of(text.substr(at + 1));
  return text.front() == '-' ? -micros : micros;
}

/// What the directives said, by letter.
class Found {
 public:
  Found(std::string_view text, const std::string& letters, const MatchGroups& groups) {
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (groups[i + 1]) parts_[letters[i]] = text.substr(groups[i + 1]->begin, groups[i + 1]->size());
    }
  }
  [[nodiscard]] bool has(char letter) const { return parts_.contains(letter); }
  [[nodiscard]] std::string_view text(char letter) const { return parts_.at(letter); }
  [[nodiscard]] std::int64_t number(char letter) const { return number_of(text(letter)); }

 private:
  std::map<char, std::string_view> parts_;
};

ClockTime time_in(const Found& found) {
  ClockTime time;
  if (found.has('H')) time.hour = found.number('H');
  if (found.has('I')) {
    const bool afternoon = found.has('p') && ascii_lower(found.text('p')) == "pm";
    time.hour = found.number('I') % 12 + (afternoon ? 12 : 0);
  }
  if (found.has('M')) time.minute = found.number('M');
  if (found.has('S')) time.second = found.number('S');
  if (found.has('f')) time.microsecond = fraction_of(found.text('f'));
  return time;
}

/// Monday is 0.
std::optional<std::int64_t> weekday_in(const Found& found) {
  if (found.has('A')) return index_of(kWeekdays, found.text('A'));
  if (found.has('a')) return index_of(kWeekdays, found.text('a'));
  if (found.has('w')) return (found.number('w') + 6) % 7;
  if (found.has('u')) return found.number('u') - 1;
  return std::nullopt;
}

std::optional<std::int64_t> year_in(const Found& found) {
  if (found.has('Y')) return found.number('Y');
  if (!found.has('y')) return std::nullopt;
  const std::int64_t year = found.number('y');
  return year + (year <= 68 ? 2000 : 1900);
}

/// The day of the year, perhaps before it, of a weekday in a week that begins on Sunday (%U) or Monday (%W).
std::int64_t day_in_week(std::int64_t year, std::int64_t week, std::int64_t weekday, bool starts_on_sunday) {
  std::int64_t first = weekday_of(day_of(CivilDate{year, 1, 1}));
  if (starts_on_sunday) {
    first = (first + 1) % 7;
    weekday = (weekday + 1) % 7;
  }
  if (week == 0) return 1 + weekday - first;
  return 1 + (7 - first) % 7 + 7 * (week - 1) + weekday;
}

void check_iso_directives(Evaluator& evaluator, const Found& found, bool has_year, bool has_weekday) {
  const char* const kWanted = "and a weekday directive ('%A', '%a', '%w', or '%u').";
  if (!has_year && found.has('G')) {
    if (!found.has('V') || !has_weekday) evaluator.raise("ValueError", fmt::format("ISO year directive '%G' must be used with the ISO week directive '%V' {}", kWanted));
    if (found.has('j')) {
      evaluator.raise("ValueError", "Day of the year directive '%j' is not compatible with ISO year directive '%G'. Use '%Y' instead.");
    }
  } else if (!found.has('U') && !found.has('W') && found.has('V')) {
    if (!has_weekday) evaluator.raise("ValueError", fmt::format("ISO week directive '%V' must be used with the ISO year directive '%G' {}", kWanted));
    evaluator.raise("ValueError", "ISO week directive '%V' is incompatible with the year directive '%Y'. Use the ISO year '%G' instead.");
  }
}

CivilDate date_in(Evaluator& evaluator, const Found& found) {
  const std::optional<std::int64_t> given_year = year_in(found);
  const std::optional<std::int64_t> weekday = weekday_in(found);
  check_iso_directives(evaluator, found, given_year.has_value(), weekday.has_value());
  CivilDate date{given_year.value_or(1900), 1, 1};
  if (found.has('m')) date.month = found.number('m');
  if (found.has('b')) date.month = index_of(kMonths, found.text('b')) + 1;
  if (found.has('B')) date.month = index_of(kMonths, found.text('B')) + 1;
  if (found.has('d')) date.day = found.number('d');
  std::optional<std::int64_t> day_of_the_year;
  if (found.has('j')) day_of_the_year = found.number('j');
  if (date.year < kMinYear) return date;  // refused later
  if (!day_of_the_year && weekday) {
    if (found.has('U') || found.has('W')) {
      const bool on_sunday = found.has('U') && !(found.has('W'));
      day_of_the_year = day_in_week(date.year, found.number(on_sunday ? 'U' : 'W'), *weekday, on_sunday);
    } else if (!given_year && found.has('G') && found.has('V')) {
      const std::int64_t year = found.number('G');
      const std::int64_t week = found.number('V');
      if (year < kMinYear) evaluator.raise("ValueError", fmt::format("Year is out of range: {}", year));
      if (week < 1 || week > iso_weeks_in(year)) evaluator.raise("ValueError", fmt::format("Invalid week: {}", week));
      return civil_of(std::clamp(iso_year_start(year) + (week - 1) * 7 + *weekday, kMinDay, kMaxDay));
    }
  }
  if (!day_of_the_year) return date;
  const std::int64_t day = day_of(CivilDate{date.year, 1, 1}) + *day_of_the_year - 1;
  if (day < kMinDay) return CivilDate{0, 1, 1};
  return day > kMaxDay ? CivilDate{kMaxYear + 1, 1, 1} : civil_of(day);
}

}  // namespace

ReadTime parse_time(Evaluator& evaluator, std::string_view text, std::string_view format) {
  check_utf8(evaluator, text);
  check_utf8(evaluator, format);
  evaluator.spend(text.size() + format.size());
  const Format prepared{evaluator, format};
  const Pcre pattern{evaluator, prepared.pattern(), Pcre::Case::Ignored, Pcre::Classes::Unicode};
  const auto groups = pattern.match(evaluator, text, 0, Pcre::Anchor::Start, Pcre::Empty::Allowed);
  if (!groups) evaluator.raise("ValueError", fmt::format("time data {} does not match format {}", repr_of_bytes(text), repr_of_bytes(format)));
  const std::size_t end = groups->front()->end;
  if (end != text.size()) evaluator.raise("ValueError", fmt::format("unconverted data remains: {}", text.substr(end)));
  const Found found{text, prepared.letters(), *groups};
  ReadTime result;
  result.time = time_in(found);
  result.date = date_in(evaluator, found);
  if (found.has('z')) {
    result.offset = offset_of(found.text('z'));
    if (found.has('Z')) result.zone_name = std::string{found.text('Z')};
  }
  return result;
}

}  // namespace hookc
