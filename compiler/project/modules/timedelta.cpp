#include "compiler/project/modules/timedelta.h"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "compiler/project/modules/calendar.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"

namespace hookc {

namespace {

struct Division {
  Integer quotient;
  Integer remainder;
};

/// Python's divmod of integers; the divisor is not zero.
Division floor_division(const Integer& value, const Integer& divisor) {
  Division result{value / divisor, value % divisor};
  if (result.remainder != 0 && (result.remainder < 0) != (divisor < 0)) {
    result.quotient -= 1;
    result.remainder += divisor;
  }
  return result;
}

/// The integer nearest to value / divisor, the even one of two.
Integer nearest_quotient(const Site& site, const Integer& value, const Integer& divisor) {
  if (divisor == 0) fail(site.span, "ZeroDivisionError", "integer division or modulo by zero");
  Division division = floor_division(value, divisor);
  const Integer twice = boost::multiprecision::abs(division.remainder) * 2;
  const Integer whole = boost::multiprecision::abs(divisor);
  if (twice > whole || (twice == whole && division.quotient % 2 != 0)) division.quotient += 1;
  return division.quotient;
}

/// A float as a ratio of two integers, exactly.
struct Ratio {
  Integer numerator;
  Integer denominator;
};

Ratio ratio_of(const Site& site, double value) {
  if (std::isnan(value)) fail(site.span, "ValueError", "cannot convert NaN to integer ratio");
  if (std::isinf(value)) fail(site.span, "OverflowError", "cannot convert Infinity to integer ratio");
  int exponent = 0;
  const double mantissa = std::frexp(value, &exponent);
  constexpr int kBits = 53;
  Ratio ratio{integer_from_double(std::ldexp(mantissa, kBits)), 1};
  exponent -= kBits;
  if (exponent >= 0)
    ratio.numerator <<= static_cast<unsigned>(exponent);
  else
    ratio.denominator <<= static_cast<unsigned>(-exponent);
  return ratio;
}

/// Adds up the arguments of the constructor: integers exactly, fractions of floats apart until the end.
class Sum {
 public:
  explicit Sum(const Site& site) : site_(site) {}
  void add(std::string_view name, const Value& value, std::int64_t factor) {
    if (const auto integer = as_integer(value)) {
      total_ += *integer * factor;
      return;
    }
    const auto* real = value.get_if<double>();
    if (real == nullptr) fail(site_.span, "TypeError", fmt::format("unsupported type for timedelta {} component: {}", name, type_name(value)));
    double whole = 0;
    double fraction = std::modf(*real, &whole);
    total_ += integer_of(whole) * factor;
    if (fraction == 0 && !std::isnan(*real)) return;
    fraction = std::modf(static_cast<double>(factor) * fraction, &whole);
    total_ += integer_of(whole);
    rest_ += fraction;
  }
  /// Halves go to the even number.
  [[nodiscard]] Integer total() const {
    double whole = std::round(rest_);
    if (std::fabs(whole - rest_) == 0.5) {
      const double odd = total_ % 2 == 0 ? 0.0 : 1.0;
      whole = 2.0 * std::round((rest_ + odd) * 0.5) - odd;
    }
    return total_ + integer_from_double(whole);
  }

 private:
  [[nodiscard]] Integer integer_of(double value) const {
    if (std::isnan(value)) fail(site_.span, "ValueError", "cannot convert float NaN to integer");
    if (std::isinf(value)) fail(site_.span, "OverflowError", "cannot convert float infinity to integer");
    return integer_from_double(value);
  }
  Site site_;
  Integer total_ = 0;
  double rest_ = 0;
};

Value construct(Evaluator& evaluator, const Arguments& arguments) {
  static constexpr std::array<std::string_view, 7> kNames{"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"};
  if (arguments.positional.size() > kNames.size()) {
    evaluator.raise("TypeError", fmt::format("__new__() takes at most 7 arguments ({} given)", arguments.positional.size()));
  }
  const NativeCall call(evaluator, arguments, {.function = "__new__", .parameters = {"days", "seconds", "microseconds", "milliseconds", "minutes", "hours", "weeks"}});
  constexpr std::array<std::int64_t, 7> kFactors{kMicrosPerDay, kMicrosPerSecond, 1, 1000, kMicrosPerMinute, kMicrosPerHour, 7 * kMicrosPerDay};
  constexpr std::array<std::size_t, 7> kOrder{2, 3, 1, 4, 5, 0, 6};  // the order counts for the rounding of floats
  Sum sum{call.site()};
  for (const std::size_t index : kOrder) {
    if (call.has(index)) sum.add(kNames[index], call[index], kFactors[index]);
  }
  return TimeDelta::make(call.site(), sum.total());
}

std::optional<Value> constant(std::string_view name) {
  if (name == "min") return make_object<TimeDelta>(-TimeDelta::kMaxDays, 0, 0);
  if (name == "max") return make_object<TimeDelta>(TimeDelta::kMaxDays, 86'399, 999'999);
  if (name == "resolution") return make_object<TimeDelta>(0, 0, 1);
  return std::nullopt;
}

/// timedelta (op) number.
std::optional<Value> scaled(const Site& site, std::string_view op, const TimeDelta& delta, const Value& number) {
  if (const auto integer = as_integer(number)) {
    if (op == "*") return TimeDelta::make(site, delta.total() * *integer);
    if (op == "/") return TimeDelta::make(site, nearest_quotient(site, delta.total(), *integer));
    if (op != "//") return std::nullopt;
    if (*integer == 0) fail(site.span, "ZeroDivisionError", "integer division or modulo by zero");
    return TimeDelta::make(site, floor_division(delta.total(), *integer).quotient);
  }
  const auto* real = number.get_if<double>();
  if (real == nullptr || (op != "*" && op != "/")) return std::nullopt;
  const Ratio ratio = ratio_of(site, *real);
  if (op == "*") return TimeDelta::make(site, nearest_quotient(site, delta.total() * ratio.numerator, ratio.denominator));
  return TimeDelta::make(site, nearest_quotient(site, delta.total() * ratio.denominator, ratio.numerator));
}

}  // namespace

std::string delta_text(std::int64_t days, std::int64_t seconds, std::int64_t micros) {
  std::string text;
  if (days != 0) text = fmt::format("{} day{}, ", days, days == 1 || days == -1 ? "" : "s");
  text += fmt::format("{}:{:02d}:{:02d}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (micros != 0) text += fmt::format(".{:06d}", micros);
  return text;
}

std::string delta_repr(std::int64_t days, std::int64_t seconds, std::int64_t micros) {
  std::string parts;
  const auto add_part = [&](std::string_view name, std::int64_t value) {
    if (value != 0) parts += fmt::format("{}{}={}", parts.empty() ? "" : ", ", name, value);
  };
  add_part("days", days);
  add_part("seconds", seconds);
  add_part("microseconds", micros);
  return fmt::format("datetime.timedelta({})", parts.empty() ? "0" : parts);
}

Value TimeDelta::make(const Site& site, const Integer& micros) {
  const Division days = floor_division(micros, kMicrosPerDay);
  if (boost::multiprecision::abs(days.quotient) > kMaxDays) {
    if (boost::multiprecision::abs(days.quotient) > std::numeric_limits<std::int32_t>::max()) {
      fail(site.span, "OverflowError", "Python int too large to convert to C int");
    }
    fail(site.span, "OverflowError", fmt::format("days={}; must have magnitude <= {}", days.quotient.str(), kMaxDays));
  }
  const auto rest = static_cast<std::int64_t>(days.remainder);
  return make_object<TimeDelta>(static_cast<std::int64_t>(days.quotient), rest / kMicrosPerSecond, rest % kMicrosPerSecond);
}

Value TimeDelta::make(std::int64_t micros) {
  const std::int64_t rest = floor_mod(micros, kMicrosPerDay);
  return make_object<TimeDelta>(floor_div(micros, kMicrosPerDay), rest / kMicrosPerSecond, rest % kMicrosPerSecond);
}

Integer TimeDelta::total() const { return Integer{days_} * kMicrosPerDay + seconds_ * kMicrosPerSecond + micros_; }

std::optional<std::int64_t> TimeDelta::small_total() const {
  constexpr std::int64_t kMost = 100'000'000;
  if (days_ > kMost || days_ < -kMost) return std::nullopt;
  return days_ * kMicrosPerDay + seconds_ * kMicrosPerSecond + micros_;
}

Text TimeDelta::str() const { return Text{delta_text(days_, seconds_, micros_), Position{0}}; }
Text TimeDelta::repr() const { return Text{delta_repr(days_, seconds_, micros_), Position{0}}; }

std::optional<Value> TimeDelta::attribute(Evaluator& /*evaluator*/, std::string_view name) {
  if (name == "days") return Value{days_};
  if (name == "seconds") return Value{seconds_};
  if (name == "microseconds") return Value{micros_};
  if (name == "total_seconds") {
    return module_function("total_seconds", [self = shared_from_this()](Evaluator& evaluator, const Arguments& arguments) {
      const NativeCall call(evaluator, arguments, {.function = "total_seconds", .parameters = {}});
      return divide(call.site(), make_integer(self->total()), Value{kMicrosPerSecond});
    });
  }
  return constant(name);
}

bool TimeDelta::equals(const Value& other) const {
  const auto delta = object_as<TimeDelta>(other);
  return delta != nullptr && delta->days_ == days_ && delta->seconds_ == seconds_ && delta->micros_ == micros_;
}

std::optional<std::size_t> TimeDelta::hash() const {
  return std::hash<std::int64_t>{}(days_) * 31 + std::hash<std::int64_t>{}(seconds_ * kMicrosPerSecond + micros_);
}

std::optional<Value> TimeDelta::operate(const Site& site, std::string_view op, const Value& other, OperandSide side) const {
  if (const auto delta = object_as<TimeDelta>(other)) {
    if (side == OperandSide::Right) return std::nullopt;  // the other one has been asked
    const Integer left = total();
    const Integer right = delta->total();
    if (op == "+") return make(site, left + right);
    if (op == "-") return make(site, left - right);
    if (op == "/") return divide(site, make_integer(left), make_integer(right));
    if (op != "//" && op != "%") return std::nullopt;
    if (right == 0) fail(site.span, "ZeroDivisionError", op == "%" ? "integer modulo by zero" : "integer division or modulo by zero");
    const Division division = floor_division(left, right);
    return op == "%" ? make(site, division.remainder) : make_integer(division.quotient);
  }
  if (side == OperandSide::Right && op != "*") return std::nullopt;
  return scaled(site, op, *this, other);
}

std::optional<Value> TimeDelta::operate_unary(const Site& site, std::string_view op) const {
  if (op == "-" || (op == "abs" && days_ < 0)) return make(site, Integer{-total()});
  return make(site, total());
}

std::optional<std::strong_ordering> TimeDelta::order(const Site& /*site*/, const Value& other) const {
  const auto delta = object_as<TimeDelta>(other);
  if (delta == nullptr) return std::nullopt;
  if (days_ != delta->days_) return days_ <=> delta->days_;
  if (seconds_ != delta->seconds_) return seconds_ <=> delta->seconds_;
  return micros_ <=> delta->micros_;
}

Value timedelta_class() {
  return make_object<ClassObject>("datetime.timedelta", &construct, [](Evaluator&, std::string_view name) -> std::optional<Value> { return constant(name); });
}

}  // namespace hookc
