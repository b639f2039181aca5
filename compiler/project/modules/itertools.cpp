#include "compiler/project/modules/itertools.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <limits>
#include <numeric>

#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/signature.h"
#include "compiler/value/iterator.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

/// The most items of a tuple, and the most pools of a product.
constexpr std::int64_t kMaxWidth = 1 << 16;

Site site_of(Evaluator& evaluator) { return Site{evaluator.site(), &evaluator.sources()}; }

std::shared_ptr<Iterator> iterator_over(Evaluator& evaluator, const Value& value) {
  if (value.is<Unknown>()) return std::make_shared<ItemsIterator>("list_iterator", evaluator.iterate(value));
  std::shared_ptr<Iterator> made = make_iterator(evaluator, value);
  if (!made) evaluator.raise("TypeError", fmt::format("'{}' object is not iterable", type_name(value)));
  return made;
}

std::vector<Value> pool_of(Evaluator& evaluator, const Value& value) {
  std::vector<Value> pool = evaluator.iterate(value);
  evaluator.spend(pool.size());
  return pool;
}

Value as_value(std::shared_ptr<Iterator> iterator) { return Value{ObjectPtr{std::move(iterator)}}; }

/// The iterators that others draw from. They are held in a List, so that a long chain of them is destroyed in bounds.
class Feeds {
 public:
  Feeds() = default;
  explicit Feeds(std::shared_ptr<Iterator> only) { add(std::move(only)); }
  void add(std::shared_ptr<Iterator> source) {
    borrowed_.push_back(source.get());
    held_.items.push_back(as_value(std::move(source)));
  }
  [[nodiscard]] std::size_t size() const { return borrowed_.size(); }
  std::optional<Value> next(std::size_t index, Evaluator& evaluator) { return borrowed_[index]->next(evaluator); }
  [[nodiscard]] bool holds(std::size_t index) const { return borrowed_[index] != nullptr; }
  void drop(std::size_t index) {
    borrowed_[index] = nullptr;
    held_.items[index] = Value{None{}};
  }

 private:
  List held_;
  std::vector<Iterator*> borrowed_;  // in held_
};

/// What all of them share: a name, and work that is counted.
class Tool : public Iterator {
 public:
  explicit Tool(std::string_view name) : name_(name) {}
  [[nodiscard]] std::string type_name() const override { return "itertools." + name_; }
  [[nodiscard]] Text str() const override { return Text{"<itertools." + name_ + " object at " + std::string{kAddress} + ">", Position{0}}; }
  std::optional<Value> next(Evaluator& evaluator) final {
    evaluator.spend(1);
    return advance(evaluator);
  }

 protected:
  virtual std::optional<Value> advance(Evaluator& evaluator) = 0;

 private:
  std::string name_;
};

// ------------------------------------------------------------------------------------------------------------------ without an end

class Count final : public Tool {
 public:
  Count(Value start, Value step) : Tool("count"), current_(std::move(start)), step_(std::move(step)) {}
  [[nodiscard]] Text str() const override {
    const bool plain = step_.is<std::int64_t>() && *step_.get_if<std::int64_t>() == 1;
    return Text{plain ? fmt::format("count({})", display_repr(current_)) : fmt::format("count({}, {})", display_repr(current_), display_repr(step_)), Position{0}};
  }

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    Value item = current_;
    current_ = add(site_of(evaluator), current_, step_);
    return item;
  }
  Value current_;
  Value step_;
};

class Repeat final : public Tool {
 public:
  Repeat(Value item, std::optional<std::int64_t> times) : Tool("repeat"), item_({std::move(item)}, false), left_(times) {}
  [[nodiscard]] Text str() const override {
    const std::string item = display_repr(item_.items.front());
    return Text{left_ ? fmt::format("repeat({}, {})", item, *left_) : fmt::format("repeat({})", item), Position{0}};
  }

 private:
  std::optional<Value> advance(Evaluator& /*evaluator*/) override {
    if (left_ && *left_ == 0) return std::nullopt;
    if (left_) --*left_;
    return item_.items.front();
  }
  List item_;
  std::optional<std::int64_t> left_;
};

class Cycle final : public Tool {
 public:
  explicit Cycle(std::shared_ptr<Iterator> source) : Tool("cycle"), source_(std::move(source)) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (reading_) {
      if (std::optional<Value> item = source_.next(0, evaluator)) {
        if (seen_.items.size() >= kMaxDrained) evaluator.raise("LimitError", fmt::format("a cycle of more than {} items", kMaxDrained));
        seen_.items.push_back(*item);
        return item;
      }
      reading_ = false;
    }
    if (seen_.items.empty()) return std::nullopt;
    const Value item = seen_.items[position_];
    position_ = (position_ + 1) % seen_.items.size();
    return item;
  }
  Feeds source_;
  List seen_;
  std::size_t position_ = 0;
  bool reading_ = true;
};

// ---------------------------------------------------------------------------------------------------------- one item after another

class Accumulate final : public Tool {
 public:
  Accumulate(std::shared_ptr<Iterator> source, Value function, Value initial)
      : Tool("accumulate"), source_(std::move(source)), function_({std::move(function)}, false), total_({std::move(initial)}, false) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    Value& total = total_.items.front();
    if (!started_ && !total.is<None>()) {
      started_ = true;
      return total;
    }
    std::optional<Value> item = source_.next(0, evaluator);
    if (!item) return std::nullopt;
    if (!started_) {
      started_ = true;
      total = *std::move(item);
    } else if (const Value& function = function_.items.front(); function.is<None>()) {
      total = evaluator.binary(ast::BinaryOp::Add, total, *item);
    } else {
      Arguments arguments;
      arguments.site = evaluator.site();
      arguments.positional = {total, *std::move(item)};
      total = evaluator.call(function, arguments);
    }
    return total;
  }
  Feeds source_;
  List function_;
  List total_;
  bool started_ = false;
};

class Chain final : public Tool {
 public:
  explicit Chain(std::shared_ptr<Iterator> of_iterables) : Tool("chain"), outer_(std::move(of_iterables)) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    while (!ended_) {
      if (current_) {
        if (std::optional<Value> item = current_->next(0, evaluator)) return item;
        current_.reset();
      }
      evaluator.spend(1);
      const std::optional<Value> iterable = outer_.next(0, evaluator);
      if (iterable) current_.emplace(iterator_over(evaluator, *iterable));
      ended_ = !iterable;
    }
    return std::nullopt;
  }
  Feeds outer_;
  std::optional<Feeds> current_;
  bool ended_ = false;
};

class Compress final : public Tool {
 public:
  Compress(std::shared_ptr<Iterator> data, std::shared_ptr<Iterator> selectors) : Tool("compress"), sources_(std::move(data)) { sources_.add(std::move(selectors)); }

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    while (true) {
      evaluator.spend(1);
      std::optional<Value> item = sources_.next(0, evaluator);
      if (!item) return std::nullopt;
      const std::optional<Value> selector = sources_.next(1, evaluator);
      if (!selector) return std::nullopt;
      if (evaluator.truth(*selector)) return item;
    }
  }
  Feeds sources_;
};

class Islice final : public Tool {
 public:
  Islice(std::shared_ptr<Iterator> source, std::int64_t start, std::optional<std::int64_t> stop, std::int64_t step)
      : Tool("islice"), source_(std::move(source)), wanted_(start), stop_(stop), step_(step) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (ended_) return std::nullopt;
    const std::int64_t last = stop_ ? std::min(wanted_, *stop_) : wanted_;
    while (taken_ < last) {
      evaluator.spend(1);
      ended_ = !source_.next(0, evaluator);
      if (ended_) return std::nullopt;
      ++taken_;
    }
    ended_ = stop_ && taken_ >= *stop_;
    if (ended_) return std::nullopt;
    std::optional<Value> item = source_.next(0, evaluator);
    ended_ = !item;
    ++taken_;
    if (__builtin_add_overflow(wanted_, step_, &wanted_)) wanted_ = std::numeric_limits<std::int64_t>::max();
    return item;
  }
  Feeds source_;
  std::int64_t taken_ = 0;
  std::int64_t wanted_;
  std::optional<std::int64_t> stop_;
  std::int64_t step_;
  bool ended_ = false;
};

class Starmap final : public Tool {
 public:
  Starmap(Value function, std::shared_ptr<Iterator> source) : Tool("starmap"), function_({std::move(function)}, false), source_(std::move(source)) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    const std::optional<Value> item = source_.next(0, evaluator);
    if (!item) return std::nullopt;
    Arguments arguments;
    arguments.site = evaluator.site();
    arguments.positional = pool_of(evaluator, *item);
    return evaluator.call(function_.items.front(), arguments);
  }
  List function_;
  Feeds source_;
};

/// What the iterators of one `tee` share: the items that some of them have not yet seen.
struct TeeBuffer {
  explicit TeeBuffer(std::shared_ptr<Iterator> iterator) : source(std::move(iterator)) {}
  Feeds source;
  List items;
  bool ended = false;
};

class Tee final : public Tool {
 public:
  explicit Tee(std::shared_ptr<TeeBuffer> buffer) : Tool("_tee"), buffer_(std::move(buffer)) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (position_ == buffer_->items.items.size() && !buffer_->ended) {
      std::optional<Value> item = buffer_->source.next(0, evaluator);
      if (position_ >= kMaxDrained) evaluator.raise("LimitError", fmt::format("`tee` of more than {} items", kMaxDrained));
      if (item)
        buffer_->items.items.push_back(*std::move(item));
      else
        buffer_->ended = true;
    }
    if (position_ >= buffer_->items.items.size()) return std::nullopt;
    return buffer_->items.items[position_++];
  }
  std::shared_ptr<TeeBuffer> buffer_;
  std::size_t position_ = 0;
};

class ZipLongest final : public Tool {
 public:
  ZipLongest(Feeds sources, Value fill) : Tool("zip_longest"), sources_(std::move(sources)), active_(sources_.size()), fill_({std::move(fill)}, false) {}

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (active_ == 0) return std::nullopt;
    std::vector<Value> items;
    items.reserve(sources_.size());
    evaluator.spend(sources_.size());
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      std::optional<Value> item = sources_.holds(i) ? sources_.next(i, evaluator) : std::nullopt;
      if (!item && sources_.holds(i)) {
        if (--active_ == 0) return std::nullopt;
        sources_.drop(i);
      }
      items.push_back(item ? *std::move(item) : fill_.items.front());
    }
    return make_tuple(std::move(items));
  }
  Feeds sources_;
  std::size_t active_;
  List fill_;
};

// -------------------------------------------------------------------------------------------------------------- combinatorial ones

using Indices = std::vector<std::size_t>;

/// Tuples of items of a pool. The first is made of the indices as they are; `step` goes on to the next, or says that there is none.
class Selection : public Tool {
 public:
  Selection(std::string_view name, std::vector<Value> pool, bool is_empty) : Tool(name), pool_(std::move(pool), false), ended_(is_empty) {}

 protected:
  virtual bool step() = 0;
  [[nodiscard]] std::size_t pool_size() const { return pool_.items.size(); }
  Indices indices_;
  std::size_t width_ = 0;

 private:
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (ended_) return std::nullopt;
    evaluator.spend(width_);
    if (started_ && !step()) {
      ended_ = true;
      return std::nullopt;
    }
    started_ = true;
    std::vector<Value> items;
    items.reserve(width_);
    for (std::size_t i = 0; i < width_; ++i) items.push_back(pool_.items[indices_[i]]);
    return make_tuple(std::move(items));
  }
  List pool_;
  bool ended_;
  bool started_ = false;
};

class Combinations final : public Selection {
 public:
  Combinations(std::vector<Value> pool, std::size_t width, bool is_empty) : Selection("combinations", std::move(pool), is_empty) {
    width_ = width;
    indices_.resize(is_empty ? 0 : width);
    std::iota(indices_.begin(), indices_.end(), std::size_t{0});
  }

 private:
  bool step() override {
    std::size_t i = width_;
    while (i > 0 && indices_[i - 1] == i - 1 + pool_size() - width_) --i;
    if (i == 0) return false;
    std::iota(indices_.begin() + static_cast<std::ptrdiff_t>(i) - 1, indices_.end(), indices_[i - 1] + 1);
    return true;
  }
};

class CombinationsWithReplacement final : public Selection {
 public:
  CombinationsWithReplacement(std::vector<Value> pool, std::size_t width, bool is_empty) : Selection("combinations_with_replacement", std::move(pool), is_empty) {
    width_ = width;
    indices_.assign(is_empty ? 0 : width, 0);
  }

 private:
  bool step() override {
    std::size_t i = width_;
    while (i > 0 && indices_[i - 1] + 1 == pool_size()) --i;
    if (i == 0) return false;
    const std::size_t from = indices_[i - 1] + 1;
    std::fill(indices_.begin() + static_cast<std::ptrdiff_t>(i) - 1, indices_.end(), from);
    return true;
  }
};

class Permutations final : public Selection {
 public:
  Permutations(std::vector<Value> pool, std::size_t width, bool is_empty) : Selection("permutations", std::move(pool), is_empty) {
    width_ = width;
    if (is_empty) return;
    indices_.resize(pool_size());
    std::iota(indices_.begin(), indices_.end(), std::size_t{0});
  }

 private:
  /// The next choice of the first `width_` indices: what is behind them is kept in rising order.
  bool step() override {
    for (std::size_t i = width_; i > 0; --i) {
      const auto place = indices_.begin() + static_cast<std::ptrdiff_t>(i) - 1;
      const auto larger = std::find_if(place + 1, indices_.end(), [&](std::size_t index) { return index > *place; });
      if (larger != indices_.end()) {
        std::iter_swap(place, larger);
        return true;
      }
      std::rotate(place, place + 1, indices_.end());
    }
    return false;
  }
};

class Product final : public Tool {
 public:
  Product(std::vector<std::vector<Value>> pools, std::size_t repeat) : Tool("product"), count_(pools.size()), indices_(pools.size() * repeat, 0) {
    for (std::vector<Value>& pool : pools) {
      ended_ = ended_ || (pool.empty() && repeat > 0);
      pools_.emplace_back(std::move(pool), false);
    }
  }

 private:
  [[nodiscard]] const List& pool(std::size_t place) const { return pools_[place % count_]; }
  bool step() {
    for (std::size_t i = indices_.size(); i > 0; --i) {
      if (++indices_[i - 1] < pool(i - 1).items.size()) return true;
      indices_[i - 1] = 0;
    }
    return false;
  }
  std::optional<Value> advance(Evaluator& evaluator) override {
    if (ended_) return std::nullopt;
    evaluator.spend(indices_.size());
    if (started_ && !step()) {
      ended_ = true;
      return std::nullopt;
    }
    started_ = true;
    std::vector<Value> items;
    items.reserve(indices_.size());
    for (std::size_t i = 0; i < indices_.size(); ++i) items.push_back(pool(i).items[indices_[i]]);
    return make_tuple(std::move(items));
  }
  std::deque<List> pools_;
  std::size_t count_;
  Indices indices_;
  bool ended_ = false;
  bool started_ = false;
};

// ------------------------------------------------------------------------------------------------------------------ the functions

template <class T, class... Parts>
Value make_tool(Parts&&... parts) {
  return as_value(std::make_shared<T>(std::forward<Parts>(parts)...));
}

std::int64_t integer_given(Evaluator& evaluator, const Value& value) {
  const std::optional<std::int64_t> number = clamped_integer(value);
  if (!number) evaluator.raise("TypeError", fmt::format("'{}' object cannot be interpreted as an integer", type_name(value)));
  return *number;
}

Value count(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "count", {{"start", Value{std::int64_t{0}}}, {"step", Value{std::int64_t{1}}}});
  if (!is_number(given[0]) || !is_number(given[1])) evaluator.raise("TypeError", "a number is required");
  return make_tool<Count>(given[0], given[1]);
}

Value repeat(Evaluator& evaluator, const Arguments& arguments) {
  const bool forever = arguments.positional.size() < 2 && arguments.keyword_if("times") == nullptr;
  const std::vector<Value> given = bind_arguments(arguments, "repeat", {{"object"}, {"times", Value{None{}}}});
  if (forever) return make_tool<Repeat>(given[0], std::nullopt);
  return make_tool<Repeat>(given[0], std::max<std::int64_t>(integer_given(evaluator, given[1]), 0));
}

Value cycle(Evaluator& evaluator, const Arguments& arguments) {
  return make_tool<Cycle>(iterator_over(evaluator, bind_arguments(arguments, "cycle", {{"iterable"}})[0]));
}

Value accumulate(Evaluator& evaluator, const Arguments& arguments) {
  if (arguments.positional.size() > 2) {
    evaluator.raise("TypeError", fmt::format("accumulate() takes at most 2 positional arguments ({} given)", arguments.positional.size()));
  }
  const std::vector<Value> given = bind_arguments(arguments, "accumulate", {{"iterable"}, {"func", Value{None{}}}, {"initial", Value{None{}}}});
  return make_tool<Accumulate>(iterator_over(evaluator, given[0]), given[1], given[2]);
}

void reject_keywords(Evaluator& evaluator, const Arguments& arguments, std::string_view function) {
  if (!arguments.keyword.empty()) evaluator.raise("TypeError", fmt::format("{}() takes no keyword arguments", function));
}

Value chain(Evaluator& evaluator, const Arguments& arguments) {
  reject_keywords(evaluator, arguments, "chain");
  return make_tool<Chain>(std::make_shared<ItemsIterator>("tuple_iterator", arguments.positional));
}

Value chain_from_iterable(Evaluator& evaluator, const Arguments& arguments) {
  return make_tool<Chain>(iterator_over(evaluator, bind_arguments(arguments, "from_iterable", {{"iterable"}})[0]));
}

Value compress(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "compress", {{"data"}, {"selectors"}});
  return make_tool<Compress>(iterator_over(evaluator, given[0]), iterator_over(evaluator, given[1]));
}

/// None, or an integer that is not negative.
std::optional<std::int64_t> slice_part(Evaluator& evaluator, const Value& value, const char* message) {
  if (value.is<None>()) return std::nullopt;
  const std::optional<std::int64_t> number = small_integer(value);
  if (!number || *number < 0) evaluator.raise("ValueError", message);
  return number;
}

Value islice(Evaluator& evaluator, const Arguments& arguments) {
  constexpr const char* kStop = "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  constexpr const char* kIndices = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
  constexpr const char* kStep = "Step for islice() must be a positive integer or None.";
  reject_keywords(evaluator, arguments, "islice");
  const std::size_t count = arguments.positional.size();
  if (count < 2) evaluator.raise("TypeError", fmt::format("islice expected at least 2 arguments, got {}", count));
  if (count > 4) evaluator.raise("TypeError", fmt::format("islice expected at most 4 arguments, got {}", count));
  const std::vector<Value>& given = arguments.positional;
  if (count == 2) return make_tool<Islice>(iterator_over(evaluator, given[0]), 0, slice_part(evaluator, given[1], kStop), 1);
  const std::optional<std::int64_t> stop = slice_part(evaluator, given[2], kStop);
  const std::int64_t start = slice_part(evaluator, given[1], kIndices).value_or(0);
  const std::int64_t step = count == 4 ? slice_part(evaluator, given[3], kStep).value_or(1) : 1;
  if (step < 1) evaluator.raise("ValueError", kStep);
  return make_tool<Islice>(iterator_over(evaluator, given[0]), start, stop, step);
}

Value starmap(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "starmap", {{"function"}, {"iterable"}});
  return make_tool<Starmap>(given[0], iterator_over(evaluator, given[1]));
}

Value tee(Evaluator& evaluator, const Arguments& arguments) {
  reject_keywords(evaluator, arguments, "tee");
  const std::vector<Value> given = bind_arguments(arguments, "tee", {{"iterable"}, {"n", Value{std::int64_t{2}}}});
  const std::int64_t count = integer_given(evaluator, given[1]);
  if (count < 0) evaluator.raise("ValueError", "n must be >= 0");
  if (count > kMaxWidth) evaluator.raise("LimitError", fmt::format("`tee` into more than {} iterators", kMaxWidth));
  if (count == 0) return make_tuple({});
  const auto buffer = std::make_shared<TeeBuffer>(iterator_over(evaluator, given[0]));
  std::vector<Value> copies;
  for (std::int64_t i = 0; i < count; ++i) copies.push_back(make_tool<Tee>(buffer));
  return make_tuple(std::move(copies));
}

Value zip_longest(Evaluator& evaluator, const Arguments& arguments) {
  Value fill{None{}};
  for (const auto& [name, value] : arguments.keyword) {
    if (name != "fillvalue") evaluator.raise("TypeError", "zip_longest() got an unexpected keyword argument");
    fill = value;
  }
  Feeds sources;
  for (const Value& value : arguments.positional) sources.add(iterator_over(evaluator, value));
  return make_tool<ZipLongest>(std::move(sources), std::move(fill));
}

Value product(Evaluator& evaluator, const Arguments& arguments) {
  std::int64_t repeats = 1;
  for (const auto& [name, value] : arguments.keyword) {
    if (name != "repeat") evaluator.raise("TypeError", fmt::format("'{}' is an invalid keyword argument for product()", name));
    repeats = integer_given(evaluator, value);
  }
  if (repeats < 0) evaluator.raise("ValueError", "repeat argument cannot be negative");
  const auto count = static_cast<std::int64_t>(arguments.positional.size());
  if (count > kMaxWidth || (count > 0 && repeats > kMaxWidth / count)) evaluator.raise("LimitError", fmt::format("a product of more than {} factors", kMaxWidth));
  std::vector<std::vector<Value>> pools;
  for (const Value& value : arguments.positional) pools.push_back(repeats == 0 ? std::vector<Value>{} : pool_of(evaluator, value));
  return make_tool<Product>(std::move(pools), static_cast<std::size_t>(count == 0 ? 0 : repeats));
}

/// The width of tuples of a pool, checked.
std::int64_t width_given(Evaluator& evaluator, const Value& value) {
  const std::int64_t width = integer_given(evaluator, value);
  if (width < 0) evaluator.raise("ValueError", "r must be non-negative");
  return width;
}

Value combinations(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "combinations", {{"iterable"}, {"r"}});
  std::vector<Value> pool = pool_of(evaluator, given[0]);
  const std::int64_t width = width_given(evaluator, given[1]);
  const bool is_empty = width > static_cast<std::int64_t>(pool.size());
  return make_tool<Combinations>(std::move(pool), static_cast<std::size_t>(width), is_empty);
}

Value combinations_with_replacement(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "combinations_with_replacement", {{"iterable"}, {"r"}});
  std::vector<Value> pool = pool_of(evaluator, given[0]);
  const std::int64_t width = width_given(evaluator, given[1]);
  const bool is_empty = pool.empty() && width > 0;
  if (!is_empty && width > kMaxWidth) evaluator.raise("LimitError", fmt::format("combinations of more than {} items", kMaxWidth));
  return make_tool<CombinationsWithReplacement>(std::move(pool), static_cast<std::size_t>(width), is_empty);
}

Value permutations(Evaluator& evaluator, const Arguments& arguments) {
  const std::vector<Value> given = bind_arguments(arguments, "permutations", {{"iterable"}, {"r", Value{None{}}}});
  std::vector<Value> pool = pool_of(evaluator, given[0]);
  auto width = static_cast<std::int64_t>(pool.size());
  if (!given[1].is<None>()) {
    if (!is_integer(given[1])) evaluator.raise("TypeError", "Expected int as r");
    width = width_given(evaluator, given[1]);
  }
  const bool is_empty = width > static_cast<std::int64_t>(pool.size());
  return make_tool<Permutations>(std::move(pool), static_cast<std::size_t>(width), is_empty);
}

struct Row {
  std::string_view name;
  Value (*body)(Evaluator&, const Arguments&);
};
/// As dbt exports them.
constexpr std::array kRows{Row{"count", &count},
                           Row{"cycle", &cycle},
                           Row{"repeat", &repeat},
                           Row{"accumulate", &accumulate},
                           Row{"chain", &chain},
                           Row{"compress", &compress},
                           Row{"islice", &islice},
                           Row{"starmap", &starmap},
                           Row{"tee", &tee},
                           Row{"zip_longest", &zip_longest},
                           Row{"product", &product},
                           Row{"permutations", &permutations},
                           Row{"combinations", &combinations},
                           Row{"combinations_with_replacement", &combinations_with_replacement}};

std::optional<Value> chain_member(Evaluator& /*evaluator*/, std::string_view name) {
  if (name != "from_iterable") return std::nullopt;
  return module_function("from_iterable", &chain_from_iterable);
}

Value member(Evaluator& /*evaluator*/, std::string_view name) {
  const auto* const row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) { return one.name == name; });
  if (name == "tee") return module_function("tee", row->body);
  return make_object<ClassObject>("itertools." + std::string{name}, row->body, name == "chain" ? &chain_member : ClassObject::Member{});
}

constexpr auto kNames = [] {
  std::array<std::string_view, kRows.size()> names;
  std::transform(kRows.begin(), kRows.end(), names.begin(), [](const Row& row) { return row.name; });
  return names;
}();

}  // namespace

ObjectPtr make_itertools_module() { return std::make_shared<ModuleObject>(kNames, &member); }

}  // namespace hookc
