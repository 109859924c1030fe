"""What a desk says in each language around its copy: days, datelines, marks of a take, notes to editors."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Language:
    """`days` from Monday, `months` from January.

    `marks` are by source and kind of take: where a mark stands ({n} its number, {nth} its ordinal,
    {headline} the headline, {slug} the slugline). `notes` stand above or below a text;
    {new}, {old} the figures, {par} the paragraph, {headline} the
    headline. `datelines` are by source; {PLACE}, {place}, {day}, {month}.
    """

    code: str
    days: tuple[str, ...]
    months: tuple[str, ...]
    date: str
    marks: dict[str, dict[str, str]]
    notes: dict[str, str]
    datelines: dict[str, str]
    ordinals: tuple[str, ...]  # for {nth}
    credit: str = "— {source}"
    joined: str = " "  # between the sentences of one paragraph

    def words_of(self, at: datetime, before: datetime, after: datetime) -> dict[str, str]:
        """Return the words for the slots of time."""
        month = self.months[at.month - 1]
        return {
            "day": self.days[at.weekday()],
            "yday": self.days[before.weekday()],
            "tmrw": self.days[after.weekday()],
            "date": self.date.format(day=at.day, month=month),
            "month": month,
        }


ENGLISH = Language(
    code="en",
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=tuple("January February March April May June July August September October November December".split()),
    date="{day} {month}",
    marks={
        # otb marks the slugline, sns the headline, mcs puts words of its own before the headline.
        "otb": {
            "flash": "{slug}, FLASH",
            "update": "{slug}, {nth} Ld",
            "writethru": "{slug}, {nth} Ld-Writethru",
            "add": "{slug}, {nth} Add",
            "take": "{slug}, {nth} Take",
            "correction": "{slug}, CORRECTED",
            "kill": "{slug}, KILL",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "{HEADLINE}",
            "update": "UPDATE {n}-{headline}",
            "writethru": "UPDATE {n}-{headline}",
            "add": "{headline} -ADD {n}",
            "take": "{headline} -TAKE {n}",
            "correction": "CORRECTED-{headline}",
            "kill": "STORY WITHDRAWN: {headline}",
            "rewording": "REFILE-{headline}",
            "resend": "RPT-{headline}",
        },
        "mcs": {
            "flash": "Urgent: {headline}",
            "update": "{headline} (update {n})",
            "writethru": "{headline} (new lead)",
            "add": "ADD {n}: {headline}",
            "take": "{headline} (take {n})",
            "correction": "{headline} (corrected)",
            "kill": "KILL: {headline}",
            "trim": "{headline} (short)",
        },
    },
    notes={
        "correction": "(Corrects paragraph {par} to say {new}, not {old})",
        "correction mcs": "Correction: an earlier version said {old}; it is {new}.",
        "kill": "EDITORS: Kill the report headlined “{headline}”. It can’t be stood up. No substitute will be sent.",
        "kill sns": "The report “{headline}” has been withdrawn. Please remove it from all platforms.",
        "add": "",
        "more": "(MORE)",
    },
    datelines={"otb": "{PLACE} (OTB) — ", "sns": "{PLACE}, {day} {month} (SNS) - ", "mcs": "{place}: "},
    ordinals=("1st", "2nd", "3rd", "4th", "5th", "6th"),
)

SPANISH = Language(
    code="es",
    ordinals=tuple("123456"),
    days=("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
    months=tuple("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()),
    date="{day} de {month}",
    marks={
        "otb": {
            "flash": "{slug}, URGENTE",
            "update": "{slug}, {n}ª versión",
            "writethru": "{slug}, {n}ª versión",
            "add": "{slug} (Ampliación {n})",
            "take": "{slug} (Ampliación {n})",
            "correction": "{slug}, CORRECCIÓN",
            "kill": "{slug}, ANULACIÓN",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "URGENTE: {headline}",
            "update": "(Actualización {n}) {headline}",
            "writethru": "({n}ª versión) {headline}",
            "add": "{headline} (Ampliación {n})",
            "take": "{headline} (Ampliación {n})",
            "correction": "(Corrección) {headline}",
            "kill": "ANULACIÓN: {headline}",
            "rewording": "(Versión actualizada) {headline}",
            "resend": "(Repetición) {headline}",
        },
        "mcs": {
            "flash": "ÚLTIMA HORA: {headline}",
            "update": "(Ampliación) {headline}",
            "writethru": "(Nueva versión) {headline}",
            "add": "{headline} (Ampliación {n})",
            "take": "{headline} (Ampliación {n})",
            "correction": "RECTIFICACIÓN: {headline}",
            "kill": "ANULADA: {headline}",
            "trim": "{headline}",
        },
    },
    notes={
        "correction": "(Corrige el párrafo {par}: es {new}, no {old})",
        "correction mcs": "Rectificación: una versión anterior decía {old}; es {new}.",
        "kill": "AVISO: Rogamos anulen la noticia titulada «{headline}», que no se sostiene. No habrá sustitución.",
        "kill sns": "La noticia «{headline}» ha sido retirada. Rogamos que no se publique.",
        "add": "",
        "more": "(Seguirá)",
    },
    datelines={
        "otb": "{place}, {day} {month} (OTB).- ",
        "sns": "{PLACE}, {day} de {month} (SNS) — ",
        "mcs": "{place}: ",
    },
)

FRENCH = Language(
    code="fr",
    ordinals=tuple("123456"),
    days=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
    date="{day} {month}",
    marks={
        "otb": {
            "flash": "{slug}, URGENT",
            "update": "{slug}, LEAD {n}",
            "writethru": "{slug}, LEAD {n}",
            "add": "{slug} (COMPLEMENT {n})",
            "take": "{slug} (COMPLEMENT {n})",
            "correction": "{slug}, RECTIFICATIF",
            "kill": "{slug}, ANNULATION",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "ALERTE: {headline}",
            "update": "(ACTUALISATION) {headline}",
            "writethru": "(VERSION ACTUALISEE) {headline}",
            "add": "{headline} (COMPLEMENT {n})",
            "take": "{headline} (COMPLEMENT {n})",
            "correction": "RECTIFICATIF: {headline}",
            "kill": "ANNULATION: {headline}",
            "rewording": "(VERSION ACTUALISEE) {headline}",
            "resend": "(REPETITION) {headline}",
        },
        "mcs": {
            "flash": "Flash : {headline}",
            "update": "{headline} (actualisé)",
            "writethru": "(Actualisé) {headline}",
            "add": "{headline} (complément {n})",
            "take": "{headline} (complément {n})",
            "correction": "{headline} (rectifié)",
            "kill": "ANNULÉ : {headline}",
            "trim": "{headline}",
        },
    },
    notes={
        "correction": "(RECTIFIE le paragraphe {par} : bien lire {new}, et non {old})",
        "correction mcs": "Rectificatif : une première version indiquait {old} ; il s'agit de {new}.",
        "kill": "ATTENTION - Nous vous prions d'annuler la dépêche « {headline} »,"
        " qui n'est pas confirmée. Elle ne sera pas remplacée.",
        "kill sns": "La dépêche « {headline} » est retirée. Merci de ne pas la publier.",
        "add": "",
        "more": "(à suivre)",
    },
    datelines={"otb": "{place}, {day} {month} (OTB) - ", "sns": "{PLACE} (SNS) – ", "mcs": "{place} : "},
)

TAGALOG = Language(
    code="tl",
    ordinals=tuple("123456"),
    days=("Lunes", "Martes", "Miyerkules", "Huwebes", "Biyernes", "Sabado", "Linggo"),
    months=tuple("Enero Pebrero Marso Abril Mayo Hunyo Hulyo Agosto Setyembre Oktubre Nobyembre Disyembre".split()),
    date="{month} {day}",
    marks={
        "otb": {
            "flash": "{slug}, BREAKING",
            "update": "{slug}, UPDATE {n}",
            "writethru": "{slug}, {n} Ld-Writethru",
            "add": "{slug} (DAGDAG {n})",
            "take": "{slug} (DAGDAG {n})",
            "correction": "{slug}, PAGTATAMA",
            "kill": "{slug}, BINABAWI",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "BREAKING: {headline}",
            "update": "UPDATE {n}: {headline}",
            "writethru": "UPDATE {n}: {headline}",
            "add": "DAGDAG {n}: {headline}",
            "take": "DAGDAG {n}: {headline}",
            "correction": "PAGTATAMA: {headline}",
            "kill": "BINABAWI: {headline}",
            "rewording": "UPDATE: {headline}",
            "resend": "ULIT: {headline}",
        },
        "mcs": {
            "flash": "Just in: {headline}",
            "update": "{headline} (update {n})",
            "writethru": "{headline} (update {n})",
            "add": "{headline} (dagdag {n})",
            "take": "{headline} (dagdag {n})",
            "correction": "{headline} (pagtatama)",
            "kill": "BINAWI: {headline}",
            "trim": "{headline}",
        },
    },
    notes={
        "correction": "(Itinama ang ika-{par} talata: {new}, hindi {old})",
        "correction mcs": "Pagtatama: {old} ang nakasaad sa naunang ulat; {new} ang tama.",
        "kill": "SA MGA EDITOR: Binabawi po namin ang ulat na “{headline}”. Hindi ito nakumpirma at walang ipapalit.",
        "kill sns": "Binawi na ang ulat na “{headline}”. Huwag na po itong ilathala.",
        "add": "",
        "more": "(may kasunod)",
    },
    datelines={"otb": "{PLACE}, {month} {day} (OTB) -- ", "sns": "{PLACE} (SNS) — ", "mcs": "{place}: "},
)

JAPANESE = Language(
    code="ja",
    ordinals=tuple("123456"),
    days=("月曜日", "火曜日", "水曜日", "木曜日", "金曜日", "土曜日", "日曜日"),
    months=tuple(f"{month}月" for month in range(1, 13)),
    date="{month}{day}日",
    marks={
        "otb": {
            "flash": "{slug} 【速報】",
            "update": "{slug} 【第{n}報】",
            "writethru": "{slug} 【差し替え】",
            "add": "{slug} 【追加】",
            "take": "{slug} 【追加】",
            "correction": "{slug} 【訂正】",
            "kill": "{slug} 【取り消し】",
            "trim": "{slug}",
        },
        "sns": {
            "flash": "【速報】{headline}",
            "update": "【続報】{headline}",
            "writethru": "（差し替え）{headline}",
            "add": "【追加】{headline}",
            "take": "【追加】{headline}",
            "correction": "【訂正】{headline}",
            "kill": "【取り消し】{headline}",
            "rewording": "（差し替え）{headline}",
            "resend": "【再送】{headline}",
        },
        "mcs": {
            "flash": "速報：{headline}",
            "update": "{headline}（更新）",
            "writethru": "{headline}（更新）",
            "add": "{headline}（追加）",
            "take": "{headline}（追加）",
            "correction": "◎訂正：{headline}",
            "kill": "取り消し：{headline}",
            "trim": "{headline}",
        },
    },
    notes={
        "correction": "（第{par}段落の「{old}」を「{new}」と訂正します）",
        "correction mcs": "訂正　先に「{old}」とお伝えしたのは「{new}」の誤りでした。",
        "kill": "【編集者へ】「{headline}」は事実を確認できないため、全文を取り消します。差し替えはありません。",
        "kill sns": "「{headline}」の配信を取り消します。使用しないでください。",
        "add": "",
        "more": "（続く）",
    },
    datelines={"otb": "【{place}＝ＯＴＢ】", "sns": "【{place}{month}{day}日ＳＮＳ】", "mcs": "【{place}】"},
    joined="",
)

LANGUAGES = {one.code: one for one in (ENGLISH, SPANISH, FRENCH, TAGALOG, JAPANESE)}
