// share_work: the machine's cores for work of which the parts do not depend on each other.
#pragma once

#include <cstddef>
#include <functional>

namespace hookc {

/// One part of the work, by its index.
using WorkPart = std::function<void(std::size_t)>;

/// Does every part below `count` once, in no order, on as many threads as there are cores; comes back when all are done. `make_worker` is called once on
/// each thread, so that a worker can hold what threads must not share. The first exception of a part is thrown here, and parts that nobody has begun are left.
void share_work(std::size_t count, const std::function<WorkPart()>& make_worker);

}  // namespace hookc
