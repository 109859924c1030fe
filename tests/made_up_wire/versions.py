"""Two takes of one report: each pair must fold."""

from made_up_wire import CopyPair
from made_up_wire.look_alikes import ACCIDENT, CALL, EXERCISE, FIRM, SPILL

MINERALS = """Japan and Australia have signed an accord to secure supplies of rare earths that are used in electric motors and wind turbines, officials said on Thursday.

The accord commits the two governments to share geological surveys and to finance new mines in Western Australia, the trade ministry in Tokyo said.

"This is about resilience, not about any one country," Trade Minister Reiko Asanuma told reporters after the signing in Canberra.

China mines about 60 percent of the world's rare earths and refines nearly 90 percent of them.

Prices of neodymium have doubled since 2020 as carmakers raced to build electric vehicles.

Shares in the miner Redgum Resources jumped 8 percent in Sydney after the announcement. — AFP"""
_M = MINERALS.removesuffix(" — AFP").split("\n\n")

FERRY = """A ferry with 72 people on board caught fire off the southern Philippines on Wednesday, killing at least 12 passengers, the coast guard said.

The blaze broke out shortly before midnight as the vessel neared the island of Basilan, forcing passengers to jump into the sea.

Rescuers pulled 51 survivors from the water, coast guard spokesman Armand Bautro told a radio station. Nine people were missing.

The cause of the fire was not yet known. The ferry had come from the port of Zamboanga and was bound for Jolo."""
_F = FERRY.split("\n\n")


def _join(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs)


VERSIONS = (
    CopyPair(
        "a resend with another credit",
        3,
        MINERALS,
        MINERALS.replace("— AFP", "— Agence France-Presse with a report from Kyodo"),
    ),
    CopyPair(
        "the headline alone",
        2,
        MINERALS,
        MINERALS,
        "Japan, Australia sign rare earths accord",
        "Tokyo and Canberra to share rare earths",
    ),
    CopyPair("a typo mended the next day", 25, MINERALS.replace("geological", "geologcal"), MINERALS),
    CopyPair(
        "a name's spelling mended in the lead",
        1,
        CALL.format(day="Monday", topic="rice").replace("Villaluz", "Vilaluz"),
        CALL.format(day="Monday", topic="rice"),
    ),
    CopyPair("one figure corrected, unmarked", 2, MINERALS, MINERALS.replace("60 percent", "70 percent")),
    CopyPair(
        "one figure corrected, marked",
        2,
        MINERALS,
        MINERALS.replace("60 percent", "70 percent"),
        "Japan and Australia sign accord",
        "CORRECTED-Japan and Australia sign accord",
    ),
    CopyPair(
        "the figure of the lead corrected",
        3,
        EXERCISE.format(largest="largest", troops="17,600"),
        EXERCISE.format(largest="largest", troops="16,700"),
    ),
    CopyPair("a name corrected deep down", 4, MINERALS, MINERALS.replace("Redgum Resources", "Bluebush Minerals")),
    CopyPair(
        "a weekday corrected within the hour",
        0.8,
        CALL.format(day="Monday", topic="rice"),
        CALL.format(day="Tuesday", topic="rice"),
    ),
    CopyPair("a trim to the first three paragraphs", 5, MINERALS, _join(*_M[:3])),
    CopyPair("a trim that leaves out the middle", 5, MINERALS, _join(_M[0], _M[2], _M[5])),
    CopyPair("a trim to the lead, which is long", 6, MINERALS, _M[0] + " — AFP"),
    CopyPair("a report that grew", 1, _join(*_M[:2]), MINERALS),
    CopyPair(
        "a flash and its report",
        0.4,
        "Japan and Australia sign an accord to secure supplies of rare earths, officials say.",
        MINERALS,
    ),
    CopyPair(
        "a flash of a toll and its report",
        0.5,
        "Ferry fire off southern Philippines kills at least 12: coast guard",
        FERRY,
    ),
    CopyPair("a flash, word for word the lead", 0.2, _F[0], FERRY),
    CopyPair(
        "a toll that rises",
        5,
        FERRY,
        FERRY.replace("at least 12", "at least 19").replace("Nine people were", "Two people were"),
    ),
    CopyPair(
        "a toll that rises in a report that grows",
        4,
        _join(*_F[:3]),
        FERRY.replace("at least 12", "at least 14")
        + "\n\nPresident Marco Villaluz ordered an inquiry and sent a navy ship to help in the search.\n\nAccidents at sea are frequent in the archipelago of more than 7,000 islands.",
    ),
    CopyPair("paragraphs reordered", 2, MINERALS, _join(_M[0], _M[4], _M[2], _M[5], _M[1], _M[3])),
    CopyPair("paragraphs reordered, another on top", 2, MINERALS, _join(_M[2], _M[0], _M[1], _M[4], _M[3], _M[5])),
    CopyPair(
        "the lead told anew",
        3,
        MINERALS,
        _join(
            "Japan moved on Thursday to loosen its dependence on Chinese rare earths, signing an accord with Australia to finance new mines and share surveys.",
            *_M[1:],
        ),
    ),
    CopyPair(
        "the lead told anew under the old headline",
        3,
        MINERALS,
        _join(
            "Carmakers worried about motors got a measure of comfort when two governments shook hands over the ores that they need.",
            *_M[1:],
        ),
        "Japan, Australia sign rare earths accord",
        "Japan, Australia sign rare earths accord",
    ),
    CopyPair(
        "the lead edited",
        1,
        FERRY,
        _join(
            "At least 12 people died when a ferry carrying 72 passengers and crew caught fire near Basilan in the southern Philippines, the coast guard said on Wednesday.",
            *_F[1:],
        ),
    ),
    CopyPair(
        "American into British spelling, and the tense",
        2,
        "The two countries are working to modernize their defense program and to honor commitments, the Pentagon said.\n\n"
        "Secretary Harold Stanton says the center in Guam will analyze threats from China and organize patrols with neighbors.\n\n"
        '"We favor a gray-zone strategy," he adds. Travelers to the islands were told to stay away from the harbor.',
        "The two countries are working to modernise their defence programme and to honour commitments, the Pentagon says.\n\n"
        "Secretary Harold Stanton said the centre in Guam would analyse threats from China and organise patrols with neighbours.\n\n"
        '"We favour a grey-zone strategy," he added. Travellers to the islands were told to stay away from the harbour.',
    ),
    CopyPair(
        "a word in every sentence",
        2,
        FERRY,
        "A ferry with 72 persons on board caught fire off the southern Philippines on Wednesday, killing at least 12 passengers, the coast guard said.\n\n"
        "The blaze started shortly before midnight as the vessel neared the island of Basilan, forcing passengers to jump into the sea.\n\n"
        "Rescuers plucked 51 survivors from the water, coast guard spokesman Armand Bautro told a radio station. Nine people remained missing.\n\n"
        "The cause of the fire was not immediately known. The ferry had left from the port of Zamboanga and was bound for Jolo.",
    ),
    CopyPair("a dateline added", 1, MINERALS, "CANBERRA, March 28 (AFP) — " + MINERALS),
    CopyPair(
        "an accident with a chief's name added",
        1,
        ACCIDENT.format(dead="12", hurt="25", place="Benguet province", chief="Dacanay"),
        ACCIDENT.format(dead="12", hurt="25", place="Benguet province", chief="Ramil Dacanay"),
    ),
    CopyPair(
        "an earnings report that got its analyst",
        2,
        FIRM.format(firm="Bayanihan Foods Corp.", pct="12", net="2.4", rev="9", total="31.2", head="Lourdes Magpantay"),
        FIRM.format(firm="Bayanihan Foods Corp.", pct="12", net="2.4", rev="9", total="31.2", head="Lourdes Magpantay")
        + "\n\nAnalyst Pio Ledesma of Cordillera Securities said the figures beat his forecast of 2.1 billion pesos.",
    ),
    CopyPair(
        "an oil spill, resent after the weekend",
        60,
        "Divers found the wreck of a tanker that has been leaking oil off the Philippines, the coast guard said.\n\n"
        + SPILL,
        "Divers found the wreck of a tanker that has been leaking oil off the Philippines, the coast guard said.\n\n"
        + SPILL,
    ),
    CopyPair(
        "a title shortened, a name in full",
        1,
        CALL.format(day="Monday", topic="rice"),
        CALL.format(day="Monday", topic="rice").replace(
            "Prime Minister Kenji Morioka", "Premier Kenji Morioka of Japan"
        ),
    ),
    CopyPair(
        "one paragraph put in the middle",
        2,
        FERRY,
        _join(
            _F[0],
            _F[1],
            "Fishermen nearby said that they had seen the flames and had taken children into their boats.",
            *_F[2:],
        ),
    ),
    CopyPair(
        "Spanish: a fuller take",
        1,
        "El presidente anunció el martes un plan de vivienda para 500 mil familias durante un acto en Monterrey, y prometió créditos a tasa fija para los jóvenes.",
        "El presidente anunció el martes un plan de vivienda para 500 mil familias durante un acto en Monterrey, y prometió créditos a tasa fija para los jóvenes.\n\n"
        "El programa costará 90 mil millones de pesos en seis años, según el documento que presentó la secretaría.",
    ),
    CopyPair(
        "Japanese: a figure corrected and a sentence added",
        2,
        "政府は二十八日、電気自動車の電池に使う重要鉱物の供給網を強化するため、アメリカとの間で新たな協定に署名したと発表しました。協定は輸出関税を課さないことを約束する内容です。",
        "政府は二十八日、電気自動車の電池に使う重要鉱物の供給網を強化するため、アメリカとの間で新しい協定に署名したと発表しました。協定は輸出関税を課さないことを約束する内容です。経済産業大臣は記者会見で歓迎すると述べました。",
    ),
    CopyPair(
        "Thai: a sentence added",
        2,
        "รัฐบาลไทยและญี่ปุ่นลงนามข้อตกลงความร่วมมือด้านพลังงานสะอาดที่กรุงเทพมหานครเมื่อวันอังคาร เพื่อสนับสนุนการผลิตรถยนต์ไฟฟ้า",
        "รัฐบาลไทยและญี่ปุ่นลงนามข้อตกลงความร่วมมือด้านพลังงานสะอาดที่กรุงเทพมหานครเมื่อวันอังคาร เพื่อสนับสนุนการผลิตรถยนต์ไฟฟ้า นายกรัฐมนตรีกล่าวว่าข้อตกลงนี้จะสร้างงานใหม่หลายหมื่นตำแหน่ง",
    ),
    CopyPair("one paragraph in place of six", 1, MINERALS, " ".join(_M)),
    CopyPair(
        "curly quotation marks and no hyphens",
        1,
        FERRY + '\n\n"We jumped into the dark," a survivor said.',
        FERRY + "\n\n“We jumped into the dark,” a survivor said.",
    ),
    CopyPair(
        "two paragraphs new, two gone, the figure of the lead corrected",
        5,
        FERRY,
        _join(
            _F[0].replace("72 people", "75 people"),
            "The navy sent two ships, and fishermen joined the search.",
            _F[1],
            _F[2],
            "The governor said that the ferry had been inspected in January.",
        ),
    ),
    CopyPair(
        "the lead's first words turned round",
        2,
        FERRY,
        _join(
            "The coast guard said a ferry with 72 people on board caught fire off the southern Philippines on Wednesday and at least 12 passengers were killed.",
            *_F[1:],
        ),
    ),
    CopyPair(
        "a lead with the day, and the tense",
        1,
        "US Defence Secretary Harold Stanton meets with his Japanese counterpart Taro Hayasaka at the Pentagon, a day after Washington announces a new Marine unit.\n\n"
        '"Secretary Stanton underscored the commitment to the defence of Japan," the Pentagon says in a statement.',
        "US Defence Secretary Harold Stanton has met with his Japanese counterpart Taro Hayasaka at the Pentagon on Thursday, a day after Washington announced a new Marine unit.\n\n"
        '"Secretary Stanton underscored the commitment to the defence of Japan," the Pentagon said in a statement.',
    ),
    CopyPair(
        "a trim with an error in it, and another credit",
        1,
        MINERALS,
        _join(
            _M[0],
            _M[1],
            _M[2].replace("Trade Minister Reiko Asanuma told reporters", "said Trade Minister Reiko Asanuma reporters"),
        )
        + " — AFP",
    ),
    CopyPair(
        "a flash told anew in its report",
        0.5,
        "Japan and Australia sign rare earths accord. — AFP",
        MINERALS,
    ),
)
