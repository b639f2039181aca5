#include "compiler/project/modules/pytz.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <set>

#include "compiler/base/ascii.h"
#include "compiler/eval/evaluator.h"
#include "compiler/project/modules/datetime.h"
#include "compiler/project/modules/module_object.h"
#include "compiler/project/modules/native_call.h"
#include "compiler/project/modules/timedelta.h"
#include "compiler/project/modules/zone_rules.h"
#include "compiler/project/set_object.h"
#include "compiler/project/signature.h"
#include "compiler/value/numbers.h"
#include "compiler/value/operators.h"
#include "compiler/value/repr.h"

namespace hookc {

namespace {

using DateTimePtr = std::shared_ptr<DateTimeObject>;

DateTimePtr moment_argument(Evaluator& evaluator, const Value& value) {
  DateTimePtr moment = object_as<DateTimeObject>(value);
  if (moment == nullptr) evaluator.raise("AttributeError", fmt::format("'{}' object has no attribute 'tzinfo'", type_name(value)));
  return moment;
}

DateTimePtr naive_argument(Evaluator& evaluator, const Value& value) {
  DateTimePtr moment = moment_argument(evaluator, value);
  if (moment->zone() != nullptr) evaluator.raise("ValueError", "Not naive datetime (tzinfo is already set)");
  return moment;
}

DateTimePtr aware_argument(Evaluator& evaluator, const Value& value) {
  DateTimePtr moment = moment_argument(evaluator, value);
  if (moment->zone() == nullptr) evaluator.raise("ValueError", "Naive time - no tzinfo set");
  return moment;
}

Value delta_or_none(const std::optional<std::int64_t>& micros) { return micros ? TimeDelta::make(*micros) : Value{None{}}; }
Value text_or_none(Evaluator& evaluator, const std::optional<std::string>& text) { return text ? Value{evaluator.made(*text)} : Value{None{}}; }

/// What all zones of pytz have: `zone`, and methods.
class PytzZone : public TimeZone {
 public:
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override;
  [[nodiscard]] Text str() const override { return Text{zone_name().value_or(repr().str()), Position{0}}; }

 protected:
  [[nodiscard]] virtual std::optional<std::string> zone_name() const = 0;
  /// Gives a datetime without zone this one.
  virtual Value localize(Evaluator& evaluator, const Value& moment, const Value& /*is_dst*/) {
    const DateTimePtr naive = naive_argument(evaluator, moment);
    return make_datetime(evaluator, Local{naive->local(), shared_from_this()});
  }
  /// A datetime of any zone, in this one.
  virtual Value normalize(Evaluator& evaluator, const Value& moment) {
    const DateTimePtr aware = moment_argument(evaluator, moment);
    if (aware->zone().get() == this) return moment;
    if (aware->zone() == nullptr) evaluator.raise("ValueError", "Naive time - no tzinfo set");
    return make_datetime(evaluator, from_utc(aware->instant()));
  }
  virtual Value fromutc(Evaluator& evaluator, const Value& moment) {
    const DateTimePtr given = moment_argument(evaluator, moment);
    if (given->zone() != nullptr && given->zone().get() != this) evaluator.raise("ValueError", "fromutc: dt.tzinfo is not self");
    return make_datetime(evaluator, from_utc(given->local()));
  }
  /// What the zone says of a datetime without zone, or None.
  virtual Value described(Evaluator& evaluator, std::string_view method, const Value& /*moment*/, const Value& /*is_dst*/) {
    if (method == "utcoffset") return delta_or_none(offset());
    return method == "dst" ? delta_or_none(dst()) : text_or_none(evaluator, name());
  }
};

std::optional<Value> PytzZone::attribute(Evaluator& evaluator, std::string_view name) {
  if (name == "zone") return text_or_none(evaluator, zone_name());
  const auto self = std::static_pointer_cast<PytzZone>(shared_from_this());
  for (const std::string_view method : {"localize", "normalize", "fromutc", "utcoffset", "dst", "tzname"}) {
    if (name != method) continue;
    return module_function(std::string{name}, [self, method](Evaluator& caller, const Arguments& arguments) {
      const std::vector<Value> given = bind_arguments(arguments, method, {{"dt"}, {"is_dst", method == "localize" ? Value{false} : Value{None{}}}});
      if (method == "localize") return self->localize(caller, given[0], given[1]);
      if (method == "normalize") return self->normalize(caller, given[0]);
      if (method == "fromutc") return self->fromutc(caller, given[0]);
      return self->described(caller, method, given[0], given[1]);
    });
  }
  return std::nullopt;
}

/// A zone with one offset: pytz.utc, FixedOffset(..), Etc/GMT+5.
class StaticZone final : public PytzZone {
 public:
  enum class Kind : std::uint8_t { Utc, Fixed, Named };
  StaticZone(Kind kind, std::string zone, std::int64_t offset, std::string name)
      : kind_(kind), zone_(std::move(zone)), offset_(offset), name_(std::move(name)) {}
  [[nodiscard]] std::optional<std::int64_t> offset() const override { return offset_; }
  [[nodiscard]] std::optional<std::int64_t> dst() const override { return 0; }
  [[nodiscard]] std::optional<std::string> name() const override { return kind_ == Kind::Fixed ? std::nullopt : std::optional{name_}; }
  [[nodiscard]] std::string type_name() const override {
    switch (kind_) {
      case Kind::Utc: return "UTC";
      case Kind::Fixed: return "_FixedOffset";
      case Kind::Named: return zone_;
    }
    return zone_;
  }
  [[nodiscard]] Text repr() const override {
    switch (kind_) {
      case Kind::Utc: return Text{"<UTC>", Position{0}};
      case Kind::Fixed: return Text{fmt::format("pytz.FixedOffset({})", offset_ / kMicrosPerMinute), Position{0}};
      case Kind::Named: break;
    }
    return Text{fmt::format("<StaticTzInfo {}>", repr_of_bytes(zone_)), Position{0}};
  }
  [[nodiscard]] bool equals(const Value& other) const override {
    const auto zone = object_as<StaticZone>(other);
    return zone != nullptr && zone->kind_ == kind_ && zone->zone_ == zone_ && zone->offset_ == offset_;
  }
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::string>{}(zone_) + std::hash<std::int64_t>{}(offset_); }

  [[nodiscard]] Kind kind() const { return kind_; }

 private:
  [[nodiscard]] std::optional<std::string> zone_name() const override { return kind_ == Kind::Fixed ? std::nullopt : std::optional{zone_}; }
  Value fromutc(Evaluator& evaluator, const Value& moment) override {
    // FixedOffset has Python's, which takes no datetime without zone
    if (kind_ == Kind::Fixed && moment_argument(evaluator, moment)->zone().get() != this) evaluator.raise("ValueError", "fromutc: dt.tzinfo is not self");
    return PytzZone::fromutc(evaluator, moment);
  }
  Kind kind_;
  std::string zone_;
  std::int64_t offset_;
  std::string name_;
};

/// A zone of several offsets, at one of them. `pytz.timezone(..)` gives the first, which is local mean time for most zones: passing that as `tzinfo`
/// gives times that are some minutes off, as with pytz; `localize` and `astimezone` find the right one.
class RuledZone final : public PytzZone {
 public:
  RuledZone(std::shared_ptr<const ZoneRules> rules, ZoneInfo info) : rules_(std::move(rules)), info_(std::move(info)) {}
  [[nodiscard]] std::optional<std::int64_t> offset() const override { return info_.offset; }
  [[nodiscard]] std::optional<std::int64_t> dst() const override { return info_.dst; }
  [[nodiscard]] std::optional<std::string> name() const override { return info_.name; }
  [[nodiscard]] std::optional<std::int64_t> offset_without_date() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int64_t> dst_without_date() const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::string> name_without_date() const override { return rules_->zone; }
  [[nodiscard]] Local from_utc(std::int64_t utc) override {
    const ZoneInfo& info = rules_->at(utc);
    return Local{utc + info.offset, zone_at(info)};
  }
  [[nodiscard]] std::string type_name() const override { return rules_->zone; }
  [[nodiscard]] Text repr() const override {
    const std::int64_t rest = floor_mod(info_.offset, kMicrosPerDay);
    return Text{fmt::format("<DstTzInfo {} {}{}{} {}>", repr_of_bytes(rules_->zone), info_.name, info_.offset > 0 ? "+" : "",
                            delta_text(floor_div(info_.offset, kMicrosPerDay), rest / kMicrosPerSecond, 0), info_.dst != 0 ? "DST" : "STD"),
                Position{0}};
  }
  [[nodiscard]] bool equals(const Value& other) const override {
    const auto zone = object_as<RuledZone>(other);
    return zone != nullptr && zone->rules_->zone == rules_->zone && zone->info_ == info_;
  }
  [[nodiscard]] std::optional<std::size_t> hash() const override { return std::hash<std::string>{}(rules_->zone) + std::hash<std::int64_t>{}(info_.offset); }

 private:
  [[nodiscard]] std::optional<std::string> zone_name() const override { return rules_->zone; }
  ZonePtr zone_at(const ZoneInfo& info) { return info == info_ ? shared_from_this() : std::make_shared<RuledZone>(rules_, info); }

  Value localize(Evaluator& evaluator, const Value& moment, const Value& is_dst) override {
    const DateTimePtr naive = naive_argument(evaluator, moment);
    const Local local = localized(evaluator, naive->local(), is_dst);
    return make_datetime(evaluator, local);
  }
  Value normalize(Evaluator& evaluator, const Value& moment) override {
    const DateTimePtr aware = aware_argument(evaluator, moment);
    // pytz asks for a member that its own zones have, but FixedOffset
    const Value zone = zone_value(aware->zone());
    const auto fixed = object_as<StaticZone>(zone);
    if (object_as<PytzZone>(zone) == nullptr || (fixed != nullptr && fixed->kind() == StaticZone::Kind::Fixed)) {
      evaluator.raise("AttributeError", fmt::format("'{}' object has no attribute '_utcoffset'", aware->zone()->type_name()));
    }
    return make_datetime(evaluator, from_utc(aware->instant()));
  }
  Value fromutc(Evaluator& evaluator, const Value& moment) override {
    const DateTimePtr given = moment_argument(evaluator, moment);
    const auto own = std::dynamic_pointer_cast<RuledZone>(given->zone());
    if (given->zone() != nullptr && (own == nullptr || own->rules_->zone != rules_->zone)) evaluator.raise("ValueError", "fromutc: dt.tzinfo is not self");
    return make_datetime(evaluator, from_utc(given->local()));
  }
  Value described(Evaluator& evaluator, std::string_view method, const Value& moment, const Value& is_dst) override {
    if (moment.is<None>()) return method == "tzname" ? Value{evaluator.made(rules_->zone)} : Value{None{}};
    const DateTimePtr given = moment_argument(evaluator, moment);
    ZonePtr zone = shared_from_this();
    if (given->zone() != zone) {
      naive_argument(evaluator, moment);
      zone = localized(evaluator, given->local(), is_dst).zone;
    }
    if (method == "utcoffset") return delta_or_none(zone->offset());
    return method == "dst" ? delta_or_none(zone->dst()) : text_or_none(evaluator, zone->name());
  }

  /// The offsets that are possible for a time on the clock: those in force a day around it under which it is a time that there was.
  [[nodiscard]] std::vector<const ZoneInfo*> candidates(std::int64_t local) const {
    std::vector<const ZoneInfo*> found;
    for (const std::int64_t step : {-kMicrosPerDay, kMicrosPerDay}) {
      const std::int64_t near = local + step;
      if (near < kMinDay * kMicrosPerDay || near >= (kMaxDay + 1) * kMicrosPerDay) continue;
      const std::int64_t utc = local - rules_->at(near).offset;
      const ZoneInfo& info = rules_->at(utc);
      if (utc + info.offset != local) continue;
      if (std::none_of(found.begin(), found.end(), [&](const ZoneInfo* known) { return known->offset == info.offset; })) found.push_back(&info);
    }
    return found;
  }

  Local localized(Evaluator& evaluator, std::int64_t local, const Value& is_dst) {
    // pytz looks a day ahead and a day back
    if (local < (kMinDay + 1) * kMicrosPerDay || local >= kMaxDay * kMicrosPerDay) evaluator.raise("OverflowError", "date value out of range");
    const std::vector<const ZoneInfo*> found = candidates(local);
    if (found.size() == 1) return Local{local, zone_at(*found.front())};
    const bool wants_dst = !is_dst.is<None>() && evaluator.truth(is_dst);
    if (is_dst.is<None>()) {
      evaluator.raise(found.empty() ? "NonExistentTimeError" : "AmbiguousTimeError", DateTimeObject{local, nullptr, 0}.str().str());
    }
    if (found.empty()) {
      // The clock jumped over this time: take the offset of some hours before or after, or more where it jumped over a day.
      constexpr std::int64_t kAside = 6 * kMicrosPerHour;
      constexpr int kMostSteps = 16;
      std::int64_t aside = local;
      for (int i = 0; i < kMostSteps; ++i) {
        aside += wants_dst ? kAside : -kAside;
        if (!candidates(aside).empty()) return Local{local, localized(evaluator, aside, is_dst).zone};
      }
      return Local{local, shared_from_this()};
    }
    std::vector<const ZoneInfo*> fitting;
    std::copy_if(found.begin(), found.end(), std::back_inserter(fitting), [&](const ZoneInfo* info) { return (info->dst != 0) == wants_dst; });
    if (fitting.size() == 1) return Local{local, zone_at(*fitting.front())};
    // The earlier moment is the one with the larger offset.
    const auto [latest, earliest] = std::minmax_element(found.begin(), found.end(), [](const ZoneInfo* a, const ZoneInfo* b) { return a->offset < b->offset; });
    return Local{local, zone_at(wants_dst ? **earliest : **latest)};
  }

  std::shared_ptr<const ZoneRules> rules_;
  ZoneInfo info_;
};

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) text.replace(at, from.size(), to);
}

/// A dict of the countries: `pytz.country_names['de']`; country_timezones can also be called.
class CountryTable final : public Object {
 public:
  CountryTable(Value dict, bool is_callable) : dict_(std::move(dict)), is_callable_(is_callable) {}
  [[nodiscard]] std::string type_name() const override { return is_callable_ ? "_CountryTimezoneDict" : "_CountryNameDict"; }
  [[nodiscard]] Text str() const override { return repr_of(Site{}, dict_); }
  std::optional<Value> item(Evaluator& evaluator, const Value& key) override {
    const auto code = text_of(key);
    if (!code) return std::nullopt;
    return item_of(evaluator, dict_, make_name(upper(*code)));
  }
  std::optional<Value> attribute(Evaluator& evaluator, std::string_view name) override { return evaluator.get_attribute(dict_, name); }
  [[nodiscard]] bool is_callable() const override { return is_callable_; }
  Value call(Evaluator& evaluator, const Arguments& arguments) override {
    const Value key = bind_arguments(arguments, "__call__", {{"iso3166_code"}})[0];
    if (auto found = item(evaluator, key)) return *found;
    evaluator.raise("KeyError", repr_of_bytes(upper(display(key))));
  }
  std::optional<std::vector<Value>> iterate(Evaluator& evaluator) override { return items_of(evaluator, dict_); }
  [[nodiscard]] std::optional<std::size_t> length() const override { return length_of(dict_); }
  [[nodiscard]] bool is_mapping() const override { return true; }

 private:
  static std::string upper(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), ascii_upper);
    return result;
  }
  Value dict_;
  bool is_callable_;
};

/// The zones that one evaluation has asked for: each is one object, as in pytz.
class PytzModule {
 public:

 private:
  Value timezone(Evaluator& evaluator, const Value& zone);
  Value fixed_offset(Evaluator& evaluator, const Arguments& arguments);
  const std::vector<std::string>& names() {
    if (names_.empty()) names_ = zone_names();
    return names_;
  }
  std::vector<std::string> common_names();
  Value country_names();
  Value country_timezones();

  Value utc_ = make_object<StaticZone>(StaticZone::Kind::Utc, "UTC", 0, "UTC");
  std::map<std::string, Value> zones_;
  std::map<std::int64_t, Value> offsets_;
  std::vector<std::string> names_;
  friend ObjectPtr hookc::make_pytz_module();
};

Value PytzModule::timezone(Evaluator& evaluator, const Value& zone) {
  const auto text = text_of(zone);
  const auto refuse = [&]() { evaluator.raise("UnknownTimeZoneError", display_repr(zone)); };
  if (!text) refuse();
  if (ascii_lower(*text) == "utc") return utc_;
  std::string wanted{*text};
  replace_all(wanted, "_plus_", "+");
  replace_all(wanted, "_minus_", "-");
  wanted = ascii_lower(wanted);
  const auto name = std::find_if(names().begin(), names().end(), [&](const std::string& one) { return ascii_lower(one) == wanted; });
  if (name == names().end()) refuse();
  Value& known = zones_[*name];
  if (known.is<ObjectPtr>()) return known;
  const std::shared_ptr<const ZoneRules> rules = load_zone(*name);
  if (rules == nullptr) refuse();
  const ZoneInfo& first = rules->changes.front().second;
  known = rules->changes.size() == 1 ? make_object<StaticZone>(StaticZone::Kind::Named, *name, first.offset, first.name) : make_object<RuledZone>(rules, first);
  return known;
}

Value PytzModule::fixed_offset(Evaluator& evaluator, const Arguments& arguments) {
  const Value given = bind_arguments(arguments, "FixedOffset", {{"offset"}})[0];
  if (!is_integer(given)) evaluator.raise("TypeError", fmt::format("bad operand type for abs(): '{}'", type_name(given)));
  const auto minutes = small_integer(given);
  constexpr std::int64_t kMinutesOfDay = 1440;
  if (!minutes || *minutes >= kMinutesOfDay || *minutes <= -kMinutesOfDay) {
    evaluator.raise("ValueError", fmt::format("('absolute offset is too large', {})", integer_digits(given)));
  }
  if (*minutes == 0) return utc_;
  Value& known = offsets_[*minutes];
  if (!known.is<ObjectPtr>()) known = make_object<StaticZone>(StaticZone::Kind::Fixed, "", *minutes * kMicrosPerMinute, "");
  return known;
}

/// The zones of countries, and some of North America under their common names.
std::vector<std::string> PytzModule::common_names() {
  std::set<std::string> common{"UTC", "GMT"};
  for (const std::vector<std::string>& row : zone_table("zone.tab")) {
    if (row.size() > 2) common.insert(row[2]);
  }
  for (const std::string_view area : {"Atlantic", "Central", "Eastern", "Mountain", "Newfoundland", "Pacific"}) common.insert(fmt::format("Canada/{}", area));
  for (const std::string_view area : {"Alaska", "Arizona", "Central", "Eastern", "Hawaii", "Mountain", "Pacific"}) common.insert(fmt::format("US/{}", area));
  std::vector<std::string> result;
  std::copy_if(names().begin(), names().end(), std::back_inserter(result), [&](const std::string& name) { return common.contains(name); });
  return result;
}

Value PytzModule::country_names() {
  Value result = make_dict();
  for (const std::vector<std::string>& row : zone_table("iso3166.tab")) {
    if (row.size() > 1) (*result.get_if<DictPtr>())->set(row[0], make_name(row[1]));
  }
  return make_object<CountryTable>(std::move(result), false);
}

Value PytzModule::country_timezones() {
  Value result = make_dict();
  Dict& dict = **result.get_if<DictPtr>();
  for (const std::vector<std::string>& row : zone_table("zone.tab")) {
    if (row.size() <= 2) continue;
    if (dict.find(row[0]) == nullptr) dict.set(row[0], make_list({}));
    (*dict.find(row[0])->get_if<ListPtr>())->items.push_back(make_name(row[2]));
  }
  return make_object<CountryTable>(std::move(result), true);
}

Value names_value(const std::vector<std::string>& names) {
  std::vector<Value> values;
  values.reserve(names.size());
  for (const std::string& name : names) values.push_back(make_name(name));
  return make_list(std::move(values));
}

constexpr std::array<std::string_view, 14> kNames{"timezone", "utc", "country_timezones", "country_names", "AmbiguousTimeError", "InvalidTimeError", "NonExistentTimeError",
                                                  "UnknownTimeZoneError", "all_timezones", "all_timezones_set", "common_timezones", "common_timezones_set", "BaseTzInfo",
                                                  "FixedOffset"};

}  // namespace

ObjectPtr make_pytz_module() {
  const auto module = std::make_shared<PytzModule>();
  return std::make_shared<ModuleObject>(kNames, [module](Evaluator& evaluator, std::string_view name) {
    if (name == "utc") return module->utc_;
    if (name == "timezone") {
      return module_function("timezone", [module](Evaluator& caller, const Arguments& arguments) {
        return module->timezone(caller, bind_arguments(arguments, "timezone", {{"zone"}})[0]);
      });
    }
    if (name == "FixedOffset") {
      return module_function("FixedOffset", [module](Evaluator& caller, const Arguments& arguments) { return module->fixed_offset(caller, arguments); });
    }
    if (name == "all_timezones") return names_value(module->names());
    if (name == "common_timezones") return names_value(module->common_names());
    if (name == "all_timezones_set") return make_set(evaluator, names_value(module->names()));
    if (name == "common_timezones_set") return make_set(evaluator, names_value(module->common_names()));
    if (name == "country_names") return module->country_names();
    if (name == "country_timezones") return module->country_timezones();
    const auto refuse_call = [](Evaluator& caller, const Arguments&) -> Value { caller.raise("TypeError", "a template cannot make one of these"); };
    if (name == "BaseTzInfo") return make_object<ClassObject>("pytz.tzinfo.BaseTzInfo", refuse_call, ClassObject::Member{});
    return make_object<ClassObject>("pytz.exceptions." + std::string{name}, refuse_call, ClassObject::Member{});
  });
}

}  // namespace hookc
