disp-welcome = أهلًا بكم
disp-begin = اختاروا اللغة لأخذ رقم.
disp-take = خذ رقمًا
disp-choose = كيف يمكننا مساعدتكم؟
disp-back = رجوع
disp-cancel = البدء من جديد
disp-low = أزرار منخفضة
disp-high = العرض المعتاد
disp-opening = جارٍ الفتح …
disp-waiting = { $count ->
    [0] لا أحد ينتظر
    [one] شخص واحد ينتظر
    [two] شخصان ينتظران
    [few] { $count } أشخاص ينتظرون
    [many] { $count } شخصًا ينتظرون
   *[other] { $count } شخص ينتظرون
  }
disp-ahead = { $count ->
    [0] دوركم هو التالي
    [one] أمامكم شخص واحد
    [two] أمامكم شخصان
    [few] أمامكم { $count } أشخاص
    [many] أمامكم { $count } شخصًا
   *[other] أمامكم { $count } شخص
  }
disp-minutes = { $minutes ->
    [one] نحو دقيقة واحدة
    [two] نحو دقيقتين
    [few] نحو { $minutes } دقائق
   *[other] نحو { $minutes } دقيقة
  }
disp-group = { $count ->
    [one] خدمة واحدة
    [two] خدمتان
    [few] { $count } خدمات
   *[other] { $count } خدمة
  }
disp-service-full = نفدت أرقام اليوم
disp-service-disabled = غير متاحة الآن
disp-service-closed = مغلقة الآن
disp-service-opens = تفتح { $time }
disp-page-before = السابق
disp-page-next = المزيد
disp-phone = تفضلون الهاتف؟
disp-phone-text = امسحوا الرمز واختاروا الخدمة وانتظروا حيث تشاؤون.
disp-qr = رمز الاستجابة السريعة: خذوا تذكرتكم بالهاتف
disp-qr-enlarge = تكبير الرمز
disp-qr-stale = يجري تجديد رمز الهاتف. يُرجى أخذ رقم من هنا.
disp-close = إغلاق
disp-booking = لديّ موعد محجوز
disp-booking-text = اكتبوا الرمز أو امسحوه
disp-code = رمز الحجز
disp-code-hint = { $digits } أرقام من رسالة التأكيد. ويمكنكم مسحه أيضًا.
disp-code-typed = ما كُتب حتى الآن: { $typed }
disp-code-erase = حذف الرقم الأخير
disp-code-ok = استخدام الرمز
disp-printer-trouble = لا تذاكر ورقية حاليًا: تظهر الأرقام على الشاشة.
disp-noprint = الطابعة لا تعمل حاليًا
disp-noprint-text = يمكنكم مع ذلك أخذ رقم: سيظهر هنا. يُرجى تدوينه أو متابعته بالهاتف.
disp-again-text = مهما ضغطتم فلن تحصلوا على أكثر من رقم واحد.
disp-take-anyway = أخذ رقمي
disp-your-number = رقمكم
disp-slip-coming = جارٍ طباعة تذكرتكم …
disp-slip-printed = يُرجى أخذ التذكرة.
disp-slip-failed = لم تخرج تذكرة: يُرجى تدوين رقمكم أو مسح الرمز.
disp-slip-none = يُرجى تدوين رقمكم أو مسح الرمز.
disp-follow = امسحوا الرمز لمتابعة رقمكم بالهاتف
disp-follow-qr = رمز الاستجابة السريعة: متابعة الرقم { $label } بالهاتف
disp-reprint = الطباعة مرة أخرى
disp-done = تم
disp-still = هل ما زلتم هنا؟
disp-still-text = { $seconds ->
    [one] سنبدأ من جديد بعد ثانية واحدة.
    [two] سنبدأ من جديد بعد ثانيتين.
    [few] سنبدأ من جديد بعد { $seconds } ثوانٍ.
   *[other] سنبدأ من جديد بعد { $seconds } ثانية.
  }
disp-still-yes = أحتاج إلى وقت أطول
disp-still-no = البدء من جديد
disp-nothing = لا توجد خدمات للاختيار
disp-nothing-text = لم تُضبط أي خدمات في هذا الفرع بعد. يُرجى سؤال الموظفين.
disp-full = نفدت أرقام اليوم
disp-full-text = صدرت جميع أرقام اليوم. يُرجى الحضور في يوم آخر أو سؤال الموظفين.
disp-closed = الفرع مغلق الآن
disp-closed-text = يُرجى العودة في أوقات العمل.
disp-closed-until = نفتح في { $time }.
disp-closed-until-day = نفتح { $time }.
disp-away = متوقف مؤقتًا
disp-away-text = يُرجى طلب رقم من الموظفين.
disp-away-retry = ستحاول هذه الشاشة من جديد تلقائيًا.
disp-refused = هذه الشاشة غير مسموح بها بعد
disp-refused-text = أنشئوا في الإدارة مفتاحًا لهذه الشاشة وافتحوا عنوانه هنا مرة واحدة.
disp-retry = إعادة المحاولة
disp-no-answer = لا يوجد رد من الفرع. يُرجى الضغط مرة أخرى.
disp-no-closed = أُغلقت هذه الخدمة للتو. يُرجى اختيار خدمة أخرى.
disp-no-branch-full = الفرع ممتلئ حاليًا. يُرجى المحاولة بعد قليل.
disp-no-code = لا يوجد حجز بهذا الرمز. يُرجى التحقق منه.
disp-no-code-used = تم استخدام هذا الرمز من قبل.
disp-no-code-over = أُلغي هذا الحجز. يُرجى سؤال الموظفين.
disp-no-code-early = وصلتم مبكرًا: يعمل الرمز قبيل الموعد.
disp-no-code-late = انتهى وقت هذا الحجز. يُرجى أخذ رقم.
disp-no-other = لم تنجح العملية. يُرجى سؤال الموظفين.
