"""Which of our drawings stands for an icon name of the Kenar contract.

The contract has 822 names and publishes no drawings; ours are about 140, so names are matched by
family. Exact names first, then whole words within the name, in the order written here; what
nothing matches is drawn as a dot (the contract's rule for unknown names).
"""

from functools import cache
from typing import Final

UNKNOWN: Final = "dot"

_EXACT: Final = {
    "LIGHT": "car",
    "HEAVY": "truck",
    "CLASSIC": "car",
    "CAT": "paw",
    "CALENDAR_TEXT": "calendar",
    "RENTAL": "car",
    "RAM": "cpu",
    "MEMORY": "cpu",
    "CONDITION": "verified",
    "HOME_AREA": "ruler",
    "CARPET_DIMENSIONS": "ruler",
    "SCREEN_SIZE": "ruler",
    "CAPACITY": "users",
    "MAN_AND_WOMAN": "users",
    "WIND": "music",
    "TEXTURE": "grid",
    "MATERIAL": "grid",
    "INDICATOR": "dot",
    "DOT_INDICATOR": "dot",
    "UNKNOWN": "",
}
"""Names whose words would lead the rules below astray. An empty drawing means none at all."""

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    # Generic signs of the interface.
    ("verified", "VERIFIED DECOGRAM ORIGINAL_BADGE"),
    ("shield-check", "SHIELD_CHECK SHIELD CAR_SAFETY CAR_INSPECTED"),
    ("check-circle", "CHECK_CIRCLE TAG_CHECK_CIRCLE"),
    ("check", "CHECKED CHECK_BOX"),
    ("close-circle", "CLOSE_CIRCLE CANCEL FAKE_BADGE"),
    ("call", "CALL TELEPHONE CONTACT_PHONE PHONE_SPARKLES PHONE_DESK"),
    ("close", "CLOSE"),
    ("plus-circle", "ADD_CIRCLE"),
    ("user", "PERSON PERSON_ADD MAN WOMAN BUSINESS_PERSONAL RUNNING_MAN SUPPORT_AGENT"),
    ("plus", "ADD VIDEOCAM_PLUS"),
    ("minus", "REMOVE"),
    ("trash", "DELETE TRASH"),
    ("edit", "EDIT"),
    ("copy", "CONTENT_COPY"),
    ("send", "SEND"),
    ("share", "SHARE"),
    ("link", "LINK LAN USB HDMI"),
    ("external", "LAUNCH FULLSCREEN"),
    ("download", "DOWNLOAD"),
    ("refresh", "REFRESH"),
    ("history", "HISTORY"),
    ("logout", "LOGOUT EXIT_TO_APP"),
    ("filter", "FILTER"),
    ("tune", "TUNE SORT_ASCENDING"),
    ("settings", "SETTINGS"),
    ("search", "MAGNIFIER MAGNIFIER_SPARKLE ARTICLE_MAGNIFIER INSPECT RESEARCH"),
    ("more", "MORE_VERT MORE_HORIZONTAL"),
    ("arrow-end", "ARROW_FORWARD"),
    ("chevron-end", "KEYBOARD_ARROW_LEFT"),
    ("chevron-start", "KEYBOARD_ARROW_RIGHT"),
    ("chevron-down", "CHEVRON_DOWN"),
    ("block", "BLOCK"),
    ("warning", "WARNING EMERGENCY_EQUIPMENT"),
    ("emergency", "CRISIS_SUPPORT POLICE TEMPORARY_SHELTER"),
    ("flag", "REPORT"),
    ("help", "HELP SUPPORT CONCIERGE_SALE"),
    ("info", "INFO FOOTNOTE"),
    ("bell", "BELL"),
    ("megaphone", "MEGAPHONE ADVERT MEDIA_ADVERTISING SALES_MARKETING"),
    ("star", "STAR"),
    ("heart", "HEART VOLUNTEERS VOLUNTEER_AID RECEIVING_HAND"),
    ("bookmark", "BOOKMARK"),
    ("thumb-up", "THUMB_UP"),
    ("thumb-down", "THUMB_DOWN"),
    ("spark", "SPARKLES AI_STARS CHAT_SPARKLES PUZZLE_SPARKLES"),
    ("eye-off", "EYE_OFF"),
    ("eye", "VISIBILITY VR"),
    ("lock", "LOCK"),
    ("key", "PASSKEY"),
    ("bot", "CHATBOT"),
    ("chat", "CHAT CHAT_DOUBLE CHAT_BUBBLE TEXT_SMS WHATS_APP POST_FEEDBACK COMMUNITY"),
    ("mail", "EMAIL"),
    ("camera", "CAMERA INSTAGRAM CAMERA_CAMCODERS CCTV"),
    ("video", "VIDEOCAM VIDEO VIDEO_LIBRARY VIDEO_DVDPLAYER MOVIES_AND_MUSIC THEATRE_AND_CINEMA"),
    ("image", "IMAGE PHOTO_LIBRARY IMAGE_MULTIPLE PAINTINGS_PICTURE MIRROR"),
    ("archive", "ARCHIVE BINDER INVENTORY STORAGE CABINET BATCH"),
    ("gauge", "SPEEDOMETER ODOMETER"),
    ("clock", "CLOCK TIME TIMER STOP_WATCH ACCESS_TIME WALL_CLOCK"),
    ("calendar", "EVENT EVENT_NOTE EVENTS_SPORTS CONFERENCE_MEETING"),
    # Money and trade.
    ("wallet", "WALLET"),
    ("card", "PAYMENT CREDIT_ACCOUNT GIFT_CERTIFICATE"),
    ("money", "MONEY TOMAN_SIGN EARNEST INSTALLMENT_SALE MONEY_BILLS SHOP_AND_CASH COIN_STAMP"),
    ("bank", "BANK ACCOUNTING ACCOUNTING_AND_FINANCE ACCOUNTING_FINANCE_LEGAL"),
    ("cart", "CART SHOPPING FOR_SALE"),
    ("gift", "GIFT"),
    ("trend", "TRENDING_UP"),
    ("chart", "CHART SHOW_CHART ANALYTICS YEKTANET TAPSELL DAART"),
    ("exchange", "EXCHANGE BARTER"),
    ("handshake", "SHAKING_HANDS PARTNERSHIP"),
    ("gavel", "GAVEL AUCTION"),
    ("badge", "BADGE ASSIGNMENT_IND ADMINISTRATION_AND_HR"),
    ("ticket", "TICKET TICKETS_SPORTS CONCERT"),
    ("store", "STORE MARKETPLACE BUSINESS_MARKETPLACE BUFFET_SHOWCASES SHOP_RENT SHOP_SELL"),
    ("briefcase", "BRIEFCASE JOBS BUSINESS_JOBS BUSINESSES BUSINESS_SERVICES"),
    # Vehicles.
    ("engine", "ENGINE HYDRAULICS"),
    ("tire", "TIRES"),
    ("bolt", "CAR_ELECTRONICS ELECTRICAL"),
    ("battery", "BATTERY"),
    ("paint", "CAR_COLOR PAINT_BRUSH COLOR_BEAKER"),
    ("moped", "MOPED MOTORCYCLES"),
    ("bicycle", "BICYCLE"),
    ("boat", "BOAT DIVING_WATERSPORTS FISHING"),
    ("truck", "LOCAL_SHIPPING TRANSPORT TRANSPORTATION"),
    ("bus", "BUS METRO BUS_METRO_TRAIN"),
    ("fuel", "GAS_STATION"),
    ("document", "CAR_DOCUMENTS"),
    ("list", "CAR_OPTIONS CAR_AMENITY CAR_EQUIPMENT"),
    ("car-badge", "BRAND"),
    ("baby", "CHILD_CAR_SEAT CHILDRENS BABY STROLLERS_AND_ACCESSORIES"),
    ("car", "CAR CARS VEHICLES TAXI RIDE_SHARING BUSINESS_AUTO_DEALERSHIP KARNAMEH"),
    # Places and buildings.
    ("home", "HOME HOUSE VILLA HOUSE_VILLA RESIDENTIAL"),
    ("building", "APARTMENT BUILDING REAL_ESTATE OFFICE OFFICES COMMERCIAL PRESELL WORKSPACE"),
    ("building", "TEMPORARY_RENT BUSINESS_REAL_ESTATE_AGENCY INDUSTRY_AGRICULTURE_BUSINESS"),
    ("stairs", "STAIRS STAIRCASE ELEVATOR LADDER LADDER_COLLECTION LADDER_GROUP"),
    ("door", "DOOR BALCONY"),
    ("place", "PLACE POI MAP_MARKER PIN_VARIANT PARKING PARKING_LOT STREET_SIGN"),
    ("map", "MAP MAP_VIEW IRAN_MAP HIGHWAY PLOT_OLD"),
    ("globe", "WORLD_MAP TRAVEL_PACKAGES"),
    ("arch", "ARCHWAY HISTORICAL TRADITIONAL DIVAR_LOGO"),
    ("mosque", "MOSQUE RELIGIOUS"),
    ("tree", "TREES CAMPING_OUTDOOR"),
    ("school", "SCHOOL EDUCATION EDUCATIONAL TEACHING TRAINING"),
    ("medical", "HOSPITAL MEDIC MEDICAL STETHOSCOPE CAPSULE HERBAL_PILLS CARE_HEALTH_BEAUTY"),
    ("accessible", "ACCESSIBILITY"),
    # Electronics.
    ("sim", "SIM SIM_CARD IRANCELL MCI RIGHTEL SHATEL_MOBILE"),
    ("phone", "MOBILE SMARTPHONE MOBILE_FRIENDLY"),
    ("laptop", "LAPTOPS TABLET COMPUTER"),
    ("screen", "COMPUTERS DESKTOPS TV TV_PROJECTOR ELECTRONIC_DEVICES PRINTER_SCANER_COPIER"),
    ("cpu", "CPU"),
    ("network", "MODEM"),
    ("game", "CONTROLLER NINTENDO PLAY_STATION XBOX GAME TOYS PERSONAL_TOYS FIGURINES"),
    ("headphones", "HEADPHONES MP3_PLAYER AUDIO_VIDEO STEREO_SURROUND"),
    ("music", "MUSICAL_INSTRUMENTS GUITAR_BASS_AMPLIFIER PIANO_KEYBOARD VIOLINS DRUMS_PERCUSSION"),
    # The home.
    ("bed", "BED MATTRESS SLEEP_GOODS LUMBAR_PILLOW"),
    ("sofa", "SOFA FURNITURE CHAIRS CHAIR_BENCH SIDE_TABLE DESK DINING_TABLE BOOKCASE_SHELF"),
    ("lamp", "LIGHTS LAMPS LAMPSHADE CHANDELIER CHANDELIERS LIGHTING DECORATION"),
    ("carpet", "CARPET MOQUETTE MAT RUGS_WOOLEN_CLOTH CURTAINS_TABLE_COVER TABLECLOTHS"),
    ("fridge", "REFRIGERATOR_FREEZER WATER_COOLER WATER_COOLER_REFINERY"),
    ("snow", "SNOWFLAKE AIR_CONDITIONING_FAN_COIL FAN_VENTILATOR_HUMIDIFIER WINTER_SPORTS"),
    ("heat", "WATER_HEATER_PACKAGE_RADIATOR STOVES_HEATERS_FIREPLACES THERMOMETER VENTILATION"),
    ("appliance", "APPLIANCE APPLIANCES DISHWASHER WASHING_MACHINES VACUUMS_CLEANER STEAM_IRON"),
    ("kitchen", "KITCHEN KITCHEN_UTENSILS COOKING_UTENSILS POT_KETTLE OVEN_BAKING_APPLIANCES"),
    ("kitchen", "RANGE_HOOD FOOD_MILL JUICERS HOME_KITCHEN"),
    ("bath", "WC BATHROOMS BATHROOM_ACCESSORIES WC_ACCESSORIES CLEANING JANITORIAL_CLEANING"),
    ("bath", "WASHING_CLEANING DETERGENT_TISSUE"),
    ("sun", "SUNNY UMBRELLA"),
    # What people wear and do.
    ("watch", "WATCH WATCHES ANALOG_WATCH DIGITAL_WATCH SMART_WATCH"),
    ("jewel", "JEWELRY RHINESTONES"),
    ("shoe", "BOOTS ANKLE_BOOTS SHOES DRESS_SHOES LOAFERS SANDALS SLIPPERS SNEAKERS SHOE"),
    ("bag", "BACKPACK HANDBAG SHOULDER_BAG SPORT_BAG FANNY_PACK ACCESSORIES"),
    ("clothes", "CLOTHING CLOTHES PERSONAL CLOTHES_RACK YARN SEWING"),
    ("scissors", "SCISSORS BARBERSHOP_AND_BEAUTYSALON BEAUTY_AND_HAIRCARE COSMETICS SKIN_CARE"),
    ("spark", "PERFUMES HEALTH_BEAUTY"),
    ("sport", "SPORT SPORTS GYM LEISURE HOBBY LEISURE_HOBBIES"),
    ("paw", "ANIMALS DOG BIRDS FISH REPTILE RODENTS_RABBITS HORSES_EQUESTRIAN"),
    ("food", "RESTAURANT HAMBURGER FOOD CATERING CAFE_AND_RESTAURANT BAGUETTE FRUIT"),
    ("cup", "COFFEE DRINK_MAKER"),
    ("plant", "NATURAL_PLANTS GARDEN_AND_LANDSCAPING ARTIFICIAL_FLOWER BALE"),
    ("book", "BOOK LITERARY MAGAZINES STATIONERY BOOK_STUDENT_LITERATURE"),
    ("toolbox", "TOOLBOX TOOLS WORK_EQUIPMENT INDUSTRIAL EQUIPMENT"),
    ("tools", "BUILD_CIRCLE CRAFTSMEN CRAFTS CONSTRUCTION_CRAFT SERVICES PARTS"),
    ("box", "CONTAINERS CONTAINER_ORGANIZERS"),
    ("puzzle", "PUZZLE"),
    ("gift", "LOST_AND_FOUND LOST_THINGS"),
    ("document", "ARTICLE NOTE FILE TERMS TOC SCRIPT_TEXT DOC DEED ADMINISTRATIVE_DOC"),
    ("tag", "TAG"),
    ("dot", "RADIO_BUTTON_UNCHECKED HAND_CLICK"),
)


@cache
def symbol_of(name: str | None) -> str:
    """The id of the drawing in ``icons.svg`` for a Kenar icon name.

    Empty for no name and for ``UNKNOWN`` (how an old SDK says none); ``NUM_1`` to ``NUM_9`` are
    drawn as text: see ``number_of``.
    """
    if not name or number_of(name):
        return ""
    if name in _EXACT:
        return _EXACT[name]
    padded = f"_{name}_"
    for symbol, words in _WORDS:
        for word in words.split():
            if f"_{word}_" in padded:
                return symbol
    return UNKNOWN


def number_of(name: str | None) -> str:
    """The digit of ``NUM_1`` to ``NUM_9``, empty for every other name."""
    if name and name.startswith("NUM_") and len(name) == 5 and name[4] in "123456789":
        return name[4]
    return ""
