// Boost.Test: the laws of Text and Sources. Where a law holds for all inputs, it is tried on every small one.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

#include "compiler/base/code_frame.h"
#include "compiler/base/diagnostic.h"
#include "compiler/base/similar.h"
#include "compiler/base/sources.h"
#include "compiler/base/text.h"

namespace hookc {
namespace {

Position at(std::uint32_t place) { return Position{place}; }

/// What a byte is known by: itself, its position, its frame.
struct Byte {
  char value;
  Position position;
  FrameId frame;
  friend bool operator==(const Byte&, const Byte&) = default;
};

std::vector<Byte> bytes_of(const Text& text) {
  std::vector<Byte> bytes;
  for (std::uint32_t i = 0; i < text.size(); ++i) bytes.push_back({text.view()[i], text.position_at(i), text.frame_at(i)});
  return bytes;
}

/// A text of several runs: verbatim, made, verbatim again from elsewhere, in two frames.
Text patchwork() {
  TextBuilder builder;
  builder.append("abc", at(100), FrameId{0});
  builder.append("XY", fixed_at(at(200)), FrameId{1});
  builder.append("def", at(300), FrameId{1});
  builder.append("g", at(103), FrameId{0});
  return builder.take();
}

// ---- Text ----

BOOST_AUTO_TEST_CASE(a_verbatim_text_counts_its_positions_and_a_made_one_does_not) {
  const Text verbatim{"abc", at(10)};
  BOOST_TEST((verbatim.position_at(2) == at(12)));
  BOOST_TEST((verbatim.position_at(3) == at(13)));  // just after the last byte
  const Text made{"abc", fixed_at(at(10))};
  BOOST_TEST((made.position_at(2) == fixed_at(at(10))));
}

BOOST_AUTO_TEST_CASE(an_empty_text_has_no_runs) {
  BOOST_TEST(Text{}.runs().empty());
  BOOST_TEST((Text{"", at(5)}).runs().empty());
  BOOST_TEST((Text{"", at(5)} == Text{}));
}

BOOST_AUTO_TEST_CASE(texts_compare_by_their_bytes_alone) {
  BOOST_TEST((Text{"ab", at(1)} == Text{"ab", fixed_at(at(9))}));
  BOOST_TEST((Text{"ab", at(1)} < Text{"b", at(1)}));
  BOOST_TEST((Text{"a", at(1)} != Text{"A", at(1)}));
}

BOOST_AUTO_TEST_CASE(every_slice_keeps_bytes_origins_and_frames) {
  const Text text = patchwork();
  const std::vector<Byte> all = bytes_of(text);
  for (std::uint32_t begin = 0; begin <= text.size(); ++begin) {
    for (std::uint32_t end = begin; end <= text.size(); ++end) {
      const std::vector<Byte> expected(all.begin() + begin, all.begin() + end);
      BOOST_REQUIRE((bytes_of(text.slice(begin, end)) == expected));
    }
  }
}

BOOST_AUTO_TEST_CASE(slices_put_together_again_are_the_whole) {
  const Text text = patchwork();
  for (std::uint32_t cut = 0; cut <= text.size(); ++cut) {
    TextBuilder builder;
    builder.append(text.slice(0, cut), FrameId{7});
    builder.append(text.slice(cut, text.size()), FrameId{7});
    const std::vector<Byte> whole = bytes_of(builder.take());
    BOOST_REQUIRE_EQUAL(whole.size(), text.size());
    for (std::uint32_t i = 0; i < text.size(); ++i) {
      BOOST_TEST(whole[i].value == text.view()[i]);
      BOOST_TEST((whole[i].position == text.position_at(i)));
      // Who printed first stays; what nobody has printed gets the frame that prints it now.
      const FrameId before = text.frame_at(i);
      BOOST_TEST((whole[i].frame == (before == FrameId{0} ? FrameId{7} : before)));
    }
  }
}

BOOST_AUTO_TEST_CASE(runs_begin_at_zero_ascend_and_are_not_split_without_need) {
  TextBuilder builder;
  for (int i = 0; i < 10; ++i) builder.append("x", at(50 + static_cast<std::uint32_t>(i)), FrameId{2});
  BOOST_TEST(builder.take().runs().size() == 1U);  // neighbours in the source are one run
  for (int i = 0; i < 10; ++i) builder.append("x", fixed_at(at(50)), FrameId{2});
  BOOST_TEST(builder.take().runs().size() == 1U);
  const Text mixed = patchwork();
  BOOST_TEST(mixed.runs().front().begin == 0U);
  BOOST_TEST(std::is_sorted(mixed.runs().begin(), mixed.runs().end(), [](const Run& left, const Run& right) { return left.begin < right.begin; }));
  BOOST_TEST(mixed.runs().size() == 4U);
}

BOOST_AUTO_TEST_CASE(a_made_run_is_not_joined_with_the_verbatim_run_at_its_place) {
  TextBuilder builder;
  builder.append("a", at(10), FrameId{0});
  builder.append("b", fixed_at(at(11)), FrameId{0});
  builder.append("c", at(11), FrameId{0});
  BOOST_TEST(builder.take().runs().size() == 3U);
}

// ---- TextBuilder: marks ----

BOOST_AUTO_TEST_CASE(what_is_cut_out_and_what_remains_are_what_was_appended) {
  const Text text = patchwork();
  for (std::uint32_t cut = 0; cut <= text.size(); ++cut) {
    TextBuilder builder;
    builder.append(text.slice(0, cut), FrameId{0});
    const auto mark = builder.mark();
    builder.append(text.slice(cut, text.size()), FrameId{0});
    const Text taken = builder.cut(mark);
    BOOST_REQUIRE((bytes_of(taken) == bytes_of(text.slice(cut, text.size()))));
    BOOST_REQUIRE((bytes_of(builder.take()) == bytes_of(text.slice(0, cut))));
  }
}

BOOST_AUTO_TEST_CASE(a_rollback_restores_the_builder_exactly) {
  TextBuilder builder;
  builder.append("abc", at(10), FrameId{1});
  const auto outer = builder.mark();
  builder.append("de", at(13), FrameId{1});  // goes on where the first run ended
  const auto inner = builder.mark();
  builder.append("f", at(15), FrameId{1});
  builder.rollback(inner);
  BOOST_TEST(builder.view() == "abcde");
  builder.rollback(outer);
  BOOST_TEST(builder.view() == "abc");
  builder.append("d", at(13), FrameId{1});
  const Text text = builder.take();
  BOOST_TEST(text.view() == "abcd");
  BOOST_TEST(text.runs().size() == 1U);
  BOOST_TEST((text.position_at(3) == at(13)));
}

BOOST_AUTO_TEST_CASE(nested_cuts_of_any_shape_lose_and_double_nothing) {
  // Random programs of append, mark and cut, against the plain string that each must give.
  std::mt19937 random{20240229};
  for (int round = 0; round < 500; ++round) {
    TextBuilder builder;
    std::string expected;
    std::vector<std::pair<TextBuilder::Mark, std::size_t>> marks;
    std::uint32_t place = 1;
    for (int step = 0; step < 30; ++step) {
      const auto choice = random() % 4;
      if (choice <= 1) {
        const std::string piece(random() % 4, static_cast<char>('a' + random() % 26));
        builder.append(piece, at(place), FrameId{static_cast<std::uint32_t>(random() % 2)});
        place += static_cast<std::uint32_t>(piece.size()) + static_cast<std::uint32_t>(random() % 2);
        expected += piece;
      } else if (choice == 2) {
        marks.emplace_back(builder.mark(), expected.size());
      } else if (!marks.empty()) {
        const auto [mark, size] = marks.back();
        marks.pop_back();
        BOOST_REQUIRE_EQUAL(builder.cut(mark).view(), std::string_view{expected}.substr(size));
        expected.resize(size);
      }
    }
    const Text text = builder.take();
    BOOST_REQUIRE_EQUAL(text.view(), expected);
    BOOST_REQUIRE(std::all_of(text.runs().begin(), text.runs().end(), [&](const Run& run) { return run.begin < text.size(); }));
    BOOST_REQUIRE(builder.take().empty());
  }
}

// ---- Sources ----

BOOST_AUTO_TEST_CASE(a_file_is_its_own_origin) {
  Sources sources;
  const SourceId first = sources.add_file("a.sql", "select 1");
  const SourceId second = sources.add_file("b.sql", "select 22");
  for (const SourceId id : {first, second}) {
    const Text& text = sources.text(id);
    for (std::uint32_t i = 0; i < text.size(); ++i) {
      const Origin origin = sources.describe(text.position_at(i));
      BOOST_TEST((origin.kind == Origin::Kind::File));
      BOOST_TEST(origin.name == sources.get(id).name);
      BOOST_TEST(origin.offset == i);
      BOOST_TEST(sources.bytes_at(text.position_at(i), 1).value_or("?") == text.view().substr(i, 1));
    }
  }
  BOOST_TEST(!sources.bytes_at(sources.text(first).position_at(0), 9).has_value());  // not into the neighbour
}

BOOST_AUTO_TEST_CASE(a_template_inside_of_a_file_is_traced_to_the_file) {
  Sources sources;
  const SourceId yaml = sources.add_file("dbt_project.yml", "on-run-end:\n  - \"select 1\"\n");
  const SourceId hook = sources.add_text("on-run-end.0", sources.text(yaml).slice(17, 25));
  BOOST_TEST(sources.text(hook).view() == "select 1");
  const auto location = sources.locate(Span{hook, 7, 8});
  BOOST_REQUIRE(location.has_value());
  BOOST_TEST(location->file == "dbt_project.yml");
  BOOST_TEST(location->line == 2U);
  BOOST_TEST(location->column == 13U);
  BOOST_TEST(location->end_column == 14U);
}

BOOST_AUTO_TEST_CASE(columns_count_code_points_and_every_line_end_ends_a_line) {
  Sources sources;
  const SourceId id = sources.add_file("x", "é\xF0\x9F\x98\x80x\ny\r\nz\rw");
  const auto place = [&](std::uint32_t offset) {
    const auto location = sources.locate(Span{id, offset, offset + 1});
    return std::pair{location->line, location->column};
  };
  BOOST_TEST((place(6) == std::pair{1U, 3U}));   // x
  BOOST_TEST((place(8) == std::pair{2U, 1U}));   // y
  BOOST_TEST((place(11) == std::pair{3U, 1U}));  // z
  BOOST_TEST((place(13) == std::pair{4U, 1U}));  // w
}

BOOST_AUTO_TEST_CASE(a_span_at_the_end_or_outside_is_located_at_the_end) {
  Sources sources;
  const SourceId id = sources.add_file("x", "ab\ncd");
  BOOST_TEST(sources.locate(Span{id, 5, 5})->column == 3U);
  BOOST_TEST(sources.locate(Span{id, 99, 120})->column == 3U);
  const SourceId empty = sources.add_file("empty", "");
  BOOST_TEST(sources.locate(Span{empty, 0, 0})->file == "empty");
  BOOST_TEST(sources.locate(Span{empty, 0, 0})->line == 1U);
}

BOOST_AUTO_TEST_CASE(inputs_holes_and_derived_bytes_say_what_they_are) {
  Sources sources;
  const Position input = sources.add_input("target.schema", 9);
  const Position hole = sources.add_hole("env_var('X')");
  const Position derived = sources.add_derived({input, hole});
  BOOST_TEST((sources.describe(advance(input, 3)).kind == Origin::Kind::Input));
  BOOST_TEST(sources.describe(advance(input, 3)).name == "target.schema");
  BOOST_TEST(sources.describe(advance(input, 3)).offset == 3U);
  BOOST_TEST((sources.describe(hole).kind == Origin::Kind::Hole));
  BOOST_TEST(!sources.describe(hole).verbatim);
  BOOST_TEST((sources.describe(derived).kind == Origin::Kind::Derived));
  BOOST_TEST((sources.describe(derived).inputs == std::vector<Position>{input, hole}));
  BOOST_TEST(!sources.locate(Text{"analytics", input}, ByteRange{0, 9}).has_value());
}

BOOST_AUTO_TEST_CASE(the_same_input_hole_or_derivation_is_one_place) {
  Sources sources;
  BOOST_TEST((sources.add_input("a", 3) == sources.add_input("a", 3)));
  BOOST_TEST((sources.add_input("a", 3) != sources.add_input("a", 4)));
  BOOST_TEST((sources.add_hole("h") == sources.add_hole("h")));
  BOOST_TEST((sources.add_hole("h") != sources.add_hole("i")));
  BOOST_TEST((sources.add_derived({at(1)}) == sources.add_derived({at(1)})));
}

BOOST_AUTO_TEST_CASE(no_two_regions_share_a_place) {
  Sources sources;
  std::vector<std::pair<Position, std::uint32_t>> regions;
  for (std::uint32_t size = 0; size < 20; ++size) {
    const std::string name = std::to_string(size);
    const SourceId id = sources.add_file(name, std::string(size, 'x'));
    if (size > 0) regions.emplace_back(sources.text(id).position_at(0), size);
    regions.emplace_back(sources.add_input(name, size), size);
  }
  std::vector<std::uint32_t> places;
  for (const auto& [begin, size] : regions) {
    for (std::uint32_t i = 0; i <= size; ++i) places.push_back(place_of(begin) + i);  // and the place just after
  }
  std::sort(places.begin(), places.end());
  BOOST_TEST((std::adjacent_find(places.begin(), places.end()) == places.end()));
  BOOST_TEST(places.front() > 0U);  // place 0 is nobody's
}

// ---- diagnostics ----

BOOST_AUTO_TEST_CASE(a_diagnostic_shows_its_place_its_bytes_and_its_remedy) {
  Sources sources;
  const SourceId id = sources.add_file("m.sql", "line one\ngrant é to public\n");
  Diagnostic diagnostic;
  diagnostic.severity = Severity::Error;
  diagnostic.message = "grant to `public` reaches every role";
  diagnostic.span = Span{id, 21, 27};
  diagnostic.help = "name a role";
  diagnostic.trace.push_back(TraceEntry{"open", Span{id, 0, 4}});
  BOOST_TEST(format_diagnostic(diagnostic, sources, false) ==
             "m.sql:2:12: error: grant to `public` reaches every role\n"
             "  |\n"
             "2 | grant é to public\n"
             "  |            ^^^^^^\n"
             "  in open() called at m.sql:1:1\n"
             "  help: name a role\n");
}

BOOST_AUTO_TEST_CASE(a_code_frame_of_any_place_is_a_few_lines_that_command_nothing) {
  Sources sources;
  const std::string bytes = "a\tb\n\x01\x1b[31m\n\xFF\xFE broken\n" + std::string(5000, 'w') + "\n\r\n\xE2\x80\xAE\r";
  const SourceId id = sources.add_file("odd", bytes);
  for (std::uint32_t begin = 0; begin <= bytes.size(); begin += begin < 40 || begin > 5000 ? 1U : 500U) {
    for (const std::uint32_t size : {0U, 1U, 10U, 6000U}) {
      const auto location = sources.locate(Span{id, begin, begin + size});
      BOOST_REQUIRE(location.has_value());
      const std::string frame = code_frame(*location, sources, {}, false);
      BOOST_TEST(std::count(frame.begin(), frame.end(), '\n') <= 7);
      BOOST_TEST(frame.find_first_of("\x1b\r\x01\xFF") == std::string::npos);
      BOOST_TEST(frame.find("\xE2\x80\xAE") == std::string::npos);
      BOOST_TEST(frame.find('^') != std::string::npos);
      BOOST_TEST(frame.size() < 1000U);
    }
  }
}

std::string frame_of(const std::string& bytes, std::uint32_t begin, std::uint32_t end) {
  Sources sources;
  const SourceId id = sources.add_file("f", bytes);
  return code_frame(*sources.locate(Span{id, begin, end}), sources, {}, false);
}

BOOST_AUTO_TEST_CASE(marks_stand_under_the_columns_of_a_terminal) {
  BOOST_TEST(frame_of("日本x", 6, 7) == "  |\n1 | 日本x\n  |     ^\n");           // wide: two columns each
  BOOST_TEST(frame_of("日本x", 0, 6) == "  |\n1 | 日本x\n  | ^^^^\n");
  BOOST_TEST(frame_of("e\u0301x", 3, 4) == "  |\n1 | e\u0301x\n  |  ^\n");     // combining: none
  BOOST_TEST(frame_of("\tx\ty", 1, 2) == "  |\n1 |     x   y\n  |     ^\n");
  BOOST_TEST(frame_of("\tx\ty", 3, 4) == "  |\n1 |     x   y\n  |         ^\n");
  BOOST_TEST(frame_of("a\u200bb", 1, 4) == "  |\n1 | a<U+200B>b\n  |  ^^^^^^^^\n");
  BOOST_TEST(frame_of("a\xFFz", 2, 3) == "  |\n1 | a\uFFFDz\n  |   ^\n");
  BOOST_TEST(frame_of("ab", 2, 2) == "  |\n1 | ab\n  |   ^\n");               // just after the end
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_on_both_sides_of_the_mark) {
  const std::string bytes = std::string(400, 'a') + "XYZ" + std::string(400, 'b');
  const std::string frame = frame_of(bytes, 400, 403);
  BOOST_TEST(frame.find("...aaa") != std::string::npos);
  BOOST_TEST(frame.find("bbb...") != std::string::npos);
  const std::size_t line = frame.find("1 | ");
  const std::size_t under = frame.find("\n", line) + 1;
  BOOST_TEST(frame.substr(frame.find("XYZ", line) - line + under, 4) == "^^^\n");
  BOOST_TEST(frame_of(std::string(400, 'a'), 0, 1).find("...\n") != std::string::npos);
  BOOST_TEST(frame_of(std::string(400, 'a'), 399, 400).find("| ...a") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_mark_over_many_lines_shows_its_ends) {
  BOOST_TEST(frame_of("f(\n  1,\n  2)\n", 0, 12) == "  |\n1 | f(\n  | ^^\n2 |   1,\n  |   ^^\n3 |   2)\n  |   ^^\n");
  BOOST_TEST(frame_of("f(\n1,\n2,\n3,\n4)\n", 0, 14) == "  |\n1 | f(\n  | ^^\n...\n5 | 4)\n  | ^^\n");
  BOOST_TEST(frame_of("ab\ncd\n", 0, 3) == "  |\n1 | ab\n  | ^^\n");  // the newline is no second line
}

BOOST_AUTO_TEST_CASE(a_second_label_of_the_same_file_stands_in_the_same_frame) {
  Sources sources;
  const SourceId id = sources.add_file("f", "if a\n\n\nend for\n");
  const SourceId other = sources.add_file("g", "there\n");
  Diagnostic diagnostic;
  diagnostic.message = "wrong end";
  diagnostic.span = Span{id, 7, 14};
  diagnostic.labels = {{Span{id, 0, 2}, "open since here"}, {Span{other, 0, 5}, "and this"}};
  BOOST_TEST(format_diagnostic(diagnostic, sources, false) ==
             "f:4:1: error: wrong end\n"
             "  |\n"
             "1 | if a\n"
             "  | -- open since here\n"
             "...\n"
             "4 | end for\n"
             "  | ^^^^^^^\n"
             "g:1:1: and this\n"
             "  |\n"
             "1 | there\n"
             "  | ^^^^^\n");
}

BOOST_AUTO_TEST_CASE(nothing_that_a_file_says_is_a_command_for_the_terminal) {
  Sources sources;
  const SourceId id = sources.add_file("a\x1b]0;x\x07.sql", "x\n");
  Diagnostic diagnostic;
  diagnostic.message = "no \x1b[31m\xC2\x9B red \xFF\nsecond line";
  diagnostic.help = "\x07";
  diagnostic.span = Span{id, 0, 1};
  diagnostic.trace = {{"f\x1b", Span{id, 0, 1}}};
  const std::string shown = format_diagnostic(diagnostic, sources, false);
  for (const char* command : {"\x1b", "\x07", "\xC2\x9B", "\xFF"}) BOOST_TEST(shown.find(command) == std::string::npos);
  BOOST_TEST(shown.find("no \u241B[31m<U+009B> red \uFFFD\nsecond line") != std::string::npos, shown);
  BOOST_TEST(for_terminal("日本 é\t\n") == "日本 é\t\n");
}

BOOST_AUTO_TEST_CASE(calls_that_repeat_themselves_are_folded) {
  const auto calls = [](std::size_t count, const std::vector<CallLine>& round) {
    std::vector<CallLine> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(round[i % round.size()]);
    all.push_back({"main", "a:9:1"});
    return all;
  };
  BOOST_TEST(format_calls(calls(200, {{"f", "a:1:1"}})) == "  in f() called at a:1:1\n  ... 199 more calls of `f`\n  in main() called at a:9:1\n");
  BOOST_TEST(format_calls(calls(8, {{"f", "a:1:1"}, {"g", "a:2:1"}})) ==
             "  in f() called at a:1:1\n  in g() called at a:2:1\n  ... 3 more rounds of `f`, `g`\n  in main() called at a:9:1\n");
  BOOST_TEST(format_calls(calls(2, {{"f", "a:1:1"}})) == "  in f() called at a:1:1\n  in f() called at a:1:1\n  in main() called at a:9:1\n");
}

// ---- similar names ----

std::string_view nearest(std::string_view name, std::vector<std::string_view> candidates) {
  const std::string_view found = similar_name(name, candidates);
  std::reverse(candidates.begin(), candidates.end());
  BOOST_TEST(similar_name(name, candidates) == found);  // whatever their order
  return found;
}

BOOST_AUTO_TEST_CASE(a_slip_finds_the_name_that_was_meant) {
  BOOST_TEST(nearest("audit_logs", {"audit_log", "adapter", "audit"}) == "audit_log");
  BOOST_TEST(nearest("esle", {"else", "elif", "set"}) == "else");  // swapped letters are one mistake
  BOOST_TEST(nearest("Upper", {"upper", "lower"}) == "upper");
  BOOST_TEST(nearest("TARGET", {"target", "this"}) == "target");
  BOOST_TEST(nearest("shcema", {"schema", "name"}) == "schema");
}

BOOST_AUTO_TEST_CASE(what_is_not_near_is_not_named) {
  BOOST_TEST(nearest("x", {"y", "i"}) == "");
  BOOST_TEST(nearest("id", {"if", "is"}) == "");
  BOOST_TEST(nearest("customers", {"orders", "payments"}) == "");
  BOOST_TEST(nearest("", {"a"}) == "");
  BOOST_TEST(nearest("name", {}) == "");
  BOOST_TEST(nearest("name", {"name", "nme"}) == "");  // it is there
  BOOST_TEST(nearest(std::string(5000, 'a'), {std::string_view{"aaaa"}}) == "");
}

BOOST_AUTO_TEST_CASE(of_equally_near_names_the_longer_common_beginning_wins_then_the_alphabet) {
  BOOST_TEST(nearest("cat", {"bat", "can"}) == "can");
  BOOST_TEST(nearest("xat", {"cat", "bat"}) == "bat");
}

}  // namespace
}  // namespace hookc
