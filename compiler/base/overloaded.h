// overloaded: the arms of a std::visit as lambdas. Leave out the catch-all arm: a missing arm is a compile error, and the to-do list.
#pragma once

namespace hookc {

template <class... Arms>
struct overloaded : Arms... {
  using Arms::operator()...;
};
template <class... Arms>
overloaded(Arms...) -> overloaded<Arms...>;

}  // namespace hookc
