"""What all data assets have in common: people, tags, domain, custom properties, their rules."""

from catalog import changes, merging
from catalog.models.classification import Labels
from catalog.models.people import Followers, Votes
from catalog.models.relations import Domains, People

OWNED = (People("owners", "owner"), Labels(), Domains())
RELATIONS = (*OWNED, Followers(), Votes())

# Where upstream has a field that is always empty here, `fields` may name it all the same.
EXTRA_FIELDS = ("usageSummary", "dataProducts", "dataContract", "experts", "reviewers")

PLAIN = ("entityStatus",)
ON_REQUEST = ("extension", "lifeCycle", "certification", "sourceHash")

RULES = (
    changes.Flag("deleted"),
    changes.Value("description"),
    changes.Value("displayName"),
    changes.Value("entityStatus"),
    changes.Items("owners", key=changes.reference_key),
    changes.Properties("extension"),
    changes.Items("tags", key=changes.label_key),
    changes.Items("domains", key=changes.reference_key),
    changes.Value("certification"),
)

MERGES = {
    "displayName": merging.words_of_people,
    "description": merging.words_of_people,
    "entityStatus": merging.keep_stored,
    "certification": merging.keep_stored,
    "extension": merging.choices_of_people,
    "lifeCycle": merging.later_of_each,
    "sourceHash": merging.keep_if_absent,
    "style": merging.keep_if_absent,
}
