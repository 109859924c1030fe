"""The few lists of words that the engine needs: days, months, numbers in words, titles, names one letter apart.

Nothing is decided here. Each list is marked with its languages and can grow by a line; a language that is not listed
loses only this evidence (figures in digits, names and the words themselves work everywhere). It is wrong where a word
means two things: "May" is a month only beside a figure and with a capital, which is looked after
where the list is read.
"""

# English, Spanish, French, German, Italian, Portuguese, Tagalog, Indonesian: Monday first.
WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            "monday lunes lundi montag lunedì segunda-feira senin",
            "tuesday martes mardi dienstag martedì terça-feira selasa",
            "wednesday miércoles mercredi mittwoch mercoledì quarta-feira miyerkules miyerkoles rabu",
            "thursday jueves jeudi donnerstag giovedì quinta-feira huwebes webes kamis",
            "friday viernes vendredi freitag venerdì sexta-feira biyernes byernes jumat",
            "saturday sábado samedi samstag sonnabend sabato sabado sabtu",
            "sunday domingo dimanche sonntag domenica linggo minggu",
        )
    )
    for word in words.split()
}

# Chinese and Japanese write the day as 月曜日 or 星期一; the engine reads characters, so the pair is the word.
WEEKDAY_PAIRS = {
    pair: day
    for day, pairs in enumerate(
        (
            "月曜 期一 周一",
            "火曜 期二 周二",
            "水曜 期三 周三",
            "木曜 期四 周四",
            "金曜 期五 周五",
            "土曜 期六 周六",
            "日曜 期日 周日",
        )
    )
    for pair in pairs.split()
}

# The same languages as the weekdays, with the short forms that English wires use in datelines.
MONTHS = {
    word: month
    for month, words in enumerate(
        (
            "january jan enero ene janvier janv januar gennaio janeiro januari",
            "february feb febrero février févr februar febbraio fevereiro pebrero februari",
            "march mar marzo mars märz março marso maret",
            "april apr abril abr avril avr aprile",
            "may mayo mai maggio maio mei",
            "june jun junio juin juni giugno junho hunyo",
            "july jul julio juillet juil juli luglio julho hulyo",
            "august aug agosto ago août agustus",
            "september sept sep septiembre septembre settembre setembro setyembre",
            "october oct octubre octobre oktober ottobre outubro oktubre",
            "november nov noviembre novembre nobyembre",
            "december dec diciembre dic décembre déc dezember dicembre dezembro disyembre desember",
        ),
        start=1,
    )
    for word in words.split()
}

# Months only where written with a capital: "12 may have died".
ALSO_WORDS = frozenset({"may", "mar", "march", "mars", "sep", "mei", "mai"})

# "One" and its kin are articles in most languages, so counting starts at two.
# English, Spanish, French, German, Tagalog.
NUMBER_WORDS = {
    word: number
    for number, words in (
        ("2", "two dos deux zwei dalawa dalawang"),
        ("3", "third three tres trois drei tatlo tatlong"),
        ("4", "fourth four cuatro quatre vier apat"),
        ("5", "fifth five cinco cinq fünf lima limang"),
        ("6", "sixth six seis sechs anim"),
        ("7", "seventh seven siete sept sieben pito pitong"),
        ("8", "eighth eight ocho huit acht walo walong"),
        ("9", "ninth nine nueve neuf neun siyam"),
        ("10", "tenth ten diez dix zehn sampu sampung"),
        ("11", "eleven once onze elf"),
        ("12", "twelve doce douze zwölf"),
        ("13", "thirteen trece treize dreizehn"),
        ("14", "fourteen catorce quatorze vierzehn"),
        ("15", "fifteen quince quinze fünfzehn"),
        ("16", "sixteen dieciséis seize sechzehn"),
        ("17", "seventeen diecisiete siebzehn"),
        ("18", "eighteen dieciocho achtzehn"),
        ("19", "nineteen diecinueve neunzehn"),
        ("20", "twenty veinte vingt zwanzig"),
        ("30", "thirty treinta trente dreißig"),
        ("40", "forty cuarenta quarante vierzig"),
        ("50", "fifty cincuenta cinquante fünfzig"),
        ("60", "sixty sesenta soixante sechzig"),
        ("70", "seventy setenta siebzig"),
        ("80", "eighty ochenta achtzig"),
        ("90", "ninety noventa neunzig"),
    )
    for word in words.split()
}

# Capitalised words that name an office, a kind of place or of firm, never which. English, Spanish, French, Tagalog.
_TITLES = """
president vice prime minister premier secretary chancellor governor mayor senator king queen emperor pope general
colonel admiral captain major lieutenant brigadier chief director chairman chairwoman spokesman spokeswoman
ambassador representative judge justice doctor professor mr mrs ms dr sir gen gov sen rep lt col maj capt
city province county town district region republic state states island islands street river lake mount bay sea
inc corp co ltd plc llc ag sa nv group holdings holding company corporation bank airlines university
department ministry agency office bureau commission committee council court house senate congress parliament
government party army navy air force police national international foreign defence defense finance the and of
presidente presidenta ministro ministra primer ciudad provincia estado gobierno ministerio banco gobernador gobernadora
alcalde alcaldesa policía congreso senado ayuntamiento tribunal fiscalía confederación federación sindicato
président présidente ministre première ville état gouvernement ministère banque maire préfet préfecture assemblée sénat
procureur parquet
pangulo kalihim lungsod lalawigan pamahalaan bayan barangay kapitan gobernador senador senado kagawaran kawanihan
tanggapan hukbo pulisya
"""
TITLES = frozenset(_TITLES.split())

# Articles and their kin that begin a sentence before a name, and are none of it: "La Moncloa", "Si Rizal". Spanish,
# French, Tagalog. Written in capitals they may be a name ("LA", "UN").
ARTICLES = frozenset("el la los las una le les des une du au aux mme si sina ni nina kay kina ang mga sa nasa".split())

# Names of countries that look like a misspelling of one another and are not.
NOT_MISSPELT = (
    frozenset({"austria", "australia"}),
    frozenset({"niger", "nigeria"}),
    frozenset({"slovakia", "slovenia"}),
    frozenset({"guinea", "guyana"}),
    frozenset({"latvia", "lithuania"}),
    frozenset({"dominica", "dominican"}),
)
