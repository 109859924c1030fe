"""Two running stories and a few reports that belong to neither, told by different hands, for grouping."""

BRIDGE = (
    ("Hobble bridge toll to rise", "The toll on the Hobble bridge will rise to four florins, the bridge warden said."),
    (
        "Carters block Hobble bridge",
        "Carters have blocked the Hobble bridge with carts of turnips because of the toll.",
    ),
    ("Warden of Hobble bridge resigns", "The warden of the Hobble bridge has resigned after carters threw turnips."),
    ("Hobble bridge open again", "The Hobble bridge is open again; the carters took their turnips and the toll stays."),
    ("New warden for Hobble bridge", "A new warden of the Hobble bridge will count the toll and the turnips."),
    ("Hobble bridge toll is halved", "The new warden has halved the toll on the Hobble bridge; carters cheered."),
)
LAMP = (
    ("Ember Quay lighthouse dark", "The lighthouse of Ember Quay has gone dark; its keeper blames the lamp oil."),
    (
        "Keeper of Ember Quay finds water in oil",
        "Water was found in the lamp oil of the Ember Quay lighthouse, its keeper said.",
    ),
    (
        "Lamp oil seized at Ember Quay",
        "Forty barrels of lamp oil were seized on Ember Quay, where the lighthouse is dark.",
    ),
    (
        "Ember Quay lighthouse lit with whale oil",
        "The keeper has lit the Ember Quay lighthouse with whale oil until lamp oil comes.",
    ),
    (
        "Oil merchant of Ember Quay fined",
        "The merchant who sold watered lamp oil to the Ember Quay lighthouse was fined.",
    ),
    ("Ember Quay thanks its keeper", "Ember Quay has given the lighthouse keeper a barrel of lamp oil and a medal."),
)
SINGLES = (
    ("Goat elected", "A goat has won the vote for the village council of Lower Pim, by a beard."),
    ("Soup recalled", "Tins of leek soup were recalled in Grand Marrow since they hold peas."),
    ("Clock right", "The town clock of Tansy struck noon at noon, for the first time since it was hung."),
    ("Choir sings flat", "Judges gave no prize to any choir in Upper Wold, and asked for a piano."),
    ("Snow in June", "Snow fell on the strawberry fair of Dunmere, and sold better than the cream."),
)

# How rare words are, as `storytext.group` wants to know it: these are in every second report of any wire.
COMMON = "the a of to in and for on by is are was were has have had said with at its it be they that who will not no"
RARITY = dict.fromkeys(COMMON.split(), 0.5)
