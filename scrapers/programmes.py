"""Every programme that a publisher's code can name, with the names we show.

The codes are those of the EU portal's facet `frameworkProgramme` (2026).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Programme:
    """A funding programme: the publisher's code, our slug, and its names for people."""

    code: str
    slug: str
    abbreviation: str
    name_en: str
    name_nl: str


PROGRAMMES = (
    Programme("43108390", "horizon-europe", "HORIZON", "Horizon Europe", "Horizon Europa"),
    Programme("43251814", "creative-europe", "CREA", "Creative Europe", "Creatief Europa"),
    Programme(
        "43251589",
        "cerv",
        "CERV",
        "Citizens, Equality, Rights and Values",
        "Burgers, Gelijkheid, Rechten en Waarden",
    ),
    Programme("43252405", "life", "LIFE", "LIFE (environment and climate)", "LIFE (milieu en klimaat)"),
    Programme("43152860", "digital-europe", "DIGITAL", "Digital Europe", "Digitaal Europa"),
    Programme("43353764", "erasmus-plus", "ERASMUS+", "Erasmus+", "Erasmus+"),
    Programme(
        "44416173",
        "i3",
        "I3",
        "Interregional Innovation Investments (I3)",
        "Interregionale innovatie-investeringen (I3)",
    ),
    Programme("43252476", "single-market", "SMP", "Single Market Programme", "Programma eengemaakte markt"),
    Programme("43251567", "cef", "CEF", "Connecting Europe Facility", "Connecting Europe Facility"),
    Programme("43332642", "eu4health", "EU4H", "EU4Health", "EU4Health (gezondheid)"),
    Programme(
        "43254019",
        "esf-plus",
        "ESF+",
        "European Social Fund+ (EaSI)",
        "Europees Sociaal Fonds+ (EaSI)",
    ),
    Programme(
        "43637601",
        "pppa",
        "PPPA",
        "Pilot projects and preparatory actions",
        "Proefprojecten en voorbereidende acties",
    ),
    Programme("43089234", "innovation-fund", "INNOVFUND", "Innovation Fund", "Innovatiefonds"),
    Programme(
        "44773066",
        "just-transition",
        "JTM",
        "Just Transition Mechanism",
        "Mechanisme voor een rechtvaardige transitie",
    ),
    Programme(
        "46324255",
        "erdf-ta",
        "ERDF-TA",
        "Technical assistance of the ERDF, Cohesion Fund and Just Transition Fund",
        "Technische bijstand van EFRO, Cohesiefonds en Fonds voor een rechtvaardige transitie",
    ),
    Programme(
        "44773133",
        "imreg",
        "IMREG",
        "Information measures for cohesion policy",
        "Voorlichting over het cohesiebeleid",
    ),
    Programme("43252386", "justice", "JUST", "Justice Programme", "Programma Justitie"),
    Programme("43252368", "isf", "ISF", "Internal Security Fund", "Fonds voor interne veiligheid"),
    Programme(
        "43251447",
        "amif",
        "AMIF",
        "Asylum, Migration and Integration Fund",
        "Fonds voor asiel, migratie en integratie",
    ),
    Programme(
        "43251530",
        "bmvi",
        "BMVI",
        "Border Management and Visa Instrument",
        "Instrument voor grensbeheer en visa",
    ),
    Programme(
        "43298203",
        "ucpm",
        "UCPM",
        "Union Civil Protection Mechanism",
        "Uniemechanisme voor civiele bescherming",
    ),
    Programme("43254037", "esc", "ESC", "European Solidarity Corps", "Europees Solidariteitskorps"),
    Programme(
        "43392145",
        "emfaf",
        "EMFAF",
        "European Maritime, Fisheries and Aquaculture Fund",
        "Europees Fonds voor maritieme zaken, visserij en aquacultuur",
    ),
    Programme(
        "43298664",
        "agrip",
        "AGRIP",
        "Promotion of agricultural products",
        "Afzetbevordering van landbouwproducten",
    ),
    Programme("43251842", "euaf", "EUAF", "Union Anti-Fraud Programme", "Fraudebestrijdingsprogramma"),
    Programme(
        "43252449",
        "rfcs",
        "RFCS",
        "Research Fund for Coal and Steel",
        "Fonds voor onderzoek inzake kolen en staal",
    ),
    Programme(
        "43298916",
        "euratom",
        "EURATOM",
        "Euratom Research and Training",
        "Euratom-programma voor onderzoek en opleiding",
    ),
    Programme("44181033", "edf", "EDF", "European Defence Fund", "Europees Defensiefonds"),
    Programme("45532249", "eu-bodies", "EUBA", "EU bodies and agencies", "EU-organen en agentschappen"),
    Programme("43697167", "european-parliament", "EP", "European Parliament", "Europees Parlement"),
    Programme(
        "43252517",
        "socpl",
        "SOCPL",
        "Social prerogatives and specific competencies",
        "Sociale prerogatieven en specifieke bevoegdheden",
    ),
    Programme(
        "43253967",
        "renewfm",
        "RENEWFM",
        "Renewable Energy Financing Mechanism",
        "Financieringsmechanisme voor hernieuwbare energie",
    ),
    Programme(
        "43252433",
        "pericles",
        "PERI",
        "Pericles IV (protection of the euro)",
        "Pericles IV (bescherming van de euro)",
    ),
    Programme(
        "111111",
        "relex-prospect",
        "RELEX-PROSPECT",
        "External action (PROSPECT)",
        "Extern optreden (PROSPECT)",
    ),
    Programme(
        "47376280",
        "relex-egrants",
        "RELEX-EGRANTS",
        "External action (eGrants)",
        "Extern optreden (eGrants)",
    ),
    Programme(
        "45876777",
        "ndici",
        "NDICI",
        "Neighbourhood, Development and International Cooperation (Global Europe)",
        "Nabuurschap, ontwikkeling en internationale samenwerking (Europa in de wereld)",
    ),
    Programme("31045243", "h2020", "H2020", "Horizon 2020", "Horizon 2020"),
)

OTHER_PROGRAMMES = (
    Programme("", "efro-west", "EFRO-WEST", "Kansen voor West (ERDF)", "Kansen voor West (EFRO)"),
    Programme(
        "",
        "esf-nl",
        "ESF-NL",
        "European Social Fund+ in the Netherlands",
        "Europees Sociaal Fonds+ in Nederland",
    ),
    Programme(
        "",
        "jtf-nl",
        "JTF-NL",
        "Just Transition Fund in the Netherlands",
        "Fonds voor een rechtvaardige transitie in Nederland",
    ),
    Programme("", "province-nh", "PNH", "Province of Noord-Holland", "Provincie Noord-Holland"),
    Programme("", "interreg-nwe", "NWE", "Interreg North-West Europe", "Interreg Noordwest-Europa"),
    Programme("", "interreg-north-sea", "NSR", "Interreg North Sea", "Interreg Noordzee"),
    Programme("", "interreg-europe", "INTERREG-EUROPE", "Interreg Europe", "Interreg Europe"),
    Programme(
        "", "interreg-other", "INTERREG", "Interreg (other programmes)", "Interreg (andere programma's)"
    ),
    Programme("", "urbact", "URBACT", "URBACT", "URBACT"),
    Programme("", "eui", "EUI", "European Urban Initiative", "Europees Stedelijk Initiatief"),
    Programme(
        "",
        "dut",
        "DUT",
        "Driving Urban Transitions Partnership",
        "Partnerschap Driving Urban Transitions (stedelijke transities)",
    ),
    Programme("", "other", "OTHER", "Another programme", "Een ander programma"),
    Programme("", "urban-other", "CITIES", "Other calls for cities", "Andere oproepen voor steden"),
)
"""Programmes that the portal does not carry, and so has no code for."""

_BY_CODE = {programme.code: programme for programme in PROGRAMMES} | {
    programme.abbreviation: programme  # the portal's notices say HORIZON where its topics say 43108390
    for programme in PROGRAMMES
}
_BY_ANY_NAME = {
    name.casefold(): programme
    for programme in reversed((*PROGRAMMES, *OTHER_PROGRAMMES))
    for name in (programme.name_nl, programme.name_en, programme.abbreviation, programme.code, programme.slug)
    if name
}


def by_code(code: str) -> Programme:
    """Give the programme with a publisher's code; an unknown one is kept and shown under its code."""
    known = _BY_CODE.get(code.strip().upper())
    return known or Programme(code, f"unknown-{code}", code, code, code)


def find(text: str) -> Programme | None:
    """Give the programme that a person means by a slug, a code, an abbreviation or a name, else None."""
    return _BY_ANY_NAME.get(text.strip().casefold())
