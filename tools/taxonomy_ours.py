"""What nobody publishes about the taxonomy, written by hand for Dalan.

``build_taxonomy.py`` joins these to the published facts. Everything here is ours:
realistic, complete enough to demonstrate every operation, and free to be corrected.
"""

PROVINCE_CITIES: dict[str, str] = {
    "تهران": (
        "tehran absard abali arjmand eslamshahr andisheh-new-town baghershahr bumehen "
        "pakdasht-city pardis-city parand-city pishva javadabad chahar-dangeh damavand "
        "robat-karim rudehen shahre-rey shahedshahr shemshak shahriar-city sabashahr "
        "safadasht-industrial-city ferdosiye fasham-city firuzkooh qods-city qarchak-city "
        "kahrizak kilan lavasan-city nasimshahr vahidieh varamin-city golestan-baharestan"
    ),
    "البرز": (
        "karaj asara eshtehard tankaman charbagh-alborz taleqan fardis-city koohsar garmdareh "
        "mahdasht-city mohammad-shahr nazarabad hashtgerd-city"
    ),
    "آذربایجان شرقی": "tabriz azarshahr ahar bonab sarab sahand maragheh marand mianeh",
    "آذربایجان غربی": (
        "urmia oshnavieh bukan piranshahr khoy sardasht salmas shahin-dej maku mahabad miandoab "
        "naqadeh"
    ),
    "اردبیل": "ardabil parsabad khalkhal sarein germi meshgin-shahr namin",
    "اصفهان": (
        "isfahan aran-va-bidgol abrisham-isfahan khomeyni-shahr khansar daran semirom "
        "shahin-shahr falavarjan foolad-shahr ghamsar kashan golpayegan lenjan mobarakeh najafabad"
    ),
    "ایلام": "ilam abdanan eyvan dehloran mehran",
    "بوشهر": "bushehr borazjan dayyer bandar-kangan bandar-ganaveh jam khormoj",
    "چهارمحال و بختیاری": "shahrekord boroujen saman-city farrokhshahr lordegan",
    "خراسان جنوبی": "birjand tabas ferdows ghayen",
    "خراسان رضوی": (
        "mashhad bardaskan taybad torbat-jam torbat-heydariyeh chenaran khaf sabzevar "
        "shandiz-city torghabeh-city qasemabad-khaf quchan golbahar-city gonabad neyshabur molkabad"
    ),
    "خراسان شمالی": "bojnurd ashkhaneh esfarayen shirvan",
    "خوزستان": (
        "ahvaz abadan omidiyeh andimeshk izeh bandar-Imam-khomeini mahshahr behbahan hamidiyeh "
        "khorramshahr dezful ramshir ramhormoz susangerd shadeghan shush shushtar "
        "masjed-e-soleyman hendijan chamran-town"
    ),
    "زنجان": "zanjan abhar khorramdarreh qeydar",
    "سمنان": "semnan damghan shahrud garmsar",
    "سیستان و بلوچستان": "zahedan Iranshahr chabahar khash zabol zahak saravan konarak",
    "فارس": (
        "shiraz abadeh eqlid jahrom darab zarghan sadra fasa-city firuzabad kazeroon lar lamerd "
        "marvdasht-city mohr norabad neyriz"
    ),
    "قزوین": "qazvin abyek eqbaliyeh alvand takestan shal mohammadieh",
    "قم": "qom",
    "کردستان": "sanandaj baneh bijar dehgolan saqqez qorveh kamyaran marivan",
    "کرمان": "kerman baft bardsir bam boluk jiroft rafsanjan zarand sirjan kahnooj mahan",
    "کرمانشاه": (
        "kermanshah eslamabad-gharb bisotun javanrud sarpol-zahab sonqor sahneh kangavar gahvareh "
        "harsin"
    ),
    "کهگیلویه و بویراحمد": "yasuj dogonbadan dehdasht sisakht",
    "گلستان": (
        "gorgan azadshahr-golestan aq-qala bandar-torkaman aliabad-katul Kordkuy kalale galikesh "
        "gomishan gonbad-kavus minoodasht"
    ),
    "گیلان": (
        "rasht astara astaneh-ashrafiyeh ahmadsar-gourab asalem amlash barah-sar bandar-anzali "
        "pareh-sar talesh toutkabon jirandeh chaboksar chaf-chamkhale chobar haviq khoshkbijar "
        "khomam deylaman rankouh raheem-abad rostam-abad rezvanshahr rudbar roudbaneh rudsar "
        "zibakenar sangar siahkal shaft shelman someh-sara fuman kelachay kouchesfahan koumeleh "
        "kiashahr gourab-zarmikh lahijan lashtenesha langarud loshan loulman lavandevil lisar "
        "masal masuleh makloan manjil"
    ),
    "لرستان": "khorramabad azna aleshtar aligudarz borujerd pol-dokhtar dorud kuhdasht nurabad",
    "مازندران": (
        "sari aalasht amol amirkala izadshahr babol babolsar baladeh behshahr bahnamir polsefid "
        "tonekabon juybar chalus chamestan khalil-shahr khoshroud-pey ramsar rostamkola royan "
        "reyneh ziraab sorkhrood salman-shahr sourek shirgah abbasabad-mazandaran farahabad "
        "fereydunkenar farim qaem-shahr katalem-sadatshahr kelarabad kelarestan kouhi-kheyl kiasar "
        "kiakola gatab gazanak galougah-babol mahmudabad marzan-abad marzikola nashtarud neka nur "
        "nowshahr"
    ),
    "مرکزی": "arak khomein delijan saveh shazand mahalat mohajeran",
    "هرمزگان": "bandar-abbas dargahan qeshm kish minab hormuz takht",
    "همدان": "hamedan asadabad bahar-city tuyserkan kabudrahang malayer nahavand",
    "یزد": "yazd ardakan bafq taft hamidia mehriz meybod",
}
"""Province to the slugs of its cities. A city whose slug fits two provinces is left out."""

DISTRICT_BLOCKS: tuple[tuple[str, str], ...] = (
    ("abshar", "tehran"),
    ("abkuh", "mashhad"),
    ("aq-tappeh", "karaj"),
    ("abjavar", "shiraz"),
    ("abshar-isfahan", "isfahan"),
    ("ariyashahr", "ahvaz"),
    ("azar", "qom"),
    ("rasht-azadegan", "rasht"),
)
"""The published flat list is eight alphabetical runs, one per city; each run's first slug.

Read off the order of the list and checked against the suffixes (``-mashhad``, ``-karaj``...).
"""

PHONE_MODELS: dict[str, tuple[str, str]] = {
    "samsung": (
        "سامسونگ",
        (
            "Galaxy S25 Ultra, Galaxy S25 Plus, Galaxy S25, Galaxy S24 Ultra, Galaxy S24 "
            "Plus, Galaxy S24 FE, Galaxy S24, Galaxy S23 Ultra, Galaxy S23 FE, Galaxy S23, "
            "Galaxy S22 Ultra, Galaxy S22, Galaxy S21 Ultra, Galaxy S21 FE, Galaxy S21, "
            "Galaxy S20 FE, Galaxy S20, Galaxy S10 Plus, Galaxy S10, Galaxy S9, Galaxy S8, "
            "Galaxy Note 20 Ultra, Galaxy Note 10 Plus, Galaxy Note 9, Galaxy Z Fold6, Galaxy "
            "Z Fold5, Galaxy Z Flip6, Galaxy Z Flip5, Galaxy A56, Galaxy A55, Galaxy A54, "
            "Galaxy A53, Galaxy A52s, Galaxy A52, Galaxy A51, Galaxy A36, Galaxy A35, Galaxy "
            "A34, Galaxy A33, Galaxy A32, Galaxy A31, Galaxy A26, Galaxy A25, Galaxy A24, "
            "Galaxy A23, Galaxy A22, Galaxy A16, Galaxy A15, Galaxy A14, Galaxy A13, Galaxy "
            "A12, Galaxy A10s, Galaxy A06, Galaxy A05s, Galaxy M54, Galaxy M34, Galaxy J7, "
            "Galaxy J5, Galaxy J2"
        ),
    ),
    "apple": (
        "اپل",
        (
            "iPhone 16 Pro Max, iPhone 16 Pro, iPhone 16 Plus, iPhone 16, iPhone 15 Pro Max, "
            "iPhone 15 Pro, iPhone 15 Plus, iPhone 15, iPhone 14 Pro Max, iPhone 14 Pro, "
            "iPhone 14 Plus, iPhone 14, iPhone 13 Pro Max, iPhone 13 Pro, iPhone 13 mini, "
            "iPhone 13, iPhone 12 Pro Max, iPhone 12 Pro, iPhone 12 mini, iPhone 12, iPhone "
            "11 Pro Max, iPhone 11 Pro, iPhone 11, iPhone XS Max, iPhone XR, iPhone X, iPhone "
            "SE 2022, iPhone 8 Plus, iPhone 8, iPhone 7 Plus, iPhone 7"
        ),
    ),
    "xiaomi": (
        "شیائومی",
        (
            "15 Ultra, 14 Ultra, 14T Pro, 14T, 14, 13T Pro, 13T, 13 Lite, 12T Pro, 12 Lite, "
            "11T Pro, Mi 11 Lite, Mi 10T, Redmi Note 14 Pro Plus, Redmi Note 14 Pro, Redmi "
            "Note 14, Redmi Note 13 Pro Plus, Redmi Note 13 Pro, Redmi Note 13, Redmi Note 12 "
            "Pro, Redmi Note 12, Redmi Note 11 Pro, Redmi Note 11, Redmi Note 10 Pro, Redmi "
            "Note 8, Redmi 14C, Redmi 13C, Redmi 12, Redmi A3"
        ),
    ),
    "poco": (
        "پوکو",
        ("F6 Pro, F6, F5 Pro, F5, X7 Pro, X6 Pro, X6, X5 Pro, X4 GT, X3 Pro, M6 Pro, M5s, C65"),
    ),
    "huawei": (
        "هوآوی",
        (
            "Pura 70 Ultra, P60 Pro, P50 Pro, P40 Lite, P30 Pro, P30 Lite, Mate 60 Pro, Mate "
            "50 Pro, Mate 20 Pro, Nova 12i, Nova 11, Nova 9, Nova 7i, Y9 Prime 2019, Y7a, Y6 "
            "Prime"
        ),
    ),
    "honor": (
        "آنر",
        ("Magic6 Pro, Magic5 Lite, 200 Pro, 200, 90, 90 Lite, X9c, X9b, X8b, X7b, 50 Lite, 8X"),
    ),
    "nokia": ("نوکیا", "G42, G21, G20, C32, X20, 5.4, 3310, 105, 106, 6300 4G"),
    "motorola": ("موتورولا", "Edge 50 Fusion, Edge 40 Neo, Moto G84, Moto G54, Moto G24, Moto G32"),
    "google": ("گوگل", "Pixel 9 Pro, Pixel 9, Pixel 8 Pro, Pixel 8a, Pixel 7 Pro, Pixel 7a"),
    "oneplus": ("وان‌پلاس", "12, 12R, 11, Nord 4, Nord CE 3, 9 Pro"),
    "realme": ("ریلمی", "GT 6, 12 Pro Plus, 11 Pro, C67, C55, C53, Note 50"),
    "vivo": ("ویوو", "V30, V27, Y36, Y27s"),
    "oppo": ("اوپو", "Reno 11, Reno 8, A78, A58"),
    "sony": ("سونی", "Xperia 1 V, Xperia 5 IV, Xperia XZ2, Xperia Z5"),
    "asus": ("ایسوس", "ROG Phone 8, ROG Phone 6, Zenfone 10, Zenfone Max"),
    "htc": ("اچ‌تی‌سی", "U12 Plus, Desire 20 Pro, One M8"),
    "lg": ("ال‌جی", "G8, V40, G6, K10, Velvet"),
    "nothing": ("ناتینگ", "Phone 2, Phone 2a, Phone 1"),
    "tecno": ("تکنو", "Camon 30, Spark 20, Pova 6"),
    "infinix": ("اینفینیکس", "Note 40 Pro, Hot 40i, Smart 8"),
    "glx": ("جی‌ال‌ایکس", "Zoom 3, F8, C21, W3"),
    "daria": ("داریا", "Bond 2 Pro, Bond 5G, Zoom"),
}
"""Brand slug to its Persian name and its models; slugs follow ``samsung galaxy j2``."""

PHONE_COLORS: tuple[tuple[str, str], ...] = (
    ("black", "مشکی"),
    ("white", "سفید"),
    ("gray", "خاکستری"),
    ("silver", "نقره‌ای"),
    ("gold", "طلایی"),
    ("rose-gold", "رزگلد"),
    ("blue", "آبی"),
    ("navy-blue", "سرمه‌ای"),
    ("light-blue", "آبی روشن"),
    ("green", "سبز"),
    ("mint", "سبز نعنایی"),
    ("red", "قرمز"),
    ("pink", "صورتی"),
    ("purple", "بنفش"),
    ("yellow", "زرد"),
    ("orange", "نارنجی"),
    ("cream", "کرم"),
    ("bronze", "برنزی"),
    ("titanium", "تیتانیوم"),
    ("other", "سایر"),
)

SERVICE_TYPES: dict[str, str] = {
    "FUNC_CLICK_AND_COLLECT": "خرید اینترنتی و تحویل حضوری",
    "FUNC_DELIVERY": "ارسال کالا",
    "FUNC_SECURE_PAYMENT": "پرداخت امن",
    "LEAD_GEN_PURE": "معرفی مشتری",
    "LEAD_GEN_LOAN": "وام و اعتبار",
    "REPORT_INSPECTION": "گزارش کارشناسی",
    "REPORT_PRICE_EVALUATION": "تخمین قیمت",
    "REPORT_VERIFICATION": "گزارش استعلام و احراز",
    "FUNC_CONTRACT": "تنظیم قرارداد",
    "FUNC_FINANCING": "تأمین مالی",
    "USER_FACE_ID_VERIFICATION": "احراز هویت با چهره",
    "POST_VERIFICATION": "تأیید اطلاعات آگهی",
    "INTERNAL": "خدمات داخلی",
    "USER_BACKGROUND_VERIFICATION": "بررسی سوابق کاربر",
    "USER_BUSINESS_VERIFICATION": "احراز کسب‌وکار",
    "CHARITY": "نیکوکاری",
    "SECURE_PAYMENT_POST_PROMOTION": "پرداخت امن و ارتقای آگهی",
    "PHOTOGRAPHY": "عکاسی",
    "DOWNLOADABLE_CONTENT_GENERATION": "ساخت محتوای قابل دانلود",
    "REPORT_INSPECTION_CHAT": "کارشناسی در گفتگو",
    "ADDITIONAL_INFORMATION": "اطلاعات تکمیلی",
    "ACCOUNTING": "حسابداری",
    "ASSISTANT": "دستیار",
    "ADVERTISEMENT": "تبلیغات",
    "CONTRACT_POST": "قرارداد روی آگهی",
    "SITE_BUILDER": "سایت‌ساز",
    "FORM_BUILDER": "فرم‌ساز",
    "AUCTION": "مزایده",
    "POST_DETAIL_ENHANCER": "تکمیل جزئیات آگهی",
    "POST_REORDER": "نردبان آگهی",
}
"""Persian names of the service types: only the slugs are published."""

CATEGORY_ENGLISH: dict[str, str] = {
    "root": "All categories",
    "light": "Cars and pickups",
    "heavy": "Heavy vehicles",
    "classic": "Classic cars",
    "rental": "Car rental",
    "cars": "Cars",
    "suite-apartment": "Apartments and suites",
    "plot-old": "Land and old buildings",
    "presell": "Presale",
    "for-sale": "Garage sales",
    "wind": "Wind instruments",
    "traditional": "Traditional instruments",
    "training": "Training equipment",
    "sport": "Sports tickets",
    "events-sports": "Sports events",
    "tickets-sports": "Sports venues and matches",
    "accessories": "Pet accessories",
    "boat": "Boats and other vehicles",
    "batch": "Wholesale",
    "jobs": "Jobs",
    "personal": "Personal belongings",
    "community": "Community",
    "leisure-hobbies": "Leisure and hobbies",
    "tools-materials-equipment": "Equipment and industry",
    "electronic-devices": "Digital goods",
    "home-kitchen": "Home and kitchen",
    "industry-agriculture-business-sell": "Industrial and agricultural, for sale",
    "industry-agriculture-business-rent": "Industrial and agricultural, for rent",
    "temporary-rent": "Short-term rent",
    "rhinestones": "Costume jewelry",
    "figurines": "Figurines",
    "offices": "Office equipment",
    "research": "Research volunteers",
    "parts-accessories": "Vehicle parts",
    "parts-and-accessories": "Computer parts",
}
"""English titles where the slug, read as words, would mislead. The rest are their slugs."""
