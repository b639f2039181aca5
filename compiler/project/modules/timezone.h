// TimeZone: Python's tzinfo objects, of `datetime` and of `pytz`. All of them that a template can make have one offset each: a zone with daylight saving
// time is one object for each of its offsets, as in pytz.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/value/value.h"

namespace hookc {

class TimeZone;
using ZonePtr = std::shared_ptr<TimeZone>;

class TimeZone : public Object, public std::enable_shared_from_this<TimeZone> {
 public:
  /// Microseconds east of UTC, of a datetime in this zone. NotImplementedError for the abstract class.
  [[nodiscard]] virtual std::optional<std::int64_t> offset() const = 0;
  [[nodiscard]] virtual std::optional<std::int64_t> dst() const = 0;
  [[nodiscard]] virtual std::optional<std::string> name() const = 0;
  /// The same for a time without a date.
  [[nodiscard]] virtual std::optional<std::int64_t> offset_without_date() const { return offset(); }
  [[nodiscard]] virtual std::optional<std::int64_t> dst_without_date() const { return dst(); }
  [[nodiscard]] virtual std::optional<std::string> name_without_date() const { return name(); }

  /// The local time of a moment of UTC, and the zone's object for it.
  struct Local {
    std::int64_t micros;
    ZonePtr zone;
  };
  [[nodiscard]] virtual Local from_utc(std::int64_t utc) { return Local{utc + offset().value_or(0), shared_from_this()}; }
};

/// datetime.timezone: a fixed offset, perhaps with a name.
class FixedZone final : public TimeZone {
 public:
  FixedZone(std::int64_t offset, std::optional<std::string> name) : offset_(offset), name_(std::move(name)) {}
  [[nodiscard]] std::optional<std::int64_t> offset() const override { return offset_; }
  [[nodiscard]] std::optional<std::int64_t> dst() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::string> name() const override;

  [[nodiscard]] std::string type_name() const override { return "datetime.timezone"; }
  [[nodiscard]] Text str() const override { return Text{*name(), Position{0}}; }
  [[nodiscard]] Text repr() const override;
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] bool equals(const Value& other) const override;
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::int64_t>{}(offset_); }

 private:
  std::int64_t offset_;
  std::optional<std::string> name_;
};

/// None, or an object of a tzinfo class; TypeError otherwise.
ZonePtr zone_argument(Evaluator& evaluator, const Value& value);
Value zone_value(const ZonePtr& zone);
/// datetime.timezone.utc.
ZonePtr utc_zone();
/// The system's zone at a moment of UTC.
ZonePtr local_zone_at(std::int64_t utc);
/// `+02:00`, with seconds and microseconds where there are some; `separator` between the parts.
std::string offset_text(std::int64_t offset, std::string_view separator);
/// The class `datetime.tzinfo`.
Value tzinfo_class();

}  // namespace hookc
