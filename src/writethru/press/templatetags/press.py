"""What the press's templates say and name: times, names, credits, hashed assets."""

from django import template

from writethru.press import assets, words

register = template.Library()

register.simple_tag(assets.asset_path, name="asset")
for filter_ in (
    words.clock,
    words.day,
    words.day_and_clock,
    words.full,
    words.machine,
    words.month,
    words.short_month,
    words.weekday,
    words.zone,
):
    register.filter(filter_.__name__, filter_)
