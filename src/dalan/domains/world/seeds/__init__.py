"""A world told in a file: people, businesses, posts, apps, chats and money, in YAML.

``form`` is what may be said, ``reading`` finds the line of what may not, ``planting`` does it
through the rooms' own verbs, all of it or nothing.
"""

from dalan.domains.world.seeds.form import Planted, Seeds
from dalan.domains.world.seeds.planting import plant
from dalan.domains.world.seeds.reading import SEEDS_BYTES_MAX, Read, SeedsRefused, read

__all__ = ["SEEDS_BYTES_MAX", "Planted", "Read", "Seeds", "SeedsRefused", "plant", "read"]
