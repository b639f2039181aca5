// percent_format: one conversion at a time, appended to the result.
#include "compiler/value/format.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "compiler/value/decimal.h"
#include "compiler/value/number_format.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"
#include "compiler/value/unicode.h"

namespace hookc {

namespace {

struct Conversion {
  bool left = false, plus = false, blank = false, alternate = false, zero = false;
  std::int64_t width = 0;
  std::int64_t precision = -1;
  char32_t kind = 0;
};

class PercentFormatter {
 public:
  PercentFormatter(const Site& site, const Text& format, const Value& arguments) : site_(site), format_(format), bytes_(format.view()), arguments_(arguments) {
    const auto* list = arguments.get_if<ListPtr>();
    if (list != nullptr && (*list)->is_tuple) tuple_ = list->get();
    // what has items by key needs no conversion to use it up
    mapping_ = arguments.is<DictPtr>() || (list != nullptr && !(*list)->is_tuple) || arguments.is<Undefined>() ||
               (arguments.is<ObjectPtr>() && !is_number(arguments) && ((*arguments.get_if<ObjectPtr>())->is_mapping() || (*arguments.get_if<ObjectPtr>())->is_sequence()));
  }

  Text run() {
    std::uint32_t kept = 0;
    while (at_ < bytes_.size()) {
      const std::size_t percent = bytes_.find('%', at_);
      if (percent == std::string_view::npos) break;
      out_.append_slice(format_, ByteRange{kept, static_cast<std::uint32_t>(percent)}, FrameId{0});
      at_ = percent + 1;
      conversion();
      kept = static_cast<std::uint32_t>(at_);
    }
    out_.append_slice(format_, ByteRange{kept, format_.size()}, FrameId{0});
    if (!used_up()) fail(site_.span, "TypeError", "not all arguments converted during string formatting");
    return out_.take();
  }

 private:
  [[nodiscard]] bool used_up() const {
    if (tuple_ != nullptr) return next_ >= tuple_->items.size();
    return next_ > 0 || mapping_;
  }

  char32_t peek() {
    if (at_ >= bytes_.size()) fail(site_.span, "ValueError", "incomplete format");
    return unicode::decode(bytes_, at_).value;
  }

  Value next_argument() {
    if (tuple_ != nullptr) {
      if (next_ < tuple_->items.size()) return tuple_->items[next_++];
    } else if (next_ == 0) {
      ++next_;
      return arguments_;
    }
    fail(site_.span, "TypeError", "not enough arguments for format string");
  }

  std::optional<Value> key_argument() {
    if (peek() != '(') return std::nullopt;
    const std::size_t begin = at_ + 1;
    int open = 0;
    for (; at_ < bytes_.size(); ++at_) {
      if (bytes_[at_] == '(') ++open;
      if (bytes_[at_] == ')' && --open == 0) break;
    }
    const auto* dict = arguments_.get_if<DictPtr>();
    if (dict == nullptr) {
      if (const auto* undefined = arguments_.get_if<Undefined>()) fail_undefined(site_, *undefined);
      fail(site_.span, "TypeError", "format requires a mapping");
    }
    if (at_ >= bytes_.size()) fail(site_.span, "ValueError", "incomplete format key");
    const std::string_view key = bytes_.substr(begin, at_ - begin);
    ++at_;
    const Value* value = std::as_const(**dict).find(key);
    if (value == nullptr) fail(site_.span, "KeyError", repr_of_bytes(key));
    return *value;
  }

  std::int64_t number(bool& from_argument) {
    from_argument = false;
    if (at_ < bytes_.size() && bytes_[at_] == '*') {
      ++at_;
      from_argument = true;
      const Value given = next_argument();
      const auto value = clamped_integer(given);
      if (!value) fail(site_.span, "TypeError", "* wants int");
      if (!small_integer(given)) fail(site_.span, "OverflowError", "Python int too large to convert to C ssize_t");
      return std::clamp<std::int64_t>(*value, -kHuge, kHuge);
    }
    std::int64_t value = 0;
    for (; at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9'; ++at_) value = std::min<std::int64_t>(value * 10 + (bytes_[at_] - '0'), kHuge);
    return value;
  }

  void flags(Conversion& spec) {
    for (;; ++at_) {
      switch (peek()) {
        case '-': spec.left = true; break;
        case '+': spec.plus = true; break;
        case ' ': spec.blank = true; break;
        case '#': spec.alternate = true; break;
        case '0': spec.zero = true; break;
        default: return;
      }
    }
  }

  void conversion() {
    if (at_ < bytes_.size() && bytes_[at_] == '%') {
      out_.append_slice(format_, ByteRange{static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + 1)}, FrameId{0});
      ++at_;
      return;
    }
    Conversion spec;
    std::optional<Value> keyed = key_argument();
    flags(spec);
    bool from_argument = false;
    spec.width = number(from_argument);
    if (spec.width < 0) {
      spec.left = true;
      spec.width = -spec.width;
    }
    if (peek() == '.') {
      ++at_;
      spec.precision = std::max<std::int64_t>(number(from_argument), 0);
    }
    while (peek() == 'l' || peek() == 'h' || peek() == 'L') ++at_;
    spec.kind = peek();
    const std::size_t kind_at = at_;
    at_ += unicode::decode(bytes_, at_).size;
    const Value value = keyed ? *keyed : next_argument();
    check_made(site_, static_cast<std::uint64_t>(spec.width) + static_cast<std::uint64_t>(std::max<std::int64_t>(spec.precision, 0)) + out_.size());
    static constexpr std::u32string_view kKinds = U"srcdiuoxXeEfFgGa";
    if (kKinds.find(spec.kind) == std::u32string_view::npos) {
      const std::size_t index = unicode::count(bytes_.substr(0, kind_at));
      fail(site_.span, "ValueError", fmt::format("unsupported format character '{}' (0x{:x}) at index {}", bytes_.substr(kind_at, at_ - kind_at),
                                                 static_cast<std::uint32_t>(spec.kind), index));
    }
    convert(spec, value);
  }

  void convert(const Conversion& spec, const Value& value) {
    if (const auto* unknown = value.get_if<Unknown>()) return text(spec, hole_of(site_, *unknown));
    switch (spec.kind) {
      case 's': text(spec, str_of(site_, value)); break;
      case 'r': text(spec, repr_of(site_, value)); break;
      case 'a': text(spec, ascii_repr_of(site_, value)); break;
      case 'c': character(spec, value); break;
      case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': integer(spec, value); break;
      default: floating(spec, value); break;
    }
  }

  void text(const Conversion& spec, Text value) {
    if (spec.precision >= 0) {
      const std::size_t end = unicode::offset_of(value.view(), static_cast<std::size_t>(spec.precision));
      value = value.slice(0, static_cast<std::uint32_t>(end));
    }
    const std::size_t length = unicode::count(value.view());
    const std::size_t width = static_cast<std::size_t>(spec.width);
    const std::string padding(width > length ? width - length : 0, ' ');
    if (!spec.left) out_.append(padding, site_.position(), FrameId{0});
    out_.append(value, FrameId{0});
    if (spec.left) out_.append(padding, site_.position(), FrameId{0});
  }

  void character(const Conversion& spec, const Value& value) {
    Conversion plain = spec;
    plain.precision = -1;
    if (const Text* one = value.get_if<Text>()) {
      if (unicode::count(one->view()) != 1) fail(site_.span, "TypeError", "%c requires int or char");
      return text(plain, *one);
    }
    const auto code = clamped_integer(value);
    if (!code) fail(site_.span, "TypeError", "%c requires int or char");
    if (*code < 0 || *code > 0x10FFFF) fail(site_.span, "OverflowError", "%c arg not in range(0x110000)");
    std::string bytes;
    unicode::encode(bytes, static_cast<char32_t>(*code));
    text(plain, site_.made(std::move(bytes)));
  }

  void number(const Conversion& spec, bool negative, std::string_view prefix, std::string digits, bool zero_pads) {
    std::string head = negative ? "-" : spec.plus ? "+" : spec.blank ? " " : "";
    head += prefix;
    const std::size_t width = static_cast<std::size_t>(spec.width);
    const std::size_t size = head.size() + digits.size();
    const std::size_t missing = width > size ? width - size : 0;
    std::string result;
    if (spec.left) {
      result = head + digits + std::string(missing, ' ');
    } else if (zero_pads) {
      result = head + std::string(missing, '0') + digits;
    } else {
      result = std::string(missing, ' ') + head + digits;
    }
    out_.append(result, site_.position(), FrameId{0});
  }

  void integer(const Conversion& spec, const Value& value) {
    const char kind = static_cast<char>(spec.kind);
    const bool decimal = kind == 'd' || kind == 'i' || kind == 'u';
    if (const auto* undefined = value.get_if<Undefined>(); undefined != nullptr && decimal) fail_undefined(site_, *undefined);
    Value whole = value;
    if (const auto* real = value.get_if<double>(); real != nullptr && decimal) whole = integer_from_float(site_, *real);
    if (const DecimalNumber* number = as_decimal(value); number != nullptr && decimal) whole = make_integer(number->truncated());
    if (!is_integer(whole)) {
      fail(site_.span, "TypeError", fmt::format("%{} format: {} is required, not {}", kind, decimal ? "a real number" : "an integer", type_name(value)));
    }
    const int base = decimal ? 10 : kind == 'o' ? 8 : 16;
    std::string digits = magnitude_digits(site_, whole, base, kind == 'X');
    if (spec.precision > static_cast<std::int64_t>(digits.size())) digits.insert(0, static_cast<std::size_t>(spec.precision) - digits.size(), '0');
    const std::string_view prefix = !spec.alternate ? "" : kind == 'o' ? "0o" : kind == 'x' ? "0x" : kind == 'X' ? "0X" : "";
    number(spec, is_negative(whole), prefix, std::move(digits), spec.zero && !spec.left);
  }

  void floating(const Conversion& spec, const Value& value) {
    if (const auto* undefined = value.get_if<Undefined>()) fail_undefined(site_, *undefined);
    const auto real = float_of(site_, value);
    if (!real) fail(site_.span, "TypeError", fmt::format("must be real number, not {}", type_name(value)));
    constexpr std::int64_t kMaxPrecision = 100'000;
    if (spec.precision > kMaxPrecision) fail(site_.span, "LimitError", fmt::format("a precision of more than {} digits", kMaxPrecision));
    const int precision = spec.precision < 0 ? 6 : static_cast<int>(spec.precision);
    number(spec, is_negative(Value{*real}), "", float_digits(std::fabs(*real), static_cast<char>(spec.kind), precision, spec.alternate), spec.zero && !spec.left);
  }

  static constexpr std::int64_t kHuge = std::int64_t{1} << 40U;
  const Site& site_;
  const Text& format_;
  std::string_view bytes_;
  const Value& arguments_;
  const List* tuple_ = nullptr;
  bool mapping_ = false;
  std::size_t next_ = 0;
  std::size_t at_ = 0;
  TextBuilder out_;
};

}  // namespace

Text percent_format(const Site& site, const Text& format, const Value& arguments) { return PercentFormatter{site, format, arguments}.run(); }

}  // namespace hookc
