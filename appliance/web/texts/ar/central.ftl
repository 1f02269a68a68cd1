central-title = الفروع
central-sign-in = المكتب الرئيسي
central-sign-in-text = حال جميع الفروع لحظة بلحظة.
central-sign-in-ended = انتهى تسجيل دخولكم. يُرجى الدخول من جديد، وستعودون إلى حيث كنتم.
central-sign-in-lost = الخادم المركزي لا يستجيب. تحققوا من شبكة هذا الحاسوب ثم أعيدوا المحاولة.
central-sign-out = تسجيل الخروج
central-looking = لحظة واحدة …
central-slow = يستغرق ذلك وقتًا أطول من المعتاد، وما زال الحساب جاريًا …
central-try-again = إعادة المحاولة
central-lost = تعذّر الوصول إلى الخادم المركزي. تواصل الصفحة المحاولة.
central-lost-since = تعذّر الوصول إلى الخادم المركزي. ما ترونه هو الحال عند { $time }، وتواصل الصفحة المحاولة.
central-refused = رفض الخادم المركزي الطلب: { $detail }
central-deaf = لا يسمع الخادم المركزي أي فرع الآن لأن وسيط رسائله غير متاح. وتواصل جميع الفروع عملها.
central-way = موضعكم

central-well = كل شيء على ما يرام
central-look = يستحق نظرة
central-trouble = يحتاج إلى مساعدة
central-urgent = فورًا
central-away = تعذّر الوصول إليه
central-never = لم يتصل بعد
central-just-now = الآن
central-last-seen = آخر اتصال { $time }، { $waiting ->
    [zero] ولم يكن أحد ينتظر
    [one] وكان شخص واحد ينتظر
    [two] وكان شخصان ينتظران
    [few] وكان { $waiting } أشخاص ينتظرون
    [many] وكان { $waiting } شخصًا ينتظرون
   *[other] وكان { $waiting } شخص ينتظرون
}
central-more-troubles = و{ $count } غيرها

central-from = من { $heard } من أصل { $all } من الفروع.
central-left-out = لا تشمل الفروع التي تعذّر الوصول إليها.
central-totals = جميع الفروع معًا
central-search = البحث عن فرع
central-show = عرض
central-show-all = الكل
central-show-trouble = تحتاج إلى مساعدة
central-show-away = بلا اتصال
central-show-all-again = عرض جميع الفروع
central-worst-first = الأسوأ أولًا
central-held = الترتيب ثابت ما دمتم في القائمة
central-sort = رتّب الآن
central-none-found = لا يوجد فرع بهذا الاسم.
central-none-such = لا يوجد فرع كهذا الآن.
central-no-branches = لا توجد فروع بعد
central-no-branches-text = يظهر الفرع هنا حالما يتصل جهازه بهذا الخادم.
central-branch = الفرع
central-standing = الحالة
central-waiting = ينتظرون
central-longest = أطول انتظار
central-mean = متوسط الانتظار
central-serving = عند الشباك
central-served-today = خُدموا اليوم
central-no-shows = لم يحضروا
central-abandoned = انصرفوا
central-seconds = { $seconds } ث
central-minutes = { $minutes } د
central-hours = { $hours } س { $minutes } د

central-all-branches = جميع الفروع
central-word = آخر اتصال: { $ago }
central-clock-there = الوقت هناك: { $time }
central-away-text = لا اتصال منذ { $time }. ما ترونه هو الحال حينها، وقد يكون الفرع نفسه مستمرًا في العمل.
central-never-text = يُسمح لهذا الفرع بالاتصال، لكن جهازه لم يتصل بعد. تحققوا من أنه يعمل ومن أن إعداداته تشير إلى هذا الخادم.
central-unknown = لا يوجد فرع كهذا
central-unknown-text = ربما يكون العنوان قديمًا. اختاروا الفرع من القائمة.
central-troubles = ما ليس على ما يرام
central-services = الخدمات
central-service = الخدمة
central-called = نُودوا
central-served = خُدموا
central-no-services = لم يُخبر الفرع بخدماته بعد.
central-counter = الشباك
central-counters = عند الشبابيك
central-no-counters = لا أحد عند الشبابيك.
central-is-called = نُودي
central-is-served = قيد الخدمة
central-is-afterwork = أعمال ما بعد الخدمة
central-last-calls = آخر النداءات
central-no-calls = لم يُنادَ أحد اليوم.
central-to-counter = إلى الشباك { $counter }

central-figures = الأرقام
central-days-there = الأيام والأوقات بحسب توقيت الفرع.
central-span = المدة
central-today = اليوم
central-yesterday = أمس
central-last-days = { $days ->
    [few] آخر { $days } أيام
   *[other] آخر { $days } يومًا
}
central-from-day = من
central-to-day = إلى
central-span-backwards = اليوم الأول بعد اليوم الأخير.
central-span-long = يمكن النظر في { $days } يومًا معًا على الأكثر.
central-span-mend = اختاروا أيامًا أخرى في الأعلى.
central-by = بحسب
central-by-day = اليوم
central-by-hour = الساعة
central-by-service = الخدمة
central-by-counter = الشباك
central-by-operator = الموظف
central-measure = يعرض الرسم
central-visits = الزيارات
central-wait-time = وقت الانتظار
central-service-time = وقت الخدمة
central-on-site-time = الوقت في الفرع
central-still-open = لم تنتهِ بعد
central-mean-time = المتوسط
central-p50 = نصفهم خلال
central-p90 = ٩ من ١٠ خلال
central-asked = التذاكر
central-gap = لا بيانات عن ذلك الوقت
central-nobody = لم يأتِ أحد
central-unit-visits = زيارات
central-unit-minutes = دقائق
central-service-n = الخدمة { $number }
central-counter-n = الشباك { $number }
central-operator-n = الموظف { $number }
central-chart = رسم بياني: { $measure }، بحسب: { $by }. الأكثر: { $label }، { $value }. جميع الأرقام في الجدول أدناه.
central-table = الأرقام نفسها في جدول
central-total = المجموع
central-csv = تنزيل CSV
central-csv-failed = تعذّر جلب الملف. يُرجى إعادة المحاولة.
central-no-visits = لا توجد زيارات
central-no-visits-text = لم يأخذ أحد تذكرة في ذلك الوقت، أو لم يُخبر الفرع بذلك. اختاروا أيامًا أخرى في الأعلى.
central-figures-lost = الخادم المركزي لا يستجيب
central-figures-lost-text = تحققوا من شبكة هذا الحاسوب ثم أعيدوا المحاولة.
central-figures-failed = تعذّر حساب الأرقام
central-figures-old = تعذّر تحديث هذه الأرقام، وقد تكون قديمة.
