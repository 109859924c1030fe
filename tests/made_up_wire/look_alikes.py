"""Two reports that look like one: each pair must stay apart."""

from made_up_wire import CopyPair

CALL = """President Marco Villaluz and Prime Minister Kenji Morioka spoke by telephone on {day} and reaffirmed the strength of the alliance, the presidential palace said.

"The two leaders exchanged views on the situation in the South China Sea and agreed to deepen cooperation on maritime security," the palace said in a statement.

They also discussed {topic} and agreed to keep in close contact, it added. — AFP"""

WARNING = """The Department of Foreign Affairs on Monday urged Filipinos in {country} to leave as soon as possible because of the worsening security situation there.

"We appeal to our countrymen in {country} to heed the advice of the embassy and to take the earliest available flights," the department said in a statement.

About {number} Filipinos live in {country}, most of them domestic workers. The department said that it stands ready to help those who wish to come home. — AFP"""

EXERCISE = """The Philippines and the United States began their {largest} joint military exercises on Tuesday, with about {troops} troops taking part in drills that include live-fire exercises at sea.

The annual Balikatan exercises will run for nearly three weeks and will see the two armies simulate the retaking of an island off the northern province.

"These drills are not aimed at any country," the exercise spokesman told reporters at the opening ceremony. China has accused Washington of raising tensions in the region. — AFP"""

ACCIDENT = """At least {dead} people were killed and {hurt} others injured when a passenger bus plunged into a ravine in {place} on Wednesday, police said.

The driver lost control of the vehicle on a downhill stretch of the highway, provincial police chief {chief} told reporters.

Rescuers using ropes pulled the survivors from the wreck and took them to a hospital. Road accidents are common in the country, where buses are often poorly maintained."""

FIRM = """{firm} said Thursday its net income rose {pct} percent to {net} billion pesos in the first quarter, driven by strong consumer demand.

Revenue grew {rev} percent to {total} billion pesos in the three months to March, the company said in a disclosure to the stock exchange.

"We remain optimistic for the rest of the year," {firm} president {head} said in a statement."""

MARKET = """Philippine shares closed {way} on {day}, tracking {mood} on Wall Street as investors awaited inflation data.

The benchmark index {moved} {pct} percent, or {points} points, to {close}. The broader all-share index {moved} {pct2} percent to {close2}.

Decliners led gainers {a} to {b}, while {c} shares were unchanged. Turnover reached {value} billion pesos."""

PESO = """The peso closed at {close} to the dollar on {day}, {way} from {before} on {prior}.

The local unit opened at {opened} and traded between {low} and {high}. Volume reached {volume} million dollars."""

WEATHER = """Light to moderate winds blowing from the northeast will prevail over {place} on {day}, the weather bureau said.

Temperatures in {place} will range from {low} to {high} degrees Celsius, with a {pct} percent chance of rain in the afternoon.

Coastal waters will be slight to moderate. Sunrise is at {rise} a.m. and sunset at {set} p.m."""

BACKGROUND = """The bill would allow foreign companies to own up to 100 percent of public services such as telecommunications, shipping and railways, which the constitution now limits to 40 percent.

Business groups have long sought the change, arguing that the limits have kept the country behind its neighbours in attracting foreign investment.

Opponents say the measure would hand strategic industries to foreign powers and threaten national security.

The country drew 9.2 billion dollars in foreign direct investment last year, according to the central bank."""

SPILL = """The tanker sank in rough seas off Oriental Mindoro on February 28 with 800,000 litres of industrial fuel oil on board.

The slick has since spread to beaches and reefs in four provinces and left thousands of fishermen without work.

Officials say that about 20,000 hectares of coral, mangroves and seagrass may be at risk. The cause of the sinking is still being investigated."""

QUOTE = """"We will defend every inch of our territory and we will not allow any foreign power to dictate the terms of our security," Defence Minister Taro Hayasaka said in a speech to parliament."""

APART = (
    CopyPair(
        "two phone calls of the same leaders, eight days apart",
        192,
        CALL.format(day="Monday", topic="the coming summit of regional leaders"),
        CALL.format(day="Tuesday", topic="trade and the price of rice"),
    ),
    CopyPair(
        "two phone calls on the same weekday, a week apart",
        168,
        CALL.format(day="Monday", topic="the coming summit of regional leaders"),
        CALL.format(day="Monday", topic="relief for the victims of the earthquake"),
    ),
    CopyPair(
        "two phone calls, a day apart",
        25,
        CALL.format(day="Monday", topic="the coming summit of regional leaders"),
        CALL.format(day="Tuesday", topic="the coming summit of regional leaders"),
    ),
    CopyPair(
        "two phone calls of one leader with two others, an hour apart",
        1,
        CALL.format(day="Monday", topic="trade"),
        CALL.format(day="Monday", topic="trade").replace("Kenji Morioka", "Somchai Rattanakul"),
    ),
    CopyPair(
        "the same advice about another country, the same day",
        3,
        WARNING.format(country="Lebanon", number="17,500"),
        WARNING.format(country="Sudan", number="700"),
    ),
    CopyPair(
        "the same advice about a country of a like name",
        2,
        WARNING.format(country="Iran", number="1,500"),
        WARNING.format(country="Iraq", number="1,500"),
    ),
    CopyPair(
        "the same advice about Niger and Nigeria",
        2,
        WARNING.format(country="Niger", number="100"),
        WARNING.format(country="Nigeria", number="100"),
    ),
    CopyPair(
        "the exercise of this year and of last year",
        24 * 364,
        EXERCISE.format(largest="biggest-ever", troops="17,600"),
        EXERCISE.format(largest="biggest-ever", troops="16,700"),
    ),
    CopyPair(
        "the exercise of last year, word for word but one",
        24 * 371,
        EXERCISE.format(largest="largest", troops="17,600"),
        EXERCISE.format(largest="annual", troops="17,600"),
    ),
    CopyPair(
        "two bus accidents, a day apart",
        23,
        ACCIDENT.format(dead="12", hurt="25", place="the mountain province of Benguet", chief="Ramil Dacanay"),
        ACCIDENT.format(dead="17", hurt="8", place="the central province of Antique", chief="Joel Sumulong"),
    ),
    CopyPair(
        "two bus accidents on one day with one toll",
        4,
        ACCIDENT.format(dead="12", hurt="25", place="Benguet province", chief="Ramil Dacanay"),
        ACCIDENT.format(dead="12", hurt="25", place="Antique province", chief="Joel Sumulong"),
    ),
    CopyPair(
        "the earnings of two firms",
        0.5,
        FIRM.format(firm="Bayanihan Foods Corp.", pct="12", net="2.4", rev="9", total="31.2", head="Lourdes Magpantay"),
        FIRM.format(firm="Tierra Alta Land Inc.", pct="18", net="6.1", rev="14", total="27.9", head="Oscar Vicencio"),
    ),
    CopyPair(
        "the earnings of two firms of one group",
        0.5,
        FIRM.format(
            firm="Tierra Alta Malls Inc.", pct="12", net="2.4", rev="9", total="31.2", head="Lourdes Magpantay"
        ),
        FIRM.format(firm="Tierra Alta Power Inc.", pct="11", net="1.9", rev="7", total="13.5", head="Oscar Vicencio"),
    ),
    CopyPair(
        "the earnings of one firm, a quarter later",
        24 * 91,
        FIRM.format(firm="Bayanihan Foods Corp.", pct="12", net="2.4", rev="9", total="31.2", head="Lourdes Magpantay"),
        FIRM.format(
            firm="Bayanihan Foods Corp.", pct="15", net="2.9", rev="11", total="33.8", head="Lourdes Magpantay"
        ),
    ),
    CopyPair(
        "the market closes of two days",
        24,
        MARKET.format(
            way="lower",
            day="Monday",
            mood="losses",
            moved="fell",
            pct="0.48",
            points="31.52",
            close="6,570.21",
            pct2="0.31",
            close2="3,499.02",
            a="101",
            b="78",
            c="52",
            value="4.1",
        ),
        MARKET.format(
            way="lower",
            day="Tuesday",
            mood="losses",
            moved="fell",
            pct="0.22",
            points="14.30",
            close="6,555.91",
            pct2="0.12",
            close2="3,494.80",
            a="95",
            b="88",
            c="47",
            value="3.8",
        ),
    ),
    CopyPair(
        "the morning and the close of one market day",
        6,
        MARKET.format(
            way="lower",
            day="Monday",
            mood="losses",
            moved="fell",
            pct="0.48",
            points="31.52",
            close="6,570.21",
            pct2="0.31",
            close2="3,499.02",
            a="101",
            b="78",
            c="52",
            value="4.1",
        ),
        MARKET.format(
            way="higher",
            day="Monday",
            mood="gains",
            moved="rose",
            pct="0.22",
            points="14.30",
            close="6,616.03",
            pct2="0.12",
            close2="3,514.11",
            a="88",
            b="95",
            c="47",
            value="5.2",
        ),
    ),
    CopyPair(
        "the peso of two days",
        24,
        PESO.format(
            close="54.32",
            day="Tuesday",
            way="stronger",
            before="54.41",
            prior="Monday",
            opened="54.40",
            low="54.28",
            high="54.45",
            volume="912.5",
        ),
        PESO.format(
            close="54.29",
            day="Wednesday",
            way="stronger",
            before="54.32",
            prior="Tuesday",
            opened="54.35",
            low="54.20",
            high="54.38",
            volume="845.1",
        ),
    ),
    CopyPair(
        "the peso at noon and at the close",
        4,
        PESO.format(
            close="54.32",
            day="Tuesday",
            way="stronger",
            before="54.41",
            prior="Monday",
            opened="54.40",
            low="54.28",
            high="54.45",
            volume="412.5",
        ),
        PESO.format(
            close="54.36",
            day="Tuesday",
            way="stronger",
            before="54.41",
            prior="Monday",
            opened="54.40",
            low="54.25",
            high="54.47",
            volume="912.9",
        ),
    ),
    CopyPair(
        "the weather of two cities",
        0,
        WEATHER.format(place="Cebu City", day="Friday", low="24", high="31", pct="40", rise="5:48", set="6:02"),
        WEATHER.format(place="Davao City", day="Friday", low="23", high="32", pct="60", rise="5:41", set="5:49"),
    ),
    CopyPair(
        "the weather of two cities, with the same figures",
        0.2,
        WEATHER.format(place="Cebu City", day="Friday", low="24", high="31", pct="40", rise="5:48", set="6:02"),
        WEATHER.format(place="Davao City", day="Friday", low="24", high="31", pct="40", rise="5:48", set="6:02"),
    ),
    CopyPair(
        "the weather of one city on two days",
        24,
        WEATHER.format(place="Metro Manila", day="Friday", low="24", high="31", pct="40", rise="5:48", set="6:02"),
        WEATHER.format(place="Metro Manila", day="Saturday", low="25", high="31", pct="30", rise="5:48", set="6:02"),
    ),
    CopyPair(
        "a vote and then a veto above the same background",
        30,
        "The Senate on Tuesday passed on final reading a bill that opens public services to full foreign ownership, voting 19 to 3.\n\n"
        + BACKGROUND,
        "President Marco Villaluz on Wednesday vetoed a measure opening the door to foreign owners, saying it was unconstitutional.\n\n"
        '"I cannot in good conscience sign a law that the courts will strike down," he told a news conference.\n\n'
        "Stocks fell after the announcement, with telephone companies leading the losses.\n\n" + BACKGROUND,
    ),
    CopyPair(
        "a suit above the background of an oil spill, five hours later",
        5,
        "Divers on Thursday found the wreck of a tanker that has been leaking oil off the Philippines for three weeks, the coast guard said.\n\n"
        "A remotely operated submarine took pictures of the hull at a depth of 400 metres, it said.\n\n" + SPILL,
        "Fishermen filed a 2-billion-peso lawsuit against the owner of Princesa Amalia, their lawyers announced.\n\n"
        'The petitioners want compensation for the months that they will be unable to work. "They have lost everything," said lawyer Dina Robles.\n\n'
        "The firm declined to comment.\n\n" + SPILL,
    ),
    CopyPair(
        "a hearing and the next day's hearing",
        24,
        "A former budget chief told senators on Monday that he had warned the president against the purchase of overpriced face masks.\n\n"
        "The Senate blue ribbon committee is looking into contracts worth 8 billion pesos that were given to a small trading firm.\n\n"
        "The firm had capital of only 625,000 pesos when it won the first of the contracts in 2020.\n\nIts officers deny wrongdoing.",
        "An officer of the trading firm refused on Tuesday to tell senators where its papers were and was cited for contempt.\n\n"
        "The Senate blue ribbon committee is looking into contracts worth 8 billion pesos that were given to a small trading firm.\n\n"
        "The firm had capital of only 625,000 pesos when it won the first of the contracts in 2020.\n\nIts officers deny wrongdoing.",
    ),
    CopyPair(
        "the same quotation in two reports",
        3,
        "Japan will double its defence spending within five years, its defence minister said on Friday, in the biggest shift since World War II.\n\n"
        + QUOTE
        + "\n\nThe plan would take spending to two percent of gross domestic product and make Japan the third-biggest spender in the world.\n\n"
        "Opposition lawmakers asked how the government means to pay for it.",
        "China on Friday accused Tokyo of reviving militarism and warned that it would take countermeasures.\n\n"
        "Foreign ministry spokeswoman Lin Ruolan said that Beijing had lodged a protest.\n\n"
        + QUOTE
        + "\n\nThe two countries both claim a group of islets in the East China Sea, and their coast guards often face each other there.",
    ),
    CopyPair(
        "a short item alike but for the names",
        2,
        "Gilberto Salonga was sworn in on Monday as ambassador to Portugal in a ceremony at the presidential palace.\n\n"
        "Salonga, a career diplomat, said he would work for the welfare of Filipinos there.",
        "Teresita Abueva was sworn in on Monday as ambassador to Denmark in a ceremony at the presidential palace.\n\n"
        "Abueva, a career diplomat, said she would work for the welfare of Filipinos there.",
    ),
    CopyPair(
        "a very short item alike but for the name",
        1,
        "Senator Gilberto Salonga files his candidacy for president. — AFP",
        "Senator Teresita Abueva files her candidacy for president. — AFP",
    ),
    CopyPair(
        "two flashes of one form with other figures, the next day",
        24,
        "Philippines reports 1,204 new COVID-19 cases, total now 4,081,119. — AFP",
        "Philippines reports 1,377 new COVID-19 cases, total now 4,082,496. — AFP",
    ),
    CopyPair(
        "two earthquakes on one day",
        5,
        "A magnitude 6.1 earthquake struck off the southern Philippines on Tuesday, the US Geological Survey said, but no tsunami warning was issued.\n\n"
        "The quake hit at a depth of 38 kilometres about 40 kilometres southeast of Davao Oriental.\n\nThere were no reports of damage.",
        "A magnitude 5.4 earthquake struck off the northern Philippines on Tuesday, the US Geological Survey said, but no tsunami warning was issued.\n\n"
        "The quake hit at a depth of 12 kilometres about 65 kilometres west of Ilocos Norte.\n\nThere were no reports of damage.",
    ),
    CopyPair(
        "the advance and the event",
        20,
        "US Defence Secretary Harold Stanton will visit Manila on Thursday for talks on giving American forces wider access to bases.\n\n"
        "The two countries agreed in 2014 to let US troops rotate through five camps.\n\n"
        "Stanton will also visit troops in the south of the country, the Pentagon said.",
        "The Philippines granted US forces access to four more bases after talks between Defence Secretary Harold Stanton and his counterpart on Thursday.\n\n"
        "The two countries agreed in 2014 to let US troops rotate through five camps.\n\n"
        '"This is a big deal," Stanton told a joint news conference in the capital.\n\nLeft-wing groups burned a flag outside the gates.',
    ),
    CopyPair(
        "a digest that repeats an item word for word",
        9,
        "The coast guard rescued 22 fishermen whose boat capsized off Palawan on Monday after it was hit by big waves.\n\n"
        "The men clung to bamboo poles for six hours before a patrol ship saw them.",
        "Here are the main stories of the day from around the country.\n\n"
        "The central bank kept its key rate at 6.25 percent and said inflation had peaked.\n\n"
        "Lawmakers in the lower house approved the creation of a sovereign wealth fund by a wide margin.\n\n"
        "A court freed an opposition politician who had been held for six years on drug charges.\n\n"
        "Nurses marched in the capital to ask for better pay.\n\n"
        "The coast guard rescued 22 fishermen whose boat capsized off Palawan on Monday after it was hit by big waves.\n\n"
        "The men clung to bamboo poles for six hours before a patrol ship saw them.",
    ),
    CopyPair(
        "the next day's missile",
        24,
        "North Korea fired two short-range ballistic missiles into the sea off its east coast on Monday, South Korea's military said.\n\n"
        "The missiles flew about 370 kilometres before falling outside Japan's exclusive economic zone, the joint chiefs of staff said.\n\n"
        '"Our military has stepped up surveillance and keeps full readiness in close cooperation with the United States," they said in a statement.',
        "North Korea fired two short-range ballistic missiles into the sea off its east coast on Tuesday, South Korea's military said.\n\n"
        "The missiles flew about 410 kilometres before falling outside Japan's exclusive economic zone, the joint chiefs of staff said.\n\n"
        '"Our military has stepped up surveillance and keeps full readiness in close cooperation with the United States," they said in a statement.',
    ),
    CopyPair(
        "missiles without a weekday, three days apart",
        70,
        "North Korea fires a short-range ballistic missile into the sea off its east coast, South Korea's military says.\n\n"
        "The missile flew about 370 kilometres before falling outside Japan's exclusive economic zone, the joint chiefs of staff say.\n\n"
        "It was the fifth launch this year.",
        "North Korea fires a short-range ballistic missile into the sea off its east coast, South Korea's military says.\n\n"
        "The missile flew about 620 kilometres before falling outside Japan's exclusive economic zone, the joint chiefs of staff say.\n\n"
        "It was the sixth launch this year.",
    ),
    CopyPair(
        "another minister's visit to the shrine",
        8,
        "Japanese economic security minister Sana Takemura visited the Yasukuni shrine on Friday, drawing protests from China and South Korea.\n\n"
        "The shrine honours 2.5 million war dead, among them convicted war criminals.\n\nVisits by ministers have long angered Japan's neighbours.",
        "Japanese reconstruction minister Goro Akimoto visited the Yasukuni shrine on Friday, drawing protests from China and South Korea.\n\n"
        "The shrine honours 2.5 million war dead, among them convicted war criminals.\n\nVisits by ministers have long angered Japan's neighbours.",
    ),
    CopyPair(
        "Spanish: the same storm form for another state",
        2,
        "El servicio meteorológico emitió el lunes un aviso por lluvias fuertes en Veracruz y pidió a la población mantenerse alerta ante posibles inundaciones.\n\n"
        "Se esperan vientos de hasta 70 kilómetros por hora en Veracruz durante la noche, señaló el organismo en un comunicado.",
        "El servicio meteorológico emitió el lunes un aviso por lluvias fuertes en Oaxaca y pidió a la población mantenerse alerta ante posibles inundaciones.\n\n"
        "Se esperan vientos de hasta 70 kilómetros por hora en Oaxaca durante la noche, señaló el organismo en un comunicado.",
    ),
    CopyPair(
        "Japanese: two earthquakes of one form",
        6,
        "気象庁によりますと、二十八日午前九時ごろ、茨城県南部を震源とする地震があり、水戸市で震度4を観測しました。地震の規模を示すマグニチュードは5.1と推定されています。この地震による津波の心配はありません。",
        "気象庁によりますと、二十八日午後三時ごろ、岩手県沖を震源とする地震があり、盛岡市で震度3を観測しました。地震の規模を示すマグニチュードは4.8と推定されています。この地震による津波の心配はありません。",
    ),
    CopyPair(
        "the same duty on two goods",
        2,
        "The European Union will impose anti-dumping duties on steel imports from China, the trade commission said on Friday.\n\n"
        "The duties on steel will range from 12 to 28 percent and will run for five years.\n\nBeijing has called the steel inquiry unfair.",
        "The European Union will impose anti-dumping duties on bicycle imports from China, the trade commission said on Friday.\n\n"
        "The duties on bicycles will range from 19 to 48 percent and will run for five years.\n\nBeijing has called the bicycle inquiry unfair.",
    ),
    CopyPair(
        "two arms sales to one buyer on one day",
        0.5,
        "The US State Department has approved the possible sale of 32 cruise missiles to Japan for an estimated 400 million dollars, the Pentagon said.\n\n"
        "The proposed sale will improve the security of a major ally, it said in a statement.\n\nCongress must still approve the deal.",
        "The US State Department has approved the possible sale of 16 surveillance drones to Japan for an estimated 620 million dollars, the Pentagon said.\n\n"
        "The proposed sale will improve the security of a major ally, it said in a statement.\n\nCongress must still approve the deal.",
    ),
    CopyPair(
        "two meetings of one leader on one day",
        4,
        "Prime Minister Kenji Morioka met French President Luc Ferrand in Paris on Monday and agreed to deepen security cooperation.\n\n"
        "The two leaders also discussed the war in Ukraine and the coming G7 summit in Hiroshima.\n\nMorioka is on a week-long tour of G7 members.",
        "Prime Minister Kenji Morioka met Italian Prime Minister Paola Venturi in Rome on Monday and agreed to deepen security cooperation.\n\n"
        "The two leaders also discussed the war in Ukraine and the coming G7 summit in Hiroshima.\n\nMorioka is on a week-long tour of G7 members.",
    ),
    CopyPair(
        "two results of one match day",
        1,
        "Hidalgo scored twice as Santa Rosa beat San Isidro 3-1 on Saturday to stay top of the first division.\n\n"
        "The hosts went ahead after 12 minutes and never looked back in front of 20,000 fans.",
        "Quiroga scored twice as Puerto Azul beat Las Lomas 2-0 on Saturday to stay third in the first division.\n\n"
        "The hosts went ahead after 31 minutes and never looked back in front of 14,000 fans.",
    ),
    CopyPair(
        "two deaths of one form",
        30,
        "Former finance minister Anselmo Trias has died at the age of 81, his family said.\n\n"
        "Trias served under two presidents and is credited with reforming the tax system. He had been ill for months.",
        "Former health minister Benita Ocampo has died at the age of 79, her family said.\n\n"
        "Ocampo served under two presidents and is credited with reforming the hospitals. She had been ill for months.",
    ),
    CopyPair(
        "a reaction that reuses the report",
        4,
        "Japan and Australia have signed an accord to secure supplies of rare earths that are used in electric motors, officials said.\n\n"
        "The accord commits the two governments to share geological surveys and to finance new mines in Western Australia, Tokyo said.\n\n"
        "China mines about 60 percent of the world's rare earths and refines nearly 90 percent of them.",
        "China said it firmly opposes attempts to politicise trade after Japan and Australia signed an accord on rare earths.\n\n"
        '"Supply chains are shaped by the market," foreign ministry spokeswoman Lin Ruolan told a regular briefing in Beijing.\n\n'
        "The accord commits the two governments to share geological surveys and to finance new mines in Western Australia.\n\n"
        "China mines about 60 percent of the world's rare earths and refines nearly 90 percent of them.",
    ),
    CopyPair(
        "joint drills, three weeks apart",
        24 * 21,
        "The United States, Japan and South Korea held joint missile defence drills in waters off the Korean peninsula, Seoul's military said.\n\n"
        "The drills were aimed at improving the three countries' response to North Korean ballistic missiles, it said.",
        "The United States, Japan and South Korea held joint missile defence drills in waters off the Korean peninsula, Seoul's military said.\n\n"
        "The one-day drills were aimed at improving the three countries' response to North Korean ballistic missiles, it said.",
    ),
    CopyPair(
        "the same statement after two launches, four days apart",
        96,
        "The United States condemned North Korea's launch of a ballistic missile and called on Pyongyang to return to dialogue.\n\n"
        '"The launch is in violation of multiple UN Security Council resolutions and poses a threat to the region," a State Department spokesperson said.\n\n'
        "Our commitment to the defence of Japan and South Korea remains ironclad, the spokesperson added.",
        "The United States condemned North Korea's launch of two ballistic missiles and called on Pyongyang to return to dialogue.\n\n"
        '"The launch is in violation of multiple UN Security Council resolutions and poses a threat to the region," a State Department spokesperson said.\n\n'
        "Our commitment to the defence of Japan and South Korea remains ironclad, the spokesperson added.",
    ),
    CopyPair(
        "two courts, two appeals",
        26,
        "The Supreme Court on Tuesday rejected an appeal by former senator Ruben Casas against his conviction for plunder.\n\n"
        "The court voted 11 to 2 to uphold the ruling, its spokesman said. Casas has been in detention since 2018.",
        "The Supreme Court on Wednesday rejected an appeal by former governor Alma Tordesillas against her conviction for graft.\n\n"
        "The court voted 9 to 4 to uphold the ruling, its spokesman said. Tordesillas has been in detention since 2020.",
    ),
    CopyPair(
        "the daily count of another day, in the same words",
        24,
        "The health department reports 1,204 new coronavirus infections, bringing the number of active cases to 9,312. Hospital beds in the capital are 18 percent full, and the department again urges the elderly to take booster shots.",
        "The health department reports 1,377 new coronavirus infections, bringing the number of active cases to 9,518. Hospital beds in the capital are 18 percent full, and the department again urges the elderly to take booster shots.",
    ),
    CopyPair(
        "a toll of another landslide in a place of a like name",
        20,
        "At least nine people were killed when a landslide buried houses in the town of San Ramon on Thursday, rescuers said.\n\n"
        "Days of heavy rain had loosened the soil above the town, the mayor told local radio.",
        "At least five people were killed when a landslide buried houses in the town of San Vicente on Friday, rescuers said.\n\n"
        "Days of heavy rain had loosened the soil above the town, the mayor told local radio.",
    ),
    CopyPair(
        "two forecasts whose day stands in the headline alone",
        24,
        "Misty in the morning over Montbrume and the valley, sunny spells in the afternoon. Showers on the Isles. It will be 11 degrees in Saint-Orgue and 9 in Port-Lézard. Moderate westerly wind.",
        "Misty in the morning over Montbrume and the valley, rain in the afternoon. Showers on the Isles. It will be 11 degrees in Saint-Orgue and 9 in Port-Lézard. Moderate westerly wind.",
        "Weather forecast for Monday",
        "Weather forecast for Tuesday",
    ),
    CopyPair(
        "Japanese: two firms' earnings",
        0.2,
        "雲居ビールが7日発表した2024年12月期連結決算は、純利益が前期と同じ214億円だった。ゆず味の発泡酒が伸びた。売上高は6.5％増の3120億円。来期は純利益220億円を見込む。",
        "鳴沢製菓が7日発表した2024年12月期連結決算は、純利益が前期と同じ214億円だった。ゆず味の発泡酒が伸びた。売上高は6.5％増の3120億円。来期は純利益220億円を見込む。",
    ),
)
