// The main function of each Boost.Test program.
#define BOOST_TEST_MODULE hookc
#include <boost/test/unit_test.hpp>
