#include <atomic>
#include <boost/test/unit_test.hpp>
#include <memory>
#include <stdexcept>
#include <vector>

#include "compiler/base/lazy.h"
#include "compiler/base/parallel.h"
#include "compiler/base/sources.h"

using namespace hookc;

BOOST_AUTO_TEST_CASE(every_part_is_done_once) {
  std::vector<std::atomic<int>> done(1000);
  share_work(done.size(), [&] { return [&](std::size_t i) { ++done[i]; }; });
  for (const std::atomic<int>& times : done) BOOST_TEST(times == 1);
}

BOOST_AUTO_TEST_CASE(no_work_makes_no_worker) {
  bool made = false;
  share_work(0, [&] {
    made = true;
    return [](std::size_t) {};
  });
  BOOST_TEST(!made);
}

BOOST_AUTO_TEST_CASE(a_failure_ends_the_work_and_is_thrown) {
  const auto fail = [] {
    share_work(100, [] {
      return [](std::size_t i) {
        if (i == 7) throw std::length_error{"seven"};
      };
    });
  };
  BOOST_CHECK_EXCEPTION(fail(), std::length_error, [](const std::length_error& error) { return std::string{error.what()} == "seven"; });
}

BOOST_AUTO_TEST_CASE(a_lazy_part_is_made_once_for_all_threads) {
  std::atomic<int> made{0};
  const Lazy<int> part;
  share_work(64, [&] {
    return [&](std::size_t) {
      const auto make = [&] {
        ++made;
        return std::make_shared<int>(5);
      };
      if (*part.get(make) != 5) throw std::logic_error{"another part"};
    };
  });
  BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(a_copy_of_a_lazy_part_remembers_it) {
  const Lazy<int> part;
  const std::shared_ptr<int> first = part.get([] { return std::make_shared<int>(1); });
  const Lazy<int> copy{part};
  BOOST_TEST(copy.get([] { return std::make_shared<int>(2); }) == first);
}

BOOST_AUTO_TEST_CASE(threads_add_to_the_same_sources) {
  Sources sources;
  std::vector<Position> positions(4000);
  share_work(positions.size(), [&] {
    return [&](std::size_t i) {
      const SourceId file = sources.add_file("f" + std::to_string(i), "text " + std::to_string(i));
      if (sources.text(file).view() != "text " + std::to_string(i)) throw std::logic_error{"another text"};
      positions[i] = sources.add_hole("hole" + std::to_string(i % 10));
      if (sources.describe(positions[i]).name != "hole" + std::to_string(i % 10)) throw std::logic_error{"another hole"};
    };
  });
  for (std::size_t i = 10; i < positions.size(); ++i) BOOST_TEST((positions[i] == positions[i % 10]));
}
