// Value: what a Jinja expression can be.
//
// Ten alternatives. Strings are Texts and so keep their origins; lists and dicts are shared and mutable, as in Python; everything
// that the closed set does not name (ranges, loops, macros, functions, relations, big integers) is an Object. Unknown is a value like
// any other: a symbol of which only the name, and perhaps a finite domain, is known. It is made by hosts that explore (eval/explore.h).
#pragma once

#include <cassert>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "compiler/base/diagnostic.h"
#include "compiler/base/text.h"

namespace hookc {

class Evaluator;
class Object;
struct Site;
struct Value;
struct List;
class Dict;
struct Symbol;

using ListPtr = std::shared_ptr<List>;
using DictPtr = std::shared_ptr<Dict>;
using ObjectPtr = std::shared_ptr<Object>;
using SymbolPtr = std::shared_ptr<const Symbol>;

/// Python's None.
struct None {};

/// Jinja's Undefined. It prints as nothing, is false, empty and unequal to all but its kind; most other uses raise.
/// Source: Jinja2 3.1, `Undefined`; `Permissive` is what dbt renders with while it parses (`dbt-hooks` 3.3).
struct Undefined {
  enum class Kind : std::uint8_t { Plain, Permissive, Unsafe };
  enum class Sought : std::uint8_t { Elsewhere, Context, Member };
  struct Info {
    std::string name;     // of the variable or attribute
    std::string message;  // what a use raises; empty where undefined_message (operators.h) can say it: most are never used
    Kind kind = Kind::Plain;
    /// Where the name was looked for, so that the error can say which one was meant.
    Sought sought = Sought::Elsewhere;
    std::weak_ptr<Dict> dict = {};      // of a Member: what has none of this name, where it is a dict
    std::weak_ptr<Object> object = {};  // or an object
    std::string type = {};              // its type
  };
  std::shared_ptr<const Info> info;  // null: "value is undefined"
};

/// A value of which only the symbol is known.
struct Unknown {
  SymbolPtr symbol;
};

/// The sum of the ten is written out here, with the surface of a std::variant, because copies and moves are what a rendering makes most of: all kinds are a word
/// or one shared pointer, so that a move is a copy of two words in line, and so is a copy of what is not shared. std::variant calls a function for each.
struct Value {
 public:
  enum class Kind : std::uint8_t { None, Bool, Integer, Float, Undefined, Text, List, Dict, Object, Unknown };

  Value() noexcept : kind_(Kind::Undefined), undefined_() {}
  Value(Undefined value) noexcept : kind_(Kind::Undefined), shares_(value.info != nullptr), undefined_(std::move(value)) {}
  Value(None value) noexcept : kind_(Kind::None), none_(value) {}
  explicit Value(bool value) noexcept : kind_(Kind::Bool), truth_(value) {}
  explicit Value(std::int64_t value) noexcept : kind_(Kind::Integer), integer_(value) {}
  explicit Value(double value) noexcept : kind_(Kind::Float), real_(value) {}
  Value(Text value) noexcept : kind_(Kind::Text), shares_(true), text_(std::move(value)) {}
  Value(ListPtr value) noexcept : kind_(Kind::List), shares_(true), list_(std::move(value)) {}
  Value(DictPtr value) noexcept : kind_(Kind::Dict), shares_(true), dict_(std::move(value)) {}
  Value(ObjectPtr value) noexcept : kind_(Kind::Object), shares_(true), object_(std::move(value)) {}
  Value(Unknown value) noexcept : kind_(Kind::Unknown), shares_(true), unknown_(std::move(value)) {}

  Value(const Value& other) noexcept {
    if (other.shares_)
      share(other);
    else
      copy_bytes(other);
  }
  /// What is moved from is None.
  Value(Value&& other) noexcept { take(other); }
  Value& operator=(const Value& other) noexcept {
    if (shares_) return *this = Value{other};
    if (other.shares_)
      share(other);
    else
      copy_bytes(other);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (!shares_) return take(other);
    const Value before{std::move(*this)};  // it may own `other`, and goes last
    return take(other);
  }
  ~Value() {
    if (shares_) release();
  }
  /// Makes it undefined, as a new one is.
  void reset() noexcept {
    if (shares_) {
      const Value before{std::move(*this)};  // what it owns may look at it, and goes last
    }
    kind_ = Kind::Undefined;
    std::construct_at(&undefined_);
  }

  [[nodiscard]] Kind kind() const { return kind_; }
  template <class T>
  [[nodiscard]] bool is() const { return kind_ == kind_of<T>(); }
  template <class T>
  [[nodiscard]] const T* get_if() const { return is<T>() ? &(this->*member_of<T>()) : nullptr; }
  /// What it is known to be.
  template <class T>
  [[nodiscard]] const T& get() const {
    assert(is<T>());
    return this->*member_of<T>();
  }
  /// Calls `arms` (overloaded.h) with what it is.
  template <class Arms>
  decltype(auto) visit(Arms&& arms) const {
    switch (kind_) {
      case Kind::None: return arms(none_);
      case Kind::Bool: return arms(truth_);
      case Kind::Integer: return arms(integer_);
      case Kind::Float: return arms(real_);
      case Kind::Undefined: return arms(undefined_);
      case Kind::Text: return arms(text_);
      case Kind::List: return arms(list_);
      case Kind::Dict: return arms(dict_);
      case Kind::Object: return arms(object_);
      case Kind::Unknown: break;
    }
    return arms(unknown_);
  }

 private:
  template <class T>
  static constexpr Kind kind_of() {
    if constexpr (std::is_same_v<T, None>) return Kind::None;
    if constexpr (std::is_same_v<T, bool>) return Kind::Bool;
    if constexpr (std::is_same_v<T, std::int64_t>) return Kind::Integer;
    if constexpr (std::is_same_v<T, double>) return Kind::Float;
    if constexpr (std::is_same_v<T, Undefined>) return Kind::Undefined;
    if constexpr (std::is_same_v<T, Text>) return Kind::Text;
    if constexpr (std::is_same_v<T, ListPtr>) return Kind::List;
    if constexpr (std::is_same_v<T, DictPtr>) return Kind::Dict;
    if constexpr (std::is_same_v<T, ObjectPtr>) return Kind::Object;
    if constexpr (std::is_same_v<T, Unknown>) return Kind::Unknown;
  }
  template <class T>
  static constexpr T Value::* member_of() {
    if constexpr (std::is_same_v<T, None>) return &Value::none_;
    if constexpr (std::is_same_v<T, bool>) return &Value::truth_;
    if constexpr (std::is_same_v<T, std::int64_t>) return &Value::integer_;
    if constexpr (std::is_same_v<T, double>) return &Value::real_;
    if constexpr (std::is_same_v<T, Undefined>) return &Value::undefined_;
    if constexpr (std::is_same_v<T, Text>) return &Value::text_;
    if constexpr (std::is_same_v<T, ListPtr>) return &Value::list_;
    if constexpr (std::is_same_v<T, DictPtr>) return &Value::dict_;
    if constexpr (std::is_same_v<T, ObjectPtr>) return &Value::object_;
    if constexpr (std::is_same_v<T, Unknown>) return &Value::unknown_;
  }
  /// A shared pointer may be moved by its bytes where the one that was moved from is forgotten and not destroyed.
  void copy_bytes(const Value& other) noexcept { std::memcpy(static_cast<void*>(this), &other, sizeof *this); }
  Value& take(Value& other) noexcept {
    copy_bytes(other);
    other.forget();
    return *this;
  }
  void forget() noexcept {
    kind_ = Kind::None;
    shares_ = false;
  }
  void share(const Value& other) noexcept;
  void release() noexcept;

  Kind kind_;
  bool shares_ = false;  // it holds a shared pointer, which may be null but for an Undefined's
  union {
    None none_;
    bool truth_;
    std::int64_t integer_;
    double real_;
    Undefined undefined_;
    Text text_;
    ListPtr list_;
    DictPtr dict_;
    ObjectPtr object_;
    Unknown unknown_;
  };
};

struct List {
  std::vector<Value> items;
  bool is_tuple = false;

  List() = default;
  List(std::vector<Value> its_items, bool tuple) : items(std::move(its_items)), is_tuple(tuple) {}
  List(const List&) = default;
  List(List&&) = default;
  List& operator=(const List&) = default;
  List& operator=(List&&) = default;
  ~List();  // in bounds, however deeply lists are nested (release.h)
};

/// A Python dict: insertion order, keys compared as Python does (1, 1.0 and True are one key).
class Dict {
 public:
  struct Entry {
    std::size_t hash;
    Value key;
    Value value;
  };
  /// What stands under a key from the first look on. `entry` holds what stood there till then.
  using Make = std::function<Value(const Entry& entry)>;
  Dict() = default;
  Dict(const Dict& other) : entries_(other.entries()), index_(other.index_) {}
  Dict(Dict&&) = default;
  Dict& operator=(const Dict& other) { return *this = Dict{other}; }
  Dict& operator=(Dict&&) = default;
  ~Dict();  // as ~List
  [[nodiscard]] std::size_t size() const {
    fill();
    return entries_.size();
  }
  [[nodiscard]] const std::vector<Entry>& entries() const {
    fill();
    if (late_ != nullptr) const_cast<Dict*>(this)->settle();  // to whoever looks, the values have always been there
    return entries_;
  }
  /// As they are: a value that is late is still what stood there before.
  [[nodiscard]] const std::vector<Entry>& unsettled_entries() const { return entries_; }
  /// The value of `key`; null when absent. The key must be hashable (see `hash_value`). The pointer is valid until the next change.
  [[nodiscard]] Value* find(const Value& key);
  [[nodiscard]] const Value* find(const Value& key) const { return const_cast<Dict*>(this)->find(key); }  // find does not change the dict
  [[nodiscard]] Value* find(std::string_view key);
  [[nodiscard]] const Value* find(std::string_view key) const { return const_cast<Dict*>(this)->find(key); }  // as above
  void set(Value key, Value value);
  /// With a key of our own making: its bytes have the position that `Text` gives them.
  void set(std::string_view key, Value value);
  bool erase(const Value& key);
  void clear();
  /// From now on the value of each key that is there is made when someone looks at it. What `make` throws comes out of the look, and the value is late still;
  /// while it runs, the dict has under this key what stood there before.
  void set_late(Make make);
  /// A dict that is made when someone looks at it.
  static Dict made_late(std::function<Dict()> make);

 private:
  struct Late {
    std::shared_ptr<const Make> make;
    std::vector<bool> waiting;  // beside the first entries
  };
  /// Makes the whole of a dict that is made late; to whoever looks, it has always been there.
  void fill() const {
    if (make_all_ != nullptr) const_cast<Dict*>(this)->become_made();
  }
  void become_made();
  [[nodiscard]] std::size_t locate(std::size_t hash, const Value& key) const;
  void rebuild_index();
  void settle();
  /// The value at a place; null where there is none.
  Value* settled(std::size_t at) { return late_ == nullptr && at < entries_.size() ? &entries_[at].value : settle_at(at); }
  Value* settle_at(std::size_t at);
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> index_;  // open addressing from nine entries on; empty below
  std::unique_ptr<Late> late_;
  std::unique_ptr<const std::function<Dict()>> make_all_;  // of a dict that is made late, till then
};

/// The arguments of a call.
struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> keyword;
  Span site;  // of the call

  [[nodiscard]] const Value* keyword_if(std::string_view name) const;
};

/// A value outside of the closed set. Objects are shared; their methods are called with the evaluator that runs.
class Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  /// Python's name of the type, for messages: `Relation`, `range`, `Macro`.
  [[nodiscard]] virtual std::string type_name() const = 0;
  /// What `{{ x }}` prints.
  [[nodiscard]] virtual Text str() const = 0;
  /// What it prints inside of a list.
  [[nodiscard]] virtual Text repr() const { return str(); }
  [[nodiscard]] virtual bool truthy() const { return true; }
  /// `x.name`; nothing when there is no such attribute (the item is tried next, then it is undefined).
  virtual std::optional<Value> attribute(Evaluator& evaluator, std::string_view name);
  /// The names that `attribute` answers, for "did you mean"; none where they are not known.
  [[nodiscard]] virtual std::vector<std::string> member_names() const { return {}; }
  /// `x[key]`; nothing when there is no such item.
  virtual std::optional<Value> item(Evaluator& evaluator, const Value& key);
  [[nodiscard]] virtual bool is_callable() const { return false; }
  /// Raises Python's TypeError unless it is overridden.
  virtual Value call(Evaluator& evaluator, const Arguments& arguments);
  /// The items that a loop sees; nothing when it cannot be iterated.
  virtual std::optional<std::vector<Value>> iterate(Evaluator& evaluator);
  /// `len(x)`; nothing when it has none.
  [[nodiscard]] virtual std::optional<std::size_t> length() const { return std::nullopt; }
  /// `format(x, spec)` for a spec that is not empty; nothing when the type knows none.
  [[nodiscard]] virtual std::optional<Text> formatted(const Site& site, std::string_view spec) const;
  /// What `x[start:stop:step]` takes, within the length: `size` items from `start` on.
  struct Slice {
    std::int64_t start;
    std::int64_t stop;
    std::int64_t step;
    std::size_t size;
  };
  /// `x[start:stop:step]` of a sequence; nothing when it is a list of the items.
  [[nodiscard]] virtual std::optional<Value> slice(const Slice& /*slice*/) const { return std::nullopt; }
  /// A sequence or mapping in the sense of the tests of these names.
  [[nodiscard]] virtual bool is_sequence() const { return false; }
  [[nodiscard]] virtual bool is_mapping() const { return false; }
  /// Calls `visit` with each value that it holds, as often as it holds it, where a template can make it hold itself (cycles.h).
  virtual void for_each_held(const std::function<void(const Value&)>& /*visit*/) const {}
  /// The tuple that it is to Python, where it only adds names to one; null for all others.
  [[nodiscard]] virtual const Value* tuple() const { return nullptr; }
  /// `x == other`, when it is not identity.
  [[nodiscard]] virtual bool equals(const Value& other) const;
  /// Hash that agrees with `equals`; nothing when it cannot be a key.
  [[nodiscard]] virtual std::optional<std::size_t> hash() const;
};

/// A function made of a name and a body: `ref`, a bound method, `range`.
class Function final : public Object {
 public:
  using Body = std::function<Value(Evaluator&, const Arguments&)>;
  /// `shown` is what it prints; without it, `<function name>`. `self` is the value that a method is bound to, which its body shares.
  Function(std::string name, Body body, std::string shown = {}, std::shared_ptr<const Value> self = nullptr)
      : name_(std::move(name)), body_(std::move(body)), shown_(std::move(shown)), self_(std::move(self)) {}
  [[nodiscard]] std::string type_name() const override { return "function"; }
  [[nodiscard]] Text str() const override;
  [[nodiscard]] bool is_callable() const override { return true; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override { return body_(evaluator, arguments); }
  void for_each_held(const std::function<void(const Value&)>& visit) const override {
    if (self_ != nullptr) visit(*self_);
  }
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  std::string name_;
  Body body_;
  std::string shown_;
  std::shared_ptr<const Value> self_;
};

/// What an Unknown stands for. Equal names are the same symbol within one exploration.
struct Symbol {
  enum class Shape : std::uint8_t {
    Any,      // nothing is known
    Text,     // a string, not known which
    Number,
    List,     // items are unknowns of `item_of`
    Mapping,  // attributes are unknowns of their own
    Object
  };
  std::string name;                              // `target.name`, `results[0].status`, `run_query(..).columns`
  Shape shape = Shape::Any;
  std::optional<std::vector<Value>> domain;      // every value it can have; nothing when that is not known
  /// Makes the unknown behind an attribute or item, where more is known of it than its name (null: an unknown of shape Any).
  std::function<Value(const SymbolPtr& parent, std::string_view attribute)> member;
};

Value make_text(std::string bytes, Position position);
/// A string that no place wrote: messages, names of attributes. Its position is `Position{0}`, so it must not be printed as it is.
Value make_name(std::string_view bytes);
Value make_list(std::vector<Value> items);
Value make_tuple(std::vector<Value> items);
Value make_dict();
Value make_function(std::string name, Function::Body body);
Value make_function(std::string name, Function::Body body, std::string shown);
/// A name that the context does not have.
Value make_undefined(std::string name);
Value make_undefined(std::string name, std::string message, Undefined::Kind kind = Undefined::Kind::Plain);

/// The bytes of a string value; nothing for other kinds.
std::optional<std::string_view> text_of(const Value& value);
/// Python's name of the type: `str`, `int`, `dict`, `NoneType`, `Undefined`, or the object's.
std::string type_name(const Value& value);

/// `throw EvalError` with Jinja's or Python's name of the class.
[[noreturn]] void fail(Span site, std::string error_class, std::string message);

/// The error of using an undefined value. The evaluator adds what may have been meant.
struct UndefinedUse : EvalError {
  Undefined value;
};
/// The error of an argument whose name a function does not know. The evaluator finds the argument in the call.
struct UnknownKeyword : EvalError {
  std::string name;
};
/// Throws the latter. `parameters`: the names that the function knows.
[[noreturn]] void fail_keyword(Span site, std::string message, std::string_view name, const std::vector<std::string>& parameters);

}  // namespace hookc
