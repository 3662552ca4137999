"""Sentences in the reader's language: gettext catalogues and Unicode TR 35 formats, no framework.

The domain says a :class:`Message`; here its template is looked up in
``livinglab/translations/<language>/LC_MESSAGES/messages.mo`` and every parameter is written by its
type. Pages, API answers, mail and calendar texts all come through here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import get_day_names
from babel.numbers import format_currency, format_decimal
from babel.support import NullTranslations, Translations

from livinglab.adapters import written
from livinglab.assets import PACKAGE
from livinglab.domain import former
from livinglab.domain.messages import Localised, Message, Quantity, Weekday
from livinglab.domain.opening import YearDay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LANGUAGES = ("en", "fi", "sv")
"""What the service speaks; the first is what everything is written in."""
TRANSLATIONS = PACKAGE / "translations"
PORI = "Europe/Helsinki"
NO_BREAK = "\u00a0"


def sentence(message: Message, language: str, zone: str = PORI) -> str:
    """The message in ``language``; instants are shown in ``zone`` (IANA)."""
    text = catalogue(language).ugettext(message.template)
    if not message.params:
        return text
    return text % {name: value_text(v, language, zone) for name, v in message.params.items()}


def value_text(value: object, language: str, zone: str = PORI) -> str:
    """A parameter, written by its type; see :data:`WRITERS`."""
    for kind, write in WRITERS:
        if isinstance(value, kind):
            return write(value, language, zone)
    return person_text(str(value), language)


def person_text(name: str, language: str) -> str:
    """A person's name; in place of an erased one's: Former person 7 · Poistunut henkilö 7."""
    told = former.told(name)
    return told if isinstance(told, str) else sentence(told, language)


def choose_language(wanted: str | None) -> str:
    """The language of ours nearest to a tag such as ``fi-FI``; English when there is none."""
    tag = (wanted or "").replace("_", "-").split("-")[0].lower()
    return tag if tag in LANGUAGES else LANGUAGES[0]


@lru_cache
def catalogue(language: str) -> NullTranslations:
    """The gettext catalogue of a language; where it is missing, sentences stay English."""
    loaded: NullTranslations = Translations.load(TRANSLATIONS, [choose_language(language)])
    return loaded


def date_text(day: date, language: str) -> str:
    """Mon 1 Feb 2027 · ma 1.2.2027 · mån 1 feb. 2027."""
    return written.full_date(day, language)


def instant_text(moment: datetime, language: str, zone: str = PORI) -> str:
    """Mon 1 Feb 2027, 07:00 in ``zone``; naive values are taken as UTC."""
    return written.instant(local(moment, zone), language)


def day_range_text(first: date, last: date, language: str) -> str:
    """Mon 1 – Fri 5 Feb 2027; both days included."""
    return written.days(first, last, language)


def time_range_text(start: datetime, end: datetime, language: str, zone: str = PORI) -> str:
    """Mon 1 – Wed 3 Feb 2027, 07:00–21:00 in ``zone``: arrival and departure of a stay."""
    return written.stay(local(start, zone), local(end, zone), language)


def number_text(value: float | Decimal, language: str) -> str:
    """2,500.5 · 2 500,5; at most three decimals."""
    return format_decimal(value, locale=choose_language(language))


def quantity_text(quantity: Quantity, language: str) -> str:
    """A number and its unit on one line: 2,500 kg."""
    return number_text(quantity.value, language) + NO_BREAK + quantity.unit


def money_text(euros: Decimal, language: str) -> str:
    """Euros, with cents only where there are any: €1,200 · 1 200 €."""
    locale = Locale(choose_language(language))
    pattern = locale.currency_formats["standard"].pattern
    if euros == euros.to_integral_value():
        pattern = pattern.replace(".00", "")
    text = format_currency(euros, "EUR", pattern, locale=locale, currency_digits=False)
    return text.replace("-", "\N{MINUS SIGN}")


def list_text(items: Iterable[str], language: str) -> str:
    """One, two and three."""
    *most, last = [*items] or [""]
    if not most:
        return last
    joint = catalogue(language).ugettext("and")
    return f"{', '.join(most)} {joint} {last}"


def duration_text(language: str, *, halves: int = 0, hours: int = 0) -> str:
    """The length of a stay: half a day, 1.5 days, 3 days, or 4 h."""
    words = catalogue(language)
    if hours:
        return quantity_text(Quantity(hours, "h"), language)
    if halves == 1:
        return str(words.ugettext("half a day"))
    days = Decimal(halves) / 2
    text = words.ungettext("%(days)s day", "%(days)s days", 1 if days == 1 else 2)
    return str(text % {"days": number_text(days, language)})


def year_day_text(day: YearDay, language: str) -> str:
    """1 Feb · 1.2. · 1 feb., in every year."""
    return written.day_and_month(date(2024, day.month, day.day), language)  # a leap year


def weekday_text(weekday: Weekday, language: str) -> str:
    """Mon · ma · mån."""
    names = get_day_names("abbreviated", locale=choose_language(language))
    return str(names[int(weekday)])


def local(moment: datetime, zone: str = PORI) -> datetime:
    """The instant on the wall clock of ``zone``."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return aware.astimezone(ZoneInfo(zone))


WRITERS: tuple[tuple[type | tuple[type, ...], Callable[[Any, str, str], str]], ...] = (
    (Message, sentence),
    (Localised, lambda value, language, _: value.get(language)),
    (Quantity, lambda value, language, _: quantity_text(value, language)),
    (Weekday, lambda value, language, _: weekday_text(value, language)),
    (YearDay, lambda value, language, _: year_day_text(value, language)),
    (Decimal, lambda value, language, _: money_text(value, language)),
    (datetime, instant_text),
    (date, lambda value, language, _: date_text(value, language)),
    (time, lambda value, language, _: written.clock_time(value, language)),
    (bool, lambda value, _language, _: str(value)),
    ((int, float), lambda value, language, _: number_text(value, language)),
    (
        (list, tuple),
        lambda value, language, zone: list_text(
            (value_text(item, language, zone) for item in value), language
        ),
    ),
)
"""How each type of parameter is written; the first that fits, so subclasses come first."""
